/**
 * Flashing at the CP/M prompt. How the bytes travel is a Method's business; the order around it is the same for all:
 *
 *     get to the prompt       from whatever state the board is in (recover.ts), and to user 0, where programs are
 *     find the receiver       DIR B:XM.COM, DIR A:XM.COM …
 *     log the drive           A:
 *     receive under a         ERA Z80LM.$$$, then the method
 *       temporary name
 *     prove it                read back and compare; where the board cannot send, by its own sums, or its size
 *     change places           ERA GUESS.COM, REN GUESS.COM=Z80LM.$$$
 *
 * Until the last step the old program is untouched, and many receivers refuse to overwrite a file anyway.
 */
import { LinkError, RefusedError, TransferError } from '../../seams/errors.js';
import type { LoadPhase, LoadProgress, Program } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { heed } from '../../link/wait.js';
import type { CpmLine } from '../cpm-line.js';
import { Latest } from '../latest.js';
import { mustBeReplaceable, withDiskRemedy } from '../writable.js';
import { SUB } from '../xmodem.js';
import { callingOffMs } from '../xmodem-send.js';
import { startAtPrompt } from './cpm-start.js';
import { fileParts, type Driver, type FlashOptions } from './driver.js';
import type { Finish } from './with-helper.js';

export const TEMPORARY = 'Z80LM.$$$';

/** Tidying up: three looks for the prompt of 3 s, a receiver that is released, three more, and ERA on a floppy. */
const TIDY_MS = 40_000;
/** The same for a person who has pressed Ctrl-C: enough for a board that answers, and not for waiting for one. */
const TIDY_CALLED_OFF_MS = 10_000;
/** DIR, DIR, ERA, REN, DIR, DIR on a floppy, up to three times. */
export const FINISH_MS = 120_000;
const RENAME_TRIES = 3;
/** How long these may take to their end, the helper's way first; the others are called off, and tidied up. */
const ENDS_MS: Partial<Record<LoadPhase, number>> = { finish: 2 * FINISH_MS, done: 0 };

/** A way to move a file, both ways if the board can. */
export interface Method {
  name: string;
  title: string;
  /** Where programs go unless the name says another drive; undefined leaves the drive as it is. */
  drive?: string | undefined;
  /** What brings a receiver that an earlier, broken transfer left waiting back to the prompt. */
  release(line: CpmLine): Promise<void>;
  /** Make sure that the board has what it takes. @throws TransferError */
  prepare(flash: Flash): AsyncGenerator<LoadProgress>;
  /** Bring the bytes to the board as TEMPORARY on the logged drive; ends at the prompt. */
  send(flash: Flash): AsyncGenerator<LoadProgress>;
  /** The file as the board has it, padding included; undefined where this board cannot send. */
  readBack?: ((flash: Flash) => AsyncGenerator<LoadProgress, Uint8Array>) | undefined;
  /** Where it cannot send: what the board itself computes over the file, compared. @throws RefusedError */
  check?: ((flash: Flash) => AsyncGenerator<LoadProgress>) | undefined;
}

export function cpmFlash(method: () => Method): Driver {
  const { name, title } = method();
  return {
    name,
    title,
    flash: (line, program, options) => new Flash(method(), line, program, options).run(),
    start: startAtPrompt,
  };
}

export class Flash {
  /** Counted by the method. */
  retries = 0;
  /** Kept by the method: a program on the board waits for what we send, and does not hear ^C. */
  listening = false;
  /** Drives that a program was looked for on. */
  readonly looked = new Set<string>();
  /** Kept by who listens: what ends it, in place of the method's way. */
  release: ((line: CpmLine) => Promise<void>) | undefined;
  /** Files of ours on the board that are not for staying; those that cannot be erased after a failure are told. */
  readonly temporaries = new Set<string>();
  /** The line until the signal aborts. */
  readonly line: CpmLine;
  #step: { phase: LoadPhase; words: string } = { phase: 'prepare', words: 'beginning' };
  /** Is there a program of that name? Unknown until it was looked for. */
  #old: boolean | undefined;
  #drive = '';
  /** The helper's way to change places, where it has brought the program. */
  #finish: Finish | undefined;

  /** @param bare for tidying up */
  constructor(
    readonly method: Method,
    readonly bare: CpmLine,
    readonly program: Program,
    readonly options: FlashOptions,
  ) {
    this.line = bare.heeding(options.signal);
  }

  async *run(): AsyncGenerator<LoadProgress> {
    const { file, drive } = fileParts(this.program.name);
    try {
      yield* this.#arrive(file, drive ?? this.method.drive);
      yield this.step('finish', 'renaming', this.program.bytes.length);
      // The last moment to call it off: from here to the end it takes a second, and between the two there is no program.
      heed(this.options.signal, this.line.link.name);
    } catch (error) {
      throw yield* this.#tidy(withDiskRemedy(error, file), file);
    }
    if (!(await this.#finish?.())) await this.#changePlaces(file);
    yield this.step('done', 'done', this.program.bytes.length);
  }

  /** To the point where the new program is on the board, proven, beside the old one. */
  async *#arrive(file: string, drive: string | undefined): AsyncGenerator<LoadProgress> {
    const { line, method } = this;
    yield this.step('prepare', 'waiting for the prompt');
    const left = new Latest<string>();
    const arriving = line.arrive((words) => left.put(words));
    for await (const words of left.until(arriving)) yield this.step('prepare', `leaving ${words}`);
    await arriving;
    const { drive: logged, user } = await line.warmBoot();
    if (user) yield this.step('prepare', `going from user ${user} to user 0`);
    // A CP/M 2.2 does not tell the user: it may stand in another area than that of its programs.
    if (user !== 0) await line.toUser(0);
    this.#drive = logged;
    const { helper } = this.options;
    // Its own drive it must know: a prompt may not tell it.
    if (helper !== undefined && (drive ?? logged) !== '') {
      if (drive !== undefined && drive !== logged) await line.command(`${drive}:`);
      this.#drive = drive ?? logged;
      this.#finish = yield* helper.flash(this, file, this.#drive);
      if (this.#finish !== undefined) return;
    }
    yield* method.prepare(this);
    if (drive !== undefined) {
      await line.command(`${drive}:`);
      this.#drive = drive;
    }
    this.#old = await line.has(file);
    if (this.#old) await mustBeReplaceable(line, file, await this.find('STAT'));
    await line.erase(TEMPORARY);
    this.temporaries.add(this.#drive === '' ? TEMPORARY : `${this.#drive}:${TEMPORARY}`);
    yield* method.send(this);
    const { readBack, check } = this.options.verify !== false ? method : {};
    if (readBack !== undefined) this.#compare(yield* readBack(this));
    else if (check !== undefined) yield* check(this);
    else await this.#checkSize();
  }

  step(phase: LoadPhase, step: string, doneBytes = 0): LoadProgress {
    this.#step = { phase, words: step };
    const endsWithinMs = ENDS_MS[phase] ?? callingOffMs(this.bare.link.baud) + TIDY_CALLED_OFF_MS;
    return { phase, step, doneBytes, totalBytes: this.program.bytes.length, retries: this.retries, endsWithinMs };
  }

  /** The program `name.COM` with the drive it is on, or undefined. @param drives instead of TOOL_DRIVES */
  async find(name: string, drives?: string): Promise<string | undefined> {
    const drive = await this.line.find(`${name}.COM`, drives, this.looked);
    return drive && `${drive}:${name}`;
  }

  error(message: string, hint?: string): TransferError {
    return new TransferError(message, { where: this.line.link.name, hint });
  }

  /** Why the program on the board is not the one that was sent. */
  differs(message: string): RefusedError {
    const hint = 'a line that damages data unseen: try --pace 1, or a lower baud rate';
    return new RefusedError(message, { where: this.line.link.name, hint });
  }

  /** Where the program goes, where a drive was asked for. */
  get #place(): string {
    const { drive } = fileParts(this.program.name);
    return drive === undefined ? 'the board' : `the board's drive ${drive}:`;
  }

  /** CP/M's records of 128 bytes. */
  get records(): number {
    return Math.ceil(this.program.bytes.length / 128);
  }

  #compare(got: Uint8Array): void {
    const { bytes } = this.program;
    const length = Math.max(bytes.length, got.length);
    for (let at = 0; at < length; at++)
      if (got[at] !== (at < bytes.length ? bytes[at] : SUB))
        throw this.differs(`what the board has differs from byte ${at} (block ${1 + (at >> 7)}) on`);
  }

  /** Without reading back: CP/M's STAT tells the number of records, where there is one. */
  async #checkSize(): Promise<void> {
    const stat = await this.find('STAT');
    if (stat === undefined) return;
    const { text } = await this.line.command(`${stat} ${TEMPORARY}`);
    const records = /^\s*(\d+)\s+\d+k/im.exec(text)?.[1];
    if (records !== undefined && Number(records) !== this.records)
      throw this.error(`the board has ${records} records of 128 bytes where ${this.records} were sent`);
  }

  /**
   * Old out, new in, to its end whatever the signal says. Judged by what is there afterwards, for a line that damages data
   * damages answers, too.
   */
  async #changePlaces(file: string): Promise<void> {
    /** What is on the board if it ends here. */
    let now = `the new program is there beside it as ${TEMPORARY}`;
    if (this.#old) now = `the ${file} on the board is the old one; ${now}`;
    const rename = async (line: CpmLine): Promise<void> => {
      let answer = '';
      for (let tries = 0; tries < RENAME_TRIES; tries++) {
        const isOld = await line.has(file);
        if (await isGone(line, TEMPORARY)) {
          if (isOld && tries > 0) return;
          now = `there is no ${TEMPORARY} on the board any more, and ${isOld ? 'an old' : 'no'} ${file}`;
          throw this.error(`${TEMPORARY} cannot be renamed: it is gone`);
        }
        try {
          if (isOld) {
            now = `the new program is on the board as ${TEMPORARY}; the old ${file} may be erased already`;
            await line.erase(file);
          }
          now = `the new program is on the board, as ${file} or still as ${TEMPORARY}`;
          answer = (await line.rename(TEMPORARY, file)).text;
        } catch (error) {
          if (!(error instanceof TransferError) || !error.reason.timedOut || tries + 1 === RENAME_TRIES) throw error;
          await line.cleanPrompt();
        }
        if ((await line.has(file)) && (await isGone(line, TEMPORARY))) return;
      }
      now = `the new program is on the board as ${TEMPORARY}`;
      throw this.error(`CP/M does not rename ${TEMPORARY} to ${file}, saying ${shown(answer)}`);
    };
    try {
      await this.bare.within(FINISH_MS, `${TEMPORARY} to be renamed`, rename);
    } catch (error) {
      throw withState(error, now);
    }
  }

  /** After a failure: leave nothing of ours on the board, and say what is there. @returns the error that says it */
  async *#tidy(error: unknown, file: string): AsyncGenerator<LoadProgress, unknown> {
    if (!(error instanceof LinkError || error instanceof RefusedError)) return error;
    const { phase, words } = this.#step;
    const calledOff = this.options.signal?.aborted === true;
    const lost = error instanceof LinkError && error.reason.disconnected === true;
    if (!lost && (this.listening || this.temporaries.size > 0)) {
      yield this.step(phase, 'tidying up the board');
      await this.#cleanUp(calledOff ? TIDY_CALLED_OFF_MS : TIDY_MS);
    }
    const state =
      this.#old === undefined
        ? ['no program on the board was changed']
        : [this.#old ? `the ${file} on the board is the old one` : `there is no ${file} on ${this.#place}`];
    for (const name of this.temporaries)
      state.push(name.endsWith(TEMPORARY) ? `part of the new one may be left as ${TEMPORARY}` : `${name} may be left`);
    if (this.listening)
      state.push('a program there may still wait for the rest, for up to two minutes or until a reset');
    return withState(error, state.join('; '), calledOff ? `interrupted while ${words}` : undefined);
  }

  async #cleanUp(timeMs: number): Promise<void> {
    try {
      await this.bare.within(timeMs, 'the board to be tidied up', async (line) => {
        if (this.listening) await (this.release ?? this.method.release).call(this.method, line);
        await line.cleanPrompt();
        this.listening = false;
        for (const name of this.temporaries) {
          await line.erase(name);
          this.temporaries.delete(name);
        }
      });
    } catch (error) {
      // What could not be done is told with the error that brought us here.
      if (!(error instanceof LinkError)) throw error;
    }
  }
}

/** "No file" may also be the answer to a command that the line has damaged: the second one counts. */
async function isGone(line: CpmLine, file: string): Promise<boolean> {
  if (await line.has(file)) return false;
  await line.cleanPrompt();
  return !(await line.has(file));
}

/** An error that also says what is on the board now. @param message in place of a bare "interrupted" */
export function withState(error: unknown, state: string, message?: string): unknown {
  if (!(error instanceof LinkError || error instanceof RefusedError)) return error;
  const hint = [error.hint, state].filter((words) => words !== undefined).join('; ');
  const details = { where: error.where, hint, cause: error };
  if (error instanceof RefusedError) return new RefusedError(error.message, details);
  const words = error.message === 'interrupted' ? (message ?? error.message) : error.message;
  return new TransferError(words, { ...details, ...error.reason });
}
