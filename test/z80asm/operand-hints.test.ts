/** Every hint is true: what it says the instruction takes, it takes. */
import { describe, expect, it } from 'vitest';
import { MNEMONICS } from '../../src/z80asm/instructions.js';
import { assemble, memoryReader, type Diagnostic } from '../../src/z80asm/index.js';

function findings(source: string): Diagnostic[] {
  return assemble({ main: 'm.asm', ...memoryReader({ 'm.asm': source }) }).diagnostics;
}

describe('an instruction with wrong operands', () => {
  it.each([
    ['OUT (5),B', 'OUT does not take (5),B', 'it takes OUT (n),A | OUT (C),B'],
    ['IN B,(5)', 'IN does not take B,(5)', 'it takes IN B,(C) | IN A,(n)'],
    ['RET q', 'RET does not take q', "'q' is not a condition: it must be NZ, Z, NC, C, PO, PE, P or M"],
    ['JR q,5', 'JR does not take q,5', "'q' is not a condition: it must be NZ, Z, NC or C"],
    ['JR PO,5', 'JR does not take PO,5', 'it takes JR NZ,e | JR Z,e | JR NC,e | JR C,e'],
    ['BIT 3', 'BIT 3 needs another operand', 'it takes BIT b,r | BIT b,(HL) | BIT b,(IX+d) | BIT b,(IY+d)'],
    ['OUT', 'OUT needs operands', 'it takes OUT (n),A | OUT (C),r | OUT (C),0'],
    ['PUSH A', 'PUSH does not take A', 'it takes PUSH BC | PUSH DE | PUSH HL | PUSH AF | PUSH IX | PUSH IY'],
    ['NOP 5', 'NOP does not take 5', 'NOP stands alone'],
    ['SUB HL,DE', 'SUB does not take HL,DE', 'OR A and SBC HL,DE do it'],
    ['LD A 5', "expected a comma after A, not '5'", undefined],
    [
      'LD A,(HL+1)',
      'HL is a register and has no value in an expression',
      'only IX and IY take a displacement; the address after HL needs an INC HL',
    ],
  ])('%s', (source, message, hint) => {
    const found = findings(` ${source}`);
    expect(found.map((d) => [d.message, d.hint])).toEqual([[message, hint]]);
  });

  it('LD A is told what may follow', () => {
    expect(findings(' LD A')[0]).toMatchObject({
      message: 'LD A needs another operand',
      hint: expect.stringMatching(/^it takes LD A,r \| LD A,n \| LD A,\(HL\) /) as string,
    });
  });
});

/** What the small letters of a hint may be. */
const EXAMPLES: Record<string, string> = { r: 'D', n: '5', nn: '5', e: '$', b: '3', t: '8', m: '1', d: '1' };

describe('what a hint says it takes', () => {
  const OPERANDS = [
    '',
    'A',
    'B',
    'HL',
    'IX',
    'AF',
    '(HL)',
    '(IX+1)',
    '(5)',
    '5',
    'x',
    'A,B',
    'HL,IX',
    '(5),B',
    'B,(5)',
    'Q,5',
    'A,B,C',
  ];

  it('it does take', () => {
    const forms = new Set<string>();
    for (const mnemonic of MNEMONICS)
      for (const operands of OPERANDS)
        for (const { hint } of findings(` ${mnemonic} ${operands}\nx EQU 0\nQ EQU 0`))
          for (const form of /^it takes (.*?)( …)?$/.exec(hint ?? '')?.[1]?.split(' | ') ?? []) forms.add(form);
    expect(forms.size).toBeGreaterThan(200);
    const source = [...forms].map((form) => {
      const [mnemonic, rest = ''] = form.split(' ');
      const operands = rest.replace(/(?<![A-Z])[a-z]+(?![A-Z])/g, (letters) => EXAMPLES[letters] ?? `?${letters}`);
      return ` ${mnemonic} ${operands}`;
    });
    expect(findings(source.join('\n')).filter((d) => d.severity === 'error')).toEqual([]);
  });
});

describe('what a slip is told', () => {
  it.each([
    [' LD A,(HL', 'this bracket is not closed', undefined],
    [' LD A,(IX+1', 'this bracket is not closed', undefined],
    [" LD A,'ab'", '24930 (0x6162) does not fit a byte', 'LOW(…) takes its lower half, HIGH(…) the upper'],
    [
      " LD A,'\\n'",
      '23662 (0x5C6E) does not fit a byte',
      'in single quotes a backslash is a backslash; double quotes know escapes',
    ],
  ])('%s', (source, message, hint) => {
    expect(findings(source).map((d) => [d.message, d.hint])).toEqual([[message, hint]]);
  });

  it('a few of them are no sign of another dialect', () => {
    const nearest = (source: string): unknown =>
      assemble({ main: 'm.asm', ...memoryReader({ 'm.asm': source }), tryOthers: true }).nearest;
    expect(nearest(' ld a,300\n ld hl,70000\n ld (ix+200),a\nx equ 5\nx equ 6')).toBeUndefined();
    expect(nearest(' foo ?bar\n ret : : : }')).toBeUndefined();
  });
});
