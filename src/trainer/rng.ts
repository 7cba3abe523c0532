/**
 * The trainer's own random numbers, so that a seed means the same run everywhere. Nothing in the trainer may use
 * Math.random, nor any TensorFlow.js operation that draws numbers of its own.
 *
 * The generator is sfc32 (Chris Doty-Humphrey's Small Fast Counting RNG from PractRand): 32-bit integer steps only.
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seeds up to three whole numbers that name the stream, such as (seed, purpose, epoch) */
  constructor(...seeds: number[]) {
    this.#a = seeds[0] ?? 0;
    this.#b = seeds[1] ?? 0;
    this.#c = seeds[2] ?? 0;
    // PractRand's own start: a dozen rounds until every seed bit has reached every state bit.
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** In [0, 1), with 32 bits. */
  float(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.float() * below);
  }

  /** Fisher and Yates: the first `length` entries in random order. */
  shuffle(values: Int32Array, length = values.length): void {
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i]!;
      values[i] = values[j]!;
      values[j] = kept;
    }
  }
}
