/** From a model to a talking Spectrum, by the commands of docs/spectrum.md; and what is refused there. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_HZ } from '../../src/emu/zx48/sound.js';
import { ZX48 } from '../../src/machines/zx48.js';
import { here } from './here.js';

let cwd: string;
const run = (...words: string[]) => here(words.map((word) => word.replace(/^@/, `${cwd}/`)));

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'z80lm zx '));
  copyFileSync(new URL('../../datasets/small-talk.npz', import.meta.url), join(cwd, 'small-talk.npz'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('a model on a Spectrum', () => {
  it('is built as a tape and as sound, and talks', async () => {
    const built = await run('build', 'adventure', '-o', '@PARSER.TAP', '--wav');
    expect(built.stderr).toBe('');
    expect(built.stdout).toContain(' characters a second at 3.5 MHz');
    expect(built.stdout).toMatch(/\nfree RAM +\d[\d,]* +on a ZX Spectrum 48K\n/);
    const tape = readFileSync(join(cwd, 'PARSER.TAP'));
    const { origin, entry, bytes } = ZX48.file.decode(tape, 'PARSER.TAP');
    expect(entry & 0xff).toBe(0);
    expect(entry).toBeGreaterThanOrEqual(0x8000);
    expect(origin).toBeGreaterThanOrEqual(0x5f00);
    const seconds = (readFileSync(join(cwd, 'PARSER.wav')).length - 44) / SAMPLE_HZ;
    expect(seconds).toBeGreaterThan((bytes.length * 8 * 2 * 855) / 3_500_000);
    expect(seconds).toBeLessThan(240);

    const talked = await run('run', '@PARSER.TAP', '--type', 'go north', '--type', '!', '--json');
    const { output, end, clockHz } = JSON.parse(talked.stdout) as { output: string; end: string; clockHz: number };
    expect(output).toMatch(/\r\nPARSER\r\n[^]*\r\n> go north\r\nN\r\n> !$/);
    expect([end, clockHz]).toEqual(['ended', 3_500_000]);
  });

  it.each([
    [['build', '@small-talk.npz', '-o', '@S.TAP'], 1, 'more than the 37633 that this machine has room for'],
    [['build', 'adventure', '-o', '@P.COM', '--wav'], 2, '--wav is for machines that load from a cassette'],
    [['build', 'adventure', '-o', '@P.COM', '--machine', 'zx48'], 2, 'a program for zx48 is a ZX Spectrum tape'],
    [['run', '@PARSER.TAP', '--drive', 'B=.'], 2, '--drive is for CP/M programs, and this one is for zx48'],
    [['flash', '@PARSER.TAP', '--port', '/none'], 2, 'this is a ZX Spectrum tape, and no line leads to a ZX Spectrum'],
    [['run', '@PARSER.TAP', 'hello'], 2, 'a command tail is for CP/M programs'],
  ])('%j is refused', async (words, status, message) => {
    const ran = await run(...words);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toMatch(/^hint: ./m);
    expect(ran.status).toBe(status);
  });
});
