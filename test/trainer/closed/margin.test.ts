import { describe, expect, it } from 'vitest';
import { fold, typed } from '../../../src/model/question.js';
import { pieceBuckets } from '../../../src/model/pieces.js';
import { Asker } from '../../../src/trainer/closed/asker.js';
import { buildClosedExamples } from '../../../src/trainer/closed/examples.js';
import { chooseMargin } from '../../../src/trainer/closed/margin.js';
import { Parameters } from '../../../src/trainer/closed/memory.js';
import { ClosedPasses } from '../../../src/trainer/closed/passes.js';
import { SHARDS } from '../../../src/trainer/closed/recipe.js';
import { Rng } from '../../../src/trainer/rng.js';
import { STREAM } from '../../../src/trainer/memory.js';
import { closedSet, emptyMemory } from './small-closed.js';

const CLOSED = closedSet('answers', 'A', 'B', 'HUH?');
const SEED = 9;

/** Digits cannot be mistyped: a question of digits is asked as it is, so what the margin is chosen from is known. */
function setting(questions: { question: string; answer: string; outputs: number[] }[]): {
  choose: (cost: number, unknown?: number) => number;
  /** How often each is asked. */
  asked: number[];
} {
  const memory = emptyMemory(CLOSED, []);
  const quantised = new Parameters(memory).array('quantised');
  const [place] = memory.places;
  for (const { question, outputs } of questions) {
    // Of each question one piece that no other has leads to its outputs, in steps of 8.
    const others = questions.filter((other) => other.question !== question);
    const taken = new Set(others.flatMap((other) => pieceBuckets(fold(typed(other.question)), CLOSED.buckets)));
    const own = pieceBuckets(fold(typed(question)), CLOSED.buckets).find((bucket) => !taken.has(bucket))!;
    quantised.set(outputs, place!.weightsAt + own * place!.stride);
  }
  const examples = buildClosedExamples(questions, CLOSED);
  const asker = new Asker(new ClosedPasses(memory, CLOSED, SHARDS), CLOSED);
  const rng = new Rng(SEED, STREAM.margin);
  const asked = questions.map(() => 0);
  for (let i = 0; i < 4000; i++) asked[rng.below(questions.length)]!++;
  return { choose: (cost, unknown = 2) => chooseMargin(asker, examples, unknown, cost, SEED), asked };
}

describe('the margin', () => {
  const { choose, asked } = setting([
    { question: '12', answer: 'A', outputs: [1, 0, 0] },
    { question: '34', answer: 'A', outputs: [3, 0, 1] },
    { question: '56', answer: 'B', outputs: [0, 5, 0] },
    // Said wrongly, and the fallback itself: neither says how far ahead right answers are.
    { question: '78', answer: 'B', outputs: [90, 0, 0] },
    { question: '90', answer: 'HUH?', outputs: [0, 0, 0.5] },
  ]);
  const right = asked[0]! + asked[1]! + asked[2]!;

  it('is the lead that so many right answers stay below', () => {
    expect(choose(0)).toBe(8);
    expect(choose((asked[0]! - 1.5) / right)).toBe(8);
    expect(choose((asked[0]! + 0.5) / right)).toBe(16);
    expect(choose((asked[0]! + asked[1]! - 0.5) / right)).toBe(16);
    expect(choose((asked[0]! + asked[1]! + 0.5) / right)).toBe(40);
    expect(choose(0.9999)).toBe(40);
  });

  it('is of right answers only', () => {
    // Where nothing is the fallback, its questions count, too.
    expect(choose(0, -1)).toBe(4);
    const wrong = setting([{ question: '78', answer: 'B', outputs: [90, 0, 0] }]);
    expect(wrong.choose(0.5)).toBe(0);
  });

  it('is as wide as outputs can be apart, and never negative', () => {
    const far = setting([{ question: '12', answer: 'A', outputs: [1000, -1000, -1000] }]);
    expect(far.choose(0)).toBe(16_000);
    const level = setting([{ question: '12', answer: 'A', outputs: [0, 0, 0] }]);
    expect(level.choose(0.5)).toBe(0);
  });

  it('is none where there is nothing to be ahead of', () => {
    const closed = closedSet('answers', 'A');
    const asker = new Asker(new ClosedPasses(emptyMemory(closed, []), closed, SHARDS), closed);
    const examples = buildClosedExamples([{ question: '1', answer: 'A' }], closed);
    expect(chooseMargin(asker, examples, -1, 0.02, 1)).toBe(0);
  });
});
