/** A program's output for the user's own terminal: what a dialect means, and nothing else, in the codes of a VT100. */
import type { Terminal } from './dialects.js';
import { RESET, type FunctionName } from './functions.js';
import { inAscii } from './letters.js';
import { Recogniser } from './recogniser.js';

/** What these change stays when the program has ended. */
const LASTING = new Set<FunctionName>(['SGR', 'DECSTBM', 'DECSET', 'DECRST', 'SM', 'RM']);

export class ScreenCodes {
  readonly #recogniser: Recogniser;
  #text = '';
  #changed = false;

  /** @param ascii for a terminal that shows no other characters */
  constructor(kind: Terminal, ascii = false) {
    this.#recogniser = new Recogniser(kind, {
      print: (text) => (this.#text += ascii ? inAscii(text) : text),
      control: (char) => (this.#text += char),
      perform: (what) => {
        this.#changed ||= LASTING.has(what.name);
        this.#text += what.code;
      },
    });
  }

  add(byte: number): void {
    this.#recogniser.feed(byte);
  }

  /** What has come of all bytes since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** What puts the terminal back as it was: nothing, where nothing was changed. The cursor stays where it is. */
  undo(): string {
    if (!this.#changed) return '';
    this.#changed = false;
    const lasting = RESET.filter(({ name }) => LASTING.has(name)).map(({ code }) => code);
    // Setting the rows that scroll puts the cursor home.
    return `\x1b7${lasting.join('')}\x1b8\x1b[0m`;
  }
}
