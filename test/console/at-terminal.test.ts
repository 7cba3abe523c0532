/** The console in a terminal, at the virtual board: pastes and what overtakes them, sizes, and the ways without a screen. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { KEYS, Tui, type RunOptions } from '../tui/harness.js';

/** As long as the one that once held ^C back for 14 s. */
const PASTE = 'REM a line of thirty letters.\r'.repeat(93);
const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;

let folder: string;
let board: VirtualBoard;
let port: string;
let open: Tui | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-at-terminal-'));
  port = join(folder, 'board');
  board = await startVirtualBoard({ link: port });
});
afterAll(async () => {
  await board.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => open?.close());

async function consoleAt(options: RunOptions = {}, ...args: string[]): Promise<Tui> {
  open = new Tui({
    ...options,
    args: ['console', '--port', port, ...args],
    env: { NO_COLOR: '1', XDG_CONFIG_HOME: folder, ...options.env },
  });
  await open.sees('Ctrl-] leaves');
  open.type('\r');
  await open.sees(/^A>$/m);
  return open;
}

it('^C overtakes a paste, and goes to the board', async () => {
  const terminal = await consoleAt({ rows: 25 });
  terminal.type(pasted(PASTE));
  await terminal.sees('characters to type; a key stops it', 'REM a line');
  terminal.type('\x03');
  await terminal.sees(/stopped after \d+ of 2790 characters/);
  // The board has it as well. Within a line it means nothing to CP/M, which shows it.
  await terminal.sees('^C');
  terminal.type('\r');
  await terminal.sees(/^A>$/m);
  terminal.type('DIR B:\r');
  await terminal.sees('STAT     COM');
});

it('so does Ctrl-]', async () => {
  const terminal = await consoleAt({ rows: 25 });
  terminal.type(pasted(PASTE));
  await terminal.sees('characters to type; a key stops it');
  terminal.type('\x1d');
  expect(await terminal.ended).toBe(0);
});

it('a paste that a terminal does not mark arrives whole, too', async () => {
  const terminal = await consoleAt({ rows: 25 });
  terminal.type('REM one\rREM two\rREM three\rDIR B:\r');
  await terminal.sees(/REM one\s+REM\?\s+A>REM two\s+REM\?\s+A>REM three\s+REM\?\s+A>DIR B:\s+B: XM/);
});

it('the two keys themselves can be sent, and the terminal chosen', async () => {
  const terminal = await consoleAt({ columns: 80, rows: 24 });
  terminal.type('\x1cd');
  await terminal.sees('terminal: adm3a');
  terminal.type('\x1c\x1c\x1c\x1d');
  await terminal.sees('^\\^]');
});

it('looks back, and searches', async () => {
  const terminal = await consoleAt({ rows: 12 });
  for (let n = 1; n <= 3; n++) {
    terminal.type(`REM turn ${n}\r`);
    await terminal.sees(new RegExp(`REM turn ${n}\\s+REM\\?\\s+A>`));
  }
  terminal.type(pasted('DIR B:\r'.repeat(6)));
  await terminal.sees((lines) => lines.every((line) => !line.includes('turn')) && lines.includes('A>'));
  terminal.type('\x1c/');
  await terminal.sees('?_');
  terminal.type('TURN\r');
  await terminal.sees('REM turn 3', /line \d+ of \d+/);
  terminal.type('nn');
  await terminal.sees('REM turn 1');
  terminal.type('n');
  await terminal.sees('search went on from the end', 'REM turn 3');
  terminal.type('q');
  await terminal.sees((lines) => lines.every((line) => !line.includes('turn')));
  terminal.type(KEYS.pageUp);
  await terminal.sees(/line \d+ of \d+/, 'q back');
});

it('logs begin and end at the menu; clean ones have no control characters', async () => {
  const terminal = await consoleAt({ rows: 25 }, '--log-clean');
  const log = join(folder, 'clean.log');
  writeFileSync(log, 'kept\n');
  terminal.type('\x1cl');
  await terminal.sees('log to which file?');
  terminal.type(`${log}\r`);
  await terminal.sees(/log .*clean\.log/);
  terminal.type('DIR B:\r');
  await terminal.sees(/STAT {5}COM\nA>/);
  terminal.type('\x1cl');
  await terminal.sees(': off');
  terminal.type('REM not kept\r');
  await terminal.sees('REM?');
  terminal.type('\x1d');
  await terminal.ended;
  expect(readFileSync(log, 'utf8')).toBe('kept\nDIR B:\nB: XM       COM : STAT     COM\nA>');
});

it('TERM=dumb gets text, and the keys of the menu', async () => {
  const terminal = await consoleAt({ env: { TERM: 'dumb' } });
  terminal.type('\x1c');
  await terminal.sees('-- s send a file, h view');
  terminal.type('e');
  await terminal.sees('-- local echo: on');
  terminal.type('\x1ce');
  await terminal.sees('-- local echo: off');
  terminal.type(PASTE);
  await terminal.sees('REM a line');
  terminal.type('\x03');
  await terminal.sees(/-- stopped after \d+ of 2790 characters/);
  terminal.type('\x1d');
  expect(await terminal.ended).toBe(0);
  expect(terminal.sent).not.toContain('\x1b');
});

it('--raw lets bytes pass both ways, but for the key that leaves', async () => {
  const terminal = await consoleAt({}, '--raw');
  terminal.type('REM \x1c€\r');
  // The board shows control characters as ^\; the euro sign is three bytes of eight bits.
  await terminal.sees(/REM \^\\.*\s+REM\?\s+A>/);
  terminal.type('\x1d');
  expect(await terminal.ended).toBe(0);
});

it('a VT100 gets nothing that it does not have, and the last screen stays', async () => {
  const terminal = await consoleAt({ env: { TERM: 'vt100' } });
  terminal.type('\x1d');
  expect(await terminal.ended).toBe(0);
  expect(terminal.sent).not.toMatch(/\x1b\[\?(2004|1049)|\x1b\[2[23];/);
  expect(terminal.text()).toMatch(/^A>$/m);
});
