/** The events of a training run as a progress bar and lines, for `z80lm train` and `z80lm demo`. */
import type { Overflow, TrainEpoch, TrainEvent } from '../trainer/events.js';
import { fallbackWords } from '../trainer/events.js';
import { CLOSED_BACKEND } from '../trainer/closed/run.js';
import { counted, percent } from '../seams/words.js';
import type { Progress, Shell } from './shared.js';

export class TrainingView {
  #progress: Progress | undefined;
  #shown = 0;
  #closed = false;

  constructor(private readonly shell: Shell) {}

  show(event: TrainEvent): void {
    if (event.type === 'start') {
      if (event.fallback !== undefined) this.shell.note(fallbackWords(event.fallback));
      this.shell.note(
        `${event.pairs} pairs, ${event.examples} distinct examples, ${event.widths.join('-')}, ` +
          `${event.backend}, ${counted(event.workers, 'worker')}`,
      );
      this.#closed = event.backend === CLOSED_BACKEND;
      this.#progress = this.shell.progress('train', 1000);
    } else if (event.type === 'done') this.#progress?.stop();
    else {
      this.#progress?.update(Math.floor(event.progress * 1000), describe(event, this.#closed));
      if (event.type === 'epoch' && event.scored?.best) this.#samples(event);
    }
  }

  #samples({ epoch, scored }: TrainEpoch): void {
    // One after the other: all of them in a line are too wide for most terminals.
    const { samples } = scored!;
    const sample = samples[this.#shown++ % Math.max(1, samples.length)];
    const said = sample ? `${sample.question} -> ${sample.answer || '(nothing)'}` : '';
    const heldOut = scored!.heldOut ? `, held out ${percent(scored!.heldOut.answers)}` : '';
    const { cost: of } = scored!;
    // What has no room in the machine has no speed yet.
    const speed = of && Number.isFinite(of.tStates) ? `, ${Math.round(of.tStates / 1000)}k T-states` : '';
    const cost = of ? `, ${of.bytes} bytes${speed}` : '';
    this.shell.note(`  epoch ${epoch}: answers ${percent(scored!.training.answers)}${heldOut}${cost}   ${said}`);
  }
}

/** How much of the 16 bits sums need: more than all of them would wrap. */
function sumsWords({ peak, wrapped }: Overflow): string {
  const reach = `sums reach ${percent(peak, 0)} of 16 bits`;
  return wrapped > 0 ? `${reach}, ${percent(wrapped, 3)} wrap` : reach;
}

function describe(event: Exclude<TrainEvent, { type: 'start' | 'done' }>, closed: boolean): string {
  const [float, integer] = [percent(event.floatAccuracy), percent(event.integerAccuracy)];
  // Of a closed model's questions, each as distorted as it was learnt from.
  const accuracy = closed ? `distorted ${integer} right (float ${float})` : `float ${float}  integer ${integer}`;
  return (
    `epoch ${event.epoch}/${event.epochs}  loss ${event.loss.toFixed(3)}  ${accuracy}  ${sumsWords(event.overflow)}` +
    `  ${Math.ceil(event.remainingMs / 1000)} s left`
  );
}
