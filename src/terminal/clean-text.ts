/**
 * A console as plain lines, for pipes, logs and reports: every sequence is gone, and where the cursor went to another
 * place there is a line end, or spaces. What comes out holds characters of one cell, BEL, BS, TAB, LF and CR, and
 * nothing else.
 */
import type { Terminal } from './dialects.js';
import type { ScreenFunction } from './functions.js';
import { inAscii } from './letters.js';
import { Recogniser } from './recogniser.js';

export interface CleanTextOptions {
  kind?: Terminal;
  /** Nothing beyond 7 bits; other characters become their likeness, or a dot. */
  ascii?: boolean;
}

const LINE_END = '\r\n';
/** Lines of a program that draws far to the right are not made longer than paper was wide. */
const WIDEST = 132;
/** So far to the left on a line corrects what stands there; from further away something else is written. */
const STEP_BACK = 8;
/** Where the cursor never is. */
const NO_ROW = -1;

export class CleanText {
  readonly #recogniser: Recogniser;
  #text = '';
  /** Where the last character was put, and where the next one goes; rows count only against each other. */
  #row = 0;
  #column = 0;
  #target: { row: number; column: number } | undefined;

  constructor({ kind = 'vt100', ascii = false }: CleanTextOptions = {}) {
    this.#recogniser = new Recogniser(kind, {
      print: (text) => this.#print(ascii ? inAscii(text) : text),
      control: (char) => this.#control(char),
      perform: (what) => this.#move(what),
    });
  }

  /** @returns what can be said of these bytes and those before */
  take(bytes: Uint8Array): string {
    this.#recogniser.write(bytes);
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #print(text: string): void {
    this.#arrive();
    this.#text += text;
    this.#column += text.length;
  }

  /** The cursor has been sent somewhere, and something is put there. */
  #arrive(): void {
    if (!this.#target) return;
    const { row, column } = this.#target;
    this.#target = undefined;
    const back = this.#column - column;
    if (row === this.#row && back > 0 && back <= STEP_BACK) this.#text += '\b'.repeat(back);
    else if (row !== this.#row || back > 0) {
      if (this.#column > 0) this.#text += LINE_END;
      this.#column = 0;
    }
    this.#text += ' '.repeat(Math.max(0, Math.min(column, WIDEST) - this.#column));
    this.#row = row;
    this.#column = column;
  }

  #control(char: string): void {
    if (char === '\r' || char === '\n') {
      const row = this.#target?.row ?? this.#row;
      if (row !== this.#row && this.#column > 0) this.#text += LINE_END;
      this.#target = undefined;
      this.#row = char === '\n' ? row + 1 : row;
      this.#column = 0;
    } else if (char !== '\x07') {
      this.#arrive();
      this.#column = char === '\b' ? Math.max(0, this.#column - 1) : (Math.floor(this.#column / 8) + 1) * 8;
    }
    this.#text += char;
  }

  #move({ name, params }: ScreenFunction): void {
    const { row, column } = this.#target ?? { row: this.#row, column: this.#column };
    const by = Math.max(1, params[0] ?? 1);
    const to = (place: { row?: number; column?: number }): void => void (this.#target = { row, column, ...place });
    switch (name) {
      case 'CUP':
        return to({ row: by - 1, column: Math.max(1, params[1] ?? 1) - 1 });
      case 'VPA':
        return to({ row: by - 1 });
      case 'CHA':
        return to({ column: by - 1 });
      case 'CUU':
        return to({ row: row - by });
      case 'CUD':
        return to({ row: row + by });
      case 'CUF':
        return to({ column: column + by });
      case 'CUB':
        return to({ column: Math.max(0, column - by) });
      case 'IND':
        return to({ row: row + 1 });
      case 'RI':
        return to({ row: row - 1 });
      case 'NEL':
      case 'CNL':
        return to({ row: row + by, column: 0 });
      case 'CPL':
        return to({ row: row - by, column: 0 });
      case 'ED':
        // What follows on an empty screen belongs to no line before.
        if (params[0] === 2 && this.#column > 0) {
          to({});
          this.#row = NO_ROW;
        }
    }
  }
}
