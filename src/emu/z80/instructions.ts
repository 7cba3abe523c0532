/**
 * The Z80 instruction set, once: every opcode, documented or not, as a few statements of a small language.
 *
 * The language is the part of JavaScript that parse.ts and wasm-core.ts turn into WebAssembly: 32-bit integers, `if`, `while`,
 * `switch`, assignment, array elements. So the text below is the core: `coreSource()` is the body of a function
 * that runs instructions until `left` T-states are used up.
 *
 * Locals hold the registers while it runs: a, f, the pairs bc de hl ix iy sp pc wz (or halves, see PAIRS), q,
 * `n` = instructions so far, `r` = refresh counter less `n`, `left` = T-states still to spend. v x y z are scratch.
 * Around a port access all of them go to the state array and come back, so that a port handler can see and change
 * everything; S[...] holds what is rarely needed, and trail[...] where the last instructions were (layout.ts).
 *
 * Sources of the undocumented parts: S. Young, "The Undocumented Z80 Documented"; the MEMPTR and Q findings as
 * collected on the zx-pk.ru and spectrumcomputing forums; D. Banks' measurements of interrupted block instructions.
 * test/emu/vectors.test.ts holds all of it to 32,080 single steps.
 */
import { FETCH, MARK, STATE } from './layout.js';

/** The register halves by their code in an opcode; 6 is (HL) and handled apart. */
const REG8 = ['b', 'c', 'd', 'e', 'h', 'l', '', 'a'] as const;
const PAIR_OF: Record<string, string> = { b: 'bc', c: 'bc', d: 'de', e: 'de', h: 'hl', l: 'hl', H: 'xy', L: 'xy' };
const isHigh = (reg: string): boolean => 'bdhH'.includes(reg);

/** A half as an expression. H and L stand for the halves of the index register. */
function get(reg: string): string {
  if (reg === 'a') return 'a';
  return isHigh(reg) ? `(${PAIR_OF[reg]} >> 8)` : `(${PAIR_OF[reg]} & 255)`;
}

/** Statement that sets a half to a value known to be 0..255. */
function set(reg: string, value: string): string {
  if (reg === 'a') return `a = ${value};`;
  const pair = PAIR_OF[reg]!;
  return isHigh(reg) ? `${pair} = (${pair} & 255) | ((${value}) << 8);` : `${pair} = (${pair} & 65280) | (${value});`;
}

const S = (name: keyof typeof STATE): string => `S[${STATE[name]}]`;
const T = (tStates: number): string => `left = left - ${tStates};`;
/** For an instruction that leaves the flags alone. */
const noQ = 'q = 0;';
/** For one that has written them. */
const setQ = 'q = f;';

const inc16 = (expr: string): string => `((${expr}) + 1 & 65535)`;
const dec16 = (expr: string): string => `((${expr}) - 1 & 65535)`;
/** Operand bytes; each moves PC on. */
const fetch = (to: string): string => `${to} = mem[pc]; pc = pc + 1 & 65535;`;
const fetchWord = (to: string): string => `${to} = mem[pc] | (mem[pc + 1 & 65535] << 8); pc = pc + 2 & 65535;`;
const fetchSigned = (to: string): string => `${to} = (mem[pc] ^ 128) - 128; pc = pc + 1 & 65535;`;
const readWord = (at: string): string => `(mem[${at}] | (mem[${at} + 1 & 65535] << 8))`;
const writeWord = (at: string, lowByte: string, highByte: string): string =>
  `mem[${at}] = ${lowByte}; mem[${at} + 1 & 65535] = ${highByte};`;
const push = (value: string): string =>
  `sp = sp - 2 & 65535; mem[sp + 1 & 65535] = ${value} >> 8; mem[sp] = ${value} & 255;`;
const pop = (to: string): string => `${to} = ${readWord('sp')}; sp = sp + 2 & 65535;`;

/** What lives in locals, and where it is kept while other code runs. */
export const REGISTER_LOCALS = [
  'a', 'f', 'bc', 'de', 'hl', 'ix', 'iy', 'sp', 'pc', 'wz', 'q', 'n', 'r', 'left', 'wrote', 'wroteToo',
  'got', 'gotToo', 'skipped',
] as const; // prettier-ignore
/** Statements for all of them at once, so that the text stays short: what is long to read is long to start. */
const SPILL = 'spill;';
const RELOAD = 'reload;';

/** For which uses of memory a core looks at the marks: at each instruction's first byte only, or at data too. */
export type Watching = 'fetches' | 'data';
/** Locals that take the addresses of bytes used as data, in a core that watches it: of a word, the first and the second. */
export const USED = { write: ['wrote', 'wroteToo'], read: ['got', 'gotToo'] } as const;
/** Not 0 where one of the bytes just used as data is marked. */
const dataMarked = `(marks[wrote] | marks[wroteToo]) & ${MARK.write} | (marks[got] | marks[gotToo]) & ${MARK.read}`;
/** `attention` is set when something outside wants the core to return at the next boundary. */
const leaveIfWanted = `if (${S('attention')}) { exit; }`;
const portIn = (port: string): string => `${SPILL} x = portIn(${port}); ${RELOAD}`;
const portOut = (port: string, value: string): string => `x = ${port}; ${SPILL} portOut(x, ${value}); ${RELOAD}`;

/** ADD ADC SUB SBC AND XOR OR CP of A with `v`, by bits 3..5 of the opcode. */
const overflowAdd = '(((a ^ x) & (v ^ x) & 128) >> 5)';
const overflowSub = '(((a ^ v) & (a ^ x) & 128) >> 5)';
const halfCarry = '((a ^ v ^ x) & 16)';
const ALU = [
  `x = a + v; f = addF[x] | ${halfCarry} | ${overflowAdd}; a = x & 255; ${setQ}`,
  `x = a + v + (f & 1); f = addF[x] | ${halfCarry} | ${overflowAdd}; a = x & 255; ${setQ}`,
  `x = a - v & 511; f = subF[x] | ${halfCarry} | ${overflowSub}; a = x & 255; ${setQ}`,
  `x = a - v - (f & 1) & 511; f = subF[x] | ${halfCarry} | ${overflowSub}; a = x & 255; ${setQ}`,
  `a = a & v; f = szp[a] | 16; ${setQ}`,
  `a = a ^ v; f = szp[a]; ${setQ}`,
  `a = a | v; f = szp[a]; ${setQ}`,
  // CP takes X and Y from the operand, not from the difference.
  `x = a - v & 511; f = (subF[x] & 215) | (v & 40) | ${halfCarry} | ${overflowSub}; ${setQ}`,
];

/** RLC RRC RL RR SLA SRA SLL SRL: `v` to `x` and the flags. */
const SHIFTS = [
  `x = (v << 1 | v >> 7) & 255; f = szp[x] | (x & 1);`,
  `x = (v >> 1 | v << 7) & 255; f = szp[x] | (v & 1);`,
  `x = (v << 1 | f & 1) & 255; f = szp[x] | v >> 7;`,
  `x = v >> 1 | (f & 1) << 7; f = szp[x] | (v & 1);`,
  `x = v << 1 & 255; f = szp[x] | v >> 7;`,
  `x = v >> 1 | (v & 128); f = szp[x] | (v & 1);`,
  `x = (v << 1 | 1) & 255; f = szp[x] | v >> 7;`,
  `x = v >> 1; f = szp[x] | (v & 1);`,
];

/** BIT n of `v`; X and Y come from `xySource`. */
const bit = (n: number, xySource: string): string =>
  `x = v & ${1 << n}; f = (f & 1) | 16 | (${xySource} & 40) | (x ? x & 128 : 68); ${setQ}`;

const inc8 = (value: string): string => `x = ${value} + 1 & 255; f = (f & 1) | incF[x]; ${setQ}`;
const dec8 = (value: string): string => `x = ${value} - 1 & 255; f = (f & 1) | decF[x]; ${setQ}`;

const addPair = (to: string, value: string): string =>
  `y = ${value}; x = ${to} + y; wz = ${inc16(to)};
   f = (f & 196) | ((x >> 8) & 40) | (x >> 16) | (((${to} ^ y ^ x) >> 8) & 16); ${to} = x & 65535; ${setQ}`;
const flags16 = `((x >> 8) & 168) | ((x & 65535) ? 0 : 64) | ((x >> 16) & 1) | (((hl ^ y ^ x) >> 8) & 16)`;
const adcPair = (value: string): string =>
  `y = ${value}; x = hl + y + (f & 1); wz = ${inc16('hl')};
   f = ${flags16} | ((((hl ^ x) & (y ^ x)) >> 13) & 4); hl = x & 65535; ${setQ}`;
const sbcPair = (value: string): string =>
  `y = ${value}; x = hl - y - (f & 1); wz = ${inc16('hl')};
   f = ${flags16} | 2 | ((((hl ^ y) & (hl ^ x)) >> 13) & 4); hl = x & 65535; ${setQ}`;

/** NZ Z NC C PO PE P M. */
const CONDITIONS = ['!(f & 64)', 'f & 64', '!(f & 1)', 'f & 1', '!(f & 4)', 'f & 4', '!(f & 128)', 'f & 128'];

const jumpRelative = 'pc = pc + x & 65535; wz = pc;';

/** Opcode → statements. */
type Table = Map<number, string>;

/**
 * The opcodes that H, L and (HL) or HL take part in exist three times: plain, and with IX or IY after a DD or FD
 * prefix. `hl` names the pair; `memory` is undefined for the plain set, else the statements that put the address
 * of (IX+d) in wz. T-states of the prefix are added by the prefix.
 */
function rotateAccumulator(): Table {
  return new Map([
    [0x07, `a = (a << 1 | a >> 7) & 255; f = (f & 196) | (a & 41); ${T(4)} ${setQ}`],
    [0x0f, `f = (f & 196) | (a & 1); a = (a >> 1 | a << 7) & 255; f = f | (a & 40); ${T(4)} ${setQ}`],
    [0x17, `x = a << 1 | f & 1; f = (f & 196) | x >> 8 | (x & 40); a = x & 255; ${T(4)} ${setQ}`],
    [0x1f, `x = a >> 1 | (f & 1) << 7; f = (f & 196) | (a & 1) | (x & 40); a = x; ${T(4)} ${setQ}`],
    [
      0x27,
      `z = f & 1;
       y = ((f & 16) | ((a & 15) > 9)) ? 6 : 0;
       z = z | (a > 153); y = z ? y | 96 : y;
       x = (f & 2) ? a - y : a + y;
       f = szp[x & 255] | (f & 2) | z | ((a ^ x) & 16); a = x & 255; ${T(4)} ${setQ}`,
    ],
    [0x2f, `a = a ^ 255; f = (f & 197) | (a & 40) | 18; ${T(4)} ${setQ}`],
    [0x37, `f = (f & 196) | 1 | (((q ^ f) | a) & 40); ${T(4)} ${setQ}`],
    [0x3f, `f = (f & 196) | ((f & 1) ? 16 : 1) | (((q ^ f) | a) & 40); ${T(4)} ${setQ}`],
  ]);
}

/** The opcodes in which H, L, HL or (HL) occur; for the index registers with `indexed`. */
function pointerOpcodes(indexed: boolean): Table {
  const table: Table = new Map();
  const hl = indexed ? 'xy' : 'hl';
  const high = indexed ? 'H' : 'h';
  const low = indexed ? 'L' : 'l';
  /** Register code to half, with IXH and IXL in the place of H and L. */
  const half = (code: number): string => (code === 4 ? high : code === 5 ? low : REG8[code]!);
  /** (HL), or (IX+d) with five more T-states for the sum and three for the displacement. */
  const cell = indexed ? 'wz' : 'hl';
  const point = indexed ? `${fetchSigned('x')} wz = xy + x & 65535;` : '';
  const pointT = indexed ? 8 : 0;

  table.set(0x21, `${fetchWord(hl)} ${T(10)} ${noQ}`);
  table.set(0x22, `${fetchWord('x')} ${writeWord('x', get(low), get(high))} wz = ${inc16('x')}; ${T(16)} ${noQ}`);
  table.set(0x2a, `${fetchWord('x')} ${hl} = ${readWord('x')}; wz = ${inc16('x')}; ${T(16)} ${noQ}`);
  table.set(0x23, `${hl} = ${inc16(hl)}; ${T(6)} ${noQ}`);
  table.set(0x2b, `${hl} = ${dec16(hl)}; ${T(6)} ${noQ}`);
  ['bc', 'de', hl, 'sp'].forEach((pair, i) => table.set(0x09 + 16 * i, `${addPair(hl, pair)} ${T(11)}`));
  table.set(0xe1, `${pop(hl)} ${T(10)} ${noQ}`);
  table.set(0xe5, `${push(hl)} ${T(11)} ${noQ}`);
  table.set(0xe3, `x = ${readWord('sp')}; ${writeWord('sp', get(low), get(high))} ${hl} = x; wz = x; ${T(19)} ${noQ}`);
  table.set(0xe9, `pc = ${hl}; ${T(4)} ${noQ}`);
  table.set(0xf9, `sp = ${hl}; ${T(6)} ${noQ}`);

  table.set(0x34, `${point} ${inc8(`mem[${cell}]`)} mem[${cell}] = x; ${T(11 + pointT)}`);
  table.set(0x35, `${point} ${dec8(`mem[${cell}]`)} mem[${cell}] = x; ${T(11 + pointT)}`);
  // LD (IX+d),n works out the address while it reads n.
  table.set(0x36, `${point} ${fetch('x')} mem[${cell}] = x; ${T(indexed ? 15 : 10)} ${noQ}`);
  for (let code = 0; code < 8; code++) {
    if (code !== 6) {
      const name = half(code);
      table.set(0x04 | (code << 3), `${inc8(get(name))} ${set(name, 'x')} ${T(4)}`);
      table.set(0x05 | (code << 3), `${dec8(get(name))} ${set(name, 'x')} ${T(4)}`);
      table.set(0x06 | (code << 3), `${fetch('x')} ${set(name, 'x')} ${T(7)} ${noQ}`);
      // With (IX+d) the other operand is the plain H or L.
      table.set(0x46 | (code << 3), `${point} ${set(REG8[code]!, `mem[${cell}]`)} ${T(7 + pointT)} ${noQ}`);
      table.set(0x70 | code, `${point} mem[${cell}] = ${get(REG8[code]!)}; ${T(7 + pointT)} ${noQ}`);
      for (let from = 0; from < 8; from++) {
        if (from === 6) continue;
        const move = code === from ? '' : set(name, get(half(from)));
        table.set(0x40 | (code << 3) | from, `${move} ${T(4)} ${noQ}`);
      }
    }
    for (let from = 0; from < 8; from++) {
      const operand = from === 6 ? `${point} v = mem[${cell}];` : `v = ${get(half(from))};`;
      table.set(0x80 | (code << 3) | from, `${operand} ${ALU[code]!} ${T(from === 6 ? 7 + pointT : 4)}`);
    }
  }
  if (!indexed) return table;
  // What a prefix does not change is executed as if there were none.
  for (const opcode of [...table.keys()]) if (!touchesPointer(opcode)) table.delete(opcode);
  return table;
}

function touchesPointer(opcode: number): boolean {
  const to = (opcode >> 3) & 7;
  const from = opcode & 7;
  const isPointer = (code: number): boolean => code >= 4 && code <= 6;
  if (opcode >= 0x40 && opcode < 0x80) return isPointer(to) || isPointer(from);
  if (opcode >= 0x80 && opcode < 0xc0) return isPointer(from);
  if (opcode < 0x40 && from >= 4 && from <= 6) return isPointer(to);
  return true;
}

function mainOpcodes(): Table {
  const table: Table = new Map([...pointerOpcodes(false), ...rotateAccumulator()]);
  table.set(0x00, `${T(4)} ${noQ}`);
  table.set(0x08, `x = ${S('af_')}; ${S('af_')} = a << 8 | f; a = x >> 8; f = x & 255; ${T(4)} ${noQ}`);
  table.set(0x10, `${fetchSigned('x')} bc = bc - 256 & 65535; if (bc >> 8) { ${jumpRelative} ${T(5)} } ${T(8)} ${noQ}`);
  table.set(0x18, `${fetchSigned('x')} ${jumpRelative} ${T(12)} ${noQ}`);
  for (let i = 0; i < 4; i++)
    table.set(0x20 + 8 * i, `${fetchSigned('x')} if (${CONDITIONS[i]}) { ${jumpRelative} ${T(5)} } ${T(7)} ${noQ}`);
  ['bc', 'de', '', 'sp'].forEach((pair, i) => {
    if (pair === '') return;
    table.set(0x01 + 16 * i, `${fetchWord(pair)} ${T(10)} ${noQ}`);
    table.set(0x03 + 16 * i, `${pair} = ${inc16(pair)}; ${T(6)} ${noQ}`);
    table.set(0x0b + 16 * i, `${pair} = ${dec16(pair)}; ${T(6)} ${noQ}`);
  });
  for (const [opcode, pair] of [
    [0x02, 'bc'],
    [0x12, 'de'],
  ] as const) {
    table.set(opcode, `mem[${pair}] = a; wz = (${pair} + 1 & 255) | a << 8; ${T(7)} ${noQ}`);
    table.set(opcode + 8, `a = mem[${pair}]; wz = ${inc16(pair)}; ${T(7)} ${noQ}`);
  }
  table.set(0x32, `${fetchWord('x')} mem[x] = a; wz = (x + 1 & 255) | a << 8; ${T(13)} ${noQ}`);
  table.set(0x3a, `${fetchWord('x')} a = mem[x]; wz = ${inc16('x')}; ${T(13)} ${noQ}`);
  table.set(0x76, `${S('halted')} = 1; ${T(4)} ${noQ} exit;`);

  for (let i = 0; i < 8; i++) {
    const taken = CONDITIONS[i]!;
    table.set(0xc0 + 8 * i, `if (${taken}) { ${pop('pc')} wz = pc; ${T(6)} } ${T(5)} ${noQ}`);
    table.set(0xc2 + 8 * i, `${fetchWord('wz')} if (${taken}) { pc = wz; } ${T(10)} ${noQ}`);
    table.set(0xc4 + 8 * i, `${fetchWord('wz')} if (${taken}) { ${push('pc')} pc = wz; ${T(7)} } ${T(10)} ${noQ}`);
    table.set(0xc6 + 8 * i, `${fetch('v')} ${ALU[i]!} ${T(7)}`);
    table.set(0xc7 + 8 * i, `${push('pc')} pc = ${8 * i}; wz = pc; ${T(11)} ${noQ}`);
  }
  table.set(0xc1, `${pop('bc')} ${T(10)} ${noQ}`);
  table.set(0xd1, `${pop('de')} ${T(10)} ${noQ}`);
  table.set(0xf1, `${pop('x')} a = x >> 8; f = x & 255; ${T(10)} ${noQ}`);
  table.set(0xc5, `${push('bc')} ${T(11)} ${noQ}`);
  table.set(0xd5, `${push('de')} ${T(11)} ${noQ}`);
  table.set(0xf5, `x = a << 8 | f; ${push('x')} ${T(11)} ${noQ}`);
  table.set(0xc3, `pc = ${readWord('pc')}; wz = pc; ${T(10)} ${noQ}`);
  table.set(0xc9, `${pop('pc')} wz = pc; ${T(10)} ${noQ}`);
  table.set(0xcd, `${fetchWord('wz')} ${push('pc')} pc = wz; ${T(17)} ${noQ}`);
  table.set(
    0xd9,
    `x = bc; bc = ${S('bc_')}; ${S('bc_')} = x; x = de; de = ${S('de_')}; ${S('de_')} = x;
     x = hl; hl = ${S('hl_')}; ${S('hl_')} = x; ${T(4)} ${noQ}`,
  );
  table.set(0xeb, `x = de; de = hl; hl = x; ${T(4)} ${noQ}`);
  table.set(
    0xd3,
    `${fetch('y')} wz = (y + 1 & 255) | a << 8; ${T(11)} ${noQ} ${portOut('a << 8 | y', 'a')} ${leaveIfWanted}`,
  );
  table.set(
    0xdb,
    `${fetch('y')} y = a << 8 | y; wz = ${inc16('y')}; ${T(11)} ${noQ} ${portIn('y')} a = x; ${leaveIfWanted}`,
  );
  table.set(0xf3, `${S('iff1')} = 0; ${S('iff2')} = 0; ${T(4)} ${noQ}`);
  table.set(0xfb, `${S('iff1')} = 1; ${S('iff2')} = 1; ${S('eiMark')} = n; ${T(4)} ${noQ} ${leaveIfWanted}`);
  return table;
}

function bitOpcodes(): Table {
  const table: Table = new Map();
  for (let code = 0; code < 256; code++) {
    const group = code >> 6;
    const n = (code >> 3) & 7;
    const reg = REG8[code & 7]!;
    const memory = reg === '';
    const load = `v = ${memory ? 'mem[hl]' : get(reg)};`;
    const store = memory ? 'mem[hl] = x;' : set(reg, 'x');
    const t = T(memory ? (group === 1 ? 12 : 15) : 8);
    if (group === 0) table.set(code, `${load} ${SHIFTS[n]!} ${store} ${t} ${setQ}`);
    else if (group === 1) table.set(code, `${load} ${bit(n, memory ? '(wz >> 8)' : 'v')} ${t}`);
    else {
      const change = group === 2 ? `x = v & ${255 ^ (1 << n)};` : `x = v | ${1 << n};`;
      table.set(code, `${load} ${change} ${store} ${t} ${noQ}`);
    }
  }
  return table;
}

/** After DD CB d or FD CB d: always on the cell at wz, the result copied to a register too unless its code is 6. */
function indexedBitOpcodes(): string {
  const shifts = SHIFTS.map((text, n): [number, string] => [n, `${text} ${setQ}`]);
  return `v = mem[wz]; z = 1 << ((op >> 3) & 7);
    if ((op & 192) == 64) {
      x = v & z; f = (f & 1) | 16 | ((wz >> 8) & 40) | (x ? x & 128 : 68); ${setQ} ${T(16)}
    } else {
      if (op >= 128) { x = op >= 192 ? v | z : v & (255 ^ z); ${noQ} }
      else { ${switchOf('op >> 3', new Map(shifts), '')} }
      mem[wz] = x; ${T(19)}
      ${switchOf('op & 7', new Map(REG8.flatMap((reg, code) => (reg === '' ? [] : [[code, set(reg, 'x')]]))), '')}
    }`;
}

/** PC back on the instruction: X and Y then come from PC's high byte, as the chip's adder was used for it. */
const repeat = `pc = pc - 2 & 65535; wz = ${inc16('pc')}; f = (f & 215) | ((pc >> 8) & 40); ${T(5)}`;

function blockOpcodes(): Table {
  const table: Table = new Map();
  for (const [down, again] of [
    [0, 0],
    [8, 0],
    [0, 16],
    [8, 16],
  ] as const) {
    const step = (pair: string): string => `${pair} = ${down ? dec16(pair) : inc16(pair)};`;
    const move = `v = mem[hl]; mem[de] = v; ${step('hl')} ${step('de')} bc = ${dec16('bc')};`;
    const moved = `x = v + a; f = (f & 193) | (bc ? 4 : 0) | (x & 8) | ((x & 2) << 4); ${T(16)}`;
    table.set(
      0xa0 + down + again,
      again
        ? // Moves on in one go while nothing can come between: T-states left, and not overwriting itself.
          `${move} z = pc - 2 & 65535;
           while (bc != 0 & left > 21 & !(${dataMarked}) & (de - z ${down ? '+ 1' : '- 1'} & 65535) > 1) {
             left = left - 21; n = n + 1; r = r + 1; trail[n + skipped & 15] = z; wz = ${inc16('z')}; ${move}
           }
           ${moved} if (bc) { ${repeat} } ${setQ}`
        : `${move} ${moved} ${setQ}`,
    );

    table.set(
      0xa1 + down + again,
      `v = mem[hl]; x = a - v & 255; y = (a ^ v ^ x) & 16; z = x - (y >> 4); ${step('hl')} bc = ${dec16('bc')};
       wz = ${down ? dec16('wz') : inc16('wz')};
       f = (f & 1) | 2 | (x ? 0 : 64) | (x & 128) | y | (bc ? 4 : 0) | (z & 8) | ((z & 2) << 4); ${T(16)}
       ${again ? `if (bc != 0 & x != 0) { ${repeat} }` : ''} ${setQ}`,
    );

    // v = the byte, y = the sum whose carry and low bits the flags show (Young, 4.3).
    const ioFlags = `f = sz[bc >> 8] | ((v >> 6) & 2) | (y > 255 ? 17 : 0) | (szp[(y & 7) ^ (bc >> 8)] & 4);`;
    // Interrupted INxR/OTxR: the repeat's own use of the ALU shows in H and P.
    const ioRepeat = `if (bc >> 8) { ${repeat}
        if (f & 1) {
          f = f & 239;
          if (v & 128) { f = f ^ ((szp[((bc >> 8) - 1) & 7] ^ 4) & 4); if (((bc >> 8) & 15) == 0) { f = f | 16; } }
          else { f = f ^ ((szp[((bc >> 8) + 1) & 7] ^ 4) & 4); if (((bc >> 8) & 15) == 15) { f = f | 16; } }
        } else { f = f ^ ((szp[(bc >> 8) & 7] ^ 4) & 4); }
      }`;
    const wzNext = down ? dec16('bc') : inc16('bc');
    table.set(
      0xa2 + down + again,
      `wz = ${wzNext}; ${T(16)} ${portIn('bc')} v = x; mem[hl] = v; ${step('hl')} bc = bc - 256 & 65535;
       y = v + ((bc ${down ? '-' : '+'} 1) & 255); ${ioFlags} ${again ? ioRepeat : ''} ${setQ} ${leaveIfWanted}`,
    );
    table.set(
      0xa3 + down + again,
      `bc = bc - 256 & 65535; wz = ${wzNext}; v = mem[hl]; ${step('hl')} y = v + (hl & 255); ${ioFlags} ${T(16)}
       z = bc; ${again ? ioRepeat : ''} ${setQ} ${portOut('z', 'v')} ${leaveIfWanted}`,
    );
  }
  return table;
}

function extendedOpcodes(): Table {
  const table = blockOpcodes();
  for (let i = 0; i < 8; i++) {
    const reg = REG8[i]!;
    const store = reg === '' ? '' : set(reg, 'x');
    table.set(
      0x40 + 8 * i,
      `wz = ${inc16('bc')}; ${T(12)} ${portIn('bc')} ${store} f = (f & 1) | szp[x]; ${setQ} ${leaveIfWanted}`,
    );
    // OUT (C),0 on the NMOS chip.
    const value = reg === '' ? '0' : get(reg);
    table.set(0x41 + 8 * i, `wz = ${inc16('bc')}; ${T(12)} ${noQ} ${portOut('bc', value)} ${leaveIfWanted}`);
    table.set(0x44 + 8 * i, `v = a; a = 0; ${ALU[2]} ${T(8)}`);
    // RETN and RETI alike put IFF1 back; where that changes it, INT waits for another instruction (A. Weissflog's
    // study of the chip's netlist, https://floooh.github.io/2021/12/17/cycle-stepped-z80.html).
    table.set(
      0x45 + 8 * i,
      `${pop('pc')} wz = pc; if (${S('iff1')} != ${S('iff2')}) { ${S('retMark')} = n; }
       ${S('iff1')} = ${S('iff2')}; ${T(14)} ${noQ} ${leaveIfWanted}`,
    );
    table.set(0x46 + 8 * i, `${S('im')} = ${[0, 0, 1, 2][i & 3]}; ${T(8)} ${noQ}`);
  }
  ['bc', 'de', 'hl', 'sp'].forEach((pair, i) => {
    table.set(0x42 + 16 * i, `${sbcPair(pair)} ${T(15)}`);
    table.set(0x4a + 16 * i, `${adcPair(pair)} ${T(15)}`);
    table.set(
      0x43 + 16 * i,
      `${fetchWord('x')} ${writeWord('x', `${pair} & 255`, `${pair} >> 8`)} wz = ${inc16('x')}; ${T(20)} ${noQ}`,
    );
    table.set(0x4b + 16 * i, `${fetchWord('x')} ${pair} = ${readWord('x')}; wz = ${inc16('x')}; ${T(20)} ${noQ}`);
  });
  table.set(0x47, `${S('i')} = a; ${T(9)} ${noQ}`);
  table.set(
    0x4f,
    `${S('refreshLost')} = ${S('refreshLost')} + n + r - a; r = a - n; ${S('r7')} = a & 128; ${T(9)} ${noQ}`,
  );
  const interruptFlag = `f = (f & 1) | sz[a] | ${S('iff2')} << 2; ${S('pMark')} = n; ${T(9)} ${setQ}`;
  table.set(0x57, `a = ${S('i')}; ${interruptFlag}`);
  table.set(0x5f, `a = (n + r & 127) | ${S('r7')}; ${interruptFlag}`);
  table.set(
    0x67,
    `v = mem[hl]; mem[hl] = (v >> 4 | a << 4) & 255; a = (a & 240) | (v & 15); wz = ${inc16('hl')}; f = (f & 1) | szp[a]; ${T(18)} ${setQ}`,
  );
  table.set(
    0x6f,
    `v = mem[hl]; mem[hl] = (v << 4 | a & 15) & 255; a = (a & 240) | v >> 4; wz = ${inc16('hl')}; f = (f & 1) | szp[a]; ${T(18)} ${setQ}`,
  );
  table.set(0x77, `${T(8)} ${noQ}`);
  table.set(0x7f, `${T(8)} ${noQ}`);
  return table;
}

function switchOf(value: string, table: Table, otherwise: string): string {
  if (table.size === 0) return otherwise;
  const cases = [...table].sort(([x], [y]) => x - y).map(([code, text]) => `case ${code}: { ${text} break; }`);
  return `switch (${value}) {\n${cases.join('\n')}\ndefault: { ${otherwise} break; } }`;
}

const secondByte = `${fetch('op')} r = r + 1;`;
const nextInstruction = 'n = n + 1; trail[n + skipped & 15] = pc; op = mem[pc]; pc = pc + 1 & 65535;';

/** Opcodes without a prefix, after CB, after ED, and after DD or FD. */
export type OpcodeSet = 'main' | 'cb' | 'ed' | 'indexed';

/** The instructions that `has` chooses; at the rest `others`, given the number of bytes fetched so far. */
function instructionSwitch(
  has: (set: OpcodeSet, opcode: number) => boolean,
  others: (fetched: number) => string,
): string {
  const chosen = (set: OpcodeSet, table: Table): Table => new Map([...table].filter(([opcode]) => has(set, opcode)));
  const table = chosen('main', mainOpcodes());
  table.set(0xcb, `${secondByte} ${switchOf('op', chosen('cb', bitOpcodes()), others(2))}`);
  // Undefined ED opcodes do nothing in eight T-states.
  table.set(0xed, `${secondByte} ${switchOf('op', chosen('ed', extendedOpcodes()), others(2) || `${T(8)} ${noQ}`)}`);
  const pointer = pointerOpcodes(true);
  pointer.set(0xcb, `${fetchSigned('x')} wz = xy + x & 65535; ${fetch('op')} ${indexedBitOpcodes()}`);
  for (const [opcode, text] of pointer) pointer.set(opcode, `${T(4)} ${text}`);
  // A prefix before an opcode that it does not concern is four lost T-states, after which no interrupt is
  // taken: back to the loop as half an instruction.
  const lost = `pc = pc - 1 & 65535; n = n - 1; ${T(4)} ${S('prefixMark')} = n;`;
  for (const [opcode, pair] of [
    [0xdd, 'ix'],
    [0xfd, 'iy'],
  ] as const) {
    const text = switchOf('op', chosen('indexed', pointer), others(2) ? `${others(2)} xy = ${pair};` : lost);
    table.set(opcode, `xy = ${pair}; ${secondByte} ${text} ${pair} = xy;`);
  }
  return switchOf('op', table, others(1));
}

/**
 * The text of each instruction by itself, for a recompiler. PC has passed the opcode's last byte, in `indexed` xy is
 * IX or IY and T-states are those without the prefix; of DD CB and FD CB the one text takes its last byte in `op`.
 */
export function instructionTexts(): Record<OpcodeSet, ReadonlyMap<number, string>> {
  const indexed = pointerOpcodes(true);
  indexed.set(0xcb, `${fetchSigned('x')} wz = xy + x & 65535; ${fetch('op')} ${indexedBitOpcodes()}`);
  return { main: mainOpcodes(), cb: bitOpcodes(), ed: extendedOpcodes(), indexed };
}

/**
 * The texts of two functions. `core` runs from the state array until S[left] is used up or something wants attention;
 * it has the instructions that programs spend their time in, and leaves each of the others to `one`.
 * Two, because V8 gives up on good machine code for a function as large as all of them make.
 */
export function coreSources(watching: Watching = 'fetches'): { core: string; one: string } {
  const hot: Record<OpcodeSet, (opcode: number) => boolean> = {
    // All but IN and OUT: around a port access the registers go to memory and back anyway.
    main: (opcode) => opcode !== 0xd3 && opcode !== 0xdb,
    cb: () => true,
    // 16-bit arithmetic and loads, LDI LDD LDIR LDDR.
    ed: (opcode) => (opcode >= 0x40 && opcode < 0x80 && (opcode & 6) === 2) || (opcode & 0xe7) === 0xa0,
    // 16-bit instructions, and those with (IX+d) but for bits.
    indexed: (opcode) =>
      opcode !== 0xcb &&
      (opcode < 0x40 ? (opcode & 7) < 4 || opcode >= 0x34 : opcode >= 0xc0 || opcode >> 3 === 14 || (opcode & 7) === 6),
  };
  const toOne = (fetched: number): string =>
    `pc = pc - ${fetched} & 65535; n = n - 1; ${fetched > 1 ? `r = r - ${fetched - 1};` : ''}
     ${SPILL} one(); ${RELOAD} ${leaveIfWanted}`;
  // Regions of translated code, one after the other, until one does nothing: its next instruction is left to this core.
  const regions = `if (marks[pc] >= ${FETCH}) {
      z = n - 1;
      while ((marks[pc] < ${MARK.execute}) & (marks[pc] >= ${FETCH}) & (left > 0) & (z != n)) {
        z = n; ${SPILL} enter(entries[pc] >> 8); ${RELOAD} if (${S('stale')}) { exit; }
      }
      if (marks[pc] >= ${MARK.execute}) { exit; }
    }`;
  const next = watching === 'data' ? `if ((marks[pc] >= ${MARK.execute}) | ${dataMarked}) { exit; }` : regions;
  const core = instructionSwitch((set, opcode) => hot[set](opcode), toOne);
  const one = instructionSwitch(
    (set, opcode) => !hot[set](opcode),
    () => '',
  );
  return {
    // The first instruction is run whatever its mark: the caller has looked.
    core: `${RELOAD} while (left > 0) { ${nextInstruction} ${core} ${next} } ${SPILL}`,
    one: `${RELOAD} while (1) { ${nextInstruction} ${one} exit; } ${SPILL}`,
  };
}

/** Names that are variables in the text above. */
export const CORE_LOCALS = [...REGISTER_LOCALS, 'xy', 'op', 'v', 'x', 'y', 'z'];
