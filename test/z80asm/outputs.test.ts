import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  assemble,
  formatDependencies,
  formatListing,
  formatMap,
  formatSymbols,
  memoryReader,
  parseSymbols,
  toIntelHex,
} from '../../src/z80asm/index.js';
import { InputError } from '../../src/seams/errors.js';
import { Z80LM } from '../bundled.js';

const SOURCE = `BDOS EQU 5
 ORG 100h
 INCLUDE "lib.asm"
start: LD BC,300
 TIMED wait
.l: DEC BC
 LD A,B
 OR C
 JR NZ,.l
 ENDTIMED
 m1 2
 IF 0
 DB 9
 ENDIF
 RET
data: DB "0123456789"
 ORG 200h
 DS 40
`;
const result = assemble({
  main: 'main.asm',
  ...memoryReader({ 'main.asm': SOURCE, 'lib.asm': 'm1 MACRO n\n LD A,n\n ENDM\n' }),
});

describe('the listing', () => {
  it('has addresses, bytes, T-states, sums, expansions and skipped lines', () => {
    expect(result.ok).toBe(true);
    const lines = formatListing(result).split('\n');
    const about = (text: string) => lines.find((line) => line.endsWith(text));
    expect(about('BDOS EQU 5')).toBe('0000  = 0005                                         1  BDOS EQU 5');
    expect(about('LD BC,300')).toBe('0100  01 2C 01                    10                 4  start: LD BC,300');
    expect(about('LD A,B')).toBe('0104  78                           4          10     7   LD A,B');
    expect(about('JR NZ,.l')).toBe('0106  20 FB                     12/7       26/21     9   JR NZ,.l');
    expect(about('LD A,2')).toBe('0108  3E 02                        7                 2 + LD A,2');
    expect(about(' DB 9')).toBe('                                                    13   DB 9');
    expect(about('"0123456789"')).toBe('010B  30 31 32 33 34 35 36 37                       16  data: DB "0123456789"');
    expect(lines).toContain('0113  38 39');
    expect(about('DS 40')).toBe('0200  00 00 00 00 00 00 00 00                       18   DS 40');
    expect(lines).toContain('      ... 8 more');
    expect(lines).toContain(';   wait                         5  21 ... 26');
  });
});

describe('symbol files', () => {
  const text = formatSymbols(result);
  it('list names by value', () => {
    expect(text.split('\n').filter((line) => /^(start|BDOS|data)/.test(line))).toEqual([
      'BDOS                     EQU 00005H ; equ main.asm:1',
      'start                    EQU 00100H ; label main.asm:4',
      'start.l                  EQU 00103H ; label main.asm:6',
      'data                     EQU 0010BH ; label main.asm:16',
    ]);
  });
  it('are read back, constants being no places', () => {
    const { values, names } = parseSymbols(text, 'x.sym');
    expect([values.get('BDOS'), values.get('start'), names.get(0x100), names.get(5)]).toEqual([
      5,
      0x100,
      'start',
      undefined,
    ]);
  });
  it('of other tools are read too', () => {
    expect(parseSymbols('start EQU 0100H\nloop: equ $0105\n', 'x').names).toEqual(
      new Map([
        [0x100, 'start'],
        [0x105, 'loop'],
      ]),
    );
    expect(parseSymbols('0100 START 0105 LOOP\n0110 END\n\x1a', 'x').values).toEqual(
      new Map([
        ['START', 0x100],
        ['LOOP', 0x105],
        ['END', 0x110],
      ]),
    );
    expect(() => parseSymbols('start EQU 1\nnonsense', 'x.sym')).toThrow(InputError);
  });
  it('can be included', () => {
    const again = assemble({
      main: 'a.asm',
      ...memoryReader({ 'a.asm': ' INCLUDE "x.sym"\n DW start', 'x.sym': text }),
    });
    expect([again.ok, [...again.bytes]]).toEqual([true, [0, 1]]);
  });
});

describe('Intel HEX', () => {
  it('has records of 16 bytes, sums and the end', () => {
    expect(toIntelHex([{ address: 0x100, bytes: Uint8Array.from({ length: 18 }, (_, i) => i) }], 0x100)).toBe(
      ':10010000000102030405060708090A0B0C0D0E0F77\n:020110001011CC\n:00010001FE\n',
    );
  });
  it('leaves gaps out', () => {
    expect(toIntelHex(result.segments).split('\n').length).toBe(2 + 3 + 1 + 1);
  });
});

describe('map and dependencies', () => {
  it('name segments, labels and files', () => {
    const lines = formatMap(result).split('\n');
    expect(lines).toContain('0100 0114     21');
    expect(lines).toContain('0200 0227     40');
    expect(lines).toContain('0100     11  start                            main.asm:4');
    expect(formatDependencies('a b.com', result)).toBe('a\\ b.com: main.asm lib.asm\nlib.asm:\n');
  });
});

describe('the commands', () => {
  const run = (...args: string[]): { status: number; out: string } => {
    try {
      const out = execFileSync(process.execPath, [Z80LM[1], ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { status: 0, out };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { status, out: stderr };
    }
  };
  it('assemble, refuse and disassemble', async () => {
    const { mkdtempSync, writeFileSync, readFileSync, existsSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-asm-'));
    try {
      const path = (name: string) => join(folder, name);
      writeFileSync(path('good.asm'), ' ORG 100h\nstart: LD A,N\n JP start\n');
      writeFileSync(path('bad.asm'), ' ORG 100h\n bogus\n');
      const good = run(
        'asm',
        path('good.asm'),
        '-o',
        path('good.com'),
        '-D',
        'N=0x12',
        '--listing',
        '--symbols',
        '--hints',
      );
      expect(good).toEqual({ status: 0, out: `${path('good.com')}: 5 bytes, 0x0100 to 0x0104\n` });
      expect([...readFileSync(path('good.com'))]).toEqual([0x3e, 0x12, 0xc3, 0x00, 0x01]);
      expect(readFileSync(path('good.sym'), 'utf8')).toContain('start');
      expect(existsSync(path('good.lst'))).toBe(true);
      const bad = run('asm', path('bad.asm'), '-o', path('bad.com'));
      expect(bad.status).toBe(2);
      expect(bad.out).toContain(
        `${path('bad.asm')}:2:2: error: unknown instruction 'bogus' [E107]\n     bogus\n     ^^^^^\n`,
      );
      expect(existsSync(path('bad.com'))).toBe(false);
      const back = run('disasm', path('good.com'), '--symbols', path('good.sym'));
      expect(back.status).toBe(0);
      expect(back.out).toContain('start:          LD A,0x12');
      expect(run('asm', path('none.asm'), '-o', path('x.com')).status).toBe(2);
      expect(run('disasm', path('good.com'), '--org', 'x').status).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
