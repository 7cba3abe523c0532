import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/trainer/pace.js';
import { scatter } from '../../src/trainer/sample.js';
import { atOnce } from '../../src/seams/slices.js';

/** 60 s for data of so many examples, in steps of 100; 2 s were spent on preparing it. */
function pace(examples: number): { pace: Pace; at: (ms: number) => void } {
  let now = 2000;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const made = new Pace({ startedMs: 0, timeMs: 60_000, examples, batch: 100, clock });
  made.begin();
  return { pace: made, at: (ms) => void (now = ms) };
}

describe('the pace of a run by the clock', () => {
  it('takes small data as it is, and plans as many epochs as fit before what is reserved', () => {
    const { pace: small, at } = pace(1000);
    expect(small.most).toBe(0);
    expect(small.leftMs).toBe(55_000);
    at(3000);
    small.done(1000);
    // 5 % of the time are kept for the end, and an epoch takes a second.
    expect(small.epochsLeft()).toBe(54);
    expect(small.most).toBe(0);
    expect(small.rounds).toBe(1);
  });

  it('finds out the pace with a part of large data, and makes epochs of 1/24 of the time', () => {
    const { pace: large, at } = pace(1_000_000);
    expect(large.most).toBe(6400);
    at(2640);
    large.done(6400);
    expect(large.epochsLeft()).toBe(21);
    expect(large.most).toBe(25_000);
    expect(large.rounds).toBe(0.0064);
  });

  it('never makes an epoch of fewer than eight steps', () => {
    const { pace: slow, at } = pace(1_000_000);
    at(42_000);
    slow.done(6400);
    expect(slow.epochsLeft()).toBe(3);
    expect(slow.most).toBe(800);
  });

  it('is over before the time is, and must end before it, too', () => {
    const { pace: any, at } = pace(1000);
    at(56_999);
    expect([any.isOver, any.mustEnd]).toEqual([false, false]);
    at(57_000);
    expect([any.isOver, any.mustEnd]).toEqual([true, false]);
    at(58_500);
    expect([any.isOver, any.mustEnd]).toEqual([true, true]);
  });

  it('reserves what the last score and program took, at most half of the time', () => {
    const { pace: any } = pace(1000);
    any.reserve(1000);
    expect(any.leftMs).toBe(55_000);
    any.reserve(9500);
    expect(any.leftMs).toBe(48_000);
    any.reserve(90_000);
    expect(any.leftMs).toBe(28_000);
  });

  it('scores as long as all scores take a fifth of the time', () => {
    const { pace: any } = pace(1000);
    expect([any.mayScore(0, 10), any.mayScore(1200, 10), any.mayScore(1201, 10)]).toEqual([true, true, false]);
  });
});

describe('a sample', () => {
  it.each([0, 1, 2, 3, 5, 8, 100, 255, 256, 257, 1000])(
    'of %i items is all of them, once, if it is not late',
    (count) => {
      const seen: number[] = [];
      atOnce(
        scatter(
          count,
          () => false,
          (item) => void seen.push(item),
        ),
      );
      expect(seen.sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    },
  );

  it('is spread evenly over all where it is late', () => {
    const tenths = new Array<number>(10).fill(0);
    atOnce(
      scatter(
        100_000,
        () => true,
        (item) => void tenths[Math.floor(item / 10_000)]!++,
      ),
    );
    expect(tenths.reduce((a, b) => a + b)).toBe(256);
    for (const count of tenths) expect(Math.abs(count - 25.6)).toBeLessThan(2);
  });
});
