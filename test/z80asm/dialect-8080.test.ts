/** 8080 mnemonics, and the language of ASM and MAC. The bytes are what Digital Research's MAC gives for these lines. */
import { describe, expect, it } from 'vitest';
import { list8080 } from '../../src/z80asm/instructions-8080.js';
import { disassembleOne } from '../../src/z80asm/disassemble-one.js';
import { hexOf, hintOf } from './dialect-cases.js';

const hex = (source: string): string => hexOf('8080', source);

describe('8080 mnemonics', () => {
  it.each([
    [' lxi h,5¶ lxi sp,5¶ lxi b,5¶ push psw¶ pop psw', '210500310500010500f5f1'],
    [
      ' mov a,b¶ mov m,a¶ adi 5¶ aci 5¶ sui 5¶ sbi 5¶ ani 5¶ ori 5¶ xri 5¶ cpi 5',
      '7877c605ce05d605de05e605f605ee05fe05',
    ],
    [' ldax b¶ stax d¶ lda 5¶ sta 5¶ lhld 5¶ shld 5¶ xchg¶ xthl¶ sphl¶ pchl', '0a123a05003205002a0500220500ebe3f9e9'],
    [
      ' jmp 5¶ jnz 5¶ jz 5¶ jnc 5¶ jc 5¶ jpo 5¶ jpe 5¶ jp 5¶ jm 5',
      'c30500c20500ca0500d20500da0500e20500ea0500f20500fa0500',
    ],
    [
      ' call 5¶ cnz 5¶ cz 5¶ cnc 5¶ cc 5¶ cpo 5¶ cpe 5¶ cp 5¶ cm 5',
      'cd0500c40500cc0500d40500dc0500e40500ec0500f40500fc0500',
    ],
    [' ret¶ rnz¶ rz¶ rnc¶ rc¶ rpo¶ rpe¶ rp¶ rm', 'c9c0c8d0d8e0e8f0f8'],
    [' rst 1¶ in 5¶ out 5¶ ei¶ di¶ hlt¶ nop¶ daa¶ cma¶ stc¶ cmc', 'cfdb05d305fbf37600272f373f'],
    [' rlc¶ rrc¶ ral¶ rar', '070f171f'],
    [' inr m¶ dcr b¶ inx sp¶ dcx d¶ dad h', '3405331b29'],
    [' add m¶ adc b¶ sub c¶ sbb d¶ ana e¶ ora h¶ xra l¶ cmp a', '8688919aa3b4adbf'],
    // Registers are numbers.
    [' mvi b,5¶ mvi 0,5¶ mov 7,0¶ mov m,m', '0605060578' + '76'],
    ['foo equ b¶ mov a,foo¶ mov a,b+1¶ push a', '7879f5'],
    [' dw b,c,d,e,h,l,m,a,sp,psw', '0000010002000300040005000600070006000600'],
    [' lxi h,di or (hlt shl 8)', '21f376'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));

  it('has the code and the time of the Z80 form that stands beside it', () => {
    const all = list8080();
    // The 8080 has 244 codes, eight of which are RST, one form here.
    expect(all).toHaveLength(237);
    expect(new Set(all.map(({ instruction }) => instruction.code[0])).size).toBe(237);
    for (const { instruction, z80 } of all) {
      const bytes = Uint8Array.from([...instruction.code, 0, 0, 0]);
      const decoded = disassembleOne(bytes, 0);
      expect(`${decoded.instruction!.mnemonic} ${decoded.instruction!.operands.join(',')}`.trim(), z80).toBe(z80);
      expect([instruction.tStates, instruction.tStatesTaken]).toEqual([
        decoded.instruction!.tStates,
        decoded.instruction!.tStatesTaken,
      ]);
    }
  });

  it.each([
    [' rst 8', 'operand-range'],
    [' dad 1', 'operand-range'],
    [' mvi 8,1', 'operand-range'],
    [' ldax h', 'operand-range'],
    [' ld a,5', 'unknown-instruction'],
  ])('refuses %s', (source, error) => expect(hex(source)).toBe(error));
});

describe('which mnemonics', () => {
  it('are switched by lines, and in each pass anew', () => {
    expect(hexOf(undefined, ' ld a,x¶ .8080¶ mvi a,x¶ jp 5¶ .Z80¶ jp 5¶ ld a,x¶x equ 7')).toBe(
      '3e073e07f20500c305003e07',
    );
    expect(hexOf(undefined, ' cpu 8080¶ mvi a,1¶ cpu z80¶ ld a,1')).toBe('3e013e01');
    expect(hex(' .Z80¶ ld a,1¶ .8080¶ mvi a,1')).toBe('3e013e01');
  });

  it('are hinted at where the others are read', () => {
    expect(hintOf(undefined, ' lxi h,5')).toMatch(/^LXI is an 8080 mnemonic: in Z80 notation LD HL,nn; --dialect 8080/);
    expect(hintOf(undefined, 'mov a,m')).toMatch(/in Z80 notation LD A,\(HL\)/);
    expect(hintOf('8080', ' ld a,5')).toMatch(/^LD is a Z80 mnemonic.*\.Z80 above changes that$/);
  });
});

describe('ASM and MAC', () => {
  it.each([
    // ! between statements, also behind a comment; * begins a comment at the margin.
    [' mov a,m ! inr a ! ret', '7e3cc9'],
    [" db 'a!b' ! nop", '61216200'],
    [' nop ; c ! nop ! nop', '000000'],
    [' nop ; c != 0', '00'],
    ['* comment¶ db 1¶$-macro', '01'],
    ['lab: ! nop', '00'],
    // $ within names and numbers is nothing.
    ['a$b: nop¶ dw ab', '000000'],
    [' dw 1$0$1$0b, 5$5', '0a003700'],
    // Operators: NOT and HIGH are loose, signs looser than products, values without a sign.
    [' dw 1+2*3, 1 shl 2 + 1, not 1 eq 2', '07000500ffff'],
    [' dw 1 eq 1, 2 gt 1, -1 lt 1, low 1234h, high 1234h + 1', 'ffffffff000034001200'],
    [' dw -1/2, -1 shr 4', '00000000'],
    [' db not 5 and 0ffh, 5 mod 3, not 1', 'fa02fe'],
    [' dw 70000, 0ffffh+1', '70110000'],
    [" dw 'A','AB'¶ lxi h,'AB'", '41004142214142'],
    [" db 'it''s',0ff80h,-128", '697427738080'],
    [' if 2¶ db 1¶ endif¶ if 3¶ db 3¶ endif', '03'],
    ['x set 5¶x set x+1¶ db x', '06'],
    ['?a: nop¶@b: nop¶ dw ?a,@b', '00000000' + '0100'],
    ['x equ 0eh¶x equ 14¶ db x', '0e'],
    ['jr: nop¶ld lxi h,0¶ dw jr,ld', '00210000' + '00000100'],
    // DS leaves room: none at the end is written; and a later byte replaces an earlier one.
    [' db 1¶ ds 3¶ db 2', '0100000002'],
    [' db 1¶ ds 3', '01'],
    [' db 1,2¶ org 1¶ db 3', '0103'],
    ['pmov macro ?x,?y¶ local loop¶loop: mov a,?x¶ jmp loop¶ endm¶ pmov b¶ pmov c', '78c3000079c30400'],
    [' rept 2¶ db 1¶ endm', '0101'],
    ['item macro p1¶ db p1¶ endm¶ item iff¶iff equ 5', '05'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));

  it('takes MACLIB for a file, and says what Z80.LIB would have done', () => {
    expect(hexOf('8080', ' maclib two¶ two', { 'two.lib': 'two macro¶ db 2¶ endm'.replaceAll('¶', '\n') })).toBe('02');
    expect(hintOf('8080', ' maclib z80')).toMatch(/with \.Z80 above/);
  });
});
