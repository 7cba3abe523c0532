import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fold, typed } from '../../src/model/question.js';
import { latin1 } from '../../src/seams/bytes.js';
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

  it('keeps twins on one side: what differs in punctuation, capitals, spacing, apostrophes and accents', () => {
    const forms = [
      (n: number) => `don't you know thing ${n}`,
      (n: number) => `Don’t you know, thing ${n}?!`,
      (n: number) => `dont  YOU know thing ${n}...`,
      (n: number) => `dön't you know thing-${n}`,
    ];
    const pairs = Array.from({ length: 1000 }, (_, i) => forms.map((form) => ({ question: form(i), answer: 'NO' })));
    // Mixed: twins need not be neighbours.
    const { training, heldOut } = splitPairs(
      [0, 1, 2, 3].flatMap((form) => pairs.map((twins) => twins[form]!)),
      0.2,
    );
    const folded = (side: typeof heldOut): Set<string> => new Set(side.map((p) => latin1(fold(typed(p.question)))));
    const trained = folded(training);
    expect([...folded(heldOut)].filter((question) => trained.has(question))).toEqual([]);
    expect(folded(heldOut).size).toBe(205);
    expect(heldOut.length).toBe(4 * 205);
    expect(training.length).toBe(4 * 795);
  });

  it('splits alike whatever else there is, in the order of the pairs', () => {
    const pairs = Array.from({ length: 500 }, (_, i) => ({ question: `what about ${i}?`, answer: String(i) }));
    const whole = splitPairs(pairs, 0.3);
    const half = splitPairs(
      pairs.filter((_, i) => i % 2 === 0),
      0.3,
    );
    expect(splitPairs(pairs, 0.3)).toEqual(whole);
    expect(half.heldOut).toEqual(whole.heldOut.filter(({ answer }) => Number(answer) % 2 === 0));
    for (const side of [whole.training, whole.heldOut]) {
      const order = side.map(({ answer }) => Number(answer));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  it('holds out the share that is asked for', () => {
    const pairs = Array.from({ length: 20_000 }, (_, i) => ({ question: `question ${i}`, answer: 'YES' }));
    for (const share of [0.01, 0.1, 0.5, 0.9])
      expect(Math.abs(splitPairs(pairs, share).heldOut.length / 20_000 - share)).toBeLessThan(0.01);
  });

  it('tells questions of signs alone apart', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ({ question: '?'.repeat(i + 1), answer: 'HM' }));
    const { training, heldOut } = splitPairs(pairs, 0.5);
    expect(Math.min(training.length, heldOut.length)).toBeGreaterThan(10);
  });
});
