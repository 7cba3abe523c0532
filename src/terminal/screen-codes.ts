/** A program's output for the user's own terminal: what a dialect means, and nothing else, in the codes of a VT100. */
import type { Terminal } from './dialects.js';
import { RESET, type FunctionName } from './functions.js';
import { inAscii } from './letters.js';
import { Recogniser } from './recogniser.js';

/** What these change stays when the program has ended. */
const LASTING = new Set<FunctionName>(['SGR', 'DECSTBM', 'DECSET', 'DECRST', 'SM', 'RM']);

const QUESTIONS = new Set<FunctionName>(['DSR', 'DA']);
/** All is well; a VT100 with advanced video. Where the cursor is nobody knows here. */
const SAYS: Readonly<Record<string, string>> = {
  '\x1b[5n': '\x1b[0n',
  '\x1b[c': '\x1b[?1;2c',
  '\x1b[0c': '\x1b[?1;2c',
};

export class ScreenCodes {
  readonly #recogniser: Recogniser;
  #text = '';
  #changed = false;

  /**
   * @param ascii for a terminal that shows no other characters
   * @param answer takes what the program's terminal says to a question: the user's would type it at whoever reads there next
   */
  constructor(kind: Terminal, ascii = false, answer: (text: string) => void = () => {}) {
    this.#recogniser = new Recogniser(kind, {
      print: (text) => (this.#text += ascii ? inAscii(text) : text),
      control: (char) => (this.#text += char),
      perform: (what) => {
        if (QUESTIONS.has(what.name)) {
          const said = SAYS[what.code];
          if (said !== undefined) answer(said);
          return;
        }
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
