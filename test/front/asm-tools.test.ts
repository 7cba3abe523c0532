/** `z80lm asm` among other tools: source from standard input, symbols in other forms, and what --json tells of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_LIMITS } from '../../src/host/file-limits.js';
import { readStdin } from '../../src/host/read-stdin.js';
import { cli } from '../e2e/cli.js';

let cwd: string;
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const SOURCE = ' ORG 100h\n INCLUDE "lib.asm"\nstart: LD A,SIZE\n JR start\n INCBIN "four.bin"\n';

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'z80lm-asm-tools-'));
  writeFileSync(join(cwd, 'lib.asm'), 'SIZE EQU 4\n');
  writeFileSync(join(cwd, 'four.bin'), 'four');
  writeFileSync(join(cwd, 'main.asm'), SOURCE);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('source from standard input', () => {
  it('includes from the folder one is in, and is called <stdin>', async () => {
    const args = ['asm', '-', '-o', 'X.COM', '--listing', '--symbols', '--deps'];
    const { status, stdout, stderr } = await cli(args, { cwd, input: SOURCE });
    expect(stderr).toBe('');
    expect([status, stdout]).toEqual([0, 'X.COM: 8 bytes, 0x0100 to 0x0107\n']);
    expect(read('X.COM')).toBe('>\x04\x18\ufffdfour');
    expect(read('X.lst')).toContain('; <stdin>\n0100  ');
    expect(read('X.sym')).toBe(
      'SIZE                     EQU 00004H ; equ lib.asm:1\nstart                    EQU 00100H ; label <stdin>:3\n',
    );
    // No rule can ask for standard input.
    expect(read('X.d')).toBe('X.COM: lib.asm four.bin\nfour.bin:\n');
  });

  it('has its errors there', async () => {
    const { status, stderr } = await cli(['asm', '-', '-o', 'Y.COM'], { cwd, input: ' ORG 100h\n bogus\n' });
    expect(status).toBe(2);
    expect(stderr).toContain("<stdin>:2:2: error: unknown instruction 'bogus' [E107]\n");
  });

  it('may be as long as a source file', async () => {
    const half = new Uint8Array(FILE_LIMITS.source.mostBytes / 2);
    async function* parts(count: number): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < count; i++) yield half;
    }
    expect(await readStdin('source', '<stdin>', parts(2))).toHaveLength(FILE_LIMITS.source.mostBytes);
    await expect(readStdin('source', '<stdin>', parts(3))).rejects.toMatchObject({
      name: 'InputError',
      where: '<stdin>',
      message: 'this has more than 16,777,216 bytes, which is too long for a source file',
    });
  });
});

describe('symbols', () => {
  it('are in the form that the name of their file asks for', async () => {
    expect(await cli(['asm', 'main.asm', '-o', 'X.COM', '--symbols', 'a.sld'], { cwd })).toMatchObject({ status: 0 });
    expect(read('a.sld')).toMatch(/^\|SLD\.data\.version\|1\n/);
    const args = ['asm', 'main.asm', '-o', 'X.COM', '--symbols', '--symbol-format'];
    expect(await cli([...args, 'noice'], { cwd })).toMatchObject({ status: 0 });
    expect(read('X.noi')).toBe('DEF SIZE 0x0004\nDEF start 0x0100\nFILE main.asm\nLINE 3 0x0100\nLINE 4 0x0102\n');
    expect(await cli([...args, 'wla'], { cwd })).toMatchObject({ status: 0 });
    expect(read('X.sym')).toContain(`0001:0000 ${crc32(SOURCE).toString(16).padStart(8, '0')} main.asm\n`);
  });

  it('must be asked for', async () => {
    const { status, stderr } = await cli(['asm', 'main.asm', '-o', 'X.COM', '--symbol-format', 'sld'], { cwd });
    expect([status, stderr]).toEqual([
      2,
      'error: --symbol-format says how, but no symbols are asked for\nhint: add --symbols, or --symbols X.sld\n',
    ]);
  });

  it('and lines are in what --json prints', async () => {
    const { stdout } = await cli(['asm', 'main.asm', '-o', 'X.COM', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      dependencies: ['main.asm', 'lib.asm', 'four.bin'],
      symbols: [
        { name: 'SIZE', value: 4, kind: 'equ', file: 'lib.asm', line: 1, column: 1 },
        { name: 'start', value: 0x100, kind: 'label', file: 'main.asm', line: 3, column: 1 },
      ],
      lines: [
        { address: 0x100, length: 2, file: 'main.asm', line: 3, tStates: 7, tStatesTaken: 7 },
        { address: 0x102, length: 2, file: 'main.asm', line: 4, tStates: 12, tStatesTaken: 12 },
        { address: 0x104, length: 4, file: 'main.asm', line: 5 },
      ],
    });
  });
});
