/**
 * The examples of --help and the lines of the pages for beginners, run as they are printed, one after the other in one
 * folder, with the virtual board at `./ttyZ80`. What stands in PARSED_ONLY is not run here, for the reason given there;
 * test/front/docs.test.ts parses those.
 */
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES, SUB_EXAMPLES } from '../../src/commands/examples.js';
import { cli, spawnCli } from '../e2e/cli.js';
import { pageText, printedCommands, splitWords } from './printed.js';

const PARSED_ONLY: Readonly<Record<string, string>> = {
  'z80lm tui': 'needs a terminal: test/tui',
  'z80lm tui --port /dev/ttyUSB0': 'needs a terminal and a board',
  'z80lm demo': 'takes minutes: test/e2e/demo.test.ts',
  'z80lm demo --epochs 2 --out quick': 'test/e2e/demo.test.ts',
  'z80lm board --tcp 6850 --no-flow-control': 'runs until Ctrl-C, on a port that may be taken',
  'z80lm board --pty ttyZ80': 'runs for all the others',
  'z80lm time MY.COM --port ./ttyZ80': 'takes a minute: test/hil',
  'z80lm time MY.COM --port ./ttyZ80 --repeat 1 --no-metronome': 'test/hil',
  'z80lm flash TALK.HEX --port /dev/ttyUSB0 --run': 'needs a board with a monitor: test/commands/monitor.test.ts',
  'z80lm compare MY.COM --port ./ttyZ80 --prompts my/prompts.txt': 'the same with --no-flash follows',
  'z80lm compare GUESS.COM --port /dev/ttyUSB0 --data twenty-questions.txt --sample 500 --seed 1 --model model.npz':
    'takes minutes: test/hil',
  'z80lm compare GUESS.COM --prompts guess.prompts --port /dev/serial/by-id/usb-FTDI_*': 'needs that adapter',
};
/** Of SUB_EXAMPLES. */
const NEEDS_A_MODEL = 'z80lm data gen --topic elephant --provider ollama';
/** Trainings are cut short, and programs small: what is tested is that the line works, not how good the model gets. */
const SHORTER = ['--hidden', '24'];
const FEW_EPOCHS = ['--epochs', '30'];
const LITTLE_TIME = ['--time', '2s'];
/** What is typed: a program's own leave, then that of the console. */
const LEAVE = '!\r\x1d';
/** The install of a machine under test may have faults of its own, such as a port that may not be opened. */
const ANSWERS = (command: string): number[] => (command === 'doctor' ? [0, 1] : [0]);

/** The pages whose lines are run; those of the others are parsed in docs.test.ts. */
const RUN_PAGES = [
  'docs/first-model.md',
  'docs/talk.md',
  'README.md',
  'docs/transfer.md',
  'docs/emulator.md',
  'docs/assembler.md',
  'docs/compare.md',
  'docs/your-board.md',
];

/** The board file that docs/your-board.md shows, for the receiver that the virtual board has. */
function boardFile(): string {
  const [, shown] = /^ {4}(\{\n {6}"name": "my board",.*?^ {4}\})$/ms.exec(pageText('docs/your-board.md'))!;
  return JSON.stringify({ ...(JSON.parse(shown!) as object), tool: 'XM', receive: 'R {file}', blockSize: 128 });
}

const folder = mkdtempSync(join(tmpdir(), 'z80lm-examples-'));
let board: ChildProcess | undefined;
let boardEnded: Promise<unknown> | undefined;

const run = async (line: string): Promise<void> => {
  let [, ...words] = splitWords(line);
  if (words[0] === 'train') {
    const length = words.includes('--time') ? LITTLE_TIME : FEW_EPOCHS;
    words = words.filter((word, n) => word !== '--time' && words[n - 1] !== '--time').concat(SHORTER, length);
  }
  const { status, stdout, stderr } = await cli(words, {
    cwd: folder,
    input: words[0] === 'debug' ? 'quit\n' : LEAVE,
    env: { XDG_CONFIG_HOME: folder },
  });
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
  'disk',
  'asm',
  'debug',
  'disasm',
  'data',
  'ports',
  'config',
  'completion',
  'help',
];
const WITH_BOARD = ['flash', 'console', 'compare', 'doctor', 'report'];

describe.runIf(process.platform !== 'win32')('printed lines', () => {
  beforeAll(async () => {
    const started = (board = spawnCli(['board', '--pty', 'ttyZ80'], { cwd: folder }));
    boardEnded = new Promise((resolve) => started.once('close', resolve));
    let complaint = '';
    started.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      // Where it is, which it says when it is there.
      started.stdout.once('data', () => resolve());
      started.once('close', (status) => reject(new Error(`the board ended with ${status}: ${complaint}`)));
    });
  });
  afterAll(async () => {
    board?.kill('SIGTERM');
    await boardEnded;
    rmSync(folder, { recursive: true });
  });

  it('are those of every command', () => {
    const not = Object.keys(EXAMPLES).filter((name) => ![...ORDER, ...WITH_BOARD].includes(name));
    expect(not.sort()).toEqual(['board', 'demo', 'lsp', 'time', 'tui']);
    const all = Object.values(EXAMPLES).flat();
    const printed = RUN_PAGES.flatMap((page) => printedCommands(page).map(({ words }) => `z80lm ${words.join(' ')}`));
    for (const line of Object.keys(PARSED_ONLY)) expect([...all, ...printed]).toContain(line);
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

  for (const line of Object.values(SUB_EXAMPLES).flat())
    if (line !== NEEDS_A_MODEL && !EXAMPLES['data']!.includes(line)) it(`--help: ${line}`, () => run(line));

  // Every line of these pages, but for what ran above. What they take for granted is made first.
  const known = new Set([
    ...Object.keys(PARSED_ONLY),
    ...Object.values(EXAMPLES).flat(),
    ...Object.values(SUB_EXAMPLES).flat(),
  ]);
  it('the pages have what their lines take for granted', () => {
    const place = (from: string, ...to: string[]): void => {
      for (const name of to) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        copyFileSync(join(folder, from), join(folder, name));
      }
    };
    place('MY.COM', 'out/GUESS.COM', 'GUESS.COM', 'X.COM');
    place('my/pairs.txt', 'pairs.txt');
    place('my/prompts.txt', 'my.prompts', 'datasets/twenty-questions.prompts');
    place('my/hello.asm', 'HELLO.asm');
    writeFileSync(join(folder, 'my.json'), boardFile());
  });
  for (const page of RUN_PAGES)
    for (const { words } of printedCommands(page)) {
      const line = `z80lm ${words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')}`;
      if (known.has(line)) continue;
      known.add(line);
      it(`${page}: ${line}`, () => run(line.replace(/\/dev\/tty\w+/, './ttyZ80')));
    }
});
