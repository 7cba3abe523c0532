/** Are the intervals honest? Boards whose clock is known, measured through all kinds of lines, by chance but seeded. */
import { beforeAll, describe, expect, it } from 'vitest';
import { emulatorTarget } from '../../src/emu/target.js';
import { Metronome, type Beat } from '../../src/hil/metronome.js';
import { robustFit, student95, type Row } from '../../src/hil/regression.js';
import { estimateClock, quotientError, relativeWidth, type ClockEstimate, type Run } from '../../src/hil/timing.js';
import { seeded } from '../random.js';
import { METRONOME } from './programs.js';

let beats: Beat[];
beforeAll(async () => {
  const emulator = emulatorTarget();
  for await (const _ of emulator.load(METRONOME));
  const player = new Metronome(emulator);
  await player.start();
  beats = await player.play();
});

type LineKind = 'exact' | 'jitter' | 'timer' | 'timer and stalls' | 'a board that is starved';
const GOLDEN = 0.618034;
const TIMER_MS = 16;
/** Of the board's console for a character. */
const CONSOLE = { tStates: 344, fetches: 43 };

/** @param waitsOf of each round, where they are not all the same */
function measure(
  mhz: number,
  waits: number,
  kind: LineKind,
  seed: number,
  waitsOf: number[] = Array<number>(5).fill(waits),
): ClockEstimate {
  const random = seeded(1_000 * seed + 10 * mhz + waits);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let at = 0;
  const runs = waitsOf.map((waits, round): Run => {
    at += 3 + TIMER_MS * (((seed * 31 + round) * GOLDEN) % 1);
    const began = at;
    let lostMs = 0;
    let isStarved = random() < 0.5;
    const stamps = beats.map(({ tStates, fetches }, k) => {
      const cycles = (b: { tStates: number; fetches: number }): number => b.tStates + waits * b.fetches;
      const sinceBegan = cycles({ tStates, fetches }) - cycles(beats[0]!) + k * cycles(CONSOLE);
      if (kind === 'a board that is starved' && k > 0) {
        if (random() < 0.1) isStarved = !isStarved;
        if (isStarved)
          lostMs += (0.6 * random() * (cycles({ tStates, fetches }) - cycles(beats[k - 1]!))) / (1_000 * mhz);
      }
      let ms = began + sinceBegan / (1_000 * mhz) + lostMs;
      if (kind === 'jitter') ms += 2 * normal();
      if (kind.startsWith('timer')) ms = TIMER_MS * Math.ceil(ms / TIMER_MS);
      if (kind === 'timer and stalls' && random() < 0.05) ms += -20 * Math.log(1 - random());
      // What is late holds up what is behind it.
      return { atMs: (at = Math.max(at, ms)), tStates, fetches };
    });
    return { kind: 'metronome', stamps };
  });
  return estimateClock(runs)!;
}

const CLOCKS = [1, 2, 4, 7.3728, 18.432];
const KINDS = ['exact', 'jitter', 'timer', 'timer and stalls'] as const;

describe('the intervals', () => {
  it('hold the clock and the wait states in 95 of 100 cases, and no wrong number of them is named', () => {
    let cases = 0;
    let clocks = 0;
    let waitStates = 0;
    for (const kind of KINDS)
      for (const mhz of CLOCKS)
        for (const waits of [0, 1, 2])
          for (let seed = 0; seed < (kind === 'exact' ? 1 : 2); seed++) {
            const { hz, waitStates: w, doubt } = measure(mhz, waits, kind, seed);
            if (doubt !== undefined) continue;
            cases++;
            if (hz.low <= mhz * 1e6 && mhz * 1e6 <= hz.high) clocks++;
            if (w!.low - 1e-3 <= waits && waits <= w!.high + 1e-3) waitStates++;
            expect([undefined, waits], `${mhz} MHz, ${waits}, ${kind}, ${seed}`).toContain(w!.whole);
            // Honest, and still worth something.
            expect(relativeWidth(hz)).toBeLessThan(0.03);
          }
    expect(cases).toBeGreaterThan(95);
    expect(clocks / cases).toBeGreaterThanOrEqual(0.95);
    expect(waitStates / cases).toBeGreaterThanOrEqual(0.95);
  });

  it('says of a board that was starved that its clock cannot be told, rather than a number', () => {
    const doubts = CLOCKS.map((mhz, seed) => measure(mhz, 0, 'a board that is starved', seed).doubt);
    for (const doubt of doubts) expect(doubt).toMatch(/is this computer busy\?|do not agree/);
  });

  it('takes no whole number of wait states for certain while another one is in question', () => {
    const { waitStates } = measure(7.3728, 1, 'exact', 1, [0, 1, 2, 0, 2]);
    expect(waitStates!.value).toBeCloseTo(1, 1);
    expect(waitStates!.high - waitStates!.low).toBeGreaterThan(1);
    expect(waitStates!.whole).toBeUndefined();
  });
});

describe('the error of a quotient', () => {
  const covariance = (rho: number): number[][] => [
    [0.04, rho * 0.2 * 0.3],
    [rho * 0.2 * 0.3, 0.09],
  ];

  it('has a covariance with the sign that makes errors cancel which go together', () => {
    // T and M vary as one, by 1 % and 1 %: their quotient does not at all.
    expect(quotientError(1.5, 20, covariance(1))).toBeCloseTo(0, 12);
    expect(quotientError(1.5, 20, covariance(0))).toBeCloseTo(Math.sqrt(0.09 + 2.25 * 0.04) / 20, 12);
    expect(quotientError(1.5, 20, covariance(-1))).toBeCloseTo(0.6 / 20, 12);
    expect(quotientError(-1.5, 20, covariance(1))).toBeCloseTo(0.6 / 20, 12);
  });

  it('is what many measurements show, with two columns that depend on each other', () => {
    const random = seeded(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const found: { w: number; error: number; runError: number }[] = [];
    for (let n = 0; n < 150; n++) {
      const rows = Array.from({ length: 96 }, (_, i): Row => {
        const [t, m] = [i % 12, i % 12 < 6 ? 0.3 * (i % 12) : 1.8 + 1.1 * ((i % 12) - 6)];
        return { run: Math.floor(i / 12), group: i, x: [t, m], y: 10 * t + 5 * m + normal() };
      });
      const { coefficients, covariance: over, runCovariance } = robustFit(rows)!;
      const w = coefficients[1]! / coefficients[0]!;
      found.push({
        w,
        error: quotientError(w, coefficients[0]!, over),
        runError: quotientError(w, coefficients[0]!, runCovariance),
      });
    }
    const mean = found.reduce((sum, { w }) => sum + w, 0) / found.length;
    const deviation = Math.sqrt(found.reduce((sum, { w }) => sum + (w - mean) ** 2, 0) / (found.length - 1));
    const average = (of: 'error' | 'runError'): number => found.reduce((sum, one) => sum + one[of], 0) / found.length;
    expect(mean).toBeCloseTo(0.5, 1);
    // The other sign would give twice as much.
    expect(average('error') / deviation).toBeGreaterThan(0.85);
    expect(average('error') / deviation).toBeLessThan(1.2);
    expect(average('runError') / deviation).toBeGreaterThan(0.8);
    expect(average('runError') / deviation).toBeLessThan(1.2);
  });
});

describe('errors over runs', () => {
  it('see what the stamps of a run have in common, which errors over stamps do not', () => {
    // Each run has a slope of its own: 3, give or take.
    const slopes = [2.8, 3.3, 2.7, 3.1, 3.2, 2.9];
    const rows = slopes.flatMap((slope, run) =>
      Array.from({ length: 40 }, (_, i): Row => ({ run, group: i, x: [i], y: slope * i })),
    );
    const { coefficients, covariance, runCovariance } = robustFit(rows)!;
    expect(coefficients[0]).toBeCloseTo(3, 1);
    const half = student95(slopes.length - 1) * Math.sqrt(runCovariance[0]![0]!);
    expect(half).toBeGreaterThan(0.15);
    expect(half).toBeLessThan(0.35);
    expect(Math.sqrt(covariance[0]![0]!)).toBeLessThan(0.3 * Math.sqrt(runCovariance[0]![0]!));
  });

  it.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
  ])("Student's t for %i degrees of freedom is large", (freedom, t) => {
    expect(student95(freedom)).toBe(t);
  });
});
