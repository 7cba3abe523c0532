/** What of a program's output the user's own terminal is sent by `run`, and what a file is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, memoryReader } from '../../src/z80asm/assemble.js';
import { Z80LM } from '../bundled.js';
import { cli } from '../e2e/cli.js';

/** Prints its own bytes from `text` on. */
const SOURCE = `
        org 100h
        ld hl,text
.next:  ld a,(hl)
        inc a
        jp z,0
        push hl
        ld e,(hl)
        ld c,6
        call 5
        pop hl
        inc hl
        jr .next
text:
`;
const HOSTILE =
  'a\x1b]52;c;YQ==\x07b\x1bP$qm\x1b\\c\x1b[21td\x9b5ie\xc2\x9b5if\x1b[?1049hg\x1b[3J\x1b[31mred\x1b(0q\x1b(B\x1b[4;9H\xc3\xa9\x1b[>c.';
const OBEYED = 'abcd\ufffd5ie\ufffd\ufffd5ifg\x1b[31mred─\x1b[4;9Hé.';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-screen-'));
  const { bytes } = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': SOURCE }), format: 'com' });
  writeFileSync(
    join(folder, 'HOSTILE.COM'),
    Buffer.concat([bytes, Buffer.from(HOSTILE, 'latin1'), Buffer.from([0xff])]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function onTerminal(env: Record<string, string>): Promise<string> {
  const [program, ...words] = Z80LM;
  const terminal = pty.spawn(program, [...words, 'run', join(folder, 'HOSTILE.COM')], {
    name: 'xterm',
    env: { ...process.env, ...env },
    cols: 80,
    rows: 24,
  });
  let shown = '';
  terminal.onData((text) => (shown += text));
  await new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  return shown;
}

describe('a program that runs in a terminal', () => {
  it('has it do what a VT100 does, and the terminal is as before at the end', async () => {
    const shown = await onTerminal({ LC_ALL: 'C.UTF-8' });
    expect(shown.slice(0, OBEYED.length)).toBe(OBEYED);
    expect(shown.slice(OBEYED.length)).toBe('\x1b7\x1b[0m\x1b[r\x1b[?1;6l\x1b[?7;25h\x1b[4;20l\x1b8\x1b[0m');
  });

  it('in ASCII where that is what it shows', async () => {
    const shown = await onTerminal({ LC_ALL: 'C', LANG: 'C' });
    expect(shown).toContain('red-\x1b[4;9H..');
    expect(shown).not.toMatch(/[^\x07-\x0d\x1b -~]/);
  });

  it('but a file has its output byte for byte', async () => {
    const { stdout } = await cli(['run', join(folder, 'HOSTILE.COM')]);
    expect(stdout).toBe(HOSTILE);
  });
});
