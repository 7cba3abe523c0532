/** The language of MACRO-80. The bytes are what M80 (with /Z) gives for these lines, and SLR's Z80ASM but where it says so. */
import { describe, expect, it } from 'vitest';
import { hexOf, hintOf } from './dialect-cases.js';

const hex = (source: string, files?: Record<string, string>): string => hexOf('m80', source, files);

describe('expressions of M80', () => {
  it.each([
    [' dw 1+2*3, 1 shl 2+1, not 1 eq 2, 2*3 mod 4', '07000500ffff0200'],
    [' dw not 0, not 1 and 3, 1 or 2 and 3, 1 xor 3', 'ffff020003000200'],
    // Division has signs, comparison and shifts have none.
    [' dw 5 mod 3, -7/2, -7 mod 3, -1/2', '0200fdffffff0000'],
    [' dw 1 eq 1, 1 ne 1, 2 gt 1, -1 lt 1, 1 lt -1, -1 shr 4', 'ffff0000ffff0000ffffff0f'],
    [' dw low 1234h, high 1234h, high 1234h+1, high 1234h and 0fh', '3400120013000200'],
    [' dw 0ffffh+1, 1-2, 70000, -1 eq 0ffffh', '0000ffff7011ffff'],
    [' db -200, 0ff00h, not 1, -129¶ ld a,-129', '3800fe7f3e7f'],
    [' db 300', 'byte-range'],
    [' ld (ix-1),5¶ jr $-2', 'dd36ff0518fc'],
    [" dw 'A','AB',\"AB\"¶ ld hl,'AB'", '41004241424121' + '4241'],
    [" db 'it''s',\"a\"\"b\",'A'+80h,'\\n'", '69742773612262c15c6e'],
    [" dw 10h,10o,10q,1010b,10d,x'1F',0b1h", '1000080008000a000a001f00b100'],
    [' .radix 16¶ db 10,0ff,1b,10h¶ .radix 2¶ db 11,10d', '10ff1b10030a'],
    [' db 1,,2¶ dw 1,', '0100020100' + '0000'],
    [' dw type 5', '0000'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));
});

describe('names of M80', () => {
  it.each([
    ['a?b: nop¶$ab: nop¶?ab: nop¶@b: nop¶.ab: nop¶ dw a?b,$ab,?ab,@b,.ab', '0000000000' + '00000100020003000400'],
    ['a1: nop¶.l: nop¶b1: nop¶ dw .l,.L', '000000' + '01000100'],
    ['x:: nop¶ public x,y¶ entry y¶Y equ 5¶ db x,y', '000005'],
    ['x equ 5¶x equ 5¶y defl 1¶y defl y+1¶z aset 7¶ db x,y,z', '050207'],
    ['x equ 5¶x equ 6¶ db x', 'duplicate-symbol'],
    ['hx equ 26h¶low: nop¶ dw hx,low', '0026000000'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));

  it('of other modules do no harm until they are used', () => {
    expect(hex(' extrn foo, bar¶ db 1')).toBe('01');
    expect(hex(' ext foo¶ call foo')).toBe('undefined-symbol');
    expect(hintOf('m80', ' ext foo¶ call foo')).toBe(
      'INCLUDE its source in place of EXTRN, or give its address: foo EQU …, or -D foo=…',
    );
    expect(hex(' extrn foo¶ dw foo¶foo equ 5')).toBe('0500');
  });
});

describe('directives of M80', () => {
  it.each([
    [' ift 1¶ db 1¶ endif¶ iff 0¶ db 2¶ else¶ db 3¶ endif¶ ife 0¶ db 4¶ endc', '010204'],
    [' if1¶x equ 1¶ endif¶ if2¶ db x¶ endif', '01'],
    [' ifidn <a b>,<a b>¶ db 1¶ endif¶ ifidn <a>,<A>¶ db 2¶ endif¶ ifdif <a>,<A>¶ db 3¶ endif', '0103'],
    [' ifb <>¶ db 1¶ endif¶ ifnb < >¶ db 2¶ endif', '0102'],
    [' .comment *x¶ if 1¶y* z¶ db 1¶ .comment /x/¶ db 2', '0102'],
    [' if 0¶ .comment *¶ endif¶ *¶ db 1¶ endif¶ db 2', '02'],
    [" .printx /hello/¶ .printx/x/¶ title a¶ subttl b¶ page 60¶ $eject¶ .cref¶ .list¶ .lfcond¶ name ('x')¶ db 1", '01'],
    [" dc 'ab','cd'", '61e263e4'],
    ['.phase 100h¶x: dw x¶ .dephase¶ dw $', '00010200'],
    // DS leaves room; with a value it is data.
    [' db 1¶ ds 3', '01'],
    [' ds 3,5¶ ds 2¶ db 1', '0505050000' + '01'],
    [' org 5¶ db 1¶ org 2¶ db 9', '09000001'],
    [' org 5¶ db 1¶ org 5¶ db 9', '09'],
    // Segments have addresses of their own.
    [' aseg¶x: ds 5¶y: ds 1¶ cseg¶ db y', '05'],
    [' aseg¶ org 100h¶ db 1', '01'],
    [' dseg¶ cseg¶ db 1', '01'],
    [' db 1¶ dseg¶ db 2', 'segments'],
    [' db 1¶ common /x/¶ ds 2', 'segments'],
  ])('%s', (source, bytes) => expect(hex(source)).toBe(bytes));

  it('finds a library without its ending', () => {
    expect(hex(' maclib mine¶ include "your"', { 'mine.lib': ' db 1\n', 'your.MAC': ' db 2\n' })).toBe('0102');
    expect(hex(' maclib mine')).toBe('file-not-found');
  });

  it('says what a linker would be needed for, and .COMMENT what it lacks', () => {
    expect(hintOf('m80', ' db 1¶ dseg¶ db 2')).toMatch(/^without the lines CSEG and DSEG/);
    expect(hex(' .comment *¶ db 1')).toContain('open-block');
    expect(hex(' .radix 17¶ db 1')).toBe('size-range');
  });
});

describe('macros of M80', () => {
  it.each([
    // Whole words, in quotes only with &, which joins.
    ["m macro x,y¶ db x,'&y','x'¶ endm¶ m 1,ab", '0161' + '6278'],
    ["m macro x¶ db '&x&!','&x&','&x& y'¶ endm¶ m ab", '616221' + '6162' + '61622079'],
    ['m macro x¶lab&x: nop¶ endm¶ m 1¶ dw lab1', '000000'],
    ["m macro x¶ db 'x&x&y','x&'¶ endm¶ m 5", '78357978' + '26'],
    ['m macro x¶l&x&y: nop¶ endm¶ m 1¶ dw l1y', '000000'],
    ['m macro n¶ call c,lab1&n¶ endm¶lab1x: m x', 'dc0000'],
    ["irpc c,ab¶ db '&c'¶ endm".replace('irpc', ' irpc'), '6162'],
    [" irpc c,ab¶ db '&c1','c'¶ endm", '2663316326633163'],
    ['m macro a¶ db 12&a¶ endm¶ m 7', '7f'],
    // Arguments.
    ['m macro x¶ db x¶ endm¶ m <1,2>¶ m %1+1', '010202'],
    ["m macro a,b¶ db '&a',0,'&b',0¶ endm¶ m x y,z¶ m <x>y, < z >", '7800790078790020' + '7a2000'],
    ["m macro a,b¶ db '&a',0,'&b'¶ endm¶ m !<,!,", '3c002c'],
    ["m macro a¶ db '&a'¶ endm¶ m %5+6¶ m %10h", '31313136'],
    ['m macro a,b¶ db a¶ ifnb <b>¶ db b¶ endif¶ endm¶ m 1¶ m 1,2¶ m 1,2,3', '0101020102'],
    ['m macro x¶ if nul x¶ db 1¶ else¶ db 2¶ endif¶ endm¶ m¶ m 5', '0102'],
    ['m macro x¶ if not nul x¶ db 1¶ else¶ db 2¶ endif¶ endm¶ m¶ m 5', '0201'],
    ['m macro x¶ ifb <x>¶ db 0¶ exitm¶ endif¶ db x¶ endm¶ m¶ m 5', '0005'],
    ['x defl 1¶m macro a¶ db a¶x defl 2¶ endm¶ m %x', '01'],
    // Lists.
    [' irp c,<<1,2>,3>¶ db c¶ endm', '010203'],
    [' irp x,<1,,2>¶ db x+0¶ endm¶ irp x,<>¶ db 9¶ endm¶ irpc x,<>¶ db 8¶ endm', '01000209'],
    [" irpc x,<a b>¶ db '&x'¶ endm¶ irpc x,a b¶ db '&x'¶ endm", '61206261'],
    ['save macro rn¶ irp x,<rn>¶ push x¶ endm¶ endm¶sub: save <af,bc>', 'f5c5'],
    ['m macro a¶ irp x,a¶ db x¶ endm¶ endm¶ m <<1,2>>', '0102'],
    // Names of their own.
    ['m macro x¶ local l1¶l1: jr l1¶ endm¶ m 1¶ m 1', '18fe18fe'],
    ['m macro a¶ local x¶x&a: dw x&a¶ endm¶ m q¶ m q', '00000200'],
    ['m macro a¶a: dw a¶ endm¶ m lab', '0000'],
    ['m macro ?x¶ db ?x¶ endm¶ m 3', '03'],
    // Macros that define macros, that call themselves, that are defined again, that are called like something else.
    ['m macro a¶n&a macro b¶ db a,b¶ endm¶ endm¶ m 5¶ n5 6', '0506'],
    ['m macro x¶ db 1¶ if x¶ m x-1¶ endif¶ endm¶ m 2', '010101'],
    ['m macro x¶ db x¶ endm¶ m 1¶m macro x¶ db x+1¶ endm¶ m 1', '0102'],
    ['ld macro a¶ db a¶ endm¶ ld 5', '05'],
    ['db macro a¶ dw a¶ endm¶ db 5', '0500'],
    ['error macro a¶ dw a¶ endm¶lab: error 5', '0500'],
  ])('%s', (source, bytes) => {
    expect(hex(source)).toBe(bytes);
  });

  it('are those of our own language elsewhere', () => {
    expect(hexOf(undefined, "m macro x¶ db 'x&x'¶ endm¶ m 5")).toBe('782678');
    expect(hexOf(undefined, 'm macro x¶ db x¶ endm¶ m 1,2')).toBe('macro-arguments');
    expect(hexOf(undefined, 'ld macro x¶ db x¶ endm')).toBe('reserved-name');
  });
});
