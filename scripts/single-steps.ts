/**
 * Single steps of a Z80 as SingleStepTests publishes them (https://github.com/SingleStepTests/z80), and the table of
 * one of them per encoding that is committed: test/emu/single-steps.txt, one line per step, numbers in hex.
 *
 *     line    = start memory ... [port] T-states end [change ...]
 *     start   = AF BC DE HL AF' BC' DE' HL' IX IY SP WZ and I, then as in `end`; four digits per pair, without blanks
 *     end     = PC, R, state: what every step may change
 *     state   = IFF1, IFF2, EI and P (bits 0 to 3), IM (bits 4 and 5), Q is F and not 0 (bit 6)
 *     memory  = bytes from PC on, then `address:bytes` for each other place
 *     port    = `address>byte` for OUT, `address<byte` for IN
 *     change  = `register=value`, or `address:bytes`: all else that the step changes
 */
import type { Registers } from '../src/emu/cpu.js';

type Cells = [address: number, value: number][];
export type State = Registers & { ram: Cells };
export interface Vector {
  /** The encoding, with `__` for a displacement before an opcode. */
  file: string;
  name: string;
  initial: State;
  final: State;
  tstates: number;
  ports?: [port: number, value: number, direction: 'r' | 'w'][];
}

const HEAD = `# One published step of a Z80 per encoding: what it starts from, what it changes, how long it takes.
# Figures from https://github.com/SingleStepTests/z80; of the 20 that we have of each encoding the one that does most.
# The form of a line: scripts/single-steps.ts, which makes this file (npm run single-steps).
`;

/** The 16-bit words of a line's start, in order; a pair of registers as [high, low]. */
const WORDS: Readonly<Record<string, keyof Registers | [keyof Registers, keyof Registers]>> = {
  af: ['a', 'f'],
  bc: ['b', 'c'],
  de: ['d', 'e'],
  hl: ['h', 'l'],
  af_: 'af_',
  bc_: 'bc_',
  de_: 'de_',
  hl_: 'hl_',
  ix: 'ix',
  iy: 'iy',
  sp: 'sp',
  wz: 'wz',
};
const NAMES = Object.keys(WORDS);
/** Digits of a line's start, and of its end. */
const START = NAMES.length * 4 + 2;
const END = 8;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** The table of one vector per encoding: of each the one that takes longest, or else changes most. */
export function formatSteps(vectors: readonly Vector[]): string {
  const chosen = new Map<string, { vector: Vector; line: string }>();
  for (const vector of vectors) {
    const earlier = chosen.get(vector.file);
    const line = formatStep(vector);
    const more = earlier && (vector.tstates - earlier.vector.tstates || fields(line) - fields(earlier.line));
    if (more === undefined || more > 0) chosen.set(vector.file, { vector, line });
  }
  return HEAD + [...chosen.values()].map(({ line }) => `${line}\n`).join('');
}

const fields = (line: string): number => line.split(' ').length;

function formatStep({ initial, final, tstates, ports = [] }: Vector): string {
  const before = new Map(initial.ram);
  const [code = '', ...places] = runs(initial.ram, initial.pc);
  const changed = final.ram.filter(([address, value]) => before.get(address) !== value);
  const [from, to] = [named(initial), named(final)];
  return [
    Object.values(from).join('') + endOf(initial),
    code.slice(code.indexOf(':') + 1),
    ...places,
    ...ports.map(([port, value, way]) => `${hex(port, 4)}${way === 'r' ? '<' : '>'}${hex(value, 2)}`),
    String(tstates),
    endOf(final),
    ...Object.keys(to).flatMap((name) => (to[name] === from[name] ? [] : [`${name}=${to[name]}`])),
    ...runs(changed, -1),
  ].join(' ');
}

/** The registers that have names in a line, in the order of its start. */
function named(state: State): Record<string, string> {
  const words = NAMES.map((name) => {
    const which = WORDS[name]!;
    return [name, hex(typeof which === 'string' ? state[which] : (state[which[0]] << 8) | state[which[1]], 4)] as const;
  });
  return { ...Object.fromEntries(words), i: hex(state.i, 2) };
}

function endOf({ pc, r, iff1, iff2, ei, p, im, q }: State): string {
  const state = iff1 | (iff2 << 1) | (ei << 2) | (p << 3) | (im << 4) | (Number(q !== 0) << 6);
  return hex(pc, 4) + hex(r, 2) + hex(state, 2);
}

/** Neighbouring cells as one `address:bytes`; the one with `first` first. */
function runs(cells: Cells, first: number): string[] {
  const memory = new Map(cells);
  const begins = [...memory.keys()].filter((address) => address === first || !memory.has((address - 1) & 0xffff));
  begins.sort((x, y) => Number(y === first) - Number(x === first) || x - y);
  return begins.map((begin) => {
    let bytes = '';
    for (let at = begin; memory.has(at) && (at === begin || at !== first); at = (at + 1) & 0xffff)
      bytes += hex(memory.get(at)!, 2);
    return `${hex(begin, 4)}:${bytes}`;
  });
}

/** The vectors of a table, as complete as they were published. */
export function parseSteps(text: string): Vector[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseStep);
}

function parseStep(line: string): Vector {
  const [start = '', code = '', ...rest] = line.split(' ');
  const split = rest.findIndex((field) => /^\d+$/.test(field));
  const [tstates, end = '', ...changes] = rest.slice(split);
  if (start.length !== START + END || end.length !== END) throw new Error(`not a step: ${line}`);
  const words = NAMES.map((name, n) => [name, start.slice(n * 4, n * 4 + 4)] as const);
  const registers = new Map<string, string>([...words, ['i', start.slice(START - 2, START)]]);
  const pc = parseInt(start.slice(START), 16) >>> 16;
  const before = new Map(cells(pc, code));
  const ports: NonNullable<Vector['ports']> = [];
  for (const field of rest.slice(0, split)) {
    const { left, sign, right } = parts(field);
    if (sign === ':') for (const [at, value] of cells(left, right)) before.set(at, value);
    else ports.push([left, parseInt(right, 16), sign === '<' ? 'r' : 'w']);
  }
  const initial = { ...parseRegisters(registers, start.slice(START)), ram: [...before] };
  const after = new Map(before);
  for (const field of changes) {
    const { name, left, sign, right } = parts(field);
    if (sign === '=') registers.set(name, right);
    else for (const [at, value] of cells(left, right)) after.set(at, value);
  }
  const final = { ...parseRegisters(registers, end), ram: [...after] };
  const opcode = code.match(/../g) ?? [];
  const file = opcode.map((byte, n) => (n === 2 && opcode[1] === 'cb' && opcode.length === 4 ? '__' : byte)).join(' ');
  return { file, name: line, initial, final, tstates: Number(tstates), ports };
}

/** `left` is the name as an address. */
function parts(field: string): { name: string; left: number; sign: string; right: string } {
  const [, name = '', sign = '', right = ''] = /^(\w+)([:<>=])(\w+)$/.exec(field) ?? [];
  if (sign === '') throw new Error(`not a field of a step: ${field}`);
  return { name, left: parseInt(name, 16), sign, right };
}

const cells = (from: number, digits: string): Cells =>
  (digits.match(/../g) ?? []).map((byte, n) => [(from + n) & 0xffff, parseInt(byte, 16)]);

function parseRegisters(digits: ReadonlyMap<string, string>, end: string): Registers {
  const registers: Record<string, number> = {};
  for (const [name, word] of digits) {
    const [which, value] = [WORDS[name] ?? 'i', parseInt(word, 16)];
    if (typeof which === 'string') registers[which] = value;
    else [registers[which[0]], registers[which[1]]] = [value >> 8, value & 0xff];
  }
  const [pc, r, state] = [[0, 4], [4, 6], [6, 8]].map(([from, to]) => parseInt(end.slice(from, to), 16)) as [number, number, number]; // prettier-ignore
  const [iff1, iff2, ei, p, qIsF] = [0, 1, 2, 3, 6].map((n) => (state >> n) & 1);
  const q = qIsF === 1 ? registers['f'] : 0;
  return { ...registers, pc, r, iff1, iff2, ei, p, im: (state >> 4) & 3, q } as unknown as Registers;
}
