import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/model/npz.js';
import type { Network } from '../../src/model/network.js';
import { excess, nextPressure, type Budget } from '../../src/trainer/budget.js';
import { decodeCheckpoint, encodeCheckpoint, type FreeCheckpoint } from '../../src/trainer/checkpoint.js';
import { SMALL_RUN, runToEnd } from './small-run.js';

/** A byte a weight that is not zero. */
function bytesOf({ layers }: Network): number {
  return layers.reduce((sum, { weights }) => sum + weights.filter((w) => w !== 0).length, 0);
}

/** Below what is needed without limits, and in reach for every seed: a CPU that rounds otherwise is no other result. */
const MOST = 1000;
const LIMITS: Budget = {
  limits: { bytes: MOST, tStates: 10 * MOST },
  costOf: (network) => ({ bytes: bytesOf(network), tStates: 10 * bytesOf(network) }),
};
const OPTIONS = {
  ...SMALL_RUN,
  epochs: 600,
  recipe: { shrink: 0.05 },
} as const;

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
    const free = await runToEnd(OPTIONS);
    expect(free.cost).toBeUndefined();
    expect(free.nonZero).toBeGreaterThan(MOST);

    const kept = await runToEnd({ ...OPTIONS, budget: LIMITS });
    expect(kept.kept).toBe(true);
    expect(kept.cost).toEqual({ bytes: kept.nonZero, tStates: 10 * kept.nonZero });
    expect(kept.nonZero).toBeLessThanOrEqual(MOST);
    expect(kept.training.answers).toBe(1);

    const cannot = await runToEnd({ ...OPTIONS, epochs: 20, budget: { ...LIMITS, limits: { bytes: 1 } } });
    expect(cannot.kept).toBe(false);
  });

  it('goes on after a break to the same bytes', async () => {
    const options = { ...OPTIONS, epochs: 120, budget: LIMITS };
    const { checkpoint } = await runToEnd(options, 60);
    expect(checkpoint).toMatchObject({ kind: 'free' });
    expect((checkpoint as FreeCheckpoint).pressure).toBeGreaterThan(1);
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoint!), 'x.ckpt');
    const resumed = await runToEnd({ ...options, resume });
    const whole = await runToEnd({ ...options, workers: 2 });
    expect(Buffer.from(encodeModel(resumed.network)).equals(encodeModel(whole.network))).toBe(true);
    expect(resumed.checkpoint!.latent).toEqual(whole.checkpoint!.latent);
    await expect(runToEnd({ ...OPTIONS, resume })).rejects.toThrow('the checkpoint is of a run towards limits');
  });
});
