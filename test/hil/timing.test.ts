import { describe, expect, it } from 'vitest';
import { emulatorTarget } from '../../src/emu/target.js';
import { askAll } from '../../src/hil/turns.js';
import { changeSince, historyText, readHistory, type HistoryEntry } from '../../src/hil/history.js';
import { robustFit, student95, type Row } from '../../src/hil/regression.js';
import { readEffectiveHz } from '../../src/hil/timing-file.js';
import { timingHtml } from '../../src/hil/timing-html.js';
import { timingRows, timingSentence } from '../../src/hil/timing-words.js';
import { timeRun, type TimingReport } from '../../src/hil/timing-run.js';
import { estimateClock, relativeWidth, type Run } from '../../src/hil/timing.js';
import type { Program } from '../../src/seams/target.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { VirtualLine, type VirtualLineOptions } from '../fakes/virtual-board-link.js';
import { METRONOME, TALKER, TIMED_TALKER } from './programs.js';

const QUESTIONS = ['is it big', 'why', 'can people live in it'];

async function time(
  options: VirtualLineOptions,
  changes: { metronome?: boolean; talker?: Program } = {},
): Promise<TimingReport> {
  const { talker = TALKER } = changes;
  const line = new VirtualLine({ ...options, files: [METRONOME, talker] });
  await line.sleep(1_000);
  let program = METRONOME.name;
  const target = boardTarget(line, romwbwDriver(), line);
  const board = {
    ...target,
    // The programs are on the RAM disk: what is started is what was last "loaded".
    load: async function* (loaded: { name: string }) {
      program = loaded.name;
      yield* [];
    },
    start: (tail: string) => boardTarget(line, romwbwDriver(), line, { program }).start(tail),
  };
  const run = timeRun({
    board,
    emulator: emulatorTarget(),
    program: talker,
    metronome: changes.metronome === false ? undefined : METRONOME,
    script: askAll(QUESTIONS),
    repeat: 2,
    load: true,
    clock: line,
    baud: 115_200,
  });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value!;
  }
}

describe('the clock of the virtual board', () => {
  const boards = [
    { mhz: 1, waitStates: 2, latency: 'timer' },
    { mhz: 2, waitStates: 1, latency: 'none' },
    { mhz: 4, waitStates: 0, latency: 'constant' },
    { mhz: 7.3728, waitStates: 0, latency: 'timer' },
    { mhz: 7.3728, waitStates: 1, latency: 'timer' },
    { mhz: 18.432, waitStates: 1, latency: 'none' },
    { mhz: 18.432, waitStates: 0, latency: 'timer' },
  ] as const;

  it.each(boards)(
    'of $mhz MHz with $waitStates wait states, latency 16 ms: $latency',
    async ({ mhz, waitStates, latency }) => {
      const report = await time({
        clockHz: mhz * 1e6,
        waitStates,
        ...(latency !== 'none' && { latency: { kind: latency, ms: 16 } }),
      });
      const { hz, waitStates: w } = report.clock;
      expect(Math.abs(hz.value / (mhz * 1e6) - 1)).toBeLessThan(0.005);
      expect(w!.whole).toBe(waitStates);
      expect(relativeWidth(hz)).toBeLessThan(0.005);
      // The interval is honest: the truth is in it.
      expect(hz.low).toBeLessThan(mhz * 1e6);
      expect(hz.high).toBeGreaterThan(mhz * 1e6);
      expect(report.clock.doubt).toBeUndefined();
      expect(Math.abs(report.perCharacter.off)).toBeLessThan(latency === 'timer' ? 0.02 : 0.001);
    },
  );

  it('counts what the console takes for a character, and what the line costs', async () => {
    const { clock, perCharacter, line } = await time({ clockHz: 7_372_800, latency: { kind: 'constant', ms: 16 } });
    expect(Math.round(clock.consoleTStates.metronome!.value)).toBe(344);
    expect(perCharacter.consoleShare).toBeCloseTo(344 / 7_372_800 / (perCharacter.measuredMs / 1000), 5);
    expect(line.charMs).toBeCloseTo(0.0868, 4);
    expect(line.latencyMs!.least).toBeGreaterThan(32);
    expect(line.latencyMs!.median).toBeLessThan(32.5);
    // A character takes 640 T-states of the line and 344 of the console: LF waits 296 for CR.
    expect(line.correctionMs).toBeCloseTo(296 / 7372.8, 4);
    expect(clock.residualMs).toBeLessThan(0.02);
  });

  it("uses the program's TIME mode where it has one: inference between its marks", async () => {
    expect((await time({}, { metronome: false })).bare).toBeUndefined();
    const { bare } = await time({ clockHz: 7_372_800 }, { talker: TIMED_TALKER });
    expect(bare).toMatchObject({ rounds: 1, inferences: 6 });
    expect(Math.abs(bare!.measuredMs / bare!.predictedMs - 1)).toBeLessThan(0.001);
  });

  it('comes right although the host is busy now and then', async () => {
    const stall = (ms: number): number => (ms % 3_000 < 60 ? 35 + (ms % 7) : 0);
    const { clock } = await time({ clockHz: 7_372_800, waitStates: 1, stall });
    expect(Math.abs(clock.hz.value / 7_372_800 - 1)).toBeLessThan(0.005);
    expect(clock.waitStates!.whole).toBe(1);
    expect(clock.outliers).toBeGreaterThan(0);
  });

  it('from answers alone is the effective one, and says nothing of wait states', async () => {
    const fast = await time({ clockHz: 7_372_800 }, { metronome: false });
    expect(Math.abs(fast.clock.hz.value / 7_372_800 - 1)).toBeLessThan(0.002);
    expect(fast.clock.waitStates).toBeUndefined();
    const slow = await time({ clockHz: 7_372_800, waitStates: 1 }, { metronome: false });
    const fetches = slow.perCharacter.fetches / slow.perCharacter.tStates;
    expect(Math.abs(slow.clock.hz.value / (7_372_800 / (1 + fetches)) - 1)).toBeLessThan(0.005);
  });
});

describe('reports', () => {
  it('are read by z80lm run --like', async () => {
    const report = await time({ clockHz: 7_372_800, waitStates: 1 });
    const file = Buffer.from(JSON.stringify(report));
    const { tStates, measuredMs } = report.perCharacter;
    expect(readEffectiveHz(file, 't.json')).toBe(Math.round((1000 * tStates) / measuredMs));
    expect(() => readEffectiveHz(Buffer.from('{}'), 't.json')).toThrow('the file is no timing');
    const doubted = { format: 'z80lm timing 1', effectiveHz: 4e6, clock: { doubt: 'too busy' } };
    expect(() => readEffectiveHz(Buffer.from(JSON.stringify(doubted)), 't.json')).toThrow("board's clock: too busy");
  });

  it('are one HTML file with a chart, and what run it was', async () => {
    // Of the bytes 1, 2, 3.
    const SHA256 = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';
    const html = await timingHtml(await time({ clockHz: 7_372_800 }), {
      at: new Date('2025-03-09T12:34:56Z'),
      version: '1.2.3',
      program: { name: 'X.COM', bytes: Uint8Array.of(1, 2, 3) },
      kind: 'RomWBW (XM)',
      asked: 'what p.txt says',
    });
    expect(html).toContain('this board runs at 7.37 MHz with no wait states');
    expect(html.match(/<svg /g)).toHaveLength(2);
    for (const said of [
      '2025-03-09 12:34 UTC',
      '1.2.3',
      'X.COM, 3 bytes',
      SHA256,
      'RomWBW (XM), 7.37 MHz measured',
      'what p.txt says',
    ])
      expect(html).toContain(said);
    expect(html).not.toMatch(/<script|<link|src=|url\(/);
  });
});

describe('the regression', () => {
  const rows = (noise: (i: number) => number): Row[] =>
    Array.from({ length: 60 }, (_, i) => ({
      run: Math.floor(i / 10),
      group: i,
      x: [i % 10, (i * 7) % 13],
      y: 100 * Math.floor(i / 10) + 3 * (i % 10) - 2 * ((i * 7) % 13) + noise(i),
    }));

  it('finds the coefficients, whatever the runs begin with', () => {
    const fit = robustFit(rows(() => 0))!;
    expect(fit.coefficients[0]).toBeCloseTo(3, 9);
    expect(fit.coefficients[1]).toBeCloseTo(-2, 9);
    expect(fit.outliers).toBe(0);
  });

  it('leaves out what is far off', () => {
    const fit = robustFit(rows((i) => (i % 9 === 4 ? 500 : 0.01 * Math.sin(i))))!;
    expect(fit.coefficients[0]).toBeCloseTo(3, 2);
    expect(fit.coefficients[1]).toBeCloseTo(-2, 2);
    expect(fit.outliers).toBe(7);
  });

  it('knows less where stamps came together', () => {
    const noise = (i: number): number => Math.sin(Math.floor(i / 5) * 1.7);
    const alone = robustFit(rows(noise))!;
    const together = robustFit(rows(noise).map((row, i) => ({ ...row, group: Math.floor(i / 5) })))!;
    expect(together.coefficients[0]).toBeCloseTo(alone.coefficients[0]!, 9);
    expect(together.covariance[0]![0]!).toBeGreaterThan(1.5 * alone.covariance[0]![0]!);
  });

  it('refuses columns that depend on each other', () => {
    expect(robustFit(rows(() => 0).map((row) => ({ ...row, x: [row.x[0]!, 2 * row.x[0]!] })))).toBeUndefined();
  });

  it.each([
    [5, 2.571],
    [10, 2.228],
    [100, 1.984],
  ])("knows Student's t for %i degrees of freedom", (freedom, t) => {
    expect(Math.abs(student95(freedom) / t - 1)).toBeLessThan(0.012);
  });
});

describe('words', () => {
  it('say it in one sentence', async () => {
    const report = await time({ clockHz: 7_372_800 });
    expect(timingSentence(report)).toBe(
      'this board runs at 7.37 MHz with no wait states; a character takes 68 ms; prediction off by 0.1 %',
    );
    expect(timingRows(report).map(([name]) => name)).toEqual([
      'clock', 'wait states', 'measured', 'predicted', 'console', 'line', 'stamps', 'like',
    ]); // prettier-ignore
    const { clock } = report;
    const waits = { value: 0.42, low: 0.4, high: 0.44, whole: undefined };
    expect(timingSentence({ ...report, clock: { ...clock, waitStates: waits } })).toContain(
      'with 0.42 T-states more than predicted per opcode fetch;',
    );
    expect(timingSentence({ ...report, clock: { ...clock, waitStates: { ...waits, whole: 1 } } })).toContain(
      'with 1 wait state;',
    );
    expect(timingSentence({ ...report, clock: { ...clock, waitStates: undefined } })).toContain('7.37 MHz; a');
  });
});

describe('the history', () => {
  const entry = (sha256: string, msPerCharacter: number, board = 'rc2014'): HistoryEntry => ({
    at: '2026-01-01T00:00:00.000Z', board, program: 'X.COM', sha256, bytes: 1, msPerCharacter,
    tStatesPerCharacter: 1, clockHz: 7_372_800,
  }); // prettier-ignore

  it('is read back, and says which line is none', () => {
    const entries = [entry('a', 40), { ...entry('b', 41), waitStates: 1 }];
    expect(readHistory(historyText(entries), 'h')).toEqual(entries);
    expect(() => readHistory(`${historyText(entries)}{}\n`, 'h.jsonl')).toThrow('the line is no timing');
  });

  it('warns when a change made it slower, on the same board', () => {
    const entries = [entry('a', 40), entry('b', 30), entry('c', 50, 'other')];
    expect(changeSince(entries, entry('c', 31))).toMatchObject({ verdict: 'slower', before: { sha256: 'b' } });
    expect(changeSince(entries, entry('c', 30.1))).toMatchObject({ verdict: 'as fast' });
    expect(changeSince(entries, entry('b', 30))).toMatchObject({ verdict: 'faster', before: { sha256: 'a' } });
    expect(changeSince(entries, entry('x', 1, 'new'))).toBeUndefined();
  });
});

describe('answers without a metronome', () => {
  /** Thought out in T-states, then six characters as fast as 115,200 baud takes them. */
  const answer = (thought: number): Run => {
    const firstMs = thought / 7372.8;
    const rest = Array.from({ length: 6 }, (_, i) => ({
      atMs: firstMs + 0.087 * (i + 1),
      tStates: thought + 300 * (i + 1),
      fetches: 0,
    }));
    return {
      kind: 'answer',
      stamps: [{ atMs: 0, tStates: 0, fetches: 0 }, { atMs: firstMs, tStates: thought, fetches: 0 }, ...rest],
    };
  };

  it('tell the clock by what was thought out, not by what the line holds back', () => {
    const { hz } = estimateClock([60_000, 90_000, 45_000, 120_000, 75_000, 30_000].map(answer))!;
    expect(hz.value / 1e6).toBeCloseTo(7.3728, 3);
  });

  it('tell nothing where the line alone holds them back', () => {
    expect(estimateClock([500, 700, 900, 400].map(answer))).toBeUndefined();
  });
});
