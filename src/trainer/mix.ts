/**
 * Mixed questions (mixup, Zhang et al. 2018): now and then an example is asked with a part of another question in it,
 * and its answer should be as much of the other answer as its question is of the other question:
 *
 *     7/8 "is it big"  +  1/8 "can it fly"    →    7/8 YES, 1/8 NO
 *
 * So the network has to go evenly from one known question to the next, instead of anyhow in between, where unseen
 * questions lie. It is done where answers begin: from there on they follow from the characters before.
 */
import { COUNT_SCALE } from '../model/encoder.js';
import type { Examples } from './examples.js';
import { STREAM } from './memory.js';
import type { Recipe } from './recipe.js';
import { Rng } from './rng.js';

/** For each example of a shard. */
export interface Mixes {
  /** What the example itself is of what is asked: 1 if it is alone, else from a half up. */
  kept: Float32Array;
  /** The example that is the rest of it. */
  partner: Int32Array;
}

/** Contexts are numbered as they come up, and the first is that of an answer not begun. */
const BEGIN = 0;

export class Mixer {
  /** The examples where an answer begins: one a question. */
  readonly #begins: Int32Array;

  constructor(
    readonly examples: Examples,
    readonly recipe: Recipe,
    readonly seed: number,
  ) {
    this.#begins = Int32Array.from(examples.context.keys()).filter((example) => examples.context[example] === BEGIN);
  }

  /** @param draw names the random numbers of the shard's step */
  mix(rows: Int32Array, draw: number): Mixes {
    const mixes = unmixed(rows.length);
    if (this.recipe.mixed === 0) return mixes;
    const rng = new Rng(this.seed, STREAM.mix, draw);
    rows.forEach((example, column) => {
      if (this.examples.context[example] !== BEGIN || rng.float() >= this.recipe.mixed) return;
      mixes.partner[column] = this.#begins[rng.below(this.#begins.length)]!;
      // In steps of 1 / 32, so that counts times 32 stay whole numbers and the integer pass stays exact.
      mixes.kept[column] = 1 - rng.below(COUNT_SCALE / 2 + 1) / COUNT_SCALE;
    });
    return mixes;
  }
}

export function unmixed(examples: number): Mixes {
  return { kept: new Float32Array(examples).fill(1), partner: new Int32Array(examples) };
}
