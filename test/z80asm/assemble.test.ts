import { describe, expect, it } from 'vitest';
import { assemble, formatDiagnostic, memoryReader } from '../../src/z80asm/index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function asm(source: string, files: Record<string, string | Uint8Array> = {}) {
  return assemble({ main: 'main.asm', ...memoryReader({ 'main.asm': source, ...files }) });
}

describe('a whole program', () => {
  it('assembles forward references, data, macros and structures', () => {
    const result = asm(`
BDOS    EQU 5
        ORG 100h
start:  ld de,msg
        ld c,9
        call BDOS
        jp 0
twice   macro what
        what
        what
        endm
        twice inc hl
msg:    db 'Hi',13,10,'$'
        dw end-start
end:
`);
    expect(result.diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(result.origin).toBe(0x100);
    expect(hex(result.bytes)).toBe('110d010e09cd0500c3000023234869' + '0d0a24' + '1400');
    expect(result.symbols.get('msg')).toBe(0x10d);
  });
});

describe('findings', () => {
  it('are all reported, with file, line, column, source line and caret', () => {
    const result = asm(`        org 100h
        lda a,5
        ld a,msgg
msg:    ld b,300
`);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((d) => `${d.line}:${d.column} ${d.code}`)).toEqual([
      '2:9 E107',
      '3:14 E201',
      '4:14 E301',
    ]);
    expect(formatDiagnostic(result.diagnostics[1]!)).toBe(
      [
        "main.asm:3:14: error: 'msgg' is not defined [E201]",
        '            ld a,msgg',
        '                 ^^^^',
        '    hint: did you mean msg?',
      ].join('\n'),
    );
  });
});
