/**
 * Characters that are one cell wide and do nothing but be seen, and strict UTF-8 for them. No combining marks, nothing
 * that changes direction, no second width: a column is a column.
 */

/** First and last code points. */
const RANGES = [
  [0x20, 0x7e], [0xa1, 0xac], [0xae, 0x2ff], // Latin, phonetic
  [0x370, 0x377], [0x37a, 0x37f], [0x384, 0x38a], [0x38e, 0x3a1], [0x3a3, 0x3ff], // Greek
  [0x400, 0x482], [0x48a, 0x52f], // Cyrillic
  [0x2010, 0x2027], [0x2030, 0x205e], [0x20a0, 0x20bf], // dashes, quotes, currencies
  [0x2190, 0x2199], [0x21a8, 0x21a8], [0x2200, 0x22ff], [0x23ba, 0x23bd], [0x2409, 0x240d], [0x2424, 0x2424], // arrows, mathematics, DEC's
  [0x2500, 0x25fc], [0x25ff, 0x25ff], [0x2660, 0x2667], [0x2800, 0x28ff], [0xfffd, 0xfffd], // lines, blocks, suits, braille
] as const; // prettier-ignore

export function isOneCell(code: number): boolean {
  return RANGES.some(([first, last]) => code >= first && code <= last);
}

/** What a byte is shown as that is no character. */
export const REPLACEMENT = '\ufffd';

/** DEC's special graphics (VT100 User Guide, table 3-9), from 5Fh to 7Eh. */
const DEC_GRAPHICS = ' ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

/** @param byte printable ASCII */
export function lineDrawing(byte: number): string {
  return DEC_GRAPHICS[byte - 0x5f] ?? String.fromCharCode(byte);
}

const IN_ASCII: Readonly<Record<string, string>> = {
  '⎺': '-', '⎻': '-', '⎼': '-', '⎽': '_', '◆': '*', '°': 'o', '±': '#', '·': '.', '≤': '<', '≥': '>', '≠': '#', π: '*',
  '─': '-', '━': '-', '═': '-', '│': '|', '┃': '|', '║': '|', '█': '#', '▓': '#', '▒': '%', '░': '.', '£': 'L',
}; // prettier-ignore

/** For terminals and files of ASCII: corners are `+`, a letter that has no likeness is a dot. */
export function inAscii(text: string): string {
  return text.replace(/[^ -~]/gu, (char) => asciiOf(char) ?? '.');
}

/** @returns its likeness, if it has one */
export function asciiOf(char: string): string | undefined {
  return IN_ASCII[char] ?? (char > '─' && char <= '╬' ? '+' : undefined);
}

const CONTINUATION = 0x80;

/** Gathers the bytes of one character. */
export class Utf8 {
  #bytes: number[] = [];

  /** Is a character begun? */
  get open(): boolean {
    return this.#bytes.length > 0;
  }

  /** @returns what is to be shown now: a character, replacements for bytes that were none, or nothing yet */
  take(byte: number): string {
    const isContinuation = (byte & 0xc0) === CONTINUATION;
    const before = isContinuation ? '' : this.end();
    this.#bytes.push(byte);
    const length = lengthOf(this.#bytes[0]!);
    if (this.#bytes.length < length) return before;
    const bytes = this.#bytes;
    this.#bytes = [];
    return before + (decoded(bytes) ?? REPLACEMENT.repeat(bytes.length));
  }

  /** Something else follows. @returns a replacement for each byte that waits */
  end(): string {
    const waiting = this.#bytes.length;
    this.#bytes = [];
    return REPLACEMENT.repeat(waiting);
  }
}

/** By the first byte; one that begins nothing stands alone. */
function lengthOf(first: number): number {
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return 1;
}

/** @returns undefined where it is too long for what it says, or not a letter; those beyond U+FFFF never are one here */
function decoded(bytes: readonly number[]): string | undefined {
  if (bytes.length === 1) return undefined;
  const [first, second, third = CONTINUATION] = bytes as [number, number, number?];
  const code =
    bytes.length === 2
      ? ((first & 0x1f) << 6) | (second & 0x3f)
      : ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  const shortest = bytes.length === 2 ? 0x80 : 0x800;
  return code >= shortest && isOneCell(code) ? String.fromCharCode(code) : undefined;
}
