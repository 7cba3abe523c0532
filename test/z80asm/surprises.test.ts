/** Where other assemblers, or other lines of the same program, would lead one to expect something else. */
import { describe, expect, it } from 'vitest';
import { assemble, decodeSource, formatDiagnostic, memoryReader, type Diagnostic } from '../../src/z80asm/index.js';

function run(source: string): { hex: string; said: string[]; diagnostics: Diagnostic[]; passes: number } {
  const { bytes, diagnostics, passes } = assemble({ main: 'm.asm', ...memoryReader({ 'm.asm': source }) });
  const said = diagnostics.filter((d) => d.severity !== 'hint').map((d) => `${d.line}:${d.column} ${d.name}`);
  return { hex: Buffer.from(bytes).toString('hex'), said, diagnostics, passes };
}

describe('a name of the program wins over a spelling of ours', () => {
  it.each([
    ['an alias of a register', 'HX EQU 26h\n LD L,HX', '2e26'],
    ['an alias that is defined below', ' LD L,HX\nHX EQU 26h', '2e26'],
    ['an operator', 'low: LD HL,low\n LD DE,low+1\n LD A,LOW(1234h)', '2100001101003e34'],
    ['an operator in brackets', ' JP high\nhigh: LD HL,(high)', 'c303002a0300'],
    ['a directive at the margin', 'Disp CALL Scan\nScan RET\n JP Disp', 'cd0300c9c30000'],
  ])('%s', (_, source, hex) => {
    expect(run(source)).toMatchObject({ hex, said: [] });
  });

  it('where it defines none, the spelling is ours', () => {
    expect(run(' LD HX,5\n LD A,LOW 1234h').hex).toBe('dd26053e34');
  });
});

describe('one arithmetic', () => {
  it.each([
    ['0xFFFFFFFF == -1', 'ffff'],
    ['(0xFFFFFFFF & -1) == -1', 'ffff'],
    ['0x80000000 >> 31', 'ffff'],
    ['1 << 32', '0000'],
    ['1 << -1', '0000'],
    ['-1 >> 40', 'ffff'],
    ['0x10000 * 0x10000', '0000'],
    ['0x7FFFFFFF + 1 < 0', 'ffff'],
    ['-7 / 2', 'fdff'],
    ['-7 % 3', 'ffff'],
    ['~0', 'ffff'],
  ])('%s', (expression, hex) => {
    expect(run(` DW ${expression}`)).toMatchObject({ hex, said: [] });
  });

  it('goes round at 64 KB, as addresses do', () => {
    expect(run(' ORG 100h\n LD DE,-buf\n DS 8FFDh\nbuf: RET').hex.slice(0, 6)).toBe('11006f');
    expect(run(' DW -65535').hex).toBe('0100');
    expect(run(' DW -65536').said).toEqual(['1:5 word-range']);
    expect(run(' DW 65536').said).toEqual(['1:5 word-range']);
  });
});

describe('operators that are words', () => {
  it.each([
    [' DW 1 SHL 2 + 1', '0800', 'this is 1 SHL (2 + 1)', '(1 SHL 2) + 1'],
    [' DW 3 + 1 SHL 2', '1000', 'this is (3 + 1) SHL 2', '3 + (1 SHL 2)'],
    [' DW NOT 1 EQ 2', '0000', 'this is (NOT 1) EQ 2', 'NOT (1 EQ 2)'],
    [' LD HL,(5 SHL 1+1)', '2a1400', 'this is 5 SHL (1 + 1)', '(5 SHL 1) + 1'],
  ])('%s says what it is', (source, hex, message, theirs) => {
    const { diagnostics, ...result } = run(source);
    expect(result.hex).toBe(hex);
    expect(diagnostics).toMatchObject([
      {
        name: 'other-precedence',
        message,
        hint: `M80 would read it as ${theirs}; brackets make it the same everywhere`,
      },
    ]);
  });

  it.each([
    '(1 SHL 2) + 1',
    '1 << 2 + 1',
    '7 AND 3 EQ 3',
    'HIGH 1234h + 1',
    'NOT 3 AND 5',
    '5 MOD 3 + 1',
    '1 OR 2 AND 3',
  ])('%s is the same everywhere', (expression) => {
    expect(run(` DW ${expression}`).said).toEqual([]);
  });

  it('are looked at in conditions too, but not in those that are skipped', () => {
    expect(run(' IF NOT 1 EQ 2\n ENDIF\n NOP').said).toEqual(['1:5 other-precedence']);
    expect(run(' IF 0\n IF NOT 1 EQ 2\n ENDIF\n ENDIF\n NOP').said).toEqual([]);
  });
});

describe('constants that need the next one', () => {
  const chain = (length: number): string =>
    Array.from({ length }, (_, i) => `a${i} EQU a${i + 1}+1`).join('\n') +
    `\na${length} EQU last\n LD HL,a0\nlast: RET`;

  it('are no circle, however many', () => {
    expect(run(chain(40))).toMatchObject({ hex: '212b00c9', said: [], passes: 2 });
    expect(run(chain(1_000))).toMatchObject({ hex: '21eb03c9', said: [], passes: 2 });
  });

  it('are no circle in the other order either, and take no longer', () => {
    const length = 8_000;
    const rows = Array.from({ length }, (_, i) => `a${i + 1} EQU a${i}+1`);
    const source = ['a0 EQU last', ...rows, ` LD HL,a${length}`, 'last: RET'].join('\n');
    expect(run(source)).toMatchObject({ hex: '21431fc9', said: [], passes: 2 });
  });

  it('of a module and below a label are read where they stand', () => {
    const source = ' MODULE m\nx: RET\n.a EQU .b\n.b EQU y\ny EQU z\n ENDMODULE\nz EQU 7\nn: LD A,m.x.a';
    expect(run(source).hex).toBe('c93e07');
  });

  it('that need themselves are told', () => {
    expect(run('one EQU two\ntwo EQU three\nthree EQU one\n LD HL,one').said).toEqual([
      '1:9 circular-symbol',
      '2:9 circular-symbol',
      '3:11 circular-symbol',
      '4:8 circular-symbol',
    ]);
  });

  it('that need a name which does not exist tell only that', () => {
    expect(run('one EQU two+1\ntwo EQU nowhere\n LD HL,one').said).toEqual(['2:9 undefined-symbol']);
  });
});

describe('what would have no effect', () => {
  it('a second DEPHASE', () => {
    expect(run(' PHASE 5\n NOP\n DEPHASE\n DEPHASE').said).toEqual(['4:2 stray-dephase']);
    expect(run(' PHASE 0\n NOP\n DEPHASE').said).toEqual([]);
  });

  it('a label in front of ENDM', () => {
    expect(run('m MACRO\n NOP\nME: ENDM\n m').said).toEqual(['3:1 ignored-label']);
  });
});

describe('several statements on a line', () => {
  it.each([
    [' LD A,(HL) : INC HL : RET', '7e23c9'],
    [' LD A,5 \\ RET', '3e05c9'],
    ['x: y: RET : JP y', 'c9c30000'],
    [' DB 1 : DB 2 ; : DB 3', '0102'],
    [' DB 1 ? 2 : 3', '02'],
    [' DB \':\' : DB "\\\\"', '3a5c'],
    [' NOP:NOP', '0000'],
    ['m MACRO a\n DB a\n ENDM\n m 1 \\ m 2', '0102'],
    [' NOP // : NOP', '00'],
  ])('%s', (source, hex) => {
    expect(run(source)).toMatchObject({ hex, said: [] });
  });
});

describe('a text in UTF-16', () => {
  const source = ' DB "A"';
  const little = Uint8Array.from([0xff, 0xfe, ...Array.from(source).flatMap((c) => [c.charCodeAt(0), 0])]);
  const big = Uint8Array.from([0xfe, 0xff, ...Array.from(source).flatMap((c) => [0, c.charCodeAt(0)])]);

  it('is read where a byte order mark says so', () => {
    expect(run(decodeSource(little)).hex).toBe('41');
    expect(run(decodeSource(big)).hex).toBe('41');
  });

  it('is named where none does', () => {
    expect(run(decodeSource(little.subarray(2))).diagnostics[0]).toMatchObject({
      name: 'bad-character',
      hint: 'is the file UTF-16, or not a text? Save it as UTF-8',
    });
  });
});

describe('files', () => {
  const files = {
    'src/main.asm': ' INCLUDE "parts/a.inc"',
    'src/parts/a.inc': ' INCLUDE "b.inc"\n INCLUDE "C.INC"',
    'src/b.inc': ' DB 1',
    'src/parts/c.inc': ' DB 2',
  };

  it('are sought beside the main file at last, and in any letter case', () => {
    const otherCase = (path: string): string | undefined =>
      Object.keys(files).find((name) => name.toLowerCase() === path.toLowerCase());
    const { bytes, diagnostics, dependencies } = assemble({ main: 'src/main.asm', ...memoryReader(files), otherCase });
    expect(diagnostics).toEqual([]);
    expect([...bytes]).toEqual([1, 2]);
    expect(dependencies).toEqual(['src/main.asm', 'src/parts/a.inc', 'src/b.inc', 'src/parts/c.inc']);
  });

  it('end at ^Z', () => {
    expect(run(' DB 1\r\n\x1a DB 2\r\n')).toMatchObject({ hex: '01', said: [] });
  });

  it('end at .END at the margin, where .end is a label', () => {
    expect(run(' DB 1\n.END\n DB 2').hex).toBe('01');
    expect(run('x: DB 1\n.end\n DB 2\n DW x.end').hex).toBe('01020100');
  });
});

describe('what a terminal would obey', () => {
  it('is shown and not sent', () => {
    const { diagnostics } = run(' ld a,b\x1b[31m"red\n');
    expect(formatDiagnostic(diagnostics[0]!)).toBe(
      `m.asm:1:8: error: unexpected character U+001B [E101]\n     ld a,b?[31m"red\n           ^`,
    );
  });
});
