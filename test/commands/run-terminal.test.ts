/** `z80lm run` at a terminal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { Tui } from '../tui/harness.js';

/** Prints a text, waits for four keys, prints another. */
const CODE = [
  0x11, 0x21, 0x01, 0x0e, 9, 0xcd, 5, 0, // LD DE,0121h; print
  0x06, 4, 0xc5, 0x0e, 6, 0x1e, 0xff, 0xcd, 5, 0, 0xc1, 0xb7, 0x28, 0xf4, 0x10, 0xf2, // four times: wait for a key
  0x11, 0x2e, 0x01, 0x0e, 9, 0xcd, 5, 0, 0xc9, // LD DE,012Eh; print
]; // prettier-ignore

it("a program's questions are answered by us: no answer is left to be typed at the shell", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-run-'));
  const file = join(folder, 'ASK.COM');
  writeFileSync(file, toBytes(`${latin1(Uint8Array.from(CODE))}\x1b[6n\x1b[c\x1b[5n\r$answered$`));
  const terminal = new Tui({ args: ['run', file] });
  try {
    await terminal.sees('answered');
    expect(await terminal.ended).toBe(0);
    expect(terminal.sent).not.toMatch(/\x1b\[\d*[nc]/);
  } finally {
    terminal.close();
    rmSync(folder, { recursive: true });
  }
});

it('a mistake in an option ends it, though a keyboard is there', async () => {
  const terminal = new Tui({ args: ['run', '--drive', 'B=/no/such/folder'] });
  try {
    await terminal.sees('there is no such folder');
    expect(await terminal.ended).toBe(2);
  } finally {
    terminal.close();
  }
});

it('Backspace erases in a line of the system’s, and Ctrl-] twice ends a run', async () => {
  const terminal = new Tui({ args: ['run'] });
  try {
    await terminal.sees('A>');
    terminal.type('TYPX\x7fE NO.SUCH\r');
    await terminal.sees('A>TYPE NO.SUCH');
    terminal.type('\x1d\x1d');
    expect(await terminal.ended).toBe(130);
  } finally {
    terminal.close();
  }
});
