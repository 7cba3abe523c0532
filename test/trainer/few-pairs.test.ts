/** Sets with next to nothing in them: a good model, or a refusal. */
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/model/inference.js';
import { RefusedError } from '../../src/seams/errors.js';
import type { TextPair } from '../../src/trainer/examples.js';
import { train } from '../../src/trainer/train.js';
import { CLOSED_RUN } from './closed/small-closed.js';
import { collect, doneOf, SMALL_RUN } from './small-run.js';

const pairsOf = (...lines: string[]): TextPair[] =>
  lines.map((line) => ({ question: line.split('|')[0]!, answer: line.split('|')[1]! }));
const SETS: [string, TextPair[]][] = [
  ['one pair', pairsOf('is it big|YES')],
  ['two pairs', pairsOf('is it big|YES', 'is it red|NO')],
  ['one answer', pairsOf('a|YES', 'b|YES', 'c|YES', 'd|YES')],
  ['letters of another script', pairsOf('да|YES', 'нет|NO')],
];

describe.each(SETS)('of %s', (_name, pairs) => {
  it.each(['closed', 'free'] as const)('a %s model learns all there is, with numbers throughout', async (kind) => {
    const common = { pairs, hidden: [16], clock: SMALL_RUN.clock, backend: 'wasm', kind } as const;
    const events = await collect({ ...common, epochs: 120 });
    const done = doneOf(events);
    expect(pairs.map(({ question }) => answer(done.network, question))).toEqual(pairs.map((pair) => pair.answer));
    expect(done.training).toMatchObject({ pairs: pairs.length, answers: 1, answerCeiling: 1, characterCeiling: 1 });
    for (const event of events)
      if (event.type === 'epoch')
        for (const number of [event.loss, event.integerAccuracy, event.floatAccuracy, event.overflow.peak])
          expect(number).toBeGreaterThanOrEqual(0);
  });
});

it('of one question with three answers, a free model learns one', async () => {
  const pairs = pairsOf('a b|YES', 'a b|NO', 'a b|MAYBE');
  const done = doneOf(await collect({ ...SMALL_RUN, pairs, epochs: 120 }));
  expect(done.training).toMatchObject({ answers: 1 / 3, answerCeiling: 1 / 3 });
});

it.each([
  ['closed', { ...CLOSED_RUN, closedRecipe: { learningRate: NaN } }],
  ['free', { ...SMALL_RUN, recipe: { learningRate: NaN } }],
])('numbers that are none end a run of a %s model: they are never a model', async (_kind, options) => {
  const run = async (): Promise<void> => {
    for await (const event of train({ ...options, epochs: 5 })) expect(event.type).not.toBe('done');
  };
  const error = await run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RefusedError);
  expect((error as RefusedError).message).toMatch(/^the network's numbers are lost: (the loss|a weight) is NaN/);
});
