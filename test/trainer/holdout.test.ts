import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { splitPairs } from '../../src/trainer/holdout.js';

describe('splitPairs', () => {
  it('holds out, at 0.125, the questions whose SHA-256 in capitals starts with 0 or 1', () => {
    const pairs = Array.from({ length: 2000 }, (_, i) => ({ question: ` is it number ${i}`, answer: 'NO' }));
    const { training, heldOut } = splitPairs(pairs, 0.125);
    const startsLow = (question: string): boolean =>
      /^[01]/.test(createHash('sha256').update(question.trim().toUpperCase()).digest('hex'));
    expect(heldOut).toEqual(pairs.filter((p) => startsLow(p.question)));
    expect(training).toEqual(pairs.filter((p) => !startsLow(p.question)));
    expect(heldOut.length).toBe(235);
  });

  it('keeps a question on one side, however it is written', () => {
    const pairs = Array.from({ length: 300 }, (_, i) => [
      { question: `thing ${i}`, answer: 'YES' },
      { question: `THING ${i} `, answer: 'NO' },
    ]).flat();
    const { training, heldOut } = splitPairs(pairs, 0.3);
    const sideOf = (side: typeof pairs): Set<string> => new Set(side.map((p) => p.question.trim().toUpperCase()));
    expect([...sideOf(training)].filter((q) => sideOf(heldOut).has(q))).toEqual([]);
    expect(splitPairs(pairs, 0).heldOut).toEqual([]);
  });
});
