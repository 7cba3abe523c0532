/**
 * Flashing at the CP/M prompt. How the bytes travel is a Method's business; the order around it is the same for all:
 *
 *     find the receiver       DIR B:XM.COM, DIR A:XM.COM …
 *     log the drive           A:
 *     receive under a         ERA Z80LM.$$$, then the method
 *       temporary name
 *     prove it                read back and compare; where the board cannot send, by its own CRC, or its size
 *     change places           ERA GUESS.COM, REN GUESS.COM=Z80LM.$$$
 *
 * Until the last step the old program is untouched, and many receivers refuse to overwrite a file anyway.
 */
import { LinkError, RefusedError, TransferError } from '../../seams/errors.js';
import type { LoadPhase, LoadProgress, Program } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import type { CpmLine } from '../cpm-line.js';
import { SUB } from '../xmodem.js';
import { startAtPrompt } from './cpm-start.js';
import { fileParts, type Driver, type FlashOptions } from './driver.js';

export const TEMPORARY = 'Z80LM.$$$';

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

  constructor(
    private readonly method: Method,
    readonly line: CpmLine,
    readonly program: Program,
    readonly options: FlashOptions,
  ) {}

  async *run(): AsyncGenerator<LoadProgress> {
    const { line, method } = this;
    const { file, drive = method.drive } = fileParts(this.program.name);
    yield this.step('prepare', 'waiting for the prompt');
    try {
      await line.cleanPrompt();
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      yield this.step('prepare', 'ending an earlier transfer');
      await method.release(line);
      await line.cleanPrompt();
    }
    yield* method.prepare(this);
    if (drive !== undefined) await line.command(`${drive}:`);
    const old = await line.has(file);
    await line.command(`ERA ${TEMPORARY}`);
    try {
      yield* method.send(this);
      const { readBack, check } = this.options.verify !== false ? method : {};
      if (readBack !== undefined) this.#compare(yield* readBack(this));
      else if (check !== undefined) yield* check(this);
      else await this.#checkSize();
    } catch (error) {
      throw await this.#tidy(
        error,
        old ? `the ${file} on the board is the old one` : `there is no ${file} on the board`,
      );
    }
    yield this.step('finish', 'renaming', this.program.bytes.length);
    await this.#rename(file);
    yield this.step('done', 'done', this.program.bytes.length);
  }

  step(phase: LoadPhase, step: string, doneBytes = 0): LoadProgress {
    return { phase, step, doneBytes, totalBytes: this.program.bytes.length, retries: this.retries };
  }

  /** The program `name.COM` with the drive it is on, or undefined. */
  async find(name: string, drives: string): Promise<string | undefined> {
    for (const drive of drives) if (await this.line.has(`${drive}:${name}.COM`)) return `${drive}:${name}`;
    return undefined;
  }

  error(message: string, hint?: string): TransferError {
    return new TransferError(message, { where: this.line.link.name, hint });
  }

  /** Why the program on the board is not the one that was sent. */
  differs(message: string): RefusedError {
    const hint = 'a line that damages data unseen: try --pace 1, or a lower baud rate';
    return new RefusedError(message, { where: this.line.link.name, hint });
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
    const stat = await this.find('STAT', 'BAC');
    if (stat === undefined) return;
    const { text } = await this.line.command(`${stat} ${TEMPORARY}`);
    const records = /^\s*(\d+)\s+\d+k/im.exec(text)?.[1];
    if (records !== undefined && Number(records) !== this.records)
      throw this.error(`the board has ${records} records of 128 bytes where ${this.records} were sent`);
  }

  /** Old out, new in. Judged by what is there afterwards, for a line that damages data damages answers, too. */
  async #rename(file: string): Promise<void> {
    const { line } = this;
    let answer = '';
    for (let tries = 0; tries < 3; tries++) {
      const isOld = await line.has(file);
      if (!(await line.has(TEMPORARY))) {
        if (isOld && tries > 0) return;
        break;
      }
      if (isOld) await line.command(`ERA ${file}`);
      answer = (await line.command(`REN ${file}=${TEMPORARY}`)).text;
      if ((await line.has(file)) && !(await line.has(TEMPORARY))) return;
    }
    throw this.error(
      `CP/M does not rename ${TEMPORARY} to ${file}, saying ${shown(answer)}`,
      `the new program is on the board as ${TEMPORARY}`,
    );
  }

  /** After a failure: leave nothing of ours on the board, and say what is there. */
  async #tidy(error: unknown, state: string): Promise<unknown> {
    if (!(error instanceof LinkError || error instanceof RefusedError)) return error;
    const gone = error instanceof LinkError && error.reason.disconnected === true;
    const erased = !gone && (await this.#eraseTemporary());
    const left = erased ? '' : `; part of the new one may be left as ${TEMPORARY}`;
    const hint = [error.hint, state + left].filter((words) => words !== undefined).join('; ');
    const details = { where: error.where, hint, cause: error };
    return error instanceof LinkError
      ? new TransferError(error.message, { ...details, ...error.reason })
      : new RefusedError(error.message, details);
  }

  async #eraseTemporary(): Promise<boolean> {
    try {
      await this.line.cleanPrompt();
      await this.line.command(`ERA ${TEMPORARY}`);
      return true;
    } catch {
      return false;
    }
  }
}
