import { describe, expect, it } from 'vitest';
import { Contexts } from '../../../src/trainer/closed/contexts.js';
import { buildClosedExamples } from '../../../src/trainer/closed/examples.js';
import { closedSetOf } from '../../../src/trainer/closed/settings.js';
import { Rng } from '../../../src/trainer/rng.js';

const pairs = [
  { question: 'are you alive', answer: 'NO' },
  { question: 'why', answer: 'CELLS', after: 'NO' },
  { question: 'why', answer: 'WHAT' },
  { question: 'big', answer: 'YES' },
  { question: 'pardon', answer: 'AGAIN' },
  { question: 'xyzzy', answer: 'HUH?' },
];
const closed = closedSetOf(pairs, { unknown: 'HUH?', voice: { replies: {}, repeat: 'AGAIN' } });
const contexts = new Contexts(buildClosedExamples(pairs, closed), closed);

/** How often each answer comes before a pair, of many draws; '' is none. */
function drawn(pair: number): Record<string, number> {
  const rng = new Rng(1, 2);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 4000; i++) {
    const index = contexts.draw(pair, rng);
    const name = index === 0 ? '' : closed.answers[index - 1]!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('what a question is learnt after', () => {
  it('is remembered by the network: an input per answer', () => {
    expect(closed.memory).toBe(true);
    expect(closedSetOf(pairs.slice(2), {}).memory).toBeUndefined();
  });

  it('is its own answer in a dialogue', () => {
    expect(drawn(1)).toEqual({ NO: 4000 });
  });

  it('is else any answer that can be remembered, or none in a quarter of the draws', () => {
    for (const pair of [0, 3, -1]) {
      const counts = drawn(pair);
      expect(Object.keys(counts).sort()).toEqual(['', 'CELLS', 'NO', 'WHAT', 'YES']);
      expect(counts['']! / 4000).toBeCloseTo(0.25, 1);
      for (const name of ['CELLS', 'NO', 'WHAT', 'YES']) expect(counts[name]! / 4000).toBeCloseTo(0.1875, 1);
    }
  });

  it('is never one after which a dialogue answers it otherwise', () => {
    expect(Object.keys(drawn(2)).sort()).toEqual(['', 'CELLS', 'WHAT', 'YES']);
  });
});
