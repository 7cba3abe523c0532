import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/trainer/rng.js';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

describe('random numbers', () => {
  it.each([
    // By sfc32 of PractRand, written in another language, a dozen rounds after these seeds.
    [[], [1363572419, 145230303, 808754475, 4216505632]],
    [[5], [3789822052, 3660117497, 1327574543, 2343631333]],
    [
      [1, 2, 3],
      [1936341825, 3001364500, 1029104839, 3987121759],
    ],
    [
      [0xffffffff, 7, 0x80000000],
      [571936197, 499248937, 2419018985, 3801100983],
    ],
  ])('are the same everywhere, from seeds %j', (seeds, wanted) => {
    const rng = new Rng(...seeds);
    expect(draw(4, () => rng.uint32())).toEqual(wanted);
  });

  it('are shares of 1, and whole numbers below one', () => {
    const [float, below] = [new Rng(1, 2, 3), new Rng(1, 2, 3)];
    expect(draw(2, () => float.float())).toEqual([1936341825 / 2 ** 32, 3001364500 / 2 ** 32]);
    expect(draw(8, () => below.below(10))).toEqual([4, 6, 2, 9, 0, 2, 0, 8]);
  });

  it('shuffle all, or the first so many', () => {
    const all = Int32Array.from({ length: 8 }, (_, i) => i);
    const first = all.slice();
    new Rng(1, 2, 3).shuffle(all);
    expect([...all]).toEqual([5, 2, 7, 0, 6, 1, 4, 3]);
    new Rng(1, 2, 3).shuffle(first, 4);
    expect([...first]).toEqual([3, 0, 2, 1, 4, 5, 6, 7]);
  });
});
