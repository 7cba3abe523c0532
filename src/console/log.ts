/** What the board said, in a file: byte for byte, or as its text. Where it cannot be kept this is said once, and the session goes on. */
import { appendFile } from '../host/append-file.js';
import { utf8 } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import { CleanText } from '../terminal/clean-text.js';
import type { Terminal } from '../terminal/dialects.js';
import { CorrectedLines } from './corrected-lines.js';

export interface LogOptions {
  /** Its text, in UTF-8, as it stood on the screen: a line is kept when it ends. */
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
  readonly #lines = new CorrectedLines();

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
    const kept = this.options.clean ? utf8(this.#lines.take(this.#text.take(bytes))) : bytes;
    return kept.length === 0 || this.#attempt(() => this.#file.append(kept));
  }

  close(): void {
    const rest = utf8(this.#lines.end());
    if (rest.length > 0 && this.failure === undefined) this.#attempt(() => this.#file.append(rest));
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
