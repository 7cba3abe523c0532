/** Listings read back: addresses and lines of source. */
import { describe, expect, it } from 'vitest';
import { assemble, formatListing, memoryReader } from '../../src/z80asm/index.js';
import { parseListing, SourceMap } from '../../src/z80asm/listing-file.js';
import fc from '../fast-check.js';

const MAIN = `BDOS equ 5
 org 100h
start: ld de,msg
twice macro
 nop
 ld a,1
 endm
 twice
 include "lib/print.asm"
 twice
; 1 2 a comment
 ret
msg: db '0123456789',13,10,'$'
buf: ds 100
`;
const PRINT = ` ld c,9

 call BDOS
`;

const assembled = (main = MAIN, print = PRINT): ReturnType<typeof assemble> =>
  assemble({ main: 'src/t.asm', ...memoryReader({ 'src/t.asm': main, 'src/lib/print.asm': print }) });
const shown = (text: string): string[] =>
  parseListing(text).map(
    ({ file, line, address, length, text: source }) =>
      `${file}:${line} ${address.toString(16)}+${length} ${source.trim()}`,
  );

describe('a listing', () => {
  it('tells file, line, address and length of what became bytes, macros and INCLUDEs too', () => {
    expect(shown(formatListing(assembled()))).toEqual([
      'src/t.asm:3 100+3 start: ld de,msg',
      'src/t.asm:5 103+1 nop',
      'src/t.asm:6 104+2 ld a,1',
      'src/lib/print.asm:1 106+2 ld c,9',
      'src/lib/print.asm:3 108+3 call BDOS',
      'src/t.asm:5 10b+1 nop',
      'src/t.asm:6 10c+2 ld a,1',
      'src/t.asm:12 10e+1 ret',
      "src/t.asm:13 10f+13 msg: db '0123456789',13,10,'$'",
      'src/t.asm:14 11c+100 buf: ds 100',
    ]);
  });

  it('with T-states and sums reads the same', () => {
    const source = ' org 100h\n timed all\nx: djnz x\n djnz x\n endtimed\n';
    const result = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(shown(formatListing(result))).toEqual(['a.asm:3 100+2 x: djnz x', 'a.asm:4 102+2 djnz x']);
  });

  it('of something else has no lines, and no text takes long', () => {
    expect(parseListing('0100 NAME\n0200 OTHER\n')).toEqual([]);
    expect(
      parseListing(
        `\n; a.asm\n${'0100  00                           4                 7   nop\n      ... 65000 more\n'.repeat(1000)}`,
      ),
    ).toHaveLength(16);
    fc.assert(fc.property(fc.string(), (text) => void parseListing(`; a.asm\n${text}`)));
  });
});

describe('the source map', () => {
  const result = assembled();
  const map = new SourceMap(parseListing(formatListing(result)));

  it('leads from an address to its line, inside of an instruction too, and from a line to its places', () => {
    expect(map.at(0x109)).toMatchObject({ file: 'src/lib/print.asm', line: 3 });
    expect(map.at(0xff)).toBeUndefined();
    expect(map.places('src/t.asm', 5).map(({ address }) => address)).toEqual([0x103, 0x10b]);
    // Line 9 has no bytes of its own.
    expect(map.places('src/t.asm', 9).map(({ address }) => address)).toEqual([0x10e]);
    expect(map.places('src/t.asm', 99)).toEqual([]);
  });

  it.each([
    ['t.asm', 'src/t.asm'],
    ['./src/t.asm', 'src/t.asm'],
    ['/home/me/project/src/lib/print.asm', 'src/lib/print.asm'],
    ['C:\\project\\src\\T.ASM', 'src/t.asm'],
    ['nt.asm', undefined],
  ])('knows %s', (name, file) => expect(map.file(name)).toBe(file));

  it('knows whether it is of the program in memory', () => {
    const memory = new Uint8Array(0x10000);
    expect(map.fits(memory)).toBe(0.3);
    memory.set(result.bytes, 0x100);
    expect(map.fits(memory)).toBe(1);
  });
});
