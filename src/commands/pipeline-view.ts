/** The events of the pipeline as lines for a person, and as JSON lines for a program. */
import { colour } from './colour.js';
import type { BuiltProgram } from '../build/program.js';
import type { Exchange } from '../hil/transcript.js';
import { STAGES, type PipelineEvent, type PipelineSummary, type Side, type Stage } from '../pipeline/events.js';
import { keptWords } from '../pipeline/kept-words.js';
import { stoppedWords } from '../pipeline/abort.js';
import type { LoadProgress } from '../seams/target.js';
import { plainText } from '../seams/plain.js';
import { percent } from '../seams/words.js';
import { ConsoleMirror } from './console-mirror.js';
import { sizeTable } from './size-table.js';
import type { Progress, Shell } from './shared.js';
import { TrainingView } from './training-view.js';

export class PipelineView {
  readonly #shell: Shell;
  readonly #training: TrainingView;
  readonly #board: ConsoleMirror;
  #transfer: Progress | undefined;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#training = new TrainingView(shell);
    this.#board = new ConsoleMirror((text) => shell.write(text), '  board| ');
  }

  show(event: PipelineEvent): void {
    this.#shell.emit(forPrograms(event));
    switch (event.type) {
      case 'stage':
        return this.#stage(event.stage, event.title);
      case 'stage-done':
        this.#board.end();
        return this.#shell.note(colour.dim(`  ${event.stage} took ${(event.elapsedMs / 1000).toFixed(1)} s`));
      case 'stage-stopped':
        this.#board.end();
        return this.#shell.note(`  ${stoppedWords(event)}`);
      case 'model-kept': {
        const words = keptWords(event);
        return words === '' ? undefined : this.#shell.note(`  ${words}`);
      }
      case 'stage-fresh':
        return this.#shell.note(colour.dim(`  ${event.stage} is fresh`));
      case 'data':
        return this.#shell.print(
          `  ${event.stats.pairs} pairs, ${event.stats.answers.length} different answers, ${event.heldOutPairs} pairs held out`,
        );
      case 'training':
        return this.#training.show(event.event);
      case 'built':
        return sizeTable(event.built).forEach((line) => this.#shell.print(`  ${line}`));
      case 'board':
        if (event.remark !== undefined) this.#shell.note(`  ${event.remark}`);
        return this.#shell.print(`  the board answers on ${event.path}`);
      case 'load':
        return this.#load(event.side, event.progress);
      case 'console':
        return event.side === 'board' ? this.#board.show(event.bytes) : undefined;
      case 'answered':
        return event.side === 'emulator' ? this.#answer(event.exchange) : undefined;
      case 'summary':
        return summaryLines(event.summary).forEach((line) => this.#shell.print(line));
      case 'file':
      case 'compared':
        return;
      case 'timed': {
        const { clock, characters } = event.timing;
        const hz =
          clock && ([clock.hz.value, clock.hz.low, clock.hz.high] as const).map((value) => (value / 1e6).toFixed(2));
        const words = hz
          ? `a clock of ${hz[0]} MHz (${hz[1]} to ${hz[2]}) fits them`
          : 'too quick for this to tell a clock; `z80lm time` does';
        return this.#shell.print(`  ${characters.length} characters; ${words}`);
      }
    }
  }

  #stage(stage: Stage, title: string): void {
    this.#shell.print();
    this.#shell.print(colour.bold(`${STAGES.indexOf(stage) + 1}/${STAGES.length} ${stage}: ${title}`));
  }

  #load(side: Side, { phase, step, doneBytes, totalBytes, retries }: LoadProgress): void {
    if (side === 'emulator') return;
    this.#transfer ??= this.#shell.progress('flash', totalBytes);
    this.#transfer.update(doneBytes, `${step}  ${doneBytes} of ${totalBytes} bytes, ${retries} retries`);
    if (phase !== 'done') return;
    this.#transfer.stop(`${totalBytes} bytes sent, read back and found equal`);
    this.#transfer = undefined;
  }

  #answer({ question, answer, characterTStates }: Exchange): void {
    const mean = characterTStates!.at(-1)! / characterTStates!.length;
    this.#shell.print(
      `  > ${plainText(question).padEnd(36)} ${oneLine(answer)} ${millions(mean)} T-states per character`,
    );
  }
}

/** One screen: what was made, how good it is, how fast it is there and here, and the verdict. */
function summaryLines(summary: PipelineSummary): string[] {
  const { training, transfer, comparison } = summary;
  const { heldOut } = training;
  const rate = transfer.ms > 0 ? transfer.bytes / (transfer.ms / 1000) : 0;
  const perSecond = (ms: number): string => `${ms.toFixed(1)} ms a character, ${(1000 / ms).toFixed(1)} characters/s`;
  const rows: [string, string][] = [
    ['model', `${percent(training.training.answers)} of ${training.training.pairs} training answers right`],
    ...(heldOut
      ? [['', `${percent(heldOut.answers)} of ${heldOut.pairs} answers to unseen phrasings right`] as [string, string]]
      : []),
    ['', `trained in ${(training.elapsedMs / 1000).toFixed(0)} s on ${training.backend}`],
    ['program', `${summary.programBytes} bytes, ${training.nonZero} weights that are not zero`],
    [
      'transfer',
      `${transfer.bytes} bytes in ${(transfer.ms / 1000).toFixed(1)} s, ${rate.toFixed(0)} bytes/s, ${transfer.retries} retries, verified`,
    ],
    [
      'predicted',
      `${perSecond(summary.predictedMs)} (${millions(summary.tStatesPerCharacter)} T-states at ${summary.clockHz / 1e6} MHz)`,
    ],
    [
      'measured',
      `${perSecond(summary.measuredMs)} (${signed((summary.measuredMs / summary.predictedMs - 1) * 100)} % against the prediction)`,
    ],
    ['files', `${summary.folder}/`],
  ];
  const verdict = comparison.equal
    ? colour.green(`equal: ${comparison.bytes} bytes of console, emulator and board the same`)
    : colour.red('DIFFERENT: emulator and board did not say the same');
  return [
    '',
    colour.bold('Summary'),
    ...comparison.exchanges.flatMap(({ question, left, right, difference }) =>
      question === undefined
        ? []
        : [`  ${plainText(question).padEnd(36)} ${oneLine(left)} ${oneLine(right)} ${difference ? 'differs' : 'same'}`],
    ),
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    `  ${verdict}`,
  ];
}

/** Room for an answer in the summary. */
const ANSWER_WIDTH = 18;

/** An answer's beginning: some are sentences, and lines of them, and a board may have sent anything. */
function oneLine(answer = '-'): string {
  const text = plainText(answer.replace(/\s+/g, ' '));
  return (text.length > ANSWER_WIDTH ? `${text.slice(0, ANSWER_WIDTH - 1)}~` : text).padEnd(ANSWER_WIDTH);
}

function millions(tStates: number): string {
  return `${(tStates / 1e6).toFixed(3)} M`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
}

/** An event without what no program wants on a line of JSON: weights, listings, raw byte arrays. */
function forPrograms(event: PipelineEvent): unknown {
  switch (event.type) {
    case 'training': {
      if (event.event.type !== 'done') return event;
      const { network: _network, checkpoint: _checkpoint, ...figures } = event.event;
      return { ...event, event: figures };
    }
    case 'data': {
      const { answers, ...stats } = event.stats;
      return { ...event, stats: { ...stats, answers: answers.length } };
    }
    case 'built':
      return { type: event.type, ...builtFigures(event.built) };
    case 'console':
      return { ...event, bytes: Buffer.from(event.bytes).toString('latin1') };
    case 'answered': {
      const { raw, ...exchange } = event.exchange;
      return { ...event, exchange: { ...exchange, console: Buffer.from(raw).toString('latin1') } };
    }
    default:
      return event;
  }
}

function builtFigures({ sizes, choices }: BuiltProgram): object {
  return { sizes, choices };
}
