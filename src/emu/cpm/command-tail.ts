/**
 * What the CCP leaves in page zero for a program: the command tail at 80h and its first two words as file names
 * at 5Ch and 6Ch (CP/M 2.2 Interface Guide, chapter 3).
 */
import { FCB1, FCB2, TAIL } from './memory-map.js';

/** The CCP's own input line holds no more. */
const LONGEST_TAIL = 126;
const NAME_LENGTH = 8;
const TYPE_LENGTH = 3;
const DELIMITERS = ' =_.:;<>,|';

/** In capitals as the CCP does it, which knows ASCII: a byte of UTF-8 is no letter. @param line a character stands for a byte */
export function inCapitals(line: string): string {
  return line.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * Write page zero for the tail as typed; it is upper-cased, as the CCP does with the whole line.
 * @param typed a character stands for a byte
 */
export function writeCommandTail(memory: Uint8Array, typed: string): void {
  const words = inCapitals(typed);
  const tail = (words === '' || words.startsWith(' ') ? words : ` ${words}`).slice(0, LONGEST_TAIL);
  memory.fill(0, FCB1, TAIL + 0x80);
  memory[TAIL] = tail.length;
  for (let i = 0; i < tail.length; i++) memory[TAIL + 1 + i] = tail.charCodeAt(i) & 0xff;
  const first = parseFcb(tail, 0);
  const second = parseFcb(tail, first.end);
  memory.set(first.fcb, FCB1);
  memory.set(second.fcb, FCB2);
}

export interface ParsedName {
  /** Drive (0 = default), eight characters of name, three of type, padded with spaces; `*` is spelt out as `?`. */
  fcb: Uint8Array;
  /** Where the next word may begin. */
  end: number;
}

/** Read one file name from a line, as the CCP does. */
export function parseFcb(line: string, from: number): ParsedName {
  let at = from;
  while (at < line.length && (line[at] === ' ' || at === from) && DELIMITERS.includes(line[at]!)) at++;
  const fcb = new Uint8Array(12).fill(0x20);
  fcb[0] = 0;
  if (line[at + 1] === ':' && /[A-P]/.test(line[at]!)) {
    fcb[0] = line.charCodeAt(at) - 0x40;
    at += 2;
  }
  at = field(line, at, fcb.subarray(1, 1 + NAME_LENGTH));
  if (line[at] === '.') at = field(line, at + 1, fcb.subarray(1 + NAME_LENGTH, 1 + NAME_LENGTH + TYPE_LENGTH));
  return { fcb, end: at };
}

function field(line: string, from: number, into: Uint8Array): number {
  let at = from;
  let filled = 0;
  for (; at < line.length && !DELIMITERS.includes(line[at]!); at++) {
    if (line[at] === '*') while (filled < into.length) into[filled++] = 0x3f;
    else if (filled < into.length) into[filled++] = line.charCodeAt(at);
  }
  return at;
}
