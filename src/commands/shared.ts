/**
 * What all commands share: how they talk (stdout for results, stderr for everything else, JSON on request),
 * how they show progress, and how an error becomes a message and an exit status.
 *
 * A command is a file beside this one that exports `registerName(program)`; its action is wrapped by `action`,
 * which hands it a Shell and turns what it returns or throws into the exit status.
 */
import type { Command } from 'commander';
import { colour } from './colour.js';
import { nodeFiles } from '../host/node-files.js';
import { EXIT, InputError, UsageError, Z80lmError, type ExitStatus } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { barProgress, lineProgress, type Progress } from './progress.js';

export type { Progress };

/** A command's way to talk to the person, or program, that called it. */
export interface Shell {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly files: FileStore;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** A result, for people: to stdout, unless --json took it. */
  print(line?: string): void;
  /** Results without line ends added, such as console output. */
  write(bytes: Uint8Array | string): void;
  /** A result, for programs: one JSON document a line, with --json only. */
  emit(value: unknown): void;
  /** Progress and remarks: to stderr, unless --quiet. */
  note(line?: string): void;
  progress(label: string, total: number): Progress;
}

interface Flags {
  json?: boolean;
  quiet?: boolean;
}

function createShell(flags: Flags, signal: AbortSignal): Shell {
  const json = flags.json ?? false;
  const quiet = flags.quiet ?? false;
  const note = (line = ''): void => {
    // A bar may stand in the line: it is wiped, and drawn again below.
    if (!quiet) process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
  };
  return {
    json,
    quiet,
    signal,
    files: nodeFiles,
    print: (line = '') => {
      if (!json) process.stdout.write(`${line}\n`);
    },
    write: (bytes) => {
      if (!json) process.stdout.write(bytes);
    },
    emit: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    note,
    progress: (label, total) => {
      if (quiet) return { update: () => {}, stop: () => {} };
      return process.stderr.isTTY ? barProgress(label, total, note) : lineProgress(label, total, note);
    },
  };
}

/**
 * Wrap a command's work as a commander action: makes the Shell, listens for Ctrl-C, reports errors and sets the
 * exit status. The command line's last two parameters are commander's options and command.
 */
export function action<Options extends object, Args extends unknown[] = []>(
  work: (shell: Shell, options: Options, ...args: Args) => Promise<ExitStatus | void>,
): (this: Command, ...parameters: unknown[]) => Promise<void> {
  return async function (this: Command, ...parameters: unknown[]) {
    const args = parameters.slice(0, -2) as Args;
    const options = this.optsWithGlobals() as Options & Flags;
    const abort = new AbortController();
    const interrupt = (): void => {
      // A second Ctrl-C means now: whoever should have cleaned up has had the chance.
      if (abort.signal.aborted) process.exit(EXIT.interrupted);
      abort.abort(new Interrupted());
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const shell = createShell(options, abort.signal);
    try {
      const status = (await work(shell, options, ...args)) ?? EXIT.done;
      process.exitCode = abort.signal.aborted ? EXIT.interrupted : status;
    } catch (error) {
      process.exitCode = abort.signal.aborted ? EXIT.interrupted : report(error, shell.json);
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  };
}

class Interrupted extends Error {
  override name = 'AbortError';
  override message = 'interrupted';
}

/** Say what went wrong, on stderr and with --json on stdout too; returns the exit status it calls for. */
export function report(failure: unknown, json: boolean): ExitStatus {
  const error = whereWeAre(failure);
  if (error instanceof Z80lmError) {
    const lead = error.where === undefined ? '' : `${error.where}: `;
    process.stderr.write(`${colour.red('error:')} ${lead}${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`${colour.cyan('hint:')} ${error.hint}\n`);
    if (json) {
      const { name, message, where, hint } = error;
      process.stdout.write(`${JSON.stringify({ error: { name, message, where, hint } })}\n`);
    }
    return error.exitStatus;
  }
  process.stderr.write(`${colour.red('internal error:')} ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.no;
}

/**
 * The folder that one is in may have been deleted meanwhile. Then nothing has a relative name and Node starts no
 * threads, so whatever failed did so for that reason.
 */
function whereWeAre(failure: unknown): unknown {
  if (failure instanceof Z80lmError && !(failure instanceof InputError)) return failure;
  try {
    process.cwd();
    return failure;
  } catch (cause) {
    const hint = 'cd to one that does, or to the same one again if it was made anew';
    return new UsageError('the folder you are in does not exist any more', { hint, cause });
  }
}

/** A whole number from the command line. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, {
      hint: `give a whole number from ${least} to ${most}`,
    });
  return value;
}

/** --seed, as every command takes it. */
export function seedOf(text: string): number {
  return wholeNumber('--seed', text, 0, 2 ** 31 - 1);
}

/** A clock frequency, `7.3728MHz`, `4MHz`, `7372800`, in Hz. */
export function frequency(text: string): number {
  const match = /^([\d.]+)\s*(mhz|khz|hz)?$/i.exec(text.trim());
  const unit = { mhz: 1e6, khz: 1e3, hz: 1 }[match?.[2]?.toLowerCase() ?? 'hz'];
  const value = Math.round(Number(match?.[1]) * (unit ?? 1));
  if (!match || !(value >= 1e5 && value <= 1e9))
    throw new UsageError(`the clock is ${JSON.stringify(text)}`, {
      hint: 'give it as 7.3728MHz, from 0.1 to 1000 MHz',
    });
  return value;
}
