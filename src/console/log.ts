/** What the board said, in a file: byte for byte, or as its text. Where it cannot be kept this is said once, and the session goes on. */
import { appendFile } from '../host/append-file.js';
import { utf8 } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import { CleanText } from '../terminal/clean-text.js';
import type { Terminal } from '../terminal/dialects.js';

export interface LogOptions {
  /** Its text, in UTF-8: without control characters and escape sequences. */
  clean?: boolean | undefined;
  /** The terminal whose sequences these are. */
  terminal?: Terminal | undefined;
  /** Add to what is there. */
  append?: boolean | undefined;
}

export class Log {
  /** Why it is not whole. */
  failure: InputError | undefined;
  /** Nothing is kept meanwhile. */
  paused = false;
  readonly #file;
  readonly #text: CleanText;

  /** @throws InputError where the file cannot be written */
  constructor(
    readonly path: string,
    private readonly options: LogOptions = {},
  ) {
    this.#text = new CleanText({ kind: options.terminal ?? 'vt100' });
    this.#file = appendFile(path, options.append ? 'a' : 'w');
  }

  /** @returns false where this could not be kept, the first time */
  add(bytes: Uint8Array): boolean {
    if (this.paused || this.failure !== undefined) return true;
    // A text file's lines end in LF; the bell and the tab's stops are the terminal's.
    const kept = this.options.clean ? utf8(this.#text.take(bytes).replace(/[\r\x07]/g, '')) : bytes;
    return this.#attempt(() => this.#file.append(kept));
  }

  close(): void {
    this.#attempt(() => this.#file.close());
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.failure ??= error;
      return false;
    }
  }
}
