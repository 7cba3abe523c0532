/**
 * BDOS calls in words, as a debugger shows them: name, argument, and what the argument points to. Numbers and arguments are
 * those of the CP/M 2.2 Interface Guide.
 */
import type { Registers } from '../cpu.js';
import { hex } from './names.js';

/** What a call takes: E, DE, or what DE points to. */
type Argument =
  'none' | 'char' | 'byte' | 'word' | 'drive' | 'text' | 'buffer' | 'fcb' | 'random' | 'rename' | 'direct';

const CALLS: Readonly<Record<number, readonly [name: string, argument: Argument]>> = {
  0: ['system reset', 'none'],
  1: ['console input', 'none'],
  2: ['console output', 'char'],
  3: ['reader input', 'none'],
  4: ['punch output', 'char'],
  5: ['list output', 'char'],
  6: ['direct console', 'direct'],
  7: ['get IOBYTE', 'none'],
  8: ['set IOBYTE', 'byte'],
  9: ['print string', 'text'],
  10: ['read line', 'buffer'],
  11: ['console status', 'none'],
  12: ['version', 'none'],
  13: ['reset disks', 'none'],
  14: ['select disk', 'drive'],
  15: ['open', 'fcb'],
  16: ['close', 'fcb'],
  17: ['search first', 'fcb'],
  18: ['search next', 'none'],
  19: ['delete', 'fcb'],
  20: ['read sequential', 'fcb'],
  21: ['write sequential', 'fcb'],
  22: ['make', 'fcb'],
  23: ['rename', 'rename'],
  24: ['login vector', 'none'],
  25: ['current disk', 'none'],
  26: ['set DMA', 'word'],
  27: ['allocation vector', 'none'],
  28: ['write protect', 'none'],
  29: ['read-only vector', 'none'],
  30: ['set attributes', 'fcb'],
  31: ['disk parameters', 'none'],
  32: ['user code', 'byte'],
  33: ['read random', 'random'],
  34: ['write random', 'random'],
  35: ['file size', 'fcb'],
  36: ['set random record', 'random'],
  37: ['reset drives', 'word'],
  40: ['write random, zero fill', 'random'],
};

/** Of a text only so much is shown. */
const MOST_TEXT = 40;
const DOLLAR = 0x24;

/** `9 print string "Hello"`, `15 open B:LETTER.TXT ex 0 cr 0 at 005C`. @param registers as they are at the call */
export function describeBdosCall(memory: Uint8Array, registers: Pick<Registers, 'c' | 'd' | 'e'>): string {
  const { c, d, e } = registers;
  const [name, argument] = CALLS[c] ?? ['unknown', 'word'];
  const de = (d << 8) | e;
  const shown = SHOW[argument](memory, de, e);
  return shown === '' ? `${c} ${name}` : `${c} ${name} ${shown}`;
}

/** `C` of the calls that exist, with their names: for help and completion. */
export const BDOS_CALL_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(CALLS).map(([number, [name]]) => [Number(number), name]),
);

type Show = (memory: Uint8Array, de: number, e: number) => string;

const SHOW: Readonly<Record<Argument, Show>> = {
  none: () => '',
  char: (_memory, _de, e) => `${hex(e, 2)} ${quoted([e])}`,
  byte: (_memory, _de, e) => hex(e, 2),
  word: (_memory, de) => hex(de),
  drive: (_memory, _de, e) => (e < 16 ? `${String.fromCharCode(0x41 + e)}:` : hex(e, 2)),
  direct: (_memory, _de, e) => (e === 0xff ? 'input' : e === 0xfe ? 'status' : `${hex(e, 2)} ${quoted([e])}`),
  text(memory, de) {
    const bytes = bytesAt(memory, de, MOST_TEXT);
    const end = bytes.indexOf(DOLLAR);
    return `${quoted(end < 0 ? bytes : bytes.slice(0, end))}${end < 0 ? '...' : ''} at ${hex(de)}`;
  },
  buffer: (memory, de) => `of ${memory[de]!} at ${hex(de)}`,
  fcb: (memory, de) => `${fcbName(memory, de)} ${fcbPlace(memory, de)} at ${hex(de)}`,
  random: (memory, de) => {
    const [r0, r1, r2] = bytesAt(memory, de + 33, 3);
    return `${fcbName(memory, de)} record ${r0! | (r1! << 8) | (r2! << 16)} at ${hex(de)}`;
  },
  rename: (memory, de) => `${fcbName(memory, de)} to ${fcbName(memory, (de + 16) & 0xffff)} at ${hex(de)}`,
};

function fcbName(memory: Uint8Array, at: number): string {
  const [drive, ...letters] = bytesAt(memory, at, 12);
  const text = letters.map((letter) => printable(letter & 0x7f)).join('');
  const name = text.slice(0, 8).trimEnd();
  const type = text.slice(8).trimEnd();
  const letter = drive === 0 ? '' : drive! <= 16 ? `${String.fromCharCode(0x40 + drive!)}:` : `${hex(drive!, 2)}:`;
  return `${letter}${name}${type === '' ? '' : `.${type}`}`;
}

function fcbPlace(memory: Uint8Array, at: number): string {
  const [ex, , s2] = bytesAt(memory, at + 12, 3);
  return `${s2! & 0x3f ? `s2 ${s2! & 0x3f} ` : ''}ex ${ex!} cr ${bytesAt(memory, at + 32, 1)[0]!}`;
}

function bytesAt(memory: Uint8Array, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => memory[(at + i) & 0xffff]!);
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

const NAMED: Readonly<Record<number, string>> = { 0x0d: '\\r', 0x0a: '\\n', 0x09: '\\t', 0x22: '\\"', 0x5c: '\\\\' };

/** `"Hi\r\n"`: nothing in it that a terminal obeys. */
function quoted(bytes: readonly number[]): string {
  const text = bytes.map((byte) => {
    if (NAMED[byte] !== undefined) return NAMED[byte];
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hex(byte, 2)}`;
  });
  return `"${text.join('')}"`;
}
