/**
 * The calls of the BDOS as a person reads them: name, what DE stands for, and what came back. Names and arguments are those
 * of the CP/M 2.2 Interface Guide, chapter 2.
 */
import { Fcb } from '../cpm/fcb.js';
import type { Cpu } from '../cpu.js';

/** What DE is for a call. */
export type Argument =
  | { kind: 'none' }
  | { kind: 'byte' | 'word'; value: number }
  /** Up to the `$`, or as much of it as is shown (MOST_TEXT); bytes as Latin-1, control characters among them. */
  | { kind: 'string'; at: number; text: string }
  | { kind: 'buffer'; at: number; size: number }
  | FcbArgument;

export interface FcbArgument {
  kind: 'fcb';
  at: number;
  /** 0 is the default one, 1 is A:; `?` (3Fh) all of them, in a search. */
  drive: number;
  /** `NAME.TYP`, or `NAME` */
  name: string;
  /** Of a rename. */
  newName?: string;
  extent: number;
  /** Of the next sequential access, and of the next random one. */
  record: number;
  random: number;
}

export interface TracedCall {
  number: number;
  name: string;
  argument: Argument;
  /** HL as the call gave it; A is its lower half. Undefined at the call, before it is done. */
  result: number | undefined;
  /** Where the program goes on behind it. */
  returnsTo: number;
}

type Kind = Argument['kind'] | 'rename';

/** By number. */
const CALLS: Readonly<Record<number, readonly [name: string, argument: Kind]>> = {
  0: ['system reset', 'none'],
  1: ['console input', 'none'],
  2: ['console output', 'byte'],
  3: ['reader input', 'none'],
  4: ['punch output', 'byte'],
  5: ['list output', 'byte'],
  6: ['direct console I/O', 'byte'],
  7: ['get I/O byte', 'none'],
  8: ['set I/O byte', 'byte'],
  9: ['print string', 'string'],
  10: ['read console buffer', 'buffer'],
  11: ['get console status', 'none'],
  12: ['return version number', 'none'],
  13: ['reset disk system', 'none'],
  14: ['select disk', 'byte'],
  15: ['open file', 'fcb'],
  16: ['close file', 'fcb'],
  17: ['search for first', 'fcb'],
  18: ['search for next', 'none'],
  19: ['delete file', 'fcb'],
  20: ['read sequential', 'fcb'],
  21: ['write sequential', 'fcb'],
  22: ['make file', 'fcb'],
  23: ['rename file', 'rename'],
  24: ['return login vector', 'none'],
  25: ['return current disk', 'none'],
  26: ['set DMA address', 'word'],
  27: ['get allocation vector', 'none'],
  28: ['write protect disk', 'none'],
  29: ['get read-only vector', 'none'],
  30: ['set file attributes', 'fcb'],
  31: ['get disk parameters', 'none'],
  32: ['get or set user code', 'byte'],
  33: ['read random', 'fcb'],
  34: ['write random', 'fcb'],
  35: ['compute file size', 'fcb'],
  36: ['set random record', 'fcb'],
  37: ['reset drive', 'word'],
  40: ['write random with zero fill', 'fcb'],
  108: ['program return code', 'word'],
};
const MOST_TEXT = 64;
const DOLLAR = 0x24;
const MAP = 16;
const CR = 32;

export function callName(number: number): string {
  return CALLS[number]?.[0] ?? 'unknown call';
}

/** The call that is about to be done: the CPU is at the BDOS's entry, its caller's return address on the stack. */
export function callAt(cpu: Pick<Cpu, 'memory' | 'sp' | 'getRegisters'>): TracedCall {
  const { memory, sp } = cpu;
  const { c, d, e } = cpu.getRegisters();
  const returnsTo = memory[sp]! | (memory[(sp + 1) & 0xffff]! << 8);
  const [name, kind] = CALLS[c] ?? [callName(c), 'word'];
  return { number: c, name, argument: argument(kind, memory, (d << 8) | e), result: undefined, returnsTo };
}

function argument(kind: Kind, memory: Uint8Array, de: number): Argument {
  switch (kind) {
    case 'none':
      return { kind };
    case 'byte':
      return { kind, value: de & 0xff };
    case 'word':
      return { kind, value: de };
    case 'buffer':
      return { kind, at: de, size: memory[de]! };
    case 'string':
      return { kind, at: de, text: text(memory, de) };
    default:
      return fcb(kind === 'rename', new Fcb(memory, de));
  }
}

function text(memory: Uint8Array, from: number): string {
  let found = '';
  for (let i = 0; i < MOST_TEXT; i++) {
    const byte = memory[(from + i) & 0xffff]!;
    if (byte === DOLLAR) break;
    found += String.fromCharCode(byte);
  }
  return found;
}

function fcb(isRename: boolean, found: Fcb): FcbArgument {
  return {
    kind: 'fcb',
    at: found.at,
    drive: found.byte(0),
    name: dotted(found.name()),
    ...(isRename && { newName: dotted(found.name(MAP + 1)) }),
    extent: found.extent,
    record: found.byte(CR),
    random: found.random,
  };
}

function dotted(name: string): string {
  const type = name.slice(8).trimEnd();
  return name.slice(0, 8).trimEnd() + (type === '' ? '' : `.${type}`);
}

/** `open file A:NAME.TYP extent 0 = 0`: one line, nothing in it that a terminal obeys. */
export function callLine({ name, number, argument: given, result }: TracedCall): string {
  const value = result === undefined ? '' : ` = ${hex(result)}`;
  return `${number} ${name}${argumentWords(given)}${value}`;
}

function argumentWords(given: Argument): string {
  switch (given.kind) {
    case 'none':
      return '';
    case 'byte':
    case 'word':
      return ` ${hex(given.value)}`;
    case 'buffer':
      return ` at ${hex(given.at)}, ${given.size} characters`;
    case 'string':
      return ` ${JSON.stringify(printable(given.text))}`;
    case 'fcb': {
      const { drive, name, newName, extent, record, random } = given;
      const letter = drive === 0 ? '' : drive <= 16 ? `${String.fromCharCode(0x40 + drive)}:` : '?:';
      const to = newName === undefined ? '' : ` to ${printable(newName)}`;
      return ` ${letter}${printable(name)}${to} extent ${extent} record ${record} random ${random}`;
    }
  }
}

const hex = (value: number): string =>
  `${value
    .toString(16)
    .toUpperCase()
    .padStart(value > 0xff ? 4 : 2, '0')}h`;

function printable(words: string): string {
  return words.replace(/[^\x20-\x7e]/g, (c) => (c === '\r' ? '' : c === '\n' ? ' ' : '.'));
}
