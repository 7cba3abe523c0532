/**
 * What all commands share: how they talk (stdout for results, stderr for everything else, JSON on request),
 * how they show progress, and how an error becomes a message and an exit status.
 *
 * A command is a file beside this one that exports `registerName(program)`; its action is wrapped by `action`,
 * which hands it a Shell and turns what it returns or throws into the exit status.
 */
import { writeSync } from 'node:fs';
import type { Command } from 'commander';
import { colour } from './colour.js';
import { atExit } from '../host/at-exit.js';
import { commandFiles, type CommandFiles } from '../host/command-files.js';
import { EXIT, InputError, LinkError, UsageError, Z80lmError, type ExitStatus } from '../seams/errors.js';
import { Interruption } from './interruption.js';
import { barProgress, lineProgress, type Progress } from './progress.js';
import { CONFIG_FILE } from './settings.js';
import { setRunning } from './streams.js';

export type { Progress };
export { frequency, seedOf, wholeNumber } from './values.js';

/** A command's way to talk to the person, or program, that called it. */
export interface Shell {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Never writes over what the command has read; see command-files.ts. */
  readonly files: CommandFiles;
  /**
   * Aborts on Ctrl-C, SIGTERM, SIGHUP, and when nobody takes the output any more. A command that does not ask for it is
   * ended by the system, at once.
   */
  readonly signal: AbortSignal;
  /** The signal came when the work could only be finished, and it is: the exit status says that it is done. */
  interruptedTooLate(): void;
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

function createShell(flags: Flags, interruption: Interruption): Shell {
  const json = flags.json ?? false;
  const quiet = flags.quiet ?? false;
  const note = (line = ''): void => {
    // A bar may stand in the line: it is wiped, and drawn again below.
    const wipes = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
    if (!quiet) process.stderr.write(wipes ? `\r\x1b[K${line}\n` : `${line}\n`);
  };
  return {
    json,
    quiet,
    get signal() {
      return interruption.signal;
    },
    interruptedTooLate: () => interruption.cameTooLate(),
    files: commandFiles(),
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
      if (!process.stderr.isTTY) return lineProgress(label, total, note);
      // A bar hides the cursor: whatever ends the command shows it again.
      interruption.listen();
      return withCursor(barProgress(label, total, note));
    },
  };
}

const SHOW_CURSOR = '\x1b[?25h';

function withCursor(bar: Progress): Progress {
  const show = atExit(() => writeSync(process.stderr.fd, SHOW_CURSOR));
  return {
    update: bar.update,
    stop: (summary) => {
      bar.stop(summary);
      show();
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
    const interruption = new Interruption();
    setRunning(interruption);
    const shell = createShell(options, interruption);
    // They were read before the command began.
    const settings = process.env['Z80LM_CONFIG'] || CONFIG_FILE;
    if (shell.files.exists(settings)) shell.files.reads(settings);
    try {
      const status = (await work(shell, options, ...args)) ?? EXIT.done;
      process.exitCode = interruption.status ?? status;
    } catch (error) {
      // What is on the board now, say, is to be known all the more after Ctrl-C.
      const isNews = interruption.status === undefined || !isMereInterruption(error);
      const status = isNews ? report(error, shell.json) : EXIT.interrupted;
      process.exitCode = interruption.status ?? status;
    } finally {
      interruption.close();
      setRunning(undefined);
    }
  };
}

/** An error that says no more than that the work was stopped, as the user knows who stopped it. */
function isMereInterruption(error: unknown): boolean {
  if (!(error instanceof Z80lmError)) return error instanceof Error && error.name === 'AbortError';
  return error instanceof LinkError && error.reason.canceled === true && error.hint === undefined;
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
  const hint = 'this is a defect of z80lm; z80lm report makes a file to attach to a bug report';
  process.stderr.write(`${colour.cyan('hint:')} ${hint}\n`);
  if (json) {
    const message = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${JSON.stringify({ error: { name: 'InternalError', message, hint } })}\n`);
  }
  return EXIT.internal;
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

/** A 16-bit address in hex: E400, 0xE400, E400h. @throws UsageError */
export function address(name: string, text: string): number {
  const match = /^(?:0x|\$)?([0-9a-f]{1,4})h?$/i.exec(text);
  if (!match)
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, { hint: 'give an address in hex, such as E400' });
  return parseInt(match[1]!, 16);
}
