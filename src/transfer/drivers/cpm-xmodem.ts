/**
 * Flashing through an XMODEM program on the board, at the CP/M prompt. What differs between such programs is in
 * a Profile; the order of things is the same for all:
 *
 *     find the receiver       DIR B:XM.COM, DIR A:XM.COM …
 *     log the drive           A:
 *     receive under a         ERA Z80LM.$$$
 *       temporary name        B:XM RX Z80LM.$$$      … XMODEM …
 *     prove it                B:XM S Z80LM.$$$       … XMODEM back, compare
 *     change places           ERA GUESS.COM, REN GUESS.COM=Z80LM.$$$
 *
 * Until the last step the old program is untouched, and many receivers refuse to overwrite a file anyway.
 */
import { LinkError, RefusedError, TransferError } from '../../seams/errors.js';
import type { LoadPhase, LoadProgress, Program } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import type { CpmLine } from '../cpm-line.js';
import { ACK, EOT, SUB, type CheckMode } from '../xmodem.js';
import { receiveXmodem } from '../xmodem-receive.js';
import { sendXmodem, type SendSettings } from '../xmodem-send.js';
import { startAtPrompt } from './cpm-start.js';
import { fileParts, type Driver, type FlashOptions } from './driver.js';

export interface Profile {
  name: string;
  title: string;
  /** Name of the receiver, without .COM, and the drives where it may be, likeliest first. */
  tool: string;
  toolDrives: string;
  /** The arguments; `{file}` is the file's name. */
  receive: string;
  /** To read a file back; undefined where the program cannot send. */
  send: string | undefined;
  /** What the receiver says when it listens, and how soon after it the first block may come unasked. */
  ready: { text: RegExp; begin: CheckMode; afterMs: number } | undefined;
  /** What the receiver says when it has the whole file; undefined where it says nothing. */
  thanks: RegExp | undefined;
  /** Where programs go unless the name says another drive; undefined leaves the drive as it is. */
  drive: string | undefined;
  blockSize: 128 | 1024;
  settings?: Partial<SendSettings>;
}

const TEMPORARY = 'Z80LM.$$$';

/** The receiver prints its text within 0.3 s, after it was loaded from what may be a floppy. */
const READY_TIMEOUT_MS = 10_000;
/** After the last ACK: the directory is written, the text printed, CP/M warm-booted. */
const END_TIMEOUT_MS = 10_000;

/** What receivers say when they will not, and what to do about it. */
const REFUSALS: readonly [RegExp, string, string][] = [
  [/File exists/i, 'it refuses to overwrite', 'erase the file on the board'],
  [/directory (may be )?full|can't make file|no directory space/i, "the disk's directory is full", 'erase some files'],
  [/Error writing|disk (is )?full|no (disk )?space|out of space/i, 'the disk is full', 'erase some files'],
  [/Bdos Err On [A-P]: (Bad Sector|R\/O)/i, 'the disk cannot be written', 'choose another drive: --as A:NAME.COM'],
  [/Bdos Err On [A-P]: Select/i, 'there is no such drive', 'choose another drive: --as A:NAME.COM'],
  [/\S+\?\s*$/, 'the receiver was not found', 'name its drive and program in a board file'],
];

export function cpmXmodem(profile: Profile): Driver {
  return {
    name: profile.name,
    title: profile.title,
    flash: (line, program, options) => new Flash(profile, line, program, options).run(),
    start: startAtPrompt,
  };
}

class Flash {
  #retries = 0;
  /** The receiver with its drive: `B:XM`. */
  #tool = '';

  constructor(
    private readonly profile: Profile,
    private readonly line: CpmLine,
    private readonly program: Program,
    private readonly options: FlashOptions,
  ) {}

  async *run(): AsyncGenerator<LoadProgress> {
    const { line, profile } = this;
    const { file, drive = profile.drive } = fileParts(this.program.name);
    yield this.#step('prepare', 'waiting for the prompt');
    await line.cleanPrompt();
    yield this.#step('prepare', `looking for ${profile.tool}`);
    this.#tool = await this.#find(profile.tool, profile.toolDrives);
    if (drive !== undefined) await line.command(`${drive}:`);
    const old = await line.has(file);
    await line.command(`ERA ${TEMPORARY}`);
    try {
      yield* this.#send();
      if (this.options.verify !== false && profile.send !== undefined) yield* this.#readBack(profile.send);
      else await this.#checkSize();
    } catch (error) {
      throw await this.#tidy(
        error,
        old ? `the ${file} on the board is the old one` : `there is no ${file} on the board`,
      );
    }
    yield this.#step('finish', 'renaming', this.program.bytes.length);
    await this.#rename(file);
    yield this.#step('done', 'done', this.program.bytes.length);
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
    throw new TransferError(`CP/M does not rename ${TEMPORARY} to ${file}, saying ${shown(answer)}`, {
      where: line.link.name,
      hint: `the new program is on the board as ${TEMPORARY}`,
    });
  }

  #step(phase: LoadPhase, step: string, doneBytes = 0): LoadProgress {
    return { phase, step, doneBytes, totalBytes: this.program.bytes.length, retries: this.#retries };
  }

  /** The program with the drive it is on. */
  async #find(program: string, drives: string): Promise<string> {
    for (const drive of drives) if (await this.line.has(`${drive}:${program}.COM`)) return `${drive}:${program}`;
    const looked = [...drives].map((drive) => `${drive}:`).join(', ');
    throw new TransferError(`no ${program}.COM on the board (looked on ${looked})`, {
      where: this.line.link.name,
      hint: 'another kind of board? --board names it; --board bootstrap brings its own receiver',
    });
  }

  async *#send(): AsyncGenerator<LoadProgress> {
    const { line, profile } = this;
    const { ready } = profile;
    yield this.#step('prepare', 'starting the receiver');
    await line.typeLine(`${this.#tool} ${profile.receive.replace('{file}', () => TEMPORARY)}`);
    if (ready !== undefined) {
      const refusals = REFUSALS.map(([pattern]) => new RegExp(`(?:${pattern.source})[^]*\\n[A-P]\\d*>$`, 'i'));
      const waits = [ready.text, ...refusals, /Bdos Err On [A-P]: [\w/ ]+$/];
      const { index, text } = await line.reader.expect(waits, READY_TIMEOUT_MS, `${profile.tool} to get ready`);
      if (index > 0) throw this.#refused(text);
      await line.clock.sleep(ready.afterMs);
    }
    yield this.#step('send', 'sending');
    const events = sendXmodem(line.link, this.program.bytes, {
      clock: line.clock,
      blockSize: profile.blockSize,
      ...(ready && { begin: ready.begin }),
      ...(this.options.signal && { signal: this.options.signal }),
      ...(profile.settings && { settings: profile.settings }),
    });
    let confirmed = false;
    let doneBytes = 0;
    for await (const event of events) {
      if (event.type === 'retry') this.#retries++;
      if (event.type === 'block') doneBytes = event.doneBytes;
      if (event.type === 'done') confirmed = event.confirmed;
      if (event.type === 'waiting') yield this.#step('send', 'sending (the board is busy)', doneBytes);
      else yield this.#step('send', 'sending', doneBytes);
    }
    const end = await line.promptAfter(END_TIMEOUT_MS);
    const said = end?.text ?? '';
    if (profile.thanks ? !profile.thanks.test(said) : !confirmed) throw this.#refused(said);
  }

  async *#readBack(command: string): AsyncGenerator<LoadProgress> {
    const { line, program } = this;
    const expected = program.bytes;
    yield this.#step('verify', 'reading back');
    await line.typeLine(`${this.#tool} ${command.replace('{file}', () => TEMPORARY)}`);
    // Its text may hold any letter, so let it end before we ask.
    await line.reader.expect(/\n/, READY_TIMEOUT_MS, `the echo of ${this.#tool}`);
    await line.reader.untilQuiet(200, READY_TIMEOUT_MS);
    const progress = new Latest<number>();
    const receiving = receiveXmodem(line.link, {
      clock: line.clock,
      check: 'crc',
      expectedBytes: expected.length,
      onEvent: (event) => {
        if (event.type === 'block') progress.put(Math.min(event.doneBytes, expected.length));
      },
      ...(this.options.signal && { signal: this.options.signal }),
    });
    for await (const doneBytes of progress.until(receiving)) yield this.#step('verify', 'reading back', doneBytes);
    const got = await receiving;
    await this.#senderEnds();
    const wrong = firstDifference(expected, got);
    if (wrong !== undefined)
      throw new RefusedError(
        `what the board has differs from byte ${wrong} (block ${1 + Math.floor(wrong / 128)}) on`,
        {
          where: line.link.name,
          hint: 'a line that damages data unseen: try --pace 1, or a lower baud rate',
        },
      );
  }

  /** The board's sender may not have heard our last ACK: then it repeats its EOT before the prompt comes. */
  async #senderEnds(): Promise<void> {
    const { line } = this;
    for (let tries = 0; tries < 3; tries++) {
      const end = await line.reader.seek([new RegExp(String.fromCharCode(EOT)), /\n[A-P]\d*>$/], END_TIMEOUT_MS);
      if (end.index === 1) return;
      if (end.index === 0) await line.link.write(Uint8Array.of(ACK));
    }
    await line.cleanPrompt();
  }

  /** Without reading back: CP/M's STAT tells the number of records, where there is one. */
  async #checkSize(): Promise<void> {
    const { line, program } = this;
    let stat: string;
    try {
      stat = await this.#find('STAT', this.profile.toolDrives);
    } catch {
      return;
    }
    const { text } = await line.command(`${stat} ${TEMPORARY}`);
    const records = /^\s*(\d+)\s+\d+k/im.exec(text)?.[1];
    const due = Math.ceil(program.bytes.length / 128);
    if (records !== undefined && Number(records) !== due)
      throw new TransferError(`the board has ${records} records of 128 bytes where ${due} were sent`, {
        where: line.link.name,
      });
  }

  #refused(said: string): TransferError {
    const known = REFUSALS.find(([pattern]) => pattern.test(said));
    const words = shown(said.trim());
    return known
      ? new TransferError(`${this.profile.tool} did not take the file: ${known[1]} (${words})`, {
          where: this.line.link.name,
          hint: known[2],
        })
      : new TransferError(`${this.profile.tool} did not take the file, saying ${words}`, {
          where: this.line.link.name,
        });
  }

  /** After a failure: leave nothing of ours on the board, and say what is there. */
  async #tidy(error: unknown, state: string): Promise<unknown> {
    if (!(error instanceof LinkError || error instanceof RefusedError)) return error;
    let left = '';
    if (!(error instanceof LinkError && error.reason.disconnected))
      try {
        await this.line.cleanPrompt();
        await this.line.command(`ERA ${TEMPORARY}`);
      } catch {
        left = `; part of the new one may be left as ${TEMPORARY}`;
      }
    else left = `; part of the new one may be left as ${TEMPORARY}`;
    const hint = [error.hint, state + left].filter((words) => words !== undefined).join('; ');
    const details = { where: error.where, hint, cause: error };
    return error instanceof LinkError
      ? new TransferError(error.message, { ...details, ...error.reason })
      : new RefusedError(error.message, details);
  }
}

/** @returns the first place where `got` is not `expected` and padding, or undefined */
function firstDifference(expected: Uint8Array, got: Uint8Array): number | undefined {
  const length = Math.max(expected.length, got.length);
  for (let at = 0; at < length; at++) if (got[at] !== (at < expected.length ? expected[at] : SUB)) return at;
  return undefined;
}

/** The newest of values that come by callback, for a generator to pass on. */
class Latest<T> {
  #value: T | undefined;
  #wake: (() => void) | undefined;

  put(value: T): void {
    this.#value = value;
    this.#wake?.();
  }

  /** Values until `work` settles; its error is thrown here. */
  async *until(work: Promise<unknown>): AsyncGenerator<T> {
    let over = false;
    const end = work.finally(() => {
      over = true;
      this.#wake?.();
    });
    end.catch(() => undefined);
    while (!over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#value !== undefined || over) resolve();
      });
      const value = this.#value;
      this.#value = undefined;
      if (value !== undefined) yield value;
    }
    await end;
  }
}
