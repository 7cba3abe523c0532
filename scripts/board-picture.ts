/**
 * docs/pictures/board.svg: the virtual board answering, as it was recorded from its line, at its own pace.
 *
 *     node --import tsx scripts/board-picture.ts [GUESS.COM]     without a program, one is trained first
 *
 * Every character of the board appears when it came over the line. It moves by CSS alone, which also plays where a page
 * shows the picture as an image; whoever asked for less motion, or cannot see it move, has the last moment of it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeClock } from '../src/host/node-clock.js';
import { startVirtualBoard } from '../src/host/virtual-board.js';
import { openLink } from '../src/link/open-link.js';
import { boardTarget } from '../src/transfer/board-target.js';
import { romwbwDriver } from '../src/transfer/drivers/romwbw.js';
import { Z80LM } from '../test/bundled.js';
import { escaped } from './svg-screen.js';

const FILE = fileURLToPath(new URL('../docs/pictures/board.svg', import.meta.url));
const CLOCK_HZ = 7_372_800;
const QUESTIONS = ['/2', 'is it alive?', 'is it bigger than a car', 'give me a hint', 'is it a lighthouse?'];

/** How a person types: some keys are nearer than others. */
const KEY_MS = [70, 95, 60, 110, 80, 65, 125];
const BEFORE_TYPING_MS = 900;
const LAST_LOOK_MS = 4500;
/** The board has said what it had to say. */
const SILENCE_MS = 400;
/** Characters that came closer together than the eye can tell appear together. */
const TOGETHER_MS = 12;

const CELL = { width: 9, height: 21 };
const MARGIN = 16;
const HEAD = 34;
const COLUMNS = 71;
const PAPER = '#0d1117';
const TYPED = '#e6edf3';
const SAID = '#7ee787';

interface Arrived {
  bytes: Uint8Array;
  atMs: number;
  /** The echo of a key. */
  typed: boolean;
}

/** A run of characters that appear together. */
interface Run {
  text: string;
  row: number;
  column: number;
  atMs: number;
  typed: boolean;
}

/** The program of the shipped data, trained as `z80lm demo` does. */
function trainedProgram(): Uint8Array {
  const out = mkdtempSync(join(tmpdir(), 'z80lm-picture-'));
  try {
    const [node, ...words] = [...Z80LM, 'demo', '--out', out];
    spawnSync(node!, words, { stdio: 'inherit' });
    return readFileSync(join(out, 'GUESS.COM'));
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function record(program: Uint8Array): Promise<Arrived[]> {
  const board = await startVirtualBoard({ clockHz: CLOCK_HZ });
  const link = await openLink(board.path, { clock: nodeClock });
  try {
    const target = boardTarget(link, romwbwDriver(), nodeClock);
    for await (const { phase } of target.load({ name: 'GUESS.COM', bytes: program })) if (phase === 'done') break;
    // The prompt as somebody finds it who comes to the board now.
    await link.write(Uint8Array.of(0x0d));
    const arrived: Arrived[] = [];
    const listen = async (typed: boolean, timeoutMs: number): Promise<boolean> => {
      const came = await link.read(timeoutMs);
      if (came) arrived.push({ ...came, typed });
      return came !== undefined;
    };
    while (await listen(false, SILENCE_MS));
    let keys = 0;
    for (const line of ['GUESS', ...QUESTIONS]) {
      await nodeClock.sleep(BEFORE_TYPING_MS);
      for (const key of line) {
        await nodeClock.sleep(KEY_MS[keys++ % KEY_MS.length]!);
        await link.write(Buffer.from(key));
        await listen(true, SILENCE_MS);
      }
      await nodeClock.sleep(4 * KEY_MS[0]!);
      await link.write(Uint8Array.of(0x0d));
      while (await listen(false, 2 * SILENCE_MS));
    }
    return arrived;
  } finally {
    await link.close();
    await board.close();
  }
}

/** The cells that were written, in runs, from the last prompt before the program on. */
function runsOf(arrived: readonly Arrived[]): Run[] {
  const runs: Run[] = [];
  let [row, column] = [0, 0];
  for (const { bytes, atMs, typed } of arrived)
    for (const byte of bytes) {
      if (byte === 13) column = 0;
      else if (byte === 10) row++;
      else if (byte >= 0x20 && byte < 0x7f) {
        const last = runs.at(-1);
        const joins = last && last.row === row && last.typed === typed && last.column + last.text.length === column;
        if (joins && atMs - last.atMs < TOGETHER_MS) last.text += String.fromCharCode(byte);
        else runs.push({ text: String.fromCharCode(byte), row, column, atMs, typed });
        column++;
      }
    }
  const prompt = runs.findIndex((run, at) => run.text.startsWith('A>') && runs[at + 1]?.typed);
  const shown = runs.slice(prompt);
  const first = shown[0]!;
  return shown.map((run) => ({
    ...run,
    row: run.row - first.row,
    atMs: Math.max(0, run.atMs - first.atMs - SILENCE_MS),
  }));
}

function picture(runs: readonly Run[]): string {
  const width = COLUMNS * CELL.width + 2 * MARGIN;
  const rows = runs.at(-1)!.row + 1;
  const height = HEAD + rows * CELL.height + 2 * MARGIN;
  const wholeMs = runs.at(-1)!.atMs + LAST_LOOK_MS;
  const share = (ms: number): string => `${((100 * ms) / wholeMs).toFixed(2)}%`;
  const left = (column: number): number => MARGIN + column * CELL.width;
  const top = (row: number): number => HEAD + MARGIN + row * CELL.height;

  // What is there from the start needs no frames of its own; what appears at the same time shares them.
  const times = [...new Set(runs.map(({ atMs }) => atMs).filter((atMs) => atMs > 0))];
  const cursor = runs.map(({ row, column, text, atMs }) => {
    const to = `translate(${left(column + text.length)}px,${top(row)}px)`;
    return { atMs, to };
  });
  const style = [
    `.t{fill:${TYPED};font-weight:600}`,
    `.s{fill:${SAID}}`,
    `.c{fill:${TYPED};opacity:.7;transform:${cursor.at(-1)!.to}}`,
    '@media (prefers-reduced-motion:no-preference){',
    `[class*=k],.c{animation:${wholeMs.toFixed(0)}ms step-end infinite}`,
    ...times.map((ms, at) => `.k${at}{animation-name:k${at}}@keyframes k${at}{0%{opacity:0}${share(ms)}{opacity:1}}`),
    `.c{animation-name:c}@keyframes c{${cursor.map(({ atMs, to }) => `${share(atMs)}{transform:${to}}`).join('')}}`,
    '}',
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>GUESS, a language model of 36 KB, answers on a Z80 board</title>',
    '<!-- Made by scripts/board-picture.ts from what the virtual board sent; not a file to edit. -->',
    `<style>${style.join('\n')}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="none" stroke="#6e7781"/>`,
    `<path d="M1 ${HEAD}H${width - 1}" stroke="#30363d"/>`,
    `<g font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="#9da7b3">`,
    `<text x="${MARGIN}" y="22">The virtual board: a Z80 at 7.37 MHz, 64 KB, CP/M</text>`,
    `<text x="${width - MARGIN}" y="22" text-anchor="end">as recorded, at its own pace</text>`,
    '</g>',
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14.95" xml:space="preserve">`,
    `<rect class="c" y="1" width="${CELL.width}" height="${CELL.height - 3}"/>`,
    ...runs.map(({ text, row, column, atMs, typed }) => {
      const frames = atMs > 0 ? ` k${times.indexOf(atMs)}` : '';
      const wide = text.length > 1 ? ` textLength="${text.length * CELL.width}"` : '';
      return `<text x="${left(column)}" y="${top(row) + 15}" class="${typed ? 't' : 's'}${frames}"${wide}>${escaped(text)}</text>`;
    }),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** @param program the .COM to ask; without it one is trained */
export async function boardPicture(program: Uint8Array = trainedProgram()): Promise<void> {
  writeFileSync(FILE, picture(runsOf(await record(program))));
  console.log('docs/pictures/board.svg');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file] = process.argv;
  await boardPicture(file === undefined ? undefined : readFileSync(file));
}
