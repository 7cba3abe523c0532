/** A bad line: characters flipped, dropped and doubled at random, the same way for the same seed. */
export interface NoiseOptions {
  /** Chances per character, 0 to 1. */
  flip?: number;
  drop?: number;
  duplicate?: number;
  seed: number;
}

/** What comes out at the far end for one character: none, itself, itself with one bit wrong, or twice. */
export type Noise = (byte: number) => readonly number[];

export const noNoise: Noise = (byte) => [byte];

export function createNoise({ flip = 0, drop = 0, duplicate = 0, seed }: NoiseOptions): Noise {
  const random = mulberry32(seed);
  return (byte) => {
    if (random() < drop) return [];
    const arrived = random() < flip ? byte ^ (1 << Math.floor(random() * 8)) : byte;
    return random() < duplicate ? [arrived, arrived] : [arrived];
  };
}

/** A small generator of numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
