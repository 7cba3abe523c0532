/**
 * The same number of pairs for every answer: too many are thinned out at random, too few are repeated. The
 * trainer merges repeated pairs into weights, so a repetition costs it nothing.
 */
import type { TextPair } from './examples.js';
import { Rng } from './rng.js';

/** How many pairs an answer shall have: a number, or what the answers have now. */
export type Target = number | 'least' | 'mean' | 'most';

export interface Balanced<T> {
  /** In the order they came; repetitions follow their pair. */
  pairs: T[];
  target: number;
  /** Pairs left out, and copies added. */
  dropped: number;
  added: number;
}

/** @param seed decides which pairs are left out or repeated; the same seed, the same result */
export function balance<T extends TextPair>(pairs: readonly T[], wanted: Target, seed: number): Balanced<T> {
  const byAnswer = new Map<string, number[]>();
  pairs.forEach(({ answer }, index) => {
    const indices = byAnswer.get(answer);
    if (indices) indices.push(index);
    else byAnswer.set(answer, [index]);
  });
  const sizes = [...byAnswer.values()].map((indices) => indices.length);
  const target = targetOf(wanted, sizes);

  const copies = new Int32Array(pairs.length);
  [...byAnswer.values()].forEach((indices, nth) => {
    const order = Int32Array.from(indices);
    new Rng(seed, nth).shuffle(order);
    for (let i = 0; i < target; i++) copies[order[i % order.length]!]!++;
  });
  const balanced = pairs.flatMap((pair, index) => new Array<T>(copies[index]!).fill(pair));
  const dropped = copies.filter((count) => count === 0).length;
  return { pairs: balanced, target, dropped, added: balanced.length - (pairs.length - dropped) };
}

function targetOf(wanted: Target, sizes: number[]): number {
  if (typeof wanted === 'number') return wanted;
  if (wanted === 'least') return Math.min(...sizes);
  if (wanted === 'most') return Math.max(...sizes);
  return Math.round(sizes.reduce((a, b) => a + b, 0) / sizes.length);
}
