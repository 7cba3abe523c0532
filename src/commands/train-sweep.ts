/**
 * `z80lm train --sweep`: the same data in several shapes, one after the other, and what each is worth: answers right
 * against bytes against T-states, as a table and a picture.
 */
import { EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { inSlices } from '../seams/slices.js';
import { grouped, percent } from '../seams/words.js';
import type { TrainDone } from '../trainer/events.js';
import { frontierOf, frontierPicture, type Candidate } from '../trainer/frontier.js';
import { train, type TrainOptions } from '../trainer/train.js';
import type { costFunction } from '../pipeline/program-cost.js';
import { writeModel } from './train-output.js';
import type { Shell } from './shared.js';
import { TrainingView } from './training-view.js';

/** The usual shape, wider ones, one of two layers or the original project's, and narrower ones. */
export const SWEEP_SHAPES = {
  closed: '96/256/128/96,64/64/32',
  free: '256,128/256,256/256,192,128/192,128/128,64',
} as const;

interface Row extends Candidate {
  model: string;
  training: number;
  heldOut?: number;
  nonZero: number;
}

/**
 * @param shapes widths of the hidden layers
 * @param output the .npz that the models' names are made from; the picture stands beside them
 */
export async function sweep(
  shell: Shell,
  options: TrainOptions,
  shapes: number[][],
  output: string,
  costOf: ReturnType<typeof costFunction>,
): Promise<ExitStatus> {
  if (options.resume)
    throw new UsageError('--sweep and --resume exclude each other', { hint: 'leave one of them out' });
  const stem = output.replace(/\.npz$/, '');
  const picture = `${stem}-frontier.svg`;
  shell.files.willWrite({ 'the picture': picture });
  for (const hidden of shapes) {
    const model = modelOf(stem, hidden);
    // The one that is there is compared with the new one.
    shell.files.mayReplace(model);
    shell.files.willWrite({ [`the model ${hidden.join('-')}`]: model });
  }
  const rows: Row[] = [];
  let isCutOff = false;
  for (const [index, hidden] of shapes.entries()) {
    shell.note(`shape ${index + 1} of ${shapes.length}: ${hidden.join(',')}`);
    const done = await trainOne(shell, { ...options, hidden });
    const model = await writeModel(shell, modelOf(stem, hidden), done, options.pairs);
    const row: Row = {
      name: hidden.join(','),
      model,
      accuracy: (done.heldOut ?? done.training).answers,
      training: done.training.answers,
      ...(done.heldOut && { heldOut: done.heldOut.answers }),
      nonZero: done.nonZero,
      ...(await inSlices(costOf(done.network), { clock: options.clock })),
    };
    shell.emit({ type: 'shape', hidden, ...row });
    rows.push(row);
    isCutOff = done.stopped;
    if (isCutOff) break;
  }
  const best = frontierOf(rows);
  for (const line of table(rows, best)) shell.print(line);
  shell.files.write(picture, frontierPicture(rows, 'Answers right against T-states and bytes'));
  shell.print(`picture: ${picture}`);
  shell.emit({ type: 'frontier', picture, models: best.map(({ model }) => model) });
  if (isCutOff) return EXIT.interrupted;
  if (shell.signal.aborted) shell.interruptedTooLate();
  return EXIT.done;
}

const modelOf = (stem: string, hidden: number[]): string => `${stem}-${hidden.join('-')}.npz`;

async function trainOne(shell: Shell, options: TrainOptions): Promise<TrainDone> {
  const view = new TrainingView(shell);
  for await (const event of train(options)) {
    if (event.type === 'done') {
      view.show(event);
      return event;
    }
    shell.emit({ ...event, hidden: options.hidden });
    view.show(event);
  }
  throw new Error('a run without an end');
}

function table(rows: Row[], best: Row[]): string[] {
  const number = (value: number, width: number): string =>
    Number.isFinite(value) ? grouped(value, width) : '-'.padStart(width);
  return [
    '  hidden          training  held out  weights not 0   bytes  T-states',
    ...rows.map(
      (row) =>
        `${best.includes(row) ? '*' : ' '} ${row.name.padEnd(15)} ${percent(row.training).padStart(8)}  ` +
        `${(row.heldOut === undefined ? '-' : percent(row.heldOut)).padStart(8)} ${number(row.nonZero, 14)} ` +
        `${number(row.bytes, 7)} ${number(row.tStates, 9)}`,
    ),
    '* no other shape is as good in all of answers, bytes and T-states',
  ];
}
