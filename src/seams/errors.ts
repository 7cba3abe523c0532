/**
 * The closed set of errors that core modules throw.
 *
 * Each carries what was wrong (message), where (a path, a port, or file:line:column) and a hint whose
 * truth the thrower has checked. The front ends print them without a stack trace and turn the class into
 * the exit status; any other error is a defect of ours and keeps its trace.
 */

/**
 * Exit statuses of every command (docs/design.md): done, "the answer is no", wrong use, link failed, a defect of ours
 * (EX_SOFTWARE of sysexits.h), and ended by SIGHUP, SIGINT, SIGTERM as shells count them: 128 and the signal's number.
 */
export const EXIT = {
  done: 0,
  no: 1,
  usage: 2,
  link: 3,
  internal: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export interface ErrorDetails {
  /** File, port or file:line:column that the error is about. */
  where?: string | undefined;
  /** What the user can do about it. Must be true in this situation, not a guess. */
  hint?: string | undefined;
  cause?: unknown;
}

/** Base of all expected failures. */
export abstract class Z80lmError extends Error {
  abstract readonly exitStatus: ExitStatus;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.where = details.where;
    this.hint = details.hint;
  }
}

/** The command line makes no sense: unknown value, missing file name, options that exclude each other. */
export class UsageError extends Z80lmError {
  readonly exitStatus = EXIT.usage;
}

/** A file the user gave cannot be read as what it should be (text pairs, .COM, prompts …). */
export class InputError extends Z80lmError {
  readonly exitStatus = EXIT.usage;
}

/** A model file or network that breaks the arithmetic contract. */
export class ModelError extends Z80lmError {
  readonly exitStatus = EXIT.usage;
}

/** Z80 source that does not assemble; `diagnostics` in z80asm carry the single findings. */
export class AsmError extends Z80lmError {
  readonly exitStatus = EXIT.usage;
}

/** The job ran and its answer is no: too big, differs, not verified. */
export class RefusedError extends Z80lmError {
  readonly exitStatus = EXIT.no;
}

/** The emulated machine cannot go on (crash, T-state limit). */
export class EmuError extends Z80lmError {
  readonly exitStatus = EXIT.no;
}

/** Why a link failed; tests and front ends look at these rather than at words. */
export interface LinkFailure {
  /** The port does not exist, is busy, or may not be opened. */
  unavailable?: boolean;
  /** It was open and went away (cable pulled, board's server gone). */
  disconnected?: boolean;
  timedOut?: boolean;
  canceled?: boolean;
}

/** The way to the board failed. */
export class LinkError extends Z80lmError {
  readonly exitStatus = EXIT.link;
  readonly reason: LinkFailure;
  constructor(message: string, details: ErrorDetails & LinkFailure = {}) {
    super(message, details);
    const { unavailable, disconnected, timedOut, canceled } = details;
    this.reason = {
      ...(unavailable && { unavailable }),
      ...(disconnected && { disconnected }),
      ...(timedOut && { timedOut }),
      ...(canceled && { canceled }),
    };
  }
}

/** The line works but the board did not do what was asked: no prompt, transfer refused, block not acknowledged. */
export class TransferError extends LinkError {}
