import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { atOnce, eachSliced, inSlices, mapSliced, SLICE_MS, type Slices } from '../../src/seams/slices.js';

/** A clock of which each look takes a millisecond, and how often somebody slept. */
function slowClock(): { now: () => number; sleep: () => Promise<void>; slept: number } {
  let now = 0;
  const clock = { now: () => now++, sleep: async () => void clock.slept++, slept: 0 };
  return clock;
}

function* counting(to: number): Slices<number> {
  for (let i = 0; i < to; i++) yield;
  return to;
}

describe('work in slices', () => {
  it('comes to the same at once and with rests', async () => {
    const clock = slowClock();
    expect(atOnce(counting(500))).toBe(500);
    expect(await inSlices(counting(500), { clock })).toBe(500);
    expect(clock.slept).toBeGreaterThanOrEqual(Math.floor(500 / SLICE_MS) - 1);
    expect(atOnce(mapSliced([3, 4, 5], (item, index) => item * index))).toEqual([0, 4, 10]);
    const seen: number[] = [];
    expect([...eachSliced(Array(300).keys(), (item) => void seen.push(item))]).toHaveLength(2);
    expect(seen).toHaveLength(300);
  });

  it('lets timers and signals through, however long it is', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(inSlices(counting(Infinity), { clock: nodeClock, signal: abort.signal })).rejects.toThrow('enough');
  });

  it('ends with what a look finds', async () => {
    const look = (): void => {
      throw new Error('late');
    };
    await expect(inSlices(counting(Infinity), { clock: slowClock(), look })).rejects.toThrow('late');
  });
});
