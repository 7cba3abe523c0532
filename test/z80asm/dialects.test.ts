import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemble, memoryReader, type AssembleOptions, type DialectName } from '../../src/z80asm/index.js';
import { DIALECT_NAMES } from '../../src/z80asm/dialect.js';
import { guessDialect } from '../../src/z80asm/guess-dialect.js';

type Files = Record<string, string | Uint8Array>;

function run(
  dialect: DialectName | undefined,
  source: string,
  more: Partial<AssembleOptions> & { files?: Files } = {},
) {
  const { files, ...options } = more;
  return assemble({
    main: 'a.asm',
    ...memoryReader({ 'a.asm': source, ...files }),
    ...(dialect && { dialect }),
    ...options,
  });
}

/** The bytes in hex, or the first error. */
function made(dialect: DialectName, source: string, more: Parameters<typeof run>[2] = {}): string {
  const { ok, bytes, diagnostics } = run(dialect, source, more);
  return ok ? Buffer.from(bytes).toString('hex') : diagnostics.find((d) => d.severity === 'error')!.name;
}

function warnings(dialect: DialectName, source: string, more: Parameters<typeof run>[2] = {}): string[] {
  return run(dialect, source, more)
    .diagnostics.filter((d) => d.severity === 'warning' && d.name !== 'unused-label')
    .map((d) => d.name);
}

// All bytes in this file are what the assemblers themselves make of it: uz80as for TASM's dialect, sjasmplus for its own.

describe('the dialect tasm', () => {
  it.each([
    // From left to right, whatever the operator.
    [' .db 1+2*3, 1<<2+1, 1|2+4, 5-3*2, 1=1+1, 2*(3+4)*2', '09050704021c'],
    [' .db 1==1, 1==2, !0, !5, -1, ~0, 10-3-2', '01000100ffff05'],
    [' .db $FF, 0FFh, 0xFF, %1010, 1010b, 17o, @17', 'ffffff0a0a0f0f'],
    [' .db 5 % 3', '02'],
    [' .dw $, $+1, *', '000001000000'],
    // One character in single quotes, whichever; escapes in double ones.
    [" .db '\\', ''', '\"', ';', 1 ; more", '5c27223b01'],
    [' .db "it\'s; x\\n\\"", 1', '697427733b20780a2201'],
    [' .dw "AB", \'A\'', '410042004100'],
    [" ex af,af' ; 'x", '08'],
    // Values are cut to their place.
    [' .db $1234 \\ ld a,300 \\ ld hl,70000', '343e2c217011'],
    // Directives.
    [' .fill 3 \\ .fill 2,1', 'ffffff0101'],
    [' .db 1 \\ .align 4 \\ .db 2', '0100000002'],
    [' .db 0,', '00'],
    ['lab: .db 1 \\lab2: .db 2 \\ nop', '010200'],
    ['x .equ 5\n .db x\nx .equ 6\n .db x', '0506'],
    ['x .set 5\n .db x\nx = 6\n .db x', '0506'],
    ['low .equ 5\nhx .equ 6\n .db low, hx', '0506'],
    // What stands behind a value, and brackets that stay open.
    [' .db 1 2', '01'],
    ['#if (1 == 1\n .db 1\n#endif', '01'],
  ])('%s', (source, bytes) => {
    expect(made('tasm', source)).toBe(bytes);
  });

  it.each([
    ['#define X 5\n .db "X",X', '5805'],
    ['#define F(a,b) .db a \\ .db b\nlab: F(1,2) \\ .db 9', '010209'],
    ['#define F(s) .db s, "s"\n F(7)', '0737'],
    ['#define F() .db 3\n F()\n F', '0303'],
    ['#define F .db 3\n F()', '03'],
    ['#define F(s) .db s\n F("a;b")', '613b62'],
    ['#define F(s) .db s\n#defcont \\ .db s+1\n F(7)', '0708'],
    ['#define P call\n#define Q P 5\n Q', 'cd0500'],
    ['#define A 1\n#define A 2\n .db A', '01'],
    ['#define A B\n#define B A\nA .equ 4\n .db B', 'reserved-name'],
    ['#define say \\;\n say "nothing"\n .db 1', '01'],
    ['#define X 1\n#undef X\nX .equ 7\n .db X', '07'],
    ['#ifdef X\n .db 1\n#else\n .db 2\n#endif', '02'],
    [' #define X\n #ifdef X ; so\n .db 1\n #else\n .db 2\n #endif', '01'],
    ['lab: .db 0\n#ifdef lab\n .db 1\n#endif', '00'],
    ['#if UNDEFINED == 0\n .db 1\n#endif', '01'],
    ['#if later == 3\n .db 1\n#endif\nlater .equ 3', '01'],
    ['#if 0\n what "is this\n#elif 1\n .db 4\n#endif', '04'],
  ])('%s', (source, bytes) => {
    expect(made('tasm', source)).toBe(bytes);
  });

  it('takes files and names from outside', () => {
    expect(made('tasm', '#INCLUDE "x.inc"\n .db X', { files: { 'x.inc': '#DEFINE X 9' } })).toBe('09');
    expect(made('tasm', '#ifdef CPM\n .db 1\n#endif\n .db VERSION', { defines: { CPM: 1, VERSION: '"v1"' } })).toBe(
      '017631',
    );
  });

  it('leaves gaps out of the output, and says so', () => {
    const source = ' .org $100\n .db 1\n .ds 2\n .db 2\n .org $200\n .db 3';
    expect(made('tasm', source)).toBe('010203');
    expect(warnings('tasm', source)).toEqual(['gap-left-out']);
    expect(made('tasm', ' .db 1\n .ds 2\n .db 2', { fill: 0xee })).toBe('01eeee02');
    expect(warnings('tasm', source, { fill: 0 })).toEqual([]);
    expect(run('tasm', source).segments.map(({ address }) => address)).toEqual([0x100, 0x103, 0x200]);
  });

  it('tells what the source tells, without control characters', () => {
    const { messages } = run('tasm', ' .echo "size "\n .echo 2*5\n .echo " bytes\\n"\n .echo "\\x1b[2J"\n nop');
    expect(messages).toEqual(['size 10 bytes', '?[2J']);
  });

  it('warns where a slip would show nowhere else', () => {
    expect(warnings('tasm', ' .db 1 2')).toEqual(['not-looked-at']);
    expect(warnings('tasm', ' .db (1')).toEqual(['not-looked-at']);
    expect(warnings('tasm', ' .db 300')).toEqual(['value-cut']);
    expect(warnings('tasm', '#define X 1\n#if X\n#endif\n nop')).toEqual(['define-in-if']);
  });
});

describe('the dialect sjasmplus', () => {
  it.each([
    ['1: nop\n djnz 1b\n jr 1f\n1 nop', '0010fd180000'],
    ['1: nop\n1: nop\n jp 1b\n jp 1f\n1: nop', '0000c30100c3080000'],
    ['10: nop\n jr 10b', '0018fd'],
    [' ld bc,hl\n ld hl,de\n ld ix,hl\n ld iy,de', '444d626be5dde1fd62fd6b'],
    [' push bc,de,ix\n pop ix,de,bc', 'c5d5dde5dde1d1c1'],
    [' ld bc,(hl)\n ld (hl),de\n sub hl,de', '4e23462b7323722bb7ed52'],
    [' define X 5\n db X, "X"', '0558'],
    [' define X\n ifdef X\n db 1\n endif\n undefine X\n ifdef X\n db 2\n endif', '01'],
    [' db "a\\n", \'a\\n\'', '610a615c6e'],
    [' dd 1,$12345678\n d24 $123456', '0100000078563412563412'],
    [' byte 1\n word 2\n dword 3\n block 2,7', '010200030000000707'],
    [' struct s\na db\nb dw\nc ds 3\nd dd\n ends\n db s.a,s.b,s.c,s.d,s', '000103060a'],
    ['lab nop\n ifused lab\n db 1\n endif\n ifnused lab\n db 2\n endif\n dw lab', '00010000'],
    [' db 7&3==3, 1==1, 300', '07ff2c'],
    [' db high $1234, low $1234', '1234'],
    [' device ZXSPECTRUM48\n output "x.bin"\n db 1', '01'],
  ])('%s', (source, bytes) => {
    expect(made('sjasmplus', source)).toBe(bytes);
  });
});

describe('what our own language has of them', () => {
  it.each([
    ['1: nop\n djnz 1b\n jr 1f\n1: nop', '0010fd180000'],
    [' jp 1b', 'c30100'],
    [' db 1b', '01'],
    [' db 1 /* x */, 2', '0102'],
    [' db 1 /* x\n y */\n db 2 // z', '0102'],
    [' db "/*" ; /*\n db 2 ; */', '2f2a02'],
    [' db 1 /* never closed', 'syntax'],
    [' nop : nop : ld a,5', '00003e05'],
    [' db HIGH $1234, 1 SHL %10', '1204'],
  ])('%s', (source, bytes) => {
    expect(made('z80lm', source)).toBe(bytes);
  });

  it('keeps the lines of a source with comments over several', () => {
    const { listing, diagnostics } = run('z80lm', ' nop /* a\n b */ nop\n what');
    expect(listing.map(({ text }) => text)).toEqual([' nop /* a', ' b */ nop', ' what']);
    expect(diagnostics.find((d) => d.severity === 'error')).toMatchObject({ line: 3, name: 'unknown-instruction' });
  });
});

describe('instructions of the Z180', () => {
  const source = [
    ' mlt bc \\ mlt sp \\ in0 a,(5) \\ in0 l,(5) \\ in0 (5) \\ out0 (5),a \\ out0 (5),h',
    ' tst b \\ tst a \\ tst (hl) \\ tst 5 \\ tstio 5 \\ slp \\ otim \\ otimr \\ otdm \\ otdmr',
  ].join('\n');

  it.each(['z80lm', 'tasm'] as const)('are assembled in %s, with one warning', (dialect) => {
    expect(made(dialect, source)).toBe(
      'ed4ced7ced3805ed2805ed3005ed3905ed2105ed04ed3ced34ed6405ed7405ed76ed83ed93ed8bed9b',
    );
    expect(warnings(dialect, source)).toEqual(['z180-instruction']);
    expect(warnings(dialect, ` .z180\n${source}`)).toEqual([]);
    expect(warnings(dialect, ` cpu z180\n${source}`)).toEqual([]);
  });

  it('are names where the program makes them such', () => {
    expect(made('z80lm', 'tst: nop\n jp tst\nslp equ 5\n db slp')).toBe('00c3000005');
    expect(made('z80lm', 'mlt macro x\n db x\n endm\n mlt 7')).toBe('07');
    expect(made('z80lm', 'tst ld a,5\n jr tst')).toBe('3e0518fc');
  });
});

describe('the guess', () => {
  it.each([
    ['tasm', '; x\n#INCLUDE "std.asm"\n .db 1', '#INCLUDE', 2],
    ['tasm', 'x .equ 1\n .fill 5', '.equ', 1],
    ['m80', '\ttitle foo\n\t.z80\n\tld a,5', 'title', 1],
    ['8080', ' mvi a,5\n lxi h,7\n jmp 5', 'mvi', 1],
    ['sjasmplus', ' DEVICE NONE\n ld a,5', 'DEVICE', 1],
  ] as const)('is %s', (dialect, source, because, line) => {
    expect(guessDialect(source)).toMatchObject({ dialect, because, line });
    expect(run(undefined, source)).toMatchObject({ dialect, because: { text: because, line } });
  });

  it.each([
    ['nothing', ''],
    ['dots before directives', ' .org 100h\nx .equ 5\n .db x'],
    ['a label of our own', ' jr .fill\n.fill: nop'],
    ['words of comments and strings', ' ; #include\n db "mvi a,5", 1'],
    ['one word that others have', ' .z80\n ld a,5'],
    ['something that only we have', '#include "x"\n resb 5\n timed x'],
  ])('is our own with %s', (_, source) => {
    expect(guessDialect(source).dialect).toBe('z80lm');
  });

  it('is our own for every program that comes with z80lm', () => {
    const root = new URL('../../firmware/', import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(asm|inc)$/.test(name));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files)
      expect(guessDialect(readFileSync(new URL(file.replaceAll('\\', '/'), root), 'latin1')).dialect, file).toBe(
        'z80lm',
      );
  });

  it('knows MAC from M80, though both have MACLIB', () => {
    expect(guessDialect(' MACLIB Z80\n LXI H,5\n JMP 5\n MOV A,M\n TITLE x').dialect).toBe('8080');
    expect(guessDialect(' MACLIB Z80\n LD HL,5\n JP 5\n LD A,(HL)\n TITLE x').dialect).toBe('m80');
  });

  it('tries others where there are errors, and wants something to speak for what it takes', () => {
    const zmac = 'a?b: ld hl,a?b';
    expect(run(undefined, zmac)).toMatchObject({ ok: false, dialect: 'z80lm' });
    expect(run(undefined, zmac, { tryOthers: true })).toMatchObject({ ok: true, dialect: 'zmac' });
    // A slip of our own is no other dialect, though TASM's would take it.
    const slip = run(undefined, ' db 1 2', { tryOthers: true });
    expect(slip).toMatchObject({ ok: false, dialect: 'z80lm', nearest: undefined });
    const many = run(undefined, ' db 1 2\n'.repeat(3), { tryOthers: true });
    expect(many).toMatchObject({ ok: false, dialect: 'z80lm', nearest: { dialect: 'tasm', errors: 0 } });
    expect(run('z80lm', zmac, { tryOthers: true })).toMatchObject({ ok: false, dialect: 'z80lm' });
  });
});

describe('limits', () => {
  it('end a #DEFINE that grows without end', () => {
    expect(made('tasm', '#define A A A\n A')).toBe('unknown-instruction');
    const doubling = Array.from({ length: 40 }, (_, i) => `#define X${i} X${i + 1} X${i + 1}`).join('\n');
    expect(made('tasm', `${doubling}\n X0`)).toBe('line-too-long');
    const nothing = Array.from({ length: 25 }, (_, i) => `#define X${i} X${i + 1} X${i + 1}`).join('\n');
    expect(made('tasm', `${nothing}\n#define X25\n X0`)).toBe('line-too-long');
    const defcont = `#define X .db 1\n${`#defcont ${'y'.repeat(1_000)}\n`.repeat(20)}`;
    expect(made('tasm', `${defcont} nop`)).toBe('syntax');
    expect(made('tasm', `#define F(a) a a a a\n${' F('.repeat(3_000)}`)).toBe('line-too-long');
  });

  it('hold for what a source tells', () => {
    const source = ' rept 5000\n .echo "0123456789012345678901234567890123456789\\n"\n endm\n nop';
    expect(run('tasm', source).messages.join('\n').length).toBeLessThanOrEqual(100_000);
  });

  it('hold for comments that are opened over and over', () => {
    expect(made('z80lm', ` nop ; ${'/*'.repeat(7_000)}\n nop`)).toBe('0000');
  });

  it('are those of every dialect', () => {
    for (const dialect of DIALECT_NAMES) expect(made(dialect, ` db ${'('.repeat(5_000)}1`)).toBe('too-complex');
  });
});
