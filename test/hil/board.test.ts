/** Comparisons with the virtual board: in virtual time with a bad line, and in real time with a cable to pull. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulatorTarget } from '../../src/emu/target.js';
import { compareHtml } from '../../src/hil/compare-html.js';
import { compareRun, type CompareEvent, type CompareReport } from '../../src/hil/compare-run.js';
import { markedDifference } from '../../src/hil/describe.js';
import type { Lane } from '../../src/hil/lane.js';
import { askAll } from '../../src/hil/turns.js';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { openLink } from '../../src/link/open-link.js';
import type { Clock } from '../../src/seams/clock.js';
import type { Program } from '../../src/seams/target.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { Z80LM } from '../bundled.js';
import { PatientClock } from '../fakes/patient-clock.js';
import { VirtualLine } from '../fakes/virtual-board-link.js';
import { nearBoard } from '../fakes/with-board.js';
import { LIAR, TALKER } from './programs.js';

const QUESTIONS = Array.from({ length: 12 }, (_, i) => `is it number ${i} of twelve`);
const folder = mkdtempSync(join(tmpdir(), 'z80lm-hil-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The program is in the emulator and on the board already. */
function emulatorLane(program: Program): Lane {
  return {
    name: 'emulator',
    async open() {
      const target = emulatorTarget();
      for await (const _ of target.load(program));
      return { target, close: () => target.close() };
    },
  };
}

async function run(
  board: Lane,
  clock: Clock,
  onEvent: (event: CompareEvent) => Promise<void> = async () => undefined,
): Promise<CompareReport> {
  const stream = compareRun({
    program: TALKER,
    script: askAll(QUESTIONS),
    reference: emulatorLane(TALKER),
    others: [board],
    clock,
    load: false,
    retries: 2,
    reconnectMs: 30_000,
    normalise: true,
    recheck: true,
  });
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value;
    await onEvent(value);
  }
}

function virtual(files: Program[], seed?: number): [Lane, VirtualLine] {
  const noise = seed === undefined ? undefined : { drop: 0.004, duplicate: 0.002, seed };
  const line = new VirtualLine({ files, noise });
  const open = async (): ReturnType<Lane['open']> => {
    await line.sleep(1_000);
    return { target: boardTarget(line, romwbwDriver(), line, { program: 'TALK.COM' }), close: async () => undefined };
  };
  return [{ name: 'board', open }, line];
}

const verdicts = ({ comparisons }: CompareReport): string[] => comparisons[0]!.exchanges.map(({ verdict }) => verdict);

describe('a comparison in virtual time', () => {
  it('is equal on a good line', async () => {
    const report = await run(...virtual([TALKER]));
    expect(report).toMatchObject({ equal: true, status: 0 });
    expect(report.comparisons[0]!.rules).toEqual([]);
  });

  it('finds another program, and does not blame the line', async () => {
    const report = await run(...virtual([LIAR]));
    expect(report.status).toBe(1);
    expect(verdicts(report).filter((verdict) => verdict === 'differs')).toHaveLength(QUESTIONS.length);
    expect(report.comparisons[0]!.exchanges[1]!.again).toBe('came again');
  });

  it('blames a bad line, and not the program', async () => {
    const report = await run(...virtual([TALKER], 5));
    const found = verdicts(report);
    expect(report.status).toBe(3);
    expect(found).not.toContain('differs');
    expect(found.filter((verdict) => verdict === 'line').length).toBeGreaterThan(0);
    expect(found.filter((verdict) => verdict === 'same').length).toBeGreaterThan(0);
    const bad = report.comparisons[0]!.exchanges.find(({ verdict }) => verdict === 'line')!;
    expect(markedDifference(bad, { left: 'emulator', right: 'board' })[0]).toMatch(/^a fault of the line: /);
  });

  it('is reported as one HTML file with charts', async () => {
    const report = await run(...virtual([LIAR]));
    const RUN = {
      at: new Date('2025-03-09T12:34:56Z'),
      version: '1.2.3',
      program: { name: '<X>.COM', bytes: Uint8Array.of(1, 2, 3) },
      boards: [{ name: '/dev/<tty>', kind: 'RomWBW (XM)' }],
    };
    const html = await compareHtml(report, { run: RUN, clockHz: 7_372_800 });
    // Each in its two widths.
    expect(html.match(/<svg /g)).toHaveLength(4);
    for (const said of [
      '2025-03-09 12:34 UTC',
      '1.2.3',
      '&lt;X&gt;.COM, 3 bytes',
      '039058c6f2c0cb49',
      '/dev/&lt;tty&gt;, RomWBW (XM)',
    ])
      expect(html).toContain(said);
    expect(html).toContain('^ byte');
    expect(html).not.toMatch(/<script|<link|<X>|src=|url\(/);
  });
});

describe('a comparison in real time', () => {
  it('goes on when the cable was pulled and put back, and is not equal', async () => {
    const link = join(folder, 'pulled');
    const clock = new PatientClock();
    const start = (): Promise<VirtualBoard> => nearBoard({ link, files: [TALKER], clockHz: 18_432_000 }, clock);
    let board = await start();
    const lane: Lane = {
      name: 'board',
      async open() {
        const line = await openLink(link, { clock });
        const target = boardTarget(line, romwbwDriver(), clock, { program: 'TALK.COM' });
        return { target, close: () => line.close() };
      },
    };
    const report = await run(lane, clock, async (event) => {
      if (event.type !== 'answered' || event.lane !== 'board' || event.index !== 2) return;
      await board.close();
      board = await start();
    });
    await board.close();
    const found = verdicts(report);
    expect(report).toMatchObject({ equal: false, status: 3 });
    const missing = report.comparisons[0]!.exchanges.filter(({ verdict }) => verdict === 'missing');
    expect(missing.map(({ incidents }) => incidents![0]!.kind)).toEqual(['lost']);
    expect(found.filter((verdict) => verdict === 'same')).toHaveLength(QUESTIONS.length);
  });
});

describe('the commands', () => {
  const ROOT = fileURLToPath(new URL('../../', import.meta.url));
  const file = (name: string): string => join(folder, name);
  let board: VirtualBoard;

  beforeAll(async () => {
    writeFileSync(file('TALK.COM'), TALKER.bytes);
    writeFileSync(file('LIAR.COM'), LIAR.bytes);
    writeFileSync(file('few.txt'), 'three\n> timeout 20s\ntwo\n');
    board = await startVirtualBoard({ files: [TALKER], clockHz: 18_432_000 });
  });
  afterAll(() => board.close());

  interface Outcome {
    status: number;
    stdout: string;
    stderr: string;
  }

  function z80lm(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [Z80LM[1], ...args],
        { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } },
        (error, stdout, stderr) => resolve({ status: (error?.code as number | undefined) ?? 0, stdout, stderr }),
      );
    });
  }

  const onBoard = (): string[] => ['--port', board.path, '--no-flash', '--board', 'romwbw'];

  it('compare: 0 where equal, with a report for programs', async () => {
    const args = ['compare', file('TALK.COM'), '--prompts', file('few.txt'), ...onBoard()];
    const { status, stdout } = await z80lm(...args, '--json', '--junit', file('j.xml'));
    expect(status).toBe(0);
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string }); // prettier-ignore
    expect(events.at(-1)).toMatchObject({ type: 'report', equal: true, status: 0 });
    expect(events.filter(({ type }) => type === 'answered')).toHaveLength(4);
    expect(readFileSync(file('j.xml'), 'utf8')).toContain('tests="3" failures="0" errors="0"');
  });

  it('compare: 1 where the program says something else, shown with a mark', async () => {
    const args = ['compare', file('LIAR.COM'), '--as', 'TALK.COM', '--prompts', file('few.txt'), ...onBoard()];
    const { status, stdout } = await z80lm(...args);
    expect(status).toBe(1);
    expect(stdout).toContain("58h 'X' there, 65h 'e' here");
    expect(stdout).toContain('not equal: 1 different');
  });

  it('compare: 3 where the board cannot be reached, 2 where nothing is to be asked', async () => {
    const program = file('TALK.COM');
    const gone = await z80lm('compare', program, '--prompts', file('few.txt'), '--port', file('none'));
    expect(gone.status).toBe(3);
    expect(gone.stdout).toContain('no whole answer');
    const nothing = await z80lm('compare', program, '--port', board.path);
    expect(nothing.status).toBe(2);
    expect(nothing.stderr).toContain('what shall be asked?');
    const alone = await z80lm('compare', program, '--prompts', file('few.txt'));
    expect(alone.status).toBe(2);
    expect(alone.stderr).toContain('name the board with --port');
  });

  it('compare: records and checks later without a board', async () => {
    const golden = ['--prompts', file('few.txt'), '--golden', file('golden')];
    expect((await z80lm('compare', file('TALK.COM'), ...golden)).stderr).toContain('record it with --record');
    expect((await z80lm('compare', file('TALK.COM'), ...golden, '--record')).status).toBe(0);
    expect((await z80lm('compare', file('TALK.COM'), ...golden)).status).toBe(0);
    writeFileSync(file('TALK.COM'), LIAR.bytes);
    const changed = await z80lm('compare', file('TALK.COM'), ...golden);
    writeFileSync(file('TALK.COM'), TALKER.bytes);
    expect(changed.status).toBe(1);
    expect(changed.stderr).toContain('another build');
  });

  it('time: a report, a file for run --like, and a history', async () => {
    const args = ['time', file('TALK.COM'), '--prompts', file('few.txt'), ...onBoard(), '--no-metronome'];
    const kept = ['--out', file('t.json'), '--history', file('h.jsonl'), '--name', 'bench'];
    const { status, stdout } = await z80lm(...args, ...kept, '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { sentence: string; answers: unknown[] };
    expect(report.answers).toHaveLength(6);
    // In real time, where this computer may be too busy to tell; what is told when is in timing.test.ts.
    if (report.sentence.startsWith("the board's clock could not be told: ")) return;
    expect(report.sentence).toMatch(/^this board runs at [\d.]+ MHz; a character takes \d+ ms; prediction off by/);
    expect(readFileSync(file('h.jsonl'), 'utf8')).toContain('"board":"bench","program":"TALK.COM"');
    const like = await z80lm('run', file('TALK.COM'), '--like', file('t.json'), '--type', 'abc', '--stats');
    expect(like.stdout).toContain('> abc\r\nabc\r\n> ');
  });
});
