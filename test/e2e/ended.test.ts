/**
 * Whoever ends a command, and whenever: files are whole, the terminal is as it was, the exit status says what ended it,
 * and the board has its old program. What SIGKILL ends can clean nothing up, but leaves files and programs whole.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDisk } from '../../src/emu/board/cpm-disk.js';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { openLink } from '../../src/link/open-link.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { fakePort, type FakePort } from '../fakes/pty.js';
import { TALKER } from '../hil/programs.js';
import { describeWith } from '../outside.js';
import { cli } from './cli.js';
import { struck, type Struck } from './struck.js';

/** What a shell has as the exit status (docs/design.md). */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 } as const;
type Signal = keyof typeof STATUS;
const GENTLE = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ALL = [...GENTLE, 'SIGKILL'] as const;

let folder: string;
let board: VirtualBoard;
let silent: FakePort;
const path = (name: string): string => join(folder, name);
const bytesOf = (name: string): string => readFileSync(path(name), 'latin1');
/** Files that a run was to replace, as they are before it. */
const OLD_PROGRAM = new Uint8Array(300).fill(0x76);
const NEW_PROGRAM = Uint8Array.from({ length: 12_000 }, (_, n) => (n * 31) ^ (n >> 8));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-ended-'));
  const pairs = Array.from({ length: 60 }, (_, n) => `is it number ${n}|ANSWER ${n % 12}`);
  writeFileSync(path('pairs.txt'), `${pairs.join('\n')}\n`);
  writeFileSync(path('endless.asm'), ' org 100h\n ld c,9\n ld de,text\n call 5\nloop: jr loop\ntext: db "going$"\n');
  writeFileSync(path('large.asm'), ' org 100h\n' + Array.from({ length: 300_000 }, () => ' ld a,(1+2)*3\n').join('').slice(0, 40e6)); // prettier-ignore
  writeFileSync(path('X.COM'), NEW_PROGRAM);
  writeFileSync(path('TALK.COM'), TALKER.bytes);
  writeFileSync(path('BIG.COM'), Buffer.concat([TALKER.bytes, NEW_PROGRAM]));
  writeFileSync(path('prompts.txt'), Array.from({ length: 200 }, (_, n) => `say ${n}\n`).join(''));
  silent = fakePort();
  board = await startVirtualBoard({ diskFile: path('a.dsk') });
  for (const args of [
    ['train', 'pairs.txt', '-o', 'm.npz', '--epochs', '60'],
    ['asm', 'endless.asm', '-o', 'ENDLESS.COM'],
    ['flash', 'TALK.COM', '--port', board.path],
  ]) {
    const { status, stderr } = await cli(args, { cwd: folder, env: { XDG_CONFIG_HOME: folder } });
    expect(status, stderr).toBe(0);
  }
  writeFileSync(path('old.com'), OLD_PROGRAM);
  await cli(['flash', 'old.com', '--as', 'X.COM', '--port', board.path], { cwd: folder });
}, 120_000);
afterAll(async () => {
  await board.close();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Case {
  name: string;
  args: () => string[];
  /** On the screen when the signal comes. */
  phase?: RegExp;
  afterMs?: number;
  signals?: readonly Signal[];
  /** What must not have changed. */
  unchanged?: string[];
  after?: (end: Struck, signal: Signal) => Promise<void> | void;
}

/** The board can be used again at once, and has what it had. */
async function oldProgramIsThere(): Promise<void> {
  const link = await openLink(board.path, { clock: nodeClock });
  try {
    const line = new CpmLine(link, nodeClock);
    await line.cleanPrompt();
    expect(await line.has('Z80LM.$$$')).toBe(false);
    expect((await line.command('STAT X.COM')).text.length).toBeGreaterThan(0);
  } finally {
    await link.close();
  }
}
const onBoard = (...args: string[]): string[] => [...args, '--port', board.path];

const CASES: Case[] = [
  {
    name: 'train',
    args: () => ['train', 'pairs.txt', '-o', 'm.npz', '--epochs', '100000', '--seed', '2'],
    phase: /epoch \d+\//,
    // It has learned nothing yet, and the earlier model knows its answers.
    unchanged: ['m.npz'],
  },
  {
    name: 'asm',
    args: () => ['asm', 'large.asm', '-o', 'large.com'],
    afterMs: 500,
    unchanged: ['large.asm', 'large.com'],
  },
  { name: 'run', args: () => ['run', 'ENDLESS.COM'], phase: /going/, unchanged: ['ENDLESS.COM'] },
  { name: 'run, at a question', args: () => ['run', 'TALK.COM'], phase: /> /, unchanged: ['TALK.COM'] },
  { name: 'console', args: () => onBoard('console'), phase: /Ctrl-\]/ },
  { name: 'console of a silent port', args: () => ['console', '--port', silent.path], phase: /Ctrl-\]/ },
  { name: 'flash to a silent port', args: () => ['flash', 'X.COM', '--port', silent.path], afterMs: 500 },
  { name: 'doctor of a silent port', args: () => ['doctor', '--port', silent.path], afterMs: 800 },
  {
    name: 'flash, sending',
    args: () => onBoard('flash', 'X.COM'),
    phase: /sending/,
    signals: ['SIGINT', 'SIGTERM'],
    after: async ({ screen }) => {
      expect(screen).toContain('X.COM on the board is');
      await oldProgramIsThere();
    },
  },
  {
    name: 'flash, reading back',
    args: () => onBoard('flash', 'X.COM'),
    phase: /reading/,
    signals: ['SIGINT'],
    after: async ({ screen }) => {
      expect(screen).toContain('X.COM on the board is');
      await oldProgramIsThere();
    },
  },
  {
    name: 'compare',
    args: () => onBoard('compare', 'TALK.COM', '--no-flash', '--prompts', 'prompts.txt'),
    phase: /pts\S* +[3-9]\/200/,
    signals: ['SIGHUP'],
    after: oldProgramIsThere,
  },
  ...[
    ['compare', 'BIG.COM', '--prompts', 'prompts.txt'],
    ['time', 'BIG.COM', '--no-metronome', '--repeat', '1'],
  ].map((args): Case => ({
    name: `${args[0]}, sending`,
    args: () => onBoard(...args),
    phase: /sending/,
    signals: ['SIGINT'],
    after: async ({ screen }) => {
      expect(screen).toContain('there is no BIG.COM on the board');
      await oldProgramIsThere();
    },
  })),
  ...['compare', 'time'].map((command): Case => ({
    name: `${command}, booting a silent port`,
    args: () => [command, 'TALK.COM', '--prompts', 'prompts.txt', '--boot', '--port', silent.path],
    afterMs: 1_500,
    signals: ['SIGINT'],
    // Looking for the board takes 15 s.
    after: ({ ms }) => expect(ms).toBeLessThan(10_000),
  })),
];

describeWith(['stty'], 'a command that is ended', () => {
  for (const { name, args, phase, afterMs = 0, signals = ALL, unchanged = [], after } of CASES)
    for (const signal of signals)
      it(`${name}: ${signal}`, async () => {
        writeFileSync(path('large.com'), OLD_PROGRAM);
        const before = unchanged.map(bytesOf);
        const end = await struck(args(), { signal, cwd: folder, afterMs, ...(phase && { phase }) });
        const told = `${end.screen.slice(-600)}\n${Math.round(end.ms)} ms`;
        expect(end.status, told).toBe(STATUS[signal]);
        expect(unchanged.map(bytesOf), told).toEqual(before);
        if (signal !== 'SIGKILL') {
          expect(end, told).toMatchObject({ asItWas: true, hasCursor: true });
          expect(readdirSync(folder).filter((one) => /tmp/.test(one))).toEqual([]);
        }
        expect(end.screen).not.toMatch(/internal error|\bat .*\.js:\d/);
        await after?.(end, signal);
      });

  it('flash, sending: SIGKILL leaves the old program', async () => {
    const { status } = await struck(onBoard('flash', 'X.COM'), {
      signal: 'SIGKILL',
      cwd: folder,
      phase: /[1-9]% sending/,
    });
    expect(status).toBe(STATUS.SIGKILL);
    await board.close();
    const [file] = readDisk(new Uint8Array(readFileSync(path('a.dsk'))), { kilobytes: 256, entries: 128 }).filter(
      ({ name }) => name === 'X.COM',
    );
    expect(file!.bytes.subarray(0, OLD_PROGRAM.length)).toEqual(OLD_PROGRAM);
  });
});
