/** Two programs that fill a screen, in all four dialects: what stands where must be the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TERMINALS } from '../../src/terminal/dialects.js';
import { assemble, memoryReader } from '../../src/z80asm/assemble.js';
import { CpmScreen } from './cpm-screen.js';

const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url));
const source = (name: string): string => readFileSync(join(PROGRAMS, name), 'utf8');
/** Their numbers in terminal.asm. */
const DIALECTS = { vt100: 0, adm3a: 1, vt52: 2, kaypro: 3 } as const;

describe.each(TERMINALS)('a program for the %s', (kind) => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'z80lm-own-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function started(name: string): Promise<CpmScreen> {
    const files = { 'main.asm': source(name), 'terminal.asm': source('terminal.asm') };
    const { ok, bytes } = assemble({ main: 'main.asm', ...memoryReader(files), defines: { DIALECT: DIALECTS[kind] }, format: 'com' }); // prettier-ignore
    expect(ok).toBe(true);
    const screen = new CpmScreen(folder, { kind });
    await screen.start('OWN.COM', bytes);
    return screen;
  }
  const used = ({ lines }: CpmScreen): string[] => {
    const trimmed = lines.map((line) => line.trimEnd());
    return trimmed.slice(0, trimmed.findLastIndex((line) => line !== '') + 1);
  };

  it('edits: lines inserted and deleted between a status line and a foot', async () => {
    const screen = await started('editor.asm');
    const foot = ' ^N inserts  ^Y deletes  Esc ends';
    expect(used(screen)).toEqual([' EDITOR   Line 01  Column 01', ...Array<string>(10).fill(''), foot]);
    expect([screen.marked(0), screen.marked(11)]).toEqual(['EDITOR   Line 01  Column 01', foot.trim()]);
    await screen.type('first\rsecond\rthird');
    expect(used(screen).slice(0, 5)).toEqual([' EDITOR   Line 03  Column 06', 'first', 'second', 'third', '']);
    expect(screen.model.cursor).toEqual({ x: 5, y: 3 });
    await screen.type('\x05\x0ebetween');
    expect(used(screen)).toEqual([' EDITOR   Line 02  Column 08', 'first', 'between', 'second', 'third', ...Array<string>(6).fill(''), foot]); // prettier-ignore
    await screen.type('\x05\x19\x18\x18\x13\x13XY');
    expect(used(screen)).toEqual([' EDITOR   Line 03  Column 03', 'between', 'second', 'XYird', ...Array<string>(7).fill(''), foot]); // prettier-ignore
    // The last line goes where the terminal has it go: away.
    await screen.type(`${'\x18'.repeat(7)}\rend\x05\x0e`);
    expect(used(screen).slice(8)).toEqual(['', '', '', foot]);
    expect(screen.marked(11)).toBe(foot.trim());
    await screen.type('\x1b');
    expect([screen.ended, used(screen)]).toEqual([true, []]);
  });

  it('plays: characters put and taken by their places', async () => {
    const screen = await started('ladders.asm');
    const map = [
      '     |                           &|',
      '     |====H=======================|',
      '     |    H     $         $       |',
      '     |======================H=====|',
      '     | o        $           H @   |',
      '     |============================|',
    ];
    expect(used(screen)).toEqual(['LADDERS             Score 00  Lives 02', '', ...map]);
    await screen.type('l'.repeat(8));
    expect(used(screen).slice(0, 7)).toEqual(['LADDERS             Score 00  Lives 02', '', ...map.slice(0, 4), '     |         o$     @     H     |']); // prettier-ignore
    await screen.type('ll');
    expect(screen.lines[6]).toBe('     |           o  @       H     |');
    // They meet, and the game begins again.
    await screen.type('l ');
    expect(screen.lines[6]!.trimEnd()).toBe('     | o          @         H     |');
    expect(screen.lines[0]!.trimEnd()).toBe('LADDERS             Score 10  Lives 01');
  });

  it('plays to its end', async () => {
    const screen = await started('ladders.asm');
    await screen.type('h');
    await screen.type(`${'l'.repeat(22)}kkk${'h'.repeat(18)}kkk${'l'.repeat(23)}`);
    expect(screen.ended).toBe(true);
    expect(used(screen)).toEqual([
      'LADDERS             Score 30  Lives 02',
      '',
      '     |                           &|',
      '     |====H=======================|',
      '     |    H                       |',
      '     |======================H=====|',
      '     |                      H     |',
      '     |============================|',
      '',
      '',
      '      YOU ARE OUT',
    ]);
    expect(screen.marked(10)).toBe('YOU ARE OUT');
  });
});
