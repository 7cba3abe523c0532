import { describe, expect, it } from 'vitest';
import { buildClosedExamples } from '../../../src/trainer/closed/examples.js';
import { latin1 } from '../../../src/seams/bytes.js';
import { closedSet } from './small-closed.js';

const PAIRS = [
  { question: "What's that?", answer: 'AB' },
  { question: '...', answer: 'A' },
  { question: 'HÉ', answer: 'NONE OF THEM' },
  { question: 'c', answer: 'C' },
];

describe('examples of closed models', () => {
  it('are one a pair where steps are answers; what is none of the set has none', () => {
    const examples = buildClosedExamples(PAIRS, closedSet('answers', 'A', 'AB', 'C'));
    expect([...examples.answer]).toEqual([1, 0, -1, 2]);
    expect([...examples.first]).toEqual([1, 0, -1, 2]);
    expect([...examples.pair]).toEqual([0, 1, 3]);
    expect([...examples.fork]).toEqual([0, 0, 0]);
    expect([...examples.choice]).toEqual([1, 0, 2]);
  });

  it('are one for each fork on the way where steps are characters', () => {
    // Fork 0: A or C. Fork 1: the end, or B.
    const examples = buildClosedExamples(PAIRS, closedSet('characters', 'A', 'AB', 'C'));
    expect([...examples.answer]).toEqual([1, 0, -1, 2]);
    expect([...examples.first]).toEqual([0, 0, -1, 1]);
    expect([...examples.pair]).toEqual([0, 0, 1, 1, 3]);
    expect([...examples.fork]).toEqual([0, 1, 0, 1, 0]);
    expect([...examples.choice]).toEqual([0, 1, 0, 0, 1]);
  });

  it('have questions as they are folded, also those without a piece', () => {
    const { text, textStart } = buildClosedExamples(PAIRS, closedSet('answers', 'A', 'AB', 'C'));
    const questions = PAIRS.map((_, p) => latin1(text.slice(textStart[p], textStart[p + 1])));
    expect(questions).toEqual(['whats that', '', 'he', 'c']);
  });

  it('are shared between threads', () => {
    const examples = buildClosedExamples(PAIRS, closedSet('answers', 'A', 'AB', 'C'));
    for (const array of Object.values(examples) as Uint8Array[]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('ask nothing where there is no choice', () => {
    const pairs = [
      { question: 'a', answer: 'ONLY' },
      { question: 'b', answer: 'ONLY' },
    ];
    for (const steps of ['answers', 'characters'] as const) {
      const { pair, fork, choice, first } = buildClosedExamples(pairs, closedSet(steps, 'ONLY'));
      expect([...first]).toEqual([0, 0]);
      // Shared memory is never empty: a zero stands where nothing is.
      expect([[...pair], [...fork], [...choice]]).toEqual([[0], [0], [0]]);
    }
  });
});
