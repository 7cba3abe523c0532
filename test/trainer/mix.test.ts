import { describe, expect, it } from 'vitest';
import { buildExamples, charsetOf } from '../../src/trainer/examples.js';
import { inputsOf } from '../../src/trainer/inputs.js';
import { lossOf } from '../../src/trainer/loss.js';
import { Mixer, unmixed, type Mixes } from '../../src/trainer/mix.js';
import { RECIPE } from '../../src/trainer/recipe.js';

const PAIRS = [
  { question: 'is it big', answer: 'YES' },
  { question: 'can it fly', answer: 'NO' },
  { question: 'can it fly', answer: 'MAYBE' },
  { question: 'would you eat it', answer: 'MAYBE' },
];
const examples = buildExamples(PAIRS, charsetOf(PAIRS));
/** Every example a hundred times. */
const rows = Int32Array.from({ length: 100 * examples.query.length }, (_, i) => i % examples.query.length);
const begins = (example: number): boolean => examples.context[example] === examples.context[0];
const one = (mixes: Mixes, column: number): Mixes => ({
  kept: mixes.kept.slice(column, column + 1),
  partner: mixes.partner.slice(column, column + 1),
});

describe('mixed questions', () => {
  const mixes = new Mixer(examples, { ...RECIPE, mixed: 0.5 }, 1).mix(rows, 7);

  it('are some of those where an answer begins, with another such one, at least half themselves', () => {
    const kept = [...mixes.kept];
    expect(kept.every((share) => share >= 0.5 && share <= 1 && Number.isInteger(share * 32))).toBe(true);
    expect(kept.filter((share, column) => share < 1 && !begins(rows[column]!))).toEqual([]);
    const candidates = kept.filter((_, column) => begins(rows[column]!));
    const mixed = candidates.filter((share) => share < 1).length / candidates.length;
    expect(mixed).toBeGreaterThan(0.35);
    expect(mixed).toBeLessThan(0.6);
    expect([...mixes.partner].every((partner, column) => kept[column] === 1 || begins(partner))).toBe(true);
  });

  it('are the same for the same seed and draw, others for another, and none without', () => {
    const of = (mixed: number, seed: number, draw: number): Mixes =>
      new Mixer(examples, { ...RECIPE, mixed }, seed).mix(rows, draw);
    expect(of(0.5, 1, 7)).toEqual(mixes);
    expect(of(0.5, 1, 8)).not.toEqual(mixes);
    expect(of(0.5, 2, 7)).not.toEqual(mixes);
    expect(of(0, 1, 7)).toEqual(unmixed(rows.length));
  });

  it('put both questions in, each by its share, as whole numbers', () => {
    const ask = (which: Int32Array, how: Mixes): Float32Array => inputsOf(which, how, examples, RECIPE, 1, 0);
    const column = mixes.kept.findIndex((kept, at) => kept < 1 && rows[at] !== mixes.partner[at]);
    const kept = mixes.kept[column]!;
    const mixture = ask(rows.subarray(column, column + 1), one(mixes, column));
    const itself = ask(rows.subarray(column, column + 1), unmixed(1));
    const other = ask(mixes.partner.subarray(column, column + 1), unmixed(1));
    expect([...mixture]).toEqual([...itself].map((value, i) => kept * value + (1 - kept) * other[i]!));
    expect(mixture.every(Number.isInteger)).toBe(true);
    expect(mixture).not.toEqual(itself);
  });

  it('pull towards both answers by their shares, are not easy, and no figure counts them', () => {
    const classes = examples.charset.length;
    const outputs = Float32Array.from({ length: classes }, (_, c) => 40 * Math.sin(c));
    const easy = new Uint8Array(examples.query.length);
    const recipe = { ...RECIPE, easyBelow: Infinity };
    const loss = (example: number, how: Mixes): ReturnType<typeof lossOf> =>
      lossOf(outputs, Int32Array.of(example), how, examples, recipe, easy, 1);
    // Both of one weight: "is it big" and "would you eat it".
    const [first, last] = [0, examples.query.length - 6];
    expect([first, last].map((e) => [begins(e), examples.weight[e]])).toEqual([
      [true, 1],
      [true, 1],
    ]);
    const mixed = loss(first, { kept: Float32Array.of(0.75), partner: Int32Array.of(last) });
    const [a, b] = [loss(first, unmixed(1)), loss(last, unmixed(1))];
    mixed.errors.forEach((error, c) => expect(error).toBeCloseTo(0.75 * a.errors[c]! + 0.25 * b.errors[c]!, 7));
    expect([mixed.characters, mixed.loss, mixed.right, ...mixed.easy]).toEqual([0, 0, 0, 0]);
    expect([a.characters, ...a.easy]).toEqual([1, 1]);
  });
});
