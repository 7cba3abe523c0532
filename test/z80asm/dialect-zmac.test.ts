/** The language of zmac. The bytes are what it (18oct2022) gives for these lines. */
import { describe, expect, it } from 'vitest';
import { hexOf } from './dialect-cases.js';

const hex = (source: string): string => hexOf('zmac', source);

describe('zmac', () => {
  it.each([
    // C's precedence, true is 1, and a string's first character comes first.
    [' dw 1+2*3, 1 shl 2 + 1, 1<<2+1, not 1 eq 2', '0700080008000000'],
    [' dw 1==1, 2>1, ~0, !0, !5, 7 & 3 == 3', '01000100ffff010000000100'],
    [" dw 'A','AB',\"AB\"¶ ld hl,'ab'", '410041424142216162'],
    [" db 'it''s','a\\n',\"a\\n\"", '69742773615c6e615c6e'],
    [' dw $ff,0ffh,1010b,17q', 'ff00ff000a000f00'],
    [' db 300', 'byte-range'],
    // Intel's mnemonics beside Zilog's, where they do not mean something else.
    [' mvi a,5¶ lxi h,5¶ mov a,m¶ jmp 5¶ jp 5', '3e052105007ec30500c30500'],
    [' cp 5¶ cz 5¶ jm 5¶ jz 5', 'fe05cc0500fa0500ca0500'],
    [' add b¶ adc b¶ sbb b¶ ana b¶ sub a,5¶ add 5', '808898a0d605c605'],
    [' ana 5¶ xra 5¶ ora 5¶ cmp 5¶ sbb 5¶ cmp (hl)¶ jmp (hl)', 'e605ee05f605fe05de05bee9'],
    [' pop psw¶ inx h¶ dad sp¶ push b¶ push bc¶ in 5¶ out 5', 'f12339c5c5db05d305'],
    [' rst 1¶ rst 8¶ rst 7¶ rst 0', 'cfcfffc7'],
    [' .z80¶ mvi a,5¶ ld a,6', '3e053e06'],
    // Names.
    ['x?: nop¶?x: nop¶@b: nop¶x.y: nop¶$$l: nop¶ dw x?,?x,@B,x.y,$$l', '0000000000' + '00000100020003000400'],
    ['a1: nop¶.l: nop¶b1: nop¶ jr .l', '00000018fc'],
    ['a1: nop¶.1: nop¶b1: nop¶.1¶ nop¶ jr .1', '0000000018fd'],
    ['x defl 1¶ db x¶x = 2¶ db x¶y set 3¶ db y¶z equ 4¶z equ 4¶ db z', '01020304'],
    // Data, and room that is not written at either end.
    [' defb 1¶ byte 2¶ word 3¶ ascii "a"¶ .dw 4¶ text "b"', '0102030061040062'],
    [' ds 3¶ db 1', '01'],
    [' db 1¶ ds 3', '01'],
    [' ds 2,5¶ ds 2¶ db 9', '0505000009'],
    [' org 5¶ db 1¶ org 5¶ db 9', '09'],
    [' nop\\nop', '0000'],
    // Macros.
    ['m macro #x¶ db #x,"#x"¶ endm¶ m 1', '0131'],
    ["m macro #x¶ db '#x','x'¶ endm¶ m ','", '2c78'],
    ['m macro #a,#b¶ db \'#a\',0,#b¶ endm¶ m S",5 ; "¶ m !,5¶ m 0<,5', '53220005210005303c0005'],
    ["m macro x¶ db '&x','x'¶ endm¶ m q", '7178'],
    ['m macro ?l,x¶?l: jr ?l¶ endm¶ m¶ m', '18fe18fe'],
    ['m macro a¶ local x¶x&a: dw x&a¶ endm¶ m l¶ m l', '00000200'],
    ['m macro a,b¶ db a¶ db b+0¶ endm¶ m 1 , 2', '0102'],
    ['m macro a,b¶ db a¶ endm¶ m 1,2,3', '01'],
    ['.sall macro¶ endm¶ .sall¶ db 1', '01'],
    [' ift 1¶ db 1¶ endif¶ ife 0¶ db 2¶ endif¶ jperror 1¶ assert 1', '0102'],
    [' extrn foo¶ public x¶x: db 1', '01'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));
});
