/** What the board said, in a file: byte for byte, or as its text. Where it cannot be kept this is said once, and the session goes on. */
import { appendFile } from '../host/append-file.js';
import { InputError } from '../seams/errors.js';
import { consoleFilter } from '../transfer/console-filter.js';

export interface LogOptions {
  /** Without control characters and escape sequences. */
  clean?: boolean | undefined;
  /** Add to what is there. */
  append?: boolean | undefined;
}

export class Log {
  /** Why it is not whole. */
  failure: InputError | undefined;
  /** Nothing is kept meanwhile. */
  paused = false;
  readonly #file;
  readonly #filter = consoleFilter();

  /** @throws InputError where the file cannot be written */
  constructor(
    readonly path: string,
    private readonly options: LogOptions = {},
  ) {
    this.#file = appendFile(path, options.append ? 'a' : 'w');
  }

  /** @returns false where this could not be kept, the first time */
  add(bytes: Uint8Array): boolean {
    if (this.paused || this.failure !== undefined) return true;
    const kept = this.options.clean ? this.#filter(bytes) : bytes;
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
