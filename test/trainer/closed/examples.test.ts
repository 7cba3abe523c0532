import { describe, expect, it } from 'vitest';
import { buildClosedExamples, foreignTexts, type Texts } from '../../../src/trainer/closed/examples.js';
import { fold, typed } from '../../../src/model/question.js';
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
      expect([pair, fork, choice].map(({ length }) => length)).toEqual([0, 0, 0]);
    }
  });
});

describe('questions about something else', () => {
  const pairs = [
    { question: 'red green blue pink', answer: 'A' },
    { question: 'one two three four', answer: 'B' },
    { question: 'who are you then', answer: 'C' },
    { question: 'HÉLLO', answer: 'C' },
    { question: 'some green apples here', answer: 'A' },
    { question: 'only four of them', answer: 'B' },
    { question: 'what is this thing', answer: 'C' },
  ];
  const made = (of: typeof pairs, wanted: number, seed: number): string[] => {
    const texts: Texts = foreignTexts(buildClosedExamples(of, closedSet('answers', 'A', 'B', 'C')), wanted, seed);
    const count = texts.textStart.length - 1;
    return Array.from({ length: count }, (_, q) =>
      latin1(texts.text.slice(texts.textStart[q], texts.textStart[q + 1])),
    );
  };

  it('are made of words of the set, by lot', () => {
    const questions = made(pairs, 5, 1);
    expect(questions.length).toBeGreaterThan(0);
    expect(questions.length).toBeLessThanOrEqual(5);
    const words = new Set(pairs.flatMap(({ question }) => latin1(fold(typed(question))).split(' ')));
    for (const question of questions) expect(question.split(' ').filter((word) => !words.has(word))).toEqual([]);
    expect(made(pairs, 5, 1)).toEqual(questions);
    expect(made(pairs, 5, 2)).not.toEqual(questions);
  });

  it('are none where none are wanted, and none of a set with one answer', () => {
    expect(made(pairs, 0, 1)).toEqual([]);
    expect(made(pairs.slice(2, 4), 20, 1)).toEqual([]);
  });
});
