import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { assemble, formatDiagnostic, formatListing, memoryReader, parseSymbols } from '../../src/z80asm/index.js';
import { DIRECTIVES } from '../../src/z80asm/directive-table.js';
import { DIALECT_NAMES, type DialectName } from '../../src/z80asm/dialect.js';
import { MNEMONICS } from '../../src/z80asm/instructions.js';
import { InputError } from '../../src/seams/errors.js';

function run(source: string, files: Record<string, string | Uint8Array> = {}, dialect?: DialectName) {
  const result = assemble({
    main: 'main.asm',
    ...memoryReader({ 'main.asm': source, ...files }),
    ...(dialect && { dialect }),
  });
  for (const d of result.diagnostics) {
    expect(d.line).toBeGreaterThanOrEqual(0);
    expect(d.column).toBeGreaterThanOrEqual(1);
    expect(formatDiagnostic(d).length).toBeLessThan(8_000);
  }
  return result;
}

const codes = (source: string, files: Record<string, string | Uint8Array> = {}): string[] =>
  run(source, files)
    .diagnostics.filter((d) => d.severity === 'error')
    .map((d) => d.name);

/** Pieces that a source is made of, so that nonsense gets deep into the assembler. */
const WORDS = [
  ...MNEMONICS,
  ...DIRECTIVES.flatMap((d) => d.names),
  ..."A B C HL IX (HL) (IX+5) AF' NZ label .loop @@ @F $ . 0x10 10h %101 'a' \"text\" <a,b> ## & && | ~ ( ) [ ] , : = + - * / % ? ; \\".split(
    ' ',
  ),
  'm1',
  'x',
  '65535',
  '-1',
  '"open',
  '\t',
];

/** A dialect, or the one that the source shows. */
const ANY_DIALECT = fc.constantFrom(undefined, ...DIALECT_NAMES);

describe('no input may throw, hang or eat memory', () => {
  it('any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), ANY_DIALECT, (source, dialect) => {
        run(source, {}, dialect);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any words in any order', () => {
    const line = fc.array(fc.constantFrom(...WORDS), { maxLength: 7 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), ANY_DIALECT, (lines, dialect) => {
        run(lines.join('\n'), { 'main.asm': lines.join('\n') }, dialect);
      }),
      { numRuns: 3_000 },
    );
  });

  it('blocks opened and closed at random', () => {
    const line = fc.constantFrom(
      ' IF x',
      ' IF 1',
      ' IFDEF y',
      ' ELSE',
      ' ELSEIF 1',
      ' ENDIF',
      'm MACRO a, b=2',
      ' MACRO q',
      ' REPT 3, i',
      ' IRP r, <b, c>',
      ' IRPC c, xyz',
      ' ENDM',
      ' EXITM',
      ' m 1',
      ' m 1,2,3',
      ' q',
      ' LOCAL z',
      's STRUCT',
      'f DB 1',
      ' ENDS',
      'v: s 1',
      ' MODULE k',
      ' ENDMODULE',
      'x EQU 1',
      'y = y + 1',
      '.l: NOP',
      ' JR .l',
      ' TIMED t',
      ' ENDTIMED',
      ' PHASE 8000h',
      ' DEPHASE',
      ' ORG $+5',
      ' ALIGN 16',
      ' INCLUDE "main.asm"',
      ' END',
      ' DS x',
      '#DEFINE x x x',
      '#DEFINE y(a,b) a \\ x b',
      '#DEFCONT \\ y(1',
      ' y(x,(2))',
      '#IF x',
      '#ENDIF',
      '1: JR 1b',
      ' JR 1f /*',
      ' */ DEFINE x y',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), ANY_DIALECT, (lines, dialect) => {
        const result = run(lines.join('\n'), {}, dialect);
        formatListing(result);
      }),
      { numRuns: 2_000 },
    );
  });

  it('symbol files: names or an InputError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        try {
          parseSymbols(text, 'x.sym');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('limits', () => {
  it('end in an error', () => {
    expect(codes(' INCLUDE "main.asm"')).toEqual(['include-depth']);
    expect(codes(' INCLUDE "a.asm"', { 'a.asm': ' INCLUDE "b.asm"', 'b.asm': ' INCLUDE "a.asm"' })).toEqual([
      'include-depth',
    ]);
    expect(codes('m MACRO\n m\n ENDM\n m')).toEqual(['macro-depth']);
    expect(codes('m MACRO a\n m a a\n ENDM\n m xxxxxxxxxxxxxxxx')).toEqual(['line-too-long']);
    expect(codes(' DS 1000000000')).toContain('size-range');
    expect(codes(' DS -1')).toContain('size-range');
    expect(codes(' REPT 1000000000\n NOP\n ENDM')).toContain('size-range');
    expect(codes(' ORG 70000\n NOP')).toContain('size-range');
    expect(codes(' ORG 0FFFFh\n DW 1')).toEqual(['past-end']);
    expect(codes(' DS 60000\n DS 60000')).toEqual(['past-end']);
    expect(codes(` NOP ${' '.repeat(10_000_000)}\n NOP`)).toEqual(['line-too-long']);
    expect(codes(`\tDB "${'x'.repeat(10_000_000)}`)).toEqual(['line-too-long']);
    expect(codes(` DB ${'('.repeat(5_000)}1`)).toEqual(['too-complex']);
    expect(codes(` DB ${'-'.repeat(5_000)}1`)).toEqual(['too-complex']);
    expect(codes(` DB 1${'+1'.repeat(5_000)}`)).toEqual(['too-complex']);
    expect(codes(` DB ${'1?'.repeat(5_000)}`)).toEqual(['too-complex']);
    expect(codes(' REPT 65536\n REPT 65536\n ENDM\n ENDM')).toEqual(['too-many-lines']);
    expect(codes(' REPT 65536\n REPT 65536\n ; nothing\n ENDM\n ENDM')).toEqual(['too-many-lines']);
    expect(codes(`${' bogus\n'.repeat(5_000)}`)).toHaveLength(1_001);
  });

  it('names that feed on themselves', () => {
    expect(codes('k1 EQU k2\nk2 EQU k1\n DB k1')).toContain('circular-symbol');
    expect(codes('k EQU k+1\n DB k')).toContain('circular-symbol');
    expect(codes('k1 EQU nope\nk2 EQU k1\nk4 EQU k3\nk3 EQU nope\n DB k2,k4')).toEqual([
      'undefined-symbol',
      'undefined-symbol',
    ]);
    expect(codes(' IF x = 0\n NOP\n ENDIF\nx EQU $')).toEqual(['unsettled']);
    expect(codes(' DS end & 1\n NOP\nend:')).toEqual(['unsettled']);
    // A long chain of forward constants does settle.
    const chain = Array.from({ length: 20 }, (_, i) => `c${i} EQU c${i + 1}`).join('\n');
    expect(codes(`${chain}\nc20 EQU 7\n DB c0`)).toEqual([]);
  });
});
