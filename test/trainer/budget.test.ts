import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { encodeModel } from '../../src/model/npz.js';
import type { Network } from '../../src/model/network.js';
import { excess, nextPressure, type Budget } from '../../src/trainer/budget.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/trainer/checkpoint.js';
import type { TrainDone } from '../../src/trainer/events.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';

const PAIRS = ['is it big', 'is it red', 'can it fly', 'has it legs', 'is it old', 'do you eat it'].map(
  (question, i) => ({ question, answer: ['YES', 'NO', 'MAYBE'][i % 3]! }),
);

/** A byte a weight that is not zero. */
function bytesOf({ layers }: Network): number {
  return layers.reduce((sum, { weights }) => sum + weights.filter((w) => w !== 0).length, 0);
}

const LIMITS: Budget = {
  limits: { bytes: 900, tStates: 9000 },
  costOf: (network) => ({ bytes: bytesOf(network), tStates: 10 * bytesOf(network) }),
};
const OPTIONS = {
  pairs: PAIRS,
  hidden: [16],
  epochs: 600,
  recipe: { shrink: 0.05 },
  backend: 'wasm',
  clock: nodeClock,
} as const;

async function run(options: TrainOptions, stopAfter?: number): Promise<TrainDone> {
  const abort = new AbortController();
  for await (const event of train({ ...options, signal: abort.signal })) {
    if (event.type === 'epoch' && event.epoch === stopAfter) abort.abort();
    if (event.type === 'done') return event;
  }
  throw new Error('no end');
}

describe('excess', () => {
  it('is that of the limit which is furthest from being kept', () => {
    const cost = { bytes: 300, tStates: 500 };
    expect(excess(cost, {})).toBe(0);
    expect(excess(cost, { bytes: 400 })).toBe(0.75);
    expect(excess(cost, { bytes: 301 }), 'filled up').toBe(0.99);
    expect(excess(cost, { bytes: 200, tStates: 1000 })).toBe(1.5);
    expect(excess(cost, { bytes: 300, tStates: 250 })).toBe(2);
  });
});

describe('nextPressure', () => {
  it('follows the excess within bounds, and is never less than the recipe asks for', () => {
    expect(nextPressure(2, 0.99)).toBe(2);
    expect(nextPressure(2, 0.99 * 1.1)).toBeCloseTo(2 * 1.1 ** 3);
    expect(nextPressure(2, Infinity)).toBeCloseTo(2.7);
    expect(nextPressure(2, 0.5)).toBeCloseTo(2 / 1.35);
    expect(nextPressure(1, 0.5)).toBe(1);
    expect(nextPressure(11, 5)).toBe(12);
  });
});

describe('training towards limits', () => {
  it('keeps them, and as much of the answers as without', async () => {
    const free = await run(OPTIONS);
    expect(free.cost).toBeUndefined();
    expect(free.nonZero).toBeGreaterThan(1000);

    const kept = await run({ ...OPTIONS, budget: LIMITS });
    expect(kept.kept).toBe(true);
    expect(kept.cost).toEqual({ bytes: kept.nonZero, tStates: 10 * kept.nonZero });
    expect(kept.nonZero).toBeLessThanOrEqual(900);
    expect(kept.training.answers).toBe(1);

    const cannot = await run({ ...OPTIONS, epochs: 20, budget: { ...LIMITS, limits: { bytes: 1 } } });
    expect(cannot.kept).toBe(false);
  });

  it('goes on after a break to the same bytes', async () => {
    const options = { ...OPTIONS, epochs: 120, budget: LIMITS };
    const { checkpoint } = await run(options, 60);
    expect(checkpoint!.pressure).toBeGreaterThan(1);
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoint!), 'x.ckpt');
    const resumed = await run({ ...options, resume });
    const whole = await run({ ...options, workers: 2 });
    expect(Buffer.from(encodeModel(resumed.network)).equals(encodeModel(whole.network))).toBe(true);
    expect(resumed.checkpoint!.latent).toEqual(whole.checkpoint!.latent);
    await expect(run({ ...OPTIONS, resume })).rejects.toThrow('the checkpoint is of a run towards limits');
  });
});
