/**
 * What a user sees of a board's console: its text as it comes (clean-text.ts), the same with times in front of the
 * lines, every byte in hexadecimal, or control characters by their names.
 *
 *     A>DIR                    [   1.042] A>DIR                 41 3e 44 49 52 0d 0a                             A>DIR..
 *     A>DIR<CR><LF>            ^[[0m                        (named: CR and LF in brackets, others as keys)
 */
import { CleanText, type CleanTextOptions } from './clean-text.js';

const LF = 0x0a;
const CR = 0x0d;
const ROW = 16;
/** Two digits and a space each, then two more. */
const HEX_WIDTH = ROW * 3 + 1;

export interface ConsoleViewOptions extends CleanTextOptions {
  hex?: boolean | undefined;
  named?: boolean | undefined;
  timestamps?: boolean | undefined;
}

export class ConsoleView {
  /** May be changed at any time. */
  hex: boolean;
  named: boolean;
  timestamps: boolean;
  readonly #clean: CleanText;
  #lineStart = true;
  #row: number[] = [];

  /** @param startMs the moment that times are counted from */
  constructor(
    private readonly startMs: number,
    options: ConsoleViewOptions = {},
  ) {
    this.#clean = new CleanText(options);
    this.hex = options.hex ?? false;
    this.named = options.named ?? false;
    this.timestamps = options.timestamps ?? false;
  }

  /** What came at `atMs`, for the screen. */
  show(bytes: Uint8Array, atMs: number): string {
    if (this.hex) return this.#hexRows(bytes, atMs);
    return this.#endRow() + (this.named ? this.#names(bytes, atMs) : this.#text(bytes, atMs));
  }

  /** Nothing has come for a while: show what is held back for a full row. */
  quiet(): string {
    return this.#endRow();
  }

  /** End a line that is open, so that something else can be said. */
  breakLine(): string {
    const rest = this.#endRow();
    const end = this.#lineStart ? '' : '\r\n';
    this.#lineStart = true;
    return rest + end;
  }

  #text(bytes: Uint8Array, atMs: number): string {
    let text = '';
    for (const char of this.#clean.take(bytes)) {
      // CRs that follow the LF belong to the line before.
      if (this.#lineStart && char !== '\r' && char !== '\n') {
        text += this.#time(atMs);
        this.#lineStart = false;
      }
      if (char === '\n') this.#lineStart = true;
      text += char;
    }
    return text;
  }

  #names(bytes: Uint8Array, atMs: number): string {
    let text = '';
    for (const byte of bytes) {
      if (this.#lineStart) text += this.#time(atMs);
      this.#lineStart = byte === LF;
      text += nameOf(byte) + (byte === LF ? '\r\n' : '');
    }
    return text;
  }

  #hexRows(bytes: Uint8Array, atMs: number): string {
    let text = this.#row.length === 0 ? this.breakLine() : '';
    for (const byte of bytes) {
      if (this.#row.length === 0) text += this.#time(atMs);
      this.#row.push(byte);
      text += `${byte.toString(16).padStart(2, '0')} `;
      if (this.#row.length === ROW) text += this.#endRow();
    }
    return text;
  }

  #endRow(): string {
    if (this.#row.length === 0) return '';
    const shown = this.#row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    const space = ' '.repeat(HEX_WIDTH - this.#row.length * 3);
    this.#row = [];
    return `${space}${shown}\r\n`;
  }

  #time(atMs: number): string {
    return this.timestamps ? `[${((atMs - this.startMs) / 1000).toFixed(3).padStart(8)}] ` : '';
  }
}

/** A byte as it is called: `<CR>`, `^[`, `^?`, `<9B>`. */
function nameOf(byte: number): string {
  if (byte === CR) return '<CR>';
  if (byte === LF) return '<LF>';
  if (byte >= 0x80) return `<${byte.toString(16).toUpperCase()}>`;
  return byte < 0x20 || byte === 0x7f ? `^${String.fromCharCode(byte ^ 0x40)}` : String.fromCharCode(byte);
}
