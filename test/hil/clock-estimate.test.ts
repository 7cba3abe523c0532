/** From stamps to a clock: where the truth is known. */
import { describe, expect, it } from 'vitest';
import {
  boardCycles,
  estimateClock,
  queuedMs,
  relativeWidth,
  type ClockEstimate,
  type Run,
} from '../../src/hil/timing.js';

const HZ = 4_000_000;
const CONSOLE = { metronome: 400, answer: 1_000 };
/** Errors of stamps, ms: of no pattern that T-states, fetches or places have. */
const ERRORS = [0.11, -0.07, 0.02, 0.13, -0.12, -0.04, 0.09, -0.1, 0.05, -0.02, 0.08, -0.13];

/** Runs whose fetches are a quarter of the T-states, or less the longer they last; w wait states on the board. */
function runs(w: number, kinds: readonly Run['kind'][], error = 1): Run[] {
  return kinds.map((kind, run) => {
    const stamps = Array.from({ length: 10 }, (_, k) => {
      const tStates = 5_000 + 30_000 * k + 7_000 * ((k * (run + 3)) % 5);
      const fetches = 900 + (run % 2 === 0 ? tStates / 4 : tStates / 16 + 500 * (k % 3));
      const cycles = tStates + w * fetches + CONSOLE[kind] * k;
      return { atMs: 1_000 * run + (1_000 * cycles) / HZ + error * ERRORS[(run * 5 + k) % 12]!, tStates, fetches };
    });
    return { kind, stamps };
  });
}
const BOTH = ['metronome', 'metronome', 'answer', 'answer'] as const;

describe('the clock from metronome and answers', () => {
  it('is exact where the stamps are, with wait states and the time of both consoles', () => {
    for (const w of [0, 1, 2.5]) {
      const estimate = estimateClock(runs(w, BOTH, 0))!;
      expect(estimate.hz.value / HZ).toBeCloseTo(1, 9);
      expect(estimate.waitStates!.value).toBeCloseTo(w, 6);
      expect(estimate.waitStates!.whole).toBe(w === 2.5 ? undefined : w);
      expect(estimate.consoleTStates.metronome!.value).toBeCloseTo(400, 4);
      expect(estimate.consoleTStates.answer!.value).toBeCloseTo(1_000, 4);
      expect(estimate).toMatchObject({ stamps: 40, outliers: 0, residualMs: 0.001 });
    }
  });

  it('lies within its intervals, and so do wait states and consoles', () => {
    const { hz, waitStates, consoleTStates } = estimateClock(runs(2.5, BOTH))!;
    const truths = [HZ, 2.5, 400, 1_000];
    [hz, waitStates!, consoleTStates.metronome!, consoleTStates.answer!].forEach(({ value, low, high }, i) => {
      expect(low).toBeLessThan(value);
      expect(value).toBeLessThan(high);
      expect(low).toBeLessThan(truths[i]!);
      expect(truths[i]).toBeLessThan(high);
    });
    for (const { value, low, high } of [waitStates!, consoleTStates.metronome!, consoleTStates.answer!])
      expect((high + low) / 2).toBeCloseTo(value, 6);
    // Of a time: f = 1 / T.
    expect((1 / hz.high + 1 / hz.low) / 2).toBeCloseTo(1 / hz.value, 15);
  });

  it('never takes fewer wait states than none for a whole number', () => {
    const whole = (w: number): number | undefined => estimateClock(runs(w, BOTH, 0))!.waitStates!.whole;
    expect([2, 0.3, 0.7, -0.9, -1].map(whole)).toEqual([2, undefined, undefined, undefined, undefined]);
  });

  it('knows one console where only the metronome was played', () => {
    const { consoleTStates } = estimateClock(runs(1, ['metronome', 'metronome'], 0))!;
    expect(consoleTStates.metronome!.value).toBeCloseTo(400, 4);
    expect(consoleTStates.answer).toBeUndefined();
  });
});

describe('the clock from answers alone', () => {
  it('is by characters that took 20,000 T-states at least, and has neither wait states nor a console', () => {
    const stamps = [0, 20_000, 39_999, 59_999, 90_000].map((tStates, k) => ({
      // What came too soon is late on the line.
      atMs: tStates / 4_000 + (k === 2 ? 500 : 0),
      tStates,
      fetches: 0,
    }));
    const { hz, waitStates, consoleTStates, stamps: used } = estimateClock([{ kind: 'answer', stamps }])!;
    expect(hz.value / HZ).toBeCloseTo(1, 9);
    expect(used).toBe(4);
    expect([waitStates, consoleTStates.metronome, consoleTStates.answer]).toEqual([undefined, undefined, undefined]);
  });

  it('is none of nothing, nor of stamps that go back', () => {
    expect(estimateClock([])).toBeUndefined();
    expect(estimateClock([{ kind: 'metronome', stamps: [] }])).toBeUndefined();
    const stamps = [0, 30_000, 60_000].map((tStates) => ({ atMs: -tStates, tStates, fetches: 0 }));
    expect(estimateClock([{ kind: 'answer', stamps }])).toBeUndefined();
  });
});

describe('what follows from it', () => {
  const interval = (value: number): { value: number; low: number; high: number } => ({
    value,
    low: value,
    high: value,
  });
  const estimate = (changes: Partial<ClockEstimate>): ClockEstimate => ({
    hz: interval(HZ),
    waitStates: undefined,
    consoleTStates: { metronome: undefined, answer: undefined },
    residualMs: 0,
    stamps: 0,
    outliers: 0,
    doubt: undefined,
    ...changes,
  });

  it('cycles of the board: each fetch by the whole wait states, else by those measured, else by none', () => {
    const waits = { ...interval(1.1), whole: 1 };
    expect(boardCycles(estimate({ waitStates: waits }), 100, 10)).toBe(110);
    expect(boardCycles(estimate({ waitStates: { ...waits, whole: undefined } }), 100, 10)).toBe(111);
    expect(boardCycles(estimate({}), 100, 10)).toBe(100);
  });

  it('half the width of an interval, as a share', () => {
    expect(relativeWidth({ value: 10, low: 9, high: 12 })).toBe(0.15);
    expect(relativeWidth({ value: -10, low: 9, high: 12 })).toBe(0.15);
  });

  it('what a character waits on the line: what the console does not use of it', () => {
    const consoles = { metronome: interval(400), answer: interval(2_000) };
    expect(queuedMs(estimate({ consoleTStates: consoles }), 1)).toBeCloseTo(0.9, 9);
    expect(queuedMs(estimate({ consoleTStates: { ...consoles, metronome: undefined } }), 1)).toBeCloseTo(0.5, 9);
    expect(queuedMs(estimate({}), 1)).toBe(1);
    expect(queuedMs(estimate({ consoleTStates: consoles }), 0.05)).toBe(0);
    expect(queuedMs(estimate({ consoleTStates: { ...consoles, metronome: interval(-400) } }), 1)).toBe(1);
  });
});
