/**
 * The examples of --help and the lines of docs/first-model.md, run as they are printed, one after the other in one
 * folder, with the virtual board at `./ttyZ80`. What stands in PARSED_ONLY is not run here, for the reason given there;
 * test/front/docs.test.ts parses those.
 */
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/commands/examples.js';
import { cli, spawnCli } from '../e2e/cli.js';
import { printedCommands, splitWords } from './printed.js';

const PARSED_ONLY: Readonly<Record<string, string>> = {
  'z80lm tui': 'needs a terminal: test/tui',
  'z80lm tui --port /dev/ttyUSB0': 'needs a terminal and a board',
  'z80lm demo': 'takes minutes: test/e2e/demo.test.ts',
  'z80lm demo --epochs 2 --out quick': 'test/e2e/demo.test.ts',
  'z80lm board --tcp 6850 --no-flow-control': 'runs until Ctrl-C, on a port that may be taken',
  'z80lm board --pty ttyZ80': 'runs for all the others',
  'z80lm time MY.COM --port ./ttyZ80': 'takes a minute: test/hil',
  'z80lm time MY.COM --port ./ttyZ80 --repeat 1 --no-metronome': 'test/hil',
  'z80lm compare MY.COM --port ./ttyZ80 --prompts my/prompts.txt': 'the same with --no-flash follows',
};
/** Trainings are cut short: what is tested is that the line works, not how good the model gets. */
const SHORTER = ['--time', '2s'];
/** What is typed: a program's own leave, then that of the console. */
const LEAVE = '!\r\x1d';
/** The install of a machine under test may have faults of its own, such as a port that may not be opened. */
const ANSWERS = (command: string): number[] => (command === 'doctor' ? [0, 1] : [0]);

const folder = mkdtempSync(join(tmpdir(), 'z80lm-examples-'));
let board: ChildProcess | undefined;

const run = async (line: string): Promise<void> => {
  let [, ...words] = splitWords(line);
  if (words[0] === 'train') {
    words = words.filter((word, n) => word !== '--time' && words[n - 1] !== '--time').concat(SHORTER);
  }
  const { status, stdout, stderr } = await cli(words, { cwd: folder, input: LEAVE });
  expect(ANSWERS(words[0]!), `${line}: ${stderr}${stdout.slice(-400)}`).toContain(status);
  expect(stderr, line).not.toMatch(/error:/);
};

/** In the order in which one needs what another makes. */
const ORDER = [
  'new',
  'train',
  'eval',
  'chat',
  'build',
  'run',
  'asm',
  'disasm',
  'data',
  'ports',
  'config',
  'completion',
];
const WITH_BOARD = ['flash', 'console', 'compare', 'doctor', 'report'];

describe.runIf(process.platform !== 'win32')('printed lines', () => {
  beforeAll(async () => {
    board = spawnCli(['board', '--pty', 'ttyZ80'], { cwd: folder });
    for (let tries = 0; tries < 300 && !existsSync(join(folder, 'ttyZ80')); tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => board?.on('close', resolve));
    board?.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  });

  it('are those of every command', () => {
    const not = Object.keys(EXAMPLES).filter((name) => ![...ORDER, ...WITH_BOARD].includes(name));
    expect(not.sort()).toEqual(['board', 'demo', 'time', 'tui']);
    const all = Object.values(EXAMPLES).flat();
    for (const line of Object.keys(PARSED_ONLY)) expect(all).toContain(line);
  });

  for (const name of [...ORDER, ...WITH_BOARD])
    for (const line of EXAMPLES[name]!.filter((one) => !(one in PARSED_ONLY)))
      it(`--help: ${line}`, async () => {
        await run(line);
        if (name !== 'train') return;
        // What `z80lm demo` would have left.
        mkdirSync(join(folder, 'out'), { recursive: true });
        copyFileSync(join(folder, 'my.npz'), join(folder, 'out/model.npz'));
      });

  // The rest of the page stands above, or in PARSED_ONLY.
  const known = new Set([...Object.keys(PARSED_ONLY), ...Object.values(EXAMPLES).flat()]);
  for (const { words } of printedCommands('docs/first-model.md')) {
    const line = `z80lm ${words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')}`;
    if (known.has(line)) continue;
    it(`docs/first-model.md: ${line}`, () => run(line));
  }
});
