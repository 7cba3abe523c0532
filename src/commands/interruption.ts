/**
 * How a command is stopped from outside: Ctrl-C (SIGINT), SIGTERM, a terminal that is closed (SIGHUP), and output that
 * nobody takes any more. The first one aborts the command's signal, so that it can tidy up; a second ends it at once.
 *
 * A command that never asks for the signal has nothing to tidy and is left to the system, which ends it at once, even
 * in the middle of work that holds Node's event loop (the assembler, the lint of much data).
 */
import { EXIT, type ExitStatus } from '../seams/errors.js';

/** As shells count: 128 and the signal's number. */
const STATUS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
type Signal = keyof typeof STATUS;
const SIGNALS = Object.keys(STATUS) as Signal[];

/** Why a command's signal is aborted. */
export class Interrupted extends Error {
  override name = 'AbortError';
  override message = 'interrupted';
}

export class Interruption {
  readonly #abort = new AbortController();
  #status: ExitStatus | undefined;
  #listening = false;

  /** Aborts when the command is to stop. From the first use on, signals no longer end the process by themselves. */
  get signal(): AbortSignal {
    this.listen();
    return this.#abort.signal;
  }

  /** Whether the command hears of signals, and so is to be asked rather than ended. */
  get isHeard(): boolean {
    return this.#listening;
  }

  /** What the process is to exit with, once it was told to stop. */
  get status(): ExitStatus | undefined {
    return this.#status;
  }

  listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    for (const name of SIGNALS) process.on(name, this.#onSignal);
  }

  /** Tell the command to stop. @param status what it then exits with */
  stop(status: ExitStatus): void {
    this.#status ??= status;
    this.#abort.abort(new Interrupted());
  }

  /** The work was done before it could be stopped, so that nothing was interrupted. */
  cameTooLate(): void {
    this.#status = undefined;
  }

  close(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
    this.#listening = false;
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    const status = STATUS[name as Signal];
    // A second one means now: whoever should have tidied up has had the chance.
    if (this.#status !== undefined) process.exit(status);
    this.stop(status);
  };
}
