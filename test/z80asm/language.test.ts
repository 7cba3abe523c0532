/** What each part of the language means, byte by byte. docs/assembler.md is the prose. */
import { describe, expect, it } from 'vitest';
import { assemble, memoryReader, type AssembleOptions } from '../../src/z80asm/index.js';

type Files = Record<string, string | Uint8Array>;

function run(source: string, files: Files = {}, options: Partial<AssembleOptions> = {}) {
  return assemble({ main: 'main.asm', ...memoryReader({ 'main.asm': source, ...files }), ...options });
}

/** The bytes in hex, or the errors where there are any. */
function hex(source: string, files: Files = {}, options: Partial<AssembleOptions> = {}): string {
  const result = run(source, files, options);
  const errors = result.diagnostics.filter((d) => d.severity === 'error');
  if (errors.length) return errors.map((d) => `${d.file}:${d.line}:${d.column} ${d.name}`).join(', ');
  return Buffer.from(result.bytes).toString('hex');
}

const warnings = (source: string): string[] =>
  run(source)
    .diagnostics.filter((d) => d.severity !== 'error')
    .map((d) => `${d.line}:${d.column} ${d.name}`);

describe('numbers and strings', () => {
  it.each([
    ['DB 10, 0x1F, $1F, #1F, 1Fh, 0FFH', '0a1f1f1f1fff'],
    ['DB %1010, 0b1010, 1010b, 1010B', '0a0a0a0a'],
    ['DB 0o17, 17o, 17q, 17Q, 10d', '0f0f0f0f0a'],
    ["DB 'A', \"A\", 'A'+1", '414142'],
    ['DB "it\'s", \'say "x"\', \'it\'\'s\', "a""b"', '69742773' + '7361792022782' + '2' + '69742773' + '612262'],
    ['DB "a\\n\\t\\x41\\\\\\0"', '610a09415c00'],
    ["DB 'a\\n'", '615c6e'],
    ['DW "AB", \'A\'', '42414100'],
    ['DB ";", \';\' ; comment', '3b3b'],
    ['DC "abc", "d"', '6162e3e4'],
    ['DZ "ab"', '616200'],
  ])('%s', (line, bytes) => expect(hex(` ${line}`)).toBe(bytes));

  it.each([
    ['DB 0FG', 'bad-number'],
    ['DB 12AB', 'bad-number'],
    ['DB 4294967296', 'bad-number'],
    ['DB "open', 'open-string'],
    ['DB "\\q"', 'bad-escape'],
    ['DB "€"', 'character-range'],
    ['DB 256', 'byte-range'],
    ['DB -129', 'byte-range'],
    ['DW 65536', 'word-range'],
    ['DW "ABC"', 'syntax'],
    ['DB 1/0', 'division-by-zero'],
    ['DB {', 'bad-character'],
    ['LD A,1 LD B,2', 'syntax'],
    ['LD A', 'bad-operands'],
    ['LD (HL),(HL)', 'bad-operands'],
    ['SET 8,A', 'operand-range'],
    ['RST 9', 'operand-range'],
    ['IM 3', 'operand-range'],
    ['OUT (C),1', 'operand-range'],
    ['LD (IX+128),A', 'displacement-range'],
    ['JR $+130', 'jump-range'],
    ['DJNZ $-127', 'jump-range'],
  ])('%s is an error: %s', (line, name) => expect(hex(` ${line}`)).toContain(name));
});

describe('expressions', () => {
  it.each([
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['7-2-1', 4],
    ['100/7', 14],
    ['-7/2', -3],
    ['100%7', 2],
    ['100 MOD 7', 2],
    ['1<<4|1', 17],
    ['1+1<<2', 8],
    ['1 SHL 4 OR 1', 17],
    ['0F0h SHR 4', 15],
    ['-16>>2', -4],
    ['6&3^1', 3],
    ['6 AND 3 XOR 1', 3],
    ['1|2==2', -1],
    ['5>3', -1],
    ['5 LT 3', 0],
    ['3=3', -1],
    ['3<>3', 0],
    ['3 NE 4', -1],
    ['1&&0', 0],
    ['0||5', -1],
    ['!5', 0],
    ['!0', -1],
    ['~5', -6],
    ['NOT 0', -1],
    ['HIGH 1234h', 0x12],
    ['LOW 1234h+1', 0x35],
    ['LOW(1234h)', 0x34],
    ['HIGH(-1)', 255],
    ['1?2:3', 2],
    ['0?2:0?3:4', 4],
    ['- - 5', 5],
    ['"A"', 65],
    ['fwd', 99],
    ['DEFINED early', -1],
    ['DEFINED(fwd)', 0],
  ])('%s is %i', (expression, value) => {
    expect(hex(`early EQU 1\n DW ${expression}\nfwd EQU 99`)).toBe(
      Buffer.from([value & 0xff, (value >> 8) & 0xff]).toString('hex'),
    );
  });

  it('a choice and && look no further than they must', () => {
    expect(hex('n EQU 0\n DB n && 10/n, n ? 10/n : 7')).toBe('0007');
  });

  it('$ and . are the start of the statement', () => {
    expect(hex(' ORG 100h\n NOP\n DW $,.,$\n JR $')).toBe('00010101010101' + '18fe');
  });

  it('brackets make an address only around the whole operand', () => {
    expect(hex(' LD A,(5)\n LD A,(5)+1\n LD A,1+(5)\n LD HL,[6]')).toBe('3a0500' + '3e06' + '3e06' + '2a0600');
  });

  it('index displacements', () => {
    expect(hex(' LD A,(IX)\n LD A,(IX-1)\n LD A,(IX+2*3)\n LD A,(IY-5+1)')).toBe('dd7e00dd7effdd7e06fd7efc');
  });

  it('a complement of a byte fits a byte', () => {
    expect(hex(' AND ~3\n AND NOT 0FCh\n AND -128')).toBe('e6fce603e680');
  });
});

describe('labels', () => {
  it('.names belong to the last full label, and can be named from outside', () => {
    expect(hex('a1: NOP\n.l: JR .l\nb1: NOP\n.l: JR .l\n JP a1.l')).toBe('0018fe0018fec30100');
  });

  it('@@ is the nearest one', () => {
    expect(hex('@@: NOP\n JR @B\n JR @F\n@@: JR @B')).toBe('0018fd180018fe');
  });

  it('stand with or without colon, at the margin or before an operation', () => {
    expect(hex('one NOP\ntwo: NOP\n three: NOP\n four NOP\nfive\n DB one,two,three,four,five')).toBe(
      '000000000001020304',
    );
  });

  it('differ by letter case, unless told otherwise', () => {
    expect(hex('a1: NOP\nA1: NOP\n DB a1,A1')).toBe('00000001');
    expect(hex('a1: NOP\n DB A1', {}, { caseInsensitive: true })).toBe('0000');
    expect(hex('a1: NOP\n DB A1')).toBe('main.asm:2:5 undefined-symbol');
  });

  it('may be called like a condition, but not like a register', () => {
    expect(hex('m: JP m\n JP M,m')).toBe('c30000fa0000');
    expect(hex('hl: NOP')).toBe('main.asm:1:1 reserved-name');
  });

  it('are defined once', () => {
    expect(hex('x1: NOP\nx1: NOP')).toBe('main.asm:2:1 duplicate-symbol');
    expect(hex('x1 EQU 1\nx1 EQU 1\n NOP')).toBe('main.asm:2:1 duplicate-symbol');
  });

  it('variables may change', () => {
    expect(hex('v = 1\n DB v\nv = v+1\n DB v\nv DEFL 9\n DB v\nv SET 4\n DB v')).toBe('01020904');
  });

  it('SET with two operands is the instruction', () => {
    expect(hex('lab: SET 3,A\nlab2 SET 3,B')).toBe('cbdfcbd8');
  });

  it('of modules are plain inside and dotted outside', () => {
    expect(hex(' MODULE m\nf1: RET\n DB f1\n ENDMODULE\nf1: DB m.f1, f1')).toBe('c900' + '0002');
  });
});

describe('places', () => {
  it('ORG gaps are filled, before the first nothing', () => {
    const result = run(' ORG 100h\n NOP\n ORG 104h\n HALT');
    expect([result.origin, Buffer.from(result.bytes).toString('hex')]).toEqual([0x100, '0000000076']);
    expect(hex(' ORG 100h\n NOP\n ORG 104h\n DS 2', {}, { fill: 255 })).toBe('00ffffffffff');
  });

  it('PHASE moves addresses but not bytes', () => {
    expect(hex(' ORG 100h\n NOP\n PHASE 8000h\nr1: JP r1\n DEPHASE\n DW $, r1')).toBe('00c300800401' + '0080');
  });

  it('ALIGN, DS and RESB', () => {
    expect(hex(' NOP\n ALIGN 4\n NOP\n ALIGN 8,0AAh\n NOP')).toBe('0000000000aaaaaa00');
    expect(hex(' DS 2\n DS 2,7\n NOP\nbuf: RESB 100\nend: NOP\n DB end-buf').slice(0, 10)).toBe('0000070700');
    expect(run(' NOP\nbuf: RESB 100').bytes.length).toBe(1);
  });

  it('nothing is written twice', () => {
    expect(hex(' ORG 5\n NOP\n ORG 5\n NOP')).toBe('main.asm:4:1 overlap');
  });

  it('END stops, and names the entry', () => {
    const result = run(' ORG 100h\n NOP\nmain: RET\n END main\n garbage');
    expect([result.ok, result.entry, result.bytes.length]).toEqual([true, 0x101, 2]);
    expect(warnings(' NOP\n END\n garbage')).toEqual(['3:2 after-end']);
  });
});

describe('files', () => {
  it('INCLUDE looks beside the includer, then in the search paths', () => {
    const files = { 'lib/a.asm': ' INCLUDE "b.inc"', 'lib/b.inc': ' DB 1', 'inc/c.inc': ' DB 2' };
    expect(hex(' INCLUDE "lib/a.asm"\n INCLUDE "c.inc"', files, { includePaths: ['inc'] })).toBe('0102');
  });

  it('INCBIN takes all, a part, or the end of a file', () => {
    const files = { 'd.bin': Uint8Array.of(1, 2, 3, 4, 5) };
    expect(hex(' INCBIN "d.bin"\n INCBIN "d.bin",3\n INCBIN "d.bin",1,2\n INCBIN d.bin,-1', files)).toBe(
      '0102030405' + '0405' + '0203' + '05',
    );
    expect(hex(' INCBIN "d.bin",3,3', files)).toBe('main.asm:1:17 file-part');
    expect(hex(' INCBIN "none.bin"')).toBe('main.asm:1:9 file-not-found');
  });

  it('all of them are dependencies', () => {
    const files = { 'a.asm': ' DB 1', 'd.bin': Uint8Array.of(1) };
    expect(run(' INCLUDE "a.asm"\n INCBIN "d.bin"', files).dependencies).toEqual(['main.asm', 'a.asm', 'd.bin']);
  });

  it('an error in one names it and who included it', () => {
    const [d] = run('\n INCLUDE "a.asm"', { 'a.asm': ' bogus' }).diagnostics;
    expect([d!.file, d!.line, d!.column]).toEqual(['a.asm', 1, 2]);
    expect(d!.stack).toEqual([{ kind: 'include', name: 'a.asm', file: 'main.asm', line: 2 }]);
  });
});

describe('conditions', () => {
  it('IF, ELSEIF, ELSE', () => {
    const source = (n: number) => `n EQU ${n}\n IF n=1\n DB 1\n ELSEIF n=2\n DB 2\n ELSE\n DB 3\n ENDIF`;
    expect([1, 2, 3].map((n) => hex(source(n)))).toEqual(['01', '02', '03']);
  });

  it('nest, and what is skipped is not looked at', () => {
    expect(hex(' IF 0\n bogus\n IF 1\n "\n ELSE\n ENDIF\n ELSE\n DB 7\n ENDIF')).toBe('07');
  });

  it('IFDEF asks what is above', () => {
    expect(hex('x1 EQU 1\n IFDEF x1\n DB 1\n ENDIF\n IFNDEF y1\n DB 2\ny1 EQU 1\n ENDIF')).toBe('0102');
    expect(hex(' IFDEF FAST\n DB FAST\n ENDIF\n DB 9', {}, { defines: { FAST: 5 } })).toBe('0509');
  });

  it('must be closed, by the file or macro that opened them', () => {
    expect(hex(' IF 1\n NOP')).toBe('main.asm:1:2 open-block');
    expect(hex(' NOP\n ENDIF')).toBe('main.asm:2:2 stray-end');
    expect(hex(' NOP\n IF 1\n ELSE\n ELSE\n ENDIF')).toBe('main.asm:4:2 stray-end');
    expect(hex('m1 MACRO\n ENDIF\n ENDM\n IF 1\n m1\n NOP\n ENDIF')).toBe('main.asm:2:2 stray-end');
  });
});

describe('macros', () => {
  it('replace whole words outside strings', () => {
    expect(hex("m1 MACRO p\n DB p, 'p', xp\n ENDM\nxp EQU 9\n m1 5")).toBe('057009');
  });

  it('have defaults, and say what is missing', () => {
    expect(hex('m1 MACRO p, q=2\n DB p,q\n ENDM\n m1 1\n m1 3,4')).toBe('01020304');
    expect(hex('m1 MACRO p\n DB p\n ENDM\n m1')).toBe('main.asm:4:2 macro-arguments');
    expect(hex('m1 MACRO p\n DB p\n ENDM\n m1 1,2')).toBe('main.asm:4:5 macro-arguments');
  });

  it('take <a,b> as one argument', () => {
    expect(hex('m1 MACRO p\n DB p\n ENDM\n m1 <1,2>\n m1 "a,b"')).toBe('0102' + '612c62');
  });

  it('join words with ##, and as in M80 with &', () => {
    expect(hex('m1 MACRO p\nlab ## p: DB lab##p\n ENDM\n m1 7\n DB lab7')).toBe('0000');
    expect(hex('m1 MACRO p\nlab&p: DB &p\n ENDM\n m1 7\n DB lab7')).toBe('0700');
    expect(hex('m1 MACRO p\n DB 0Fh&p\n ENDM\n m1 6')).toBe('06');
    expect(hex('m1 MACRO p\n DB "x ## p", 1 ## p ; x ## p\n ENDM\n m1 6')).toBe('78202323207010');
    expect(hex('m1 MACRO p=\nlab ## p: DB lab\n ENDM\n m1')).toBe('00');
  });

  it('join words with ## in inner blocks, too: with the parameters of each', () => {
    expect(hex('m1 MACRO\n REPT 2, k\nlab ## k: DB 5 ## k\n ENDM\n ENDM\n m1\n DB lab0, lab1')).toBe('32330001');
    const nested = (line: string) => ` IRP k, 1, 2\n REPT 2, l, 3\n${line}\n ENDM\n ENDM\n`;
    expect(hex(`m1 MACRO p\n${nested(' DB p ## k ## l, k ## p')} ENDM\n m1 1`)).toBe('710b720b7b157c15');
    expect(hex(`m1 MACRO p=\n${nested(' DB 0 ## p, p ## l')} ENDM\n m1`)).toBe('0003000400030004');
    expect(hex('m1 MACRO p\nm2 MACRO q\n DB p ## q\n ENDM\n ENDM\n m1 2\n m2 3')).toBe('17');
  });

  it('have labels of their own: with a dot or LOCAL', () => {
    expect(hex('m1 MACRO\n.l: DJNZ .l\n ENDM\nx1:\n.l: m1\n m1\n JR .l')).toBe('10fe10fe18fa');
    expect(hex('m1 MACRO\n LOCAL l1\nl1: DJNZ l1\n ENDM\n m1\n m1')).toBe('10fe10fe');
    expect(hex('m1 MACRO\nl1: DJNZ l1\n ENDM\n m1\n m1')).toContain('duplicate-symbol');
  });

  it('can use the .labels of their caller', () => {
    expect(hex('m1 MACRO t\n JR t\n ENDM\nx1:\n.l: m1 .l')).toBe('18fe');
  });

  it('nest, and leave early', () => {
    expect(
      hex('m1 MACRO p\n DB p\n ENDM\nm2 MACRO p\n m1 p\n IF p=2\n EXITM\n ENDIF\n DB 0\n ENDM\n m2 1\n m2 2'),
    ).toBe('010002');
  });

  it('may be written name first or MACRO first', () => {
    expect(hex(' MACRO m1 p, q\n DB p,q\n ENDM\n m1 1,2\nm2: MACRO\n NOP\n ENDM\n m2')).toBe('010200');
  });

  it('IFB asks for missing arguments', () => {
    expect(hex('m1 MACRO p\n IFB <p>\n DB 0\n ELSE\n DB p\n ENDIF\n ENDM\n m1\n m1 5')).toBe('0005');
  });

  it('must be defined first, with a hint', () => {
    const [d] = run(' m1\nm1 MACRO\n NOP\n ENDM').diagnostics;
    expect([d!.name, d!.hint]).toEqual(['unknown-instruction', 'a macro must be defined above its first use']);
  });

  it('report the line inside and the call', () => {
    const [d] = run('m1 MACRO p\n LD A,p\n ENDM\n NOP\n m1 300').diagnostics;
    expect([d!.line, d!.column, d!.source]).toEqual([2, 7, ' LD A,300']);
    expect(d!.stack).toEqual([{ kind: 'macro', name: 'm1', file: 'main.asm', line: 5 }]);
  });

  it('REPT, IRP, IRPC', () => {
    expect(hex(' REPT 3\n DB 1\n ENDM')).toBe('010101');
    expect(hex(' REPT 3, i\n DB i*2\n ENDM')).toBe('000204');
    expect(hex(' REPT 2, i, 10, 5\n DB i\n ENDM')).toBe('0a0f');
    expect(hex(' IRP r, <BC,DE>\n PUSH r\n ENDM\n IRP r, HL, AF\n POP r\n ENDM')).toBe('c5d5e1f1');
    expect(hex(' IRPC c, 123\n DB c\n ENDM')).toBe('010203');
    expect(hex(' REPT 2\n.l: DJNZ .l\n ENDM')).toBe('10fe10fe');
    expect(hex(' REPT 0\n bogus\n ENDM\n NOP')).toBe('00');
    expect(hex(' REPT 2\n NOP')).toBe('main.asm:1:2 open-block');
  });
});

describe('structures', () => {
  const point = 'pt STRUCT\nx DB 1\ny DW 2\nname DS 3\n ENDS\n';
  it('give offsets and sizes, and lay themselves down', () => {
    expect(hex(`${point} DB pt.x, pt.y, pt.name, pt`)).toBe('00010306');
    expect(hex(`${point}p1: pt\n pt 5, 1234h, "ab"\n DB p1.y`)).toBe('010200000000' + '053412616200' + '01');
    expect(hex(`${point} LD A,(IX+pt.y)`)).toBe('dd7e01');
  });
  it('hold data only', () => {
    expect(hex('s1 STRUCT\n NOP\n ENDS\n NOP')).toBe('main.asm:2:2 in-struct');
    expect(hex(`${point} pt 1,2,3,4`)).toContain('syntax');
  });
});

describe('checks', () => {
  it('ASSERT, ERROR, WARNING', () => {
    expect(hex(' NOP\n ASSERT $ = 1\n ASSERT $ < 1, "too long"')).toBe('main.asm:3:9 assert-failed');
    expect(run(' NOP\n ASSERT 0, "too long"').diagnostics[0]!.message).toBe('too long');
    expect(hex(' ERROR "no"')).toBe('main.asm:1:2 error-directive');
    expect(warnings(' NOP\n WARNING "hm"')).toEqual(['2:2 warning-directive']);
  });

  it('TIMED adds up T-states', () => {
    const result = run(' TIMED loop\nl1: LD A,(HL)\n DJNZ l1\n ENDTIMED\n ASSERT loop.tmax = 20\n RET');
    expect(result.regions).toEqual([{ name: 'loop', file: 'main.asm', line: 1, bytes: 3, least: 15, most: 20 }]);
    expect(result.ok).toBe(true);
  });

  it('a .COM starts at 100h', () => {
    const com = (source: string) => run(source, {}, { format: 'com' }).diagnostics.map((d) => d.name);
    expect(com(' ORG 100h\n NOP')).toEqual([]);
    expect(com(' NOP')).toEqual(['com-origin']);
    expect(com(' ORG 100h\n NOP\nm1: RET\n END m1')).toEqual(['entry-ignored']);
  });

  it('a .COM need not end with DS', () => {
    const hints = (source: string) => run(source, {}, { format: 'com' }).diagnostics.map((d) => `${d.line} ${d.name}`);
    expect(hints(' ORG 100h\n RET\n DS 100\n DEFS 28')).toEqual(['3 trailing-space']);
    expect(hints(' ORG 100h\n RET\n DS 127')).toEqual([]);
    expect(hints(' ORG 100h\n RET\n RESB 1000')).toEqual([]);
    expect(hints(' ORG 100h\n RET\n DS 1000\n DB 1')).toEqual([]);
  });
});

describe('slips', () => {
  it.each([
    [' CP (5)', '1:5 parenthesised-immediate'],
    [' LD B,(5)', '1:7 parenthesised-immediate'],
    [' JP (l1)\nl1: NOP', '1:5 parenthesised-immediate'],
    ['l0: NOP\nl1: LD A,l1', '2:10 address-as-byte'],
    [" LD A,('x')", '1:7 character-as-address'],
    [' RET\n NOP', '2:2 unreachable'],
    [' JR $\n LD A,B', '2:2 unreachable'],
    [' NOP\nl1: RET', '2:1 unused-label'],
    ['l1: JP l1', '1:5 jp-could-be-jr'],
    [' JP NZ,l1\n NOP\nl1: RET', '1:2 jp-could-be-jr'],
  ])('%j: %s', (source, warning) => expect(warnings(source)).toContain(warning));

  it.each([
    [' LD A,(5)\n AND (5)+1\n SUB (2+1)*2'],
    [' RET\nl1: JP l1+300'],
    [' RET NZ\n NOP\n RET\n DB 1'],
    [' JP 100\n JP 200\n JP 300'],
    ['_l1: NOP\n PUBLIC l2\nl2: RET'],
    [' JP PO,l1\nl1: RET'],
    ['x EQU 5\n LD A,x'],
    ['l1: LD A,LOW l1'],
  ])('%j: none', (source) => expect(warnings(source)).toEqual([]));

  it.each([
    ['ldx a,5', 'did you mean LD?'],
    [' pusj hl', 'did you mean PUSH?'],
    [' defbb 1', 'did you mean DEFB?'],
    ['loop1: NOP\n JP lopo1', 'did you mean loop1?'],
    [' DB FFh', 'a number must start with a digit: 0FFh'],
    [' CALL NZ', 'NZ is a condition; is the target missing?'],
    ['loop', undefined],
    [' loop', 'if it is a label, put a colon after it'],
    [' ORG 1000\n NOP\nmsg: LD A,msg', 'did you mean LD A,(msg)? LOW(…) takes the lower half, HIGH(…) the upper'],
  ])('%j: %s', (source, hint) => {
    expect(run(`${source}`).diagnostics.find((d) => d.severity === 'error')?.hint).toBe(hint);
  });
});

describe('settling', () => {
  it('takes as many passes as sizes depend on what comes later', () => {
    expect(hex(' DS size\nl1: DB l1\nsize EQU end-start\nstart: DB 1,2,3\nend:')).toBe('00000003010203');
    expect(hex(' IF later > 1\n DB 1\n ENDIF\n NOP\nlater: NOP')).toBe('00' + '00');
  });
});
