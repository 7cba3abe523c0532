/**
 * Moving a file by an XMODEM program on the board. What differs between such programs is in a Profile: how it is
 * called, what it says when it listens, what it says at the end. A Profile can come from a board file.
 */
import { TransferError } from '../../seams/errors.js';
import type { LoadProgress } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { toBytes } from '../../seams/bytes.js';
import { BDOS_ERROR } from '../../seams/prompt.js';
import { drivesIn, LINE_SETTINGS, searches, TOOL_DRIVES, type CpmLine } from '../cpm-line.js';
import { hear, type Ending } from '../ending.js';
import { Latest } from '../latest.js';
import { fileSums, saidSums, sumsDiffer } from '../file-sums.js';
import { ACK, EOT, type CheckMode } from '../xmodem.js';
import { diskTrouble } from '../writable.js';
import { receiveXmodem } from '../xmodem-receive.js';
import { releaseReceiver, SEND_SETTINGS, Unfinished, type SendSettings } from '../xmodem-send.js';
import { beginningAgain, sendLearning } from '../adaptive-send.js';
import { Manner } from '../send-manner.js';
import { cpmFlash, TEMPORARY, type Flash, type Method } from './cpm-flash.js';
import type { Driver } from './driver.js';

export interface Profile {
  name: string;
  title: string;
  /** Name of the receiver, without .COM, and the drives where it may be, likeliest first; TOOL_DRIVES unless given. */
  tool: string;
  toolDrives?: string | undefined;
  /** The arguments; `{file}` is the file's name. */
  receive: string;
  /** To read a file back; undefined where the program cannot send. */
  send: string | undefined;
  /**
   * What the receiver says when it listens, and how soon after it the first block may come unasked; without it
   * its request is waited for.
   */
  ready: { text: RegExp; begin: CheckMode; afterMs: number } | undefined;
  /** The last that it says before it waits as a sender; without it, it is taken to wait when it falls silent. */
  sends?: { text: RegExp; afterMs: number };
  /** What the receiver says when it has the whole file; undefined where it says nothing. */
  thanks: RegExp | undefined;
  /** Arguments with which the program prints what file-sums.ts reads; for programs that cannot send. */
  sums?: string;
  drive: string | undefined;
  blockSize: 128 | 1024;
  settings?: Partial<SendSettings>;
}

/** The receiver prints its text within 0.3 s, after it was loaded from what may be a floppy. */
const READY_TIMEOUT_MS = 10_000;
/** A receiver that said so, unheard, asks as well: XM 10.3 s after its text, and again. */
const ASKS_WITHIN_MS = 25_000;
/** How often a file is read back that does not come through; the sender repeats each block ten times by itself. */
const READINGS = 3;
/** After the last ACK: the directory is written, the text printed, CP/M warm-booted. */
const END_TIMEOUT_MS = 10_000;

/** Reading 40 KB from a floppy takes half a minute. */
const SUMS_TIMEOUT_MS = 60_000;
/** An answer that was damaged on the way comes right the second time; a file that was damaged does not. */
const SUMS_TRIES = 2;
const OLD_SUMS =
  "the RECV on the board is an old one, whose CRC misses what the blocks' CRC missed; --board bootstrap brings the new one";

/** What receivers say when they will not, and what to do about it. */
const REFUSALS: readonly [RegExp, string, string][] = [
  [/File exists/i, 'it refuses to overwrite', 'erase the file on the board'],
  [/directory (may be )?full|can't make file|no directory space/i, "the disk's directory is full", 'erase some files'],
  [/Error writing|disk (is )?full|no (disk )?space|out of space/i, 'the disk is full', 'erase some files'],
  [/\S+\?\s*$/, 'the receiver was not found', 'name its drive and program in a board file'],
];

/** Why a receiver will not, where its words are known. A disk error has its remedy from writable.ts. */
function refusalIn(said: string): { why: string; hint?: string } | undefined {
  const trouble = diskTrouble(said);
  if (trouble !== undefined) return { why: trouble };
  const [, why, hint] = REFUSALS.find(([pattern]) => pattern.test(said)) ?? [];
  return why === undefined ? undefined : { why, ...(hint !== undefined && { hint }) };
}

/** A letter that is a request has nothing but a K behind it for so long. */
const REQUEST = /(?:CK?|\x15)$/;

/** @param profiles the first whose program is on the board is used */
export function cpmXmodem(name: string, title: string, profiles: readonly Profile[]): Driver {
  return cpmFlash(() => new Xmodem(name, title, profiles));
}

export class Xmodem implements Method {
  /** The receiver with its drive: `B:XM`. */
  #tool = '';
  #profile: Profile;

  constructor(
    readonly name: string,
    readonly title: string,
    private readonly profiles: readonly Profile[],
  ) {
    this.#profile = profiles[0]!;
  }

  get drive(): string | undefined {
    return this.#profile.drive;
  }

  get readBack(): Method['readBack'] {
    const { send } = this.#profile;
    return send === undefined ? undefined : (flash) => this.#readBack(flash, send);
  }

  get check(): Method['check'] {
    const { sums } = this.#profile;
    return sums === undefined ? undefined : (flash) => this.#check(flash, sums);
  }

  async release({ link, clock }: CpmLine): Promise<void> {
    const { cancelPauseMs } = { ...SEND_SETTINGS, ...this.#profile.settings };
    await releaseReceiver(link, clock, cancelPauseMs);
  }

  async *prepare(flash: Flash): AsyncGenerator<LoadProgress> {
    yield flash.step('prepare', `looking for ${this.profiles[0]!.tool}`);
    // All of them where they usually are, before drives that may not be there.
    for (const some of searches())
      for (const profile of this.profiles) {
        const drives = [...(profile.toolDrives ?? TOOL_DRIVES)].filter((drive) => some.includes(drive)).join('');
        const tool = await flash.find(profile.tool, drives);
        if (tool === undefined) continue;
        this.#tool = tool;
        this.#profile = profile;
        return;
      }
    const names = this.profiles.map(({ tool }) => `${tool}.COM`).join(', ');
    throw flash.error(
      `no ${names} on the board (looked on ${drivesIn(flash.looked)})`,
      'another kind of board, or another receiver? --board takes a kind, or a file that describes one',
    );
  }

  async *send(flash: Flash): AsyncGenerator<LoadProgress> {
    const { blockSize, settings } = this.#profile;
    yield* beginningAgain(flash, this, new Manner(blockSize, settings), (manner) => this.#sendOnce(flash, manner));
  }

  async *#sendOnce(flash: Flash, manner: Manner): AsyncGenerator<LoadProgress> {
    const { line, options } = flash;
    const { receive, ready, settings, thanks } = this.#profile;
    /** It says that it listens. Where that came damaged its request is waited for. */
    let says = false;
    yield flash.step('prepare', 'starting the receiver');
    flash.listening = true;
    await line.typeLine(`${this.#tool} ${receive.replace('{file}', () => TEMPORARY)}`);
    if (ready !== undefined) says = await this.#says(flash, ready, `${this.#profile.tool} to get ready`);
    else await this.#asks(flash);
    let confirmed: boolean;
    try {
      confirmed = yield* sendLearning(flash, manner, {
        ...(ready && says && { begin: ready.begin }),
        settings: { ...settings, ...(ready && { requestTimeoutMs: ASKS_WITHIN_MS }) },
      });
    } catch (error) {
      // Neither its words nor a request: the command may have come damaged.
      if (ready && !says && error instanceof TransferError && error.reason.timedOut)
        throw new Unfinished(error.message, { where: error.where, hint: error.hint, cause: error, timedOut: true });
      // It was told, but may not have heard: in the middle of a block, or when XM swallows what comes behind its ACK.
      if (!(error instanceof TransferError) || !error.reason.canceled || options.signal?.aborted) throw error;
      flash.listening = false;
      // The board cancelled: what it says then is the reason.
      const reason = (await line.promptAfter(END_TIMEOUT_MS))?.text ?? '';
      throw refusalIn(reason) ? this.#refused(flash, reason) : error;
    }
    flash.listening = false;
    const end = await line.promptAfter(END_TIMEOUT_MS);
    const said = end?.text ?? '';
    if (thanks ? thanks.test(said) : confirmed) return;
    // Its words may have come damaged: what it has acknowledged is read back.
    const isProven = this.readBack !== undefined && options.verify !== false;
    if (!confirmed || !isProven || refusalIn(said)) throw this.#refused(flash, said);
    if (end === undefined) await line.cleanPrompt();
  }

  /** Once more where a reading comes to nothing: that does no harm. */
  async *#readBack(flash: Flash, command: string): AsyncGenerator<LoadProgress, Uint8Array> {
    for (let tries = 1; ; tries++) {
      try {
        return yield* this.#readOnce(flash, command);
      } catch (error) {
        const isNews = !(error instanceof TransferError) || error.reason.disconnected;
        if (isNews || tries === READINGS || flash.options.signal?.aborted) throw error;
        flash.retries++;
        yield flash.step('verify', `reading back again: ${error.message}`);
        if (flash.listening) await this.release(flash.line);
        await flash.line.cleanPrompt();
        flash.listening = false;
      }
    }
  }

  async *#readOnce(flash: Flash, command: string): AsyncGenerator<LoadProgress, Uint8Array> {
    const { line, options } = flash;
    const { sends, tool } = this.#profile;
    const expectedBytes = flash.program.bytes.length;
    yield flash.step('verify', 'reading back');
    flash.listening = true;
    await line.typeLine(`${this.#tool} ${command.replace('{file}', () => TEMPORARY)}`);
    // What is sent before it waits is kept by the BDOS, and is on the next command line.
    if (sends !== undefined) await this.#says(flash, sends, `${tool} to send`);
    else {
      // Its text may hold any letter, so let it end before we ask.
      await line.reader.expect(/\n/, READY_TIMEOUT_MS, `the echo of ${this.#tool}`);
      await line.reader.untilQuiet(200, READY_TIMEOUT_MS);
    }
    const progress = new Latest<number>();
    const receiving = receiveXmodem(flash.bare.link, {
      clock: flash.bare.clock,
      check: 'crc',
      expectedBytes,
      onEvent: (event) => {
        if (event.type === 'block') progress.put(Math.min(event.doneBytes, expectedBytes));
      },
      ...(options.signal && { signal: options.signal }),
    });
    for await (const doneBytes of progress.until(receiving)) yield flash.step('verify', 'reading back', doneBytes);
    const got = await receiving;
    await this.#senderEnds(flash);
    flash.listening = false;
    return got;
  }

  async *#check(flash: Flash, args: string): AsyncGenerator<LoadProgress> {
    const step = flash.step('verify', "asking for the file's sums");
    yield step;
    const due = fileSums(flash.program.bytes);
    const command = `${this.#tool} ${args.replace('{file}', () => TEMPORARY)}`;
    let error: Error | undefined;
    // A line that damages data damages answers, too.
    for (let tries = 0; tries < SUMS_TRIES; tries++) {
      const { text } = await flash.line.command(command, SUMS_TIMEOUT_MS);
      const said = saidSums(text);
      const differs = said && sumsDiffer(said, due);
      if (said !== undefined && differs === undefined) {
        if (said.plain === undefined) yield { ...step, doubt: OLD_SUMS };
        return;
      }
      error =
        differs === undefined
          ? flash.error(`${this.#profile.tool} tells no CRC, but ${shown(text)}`)
          : flash.differs(differs);
    }
    throw error!;
  }

  /** The board's sender may not have heard our last ACK: then it repeats its EOT before the prompt comes. */
  async #senderEnds({ line }: Flash): Promise<void> {
    const ending = (tail: string): Ending<'again' | 'prompt'> | undefined => {
      if (tail.endsWith(String.fromCharCode(EOT))) return { kind: 'again', quietMs: LINE_SETTINGS.promptQuietMs };
      // What we asked too early may stand behind the prompt.
      const atPrompt = line.promptOf(tail.replace(/[CK\x06\x15]{0,3}$/, '')) !== undefined;
      return atPrompt ? { kind: 'prompt', quietMs: LINE_SETTINGS.promptQuietMs } : undefined;
    };
    for (let tries = 0; tries < 3; tries++) {
      const { kind, text } = await hear(line.reader, ending, { what: 'the prompt', totalMs: END_TIMEOUT_MS });
      if (kind === 'prompt' && line.promptOf(text) !== undefined) return;
      if (kind !== 'again') break;
      await line.link.write(Uint8Array.of(ACK));
    }
    await line.cleanPrompt();
  }

  /** Wait for the last that the program says before it listens. @returns whether it came @throws TransferError where it refuses */
  async #says(flash: Flash, { text, afterMs }: { text: RegExp; afterMs: number }, what: string): Promise<boolean> {
    const { line } = flash;
    const said = (tail: string): Ending<'listens'> | undefined =>
      text.test(tail) ? { kind: 'listens', quietMs: 0 } : undefined;
    const { isReady } = await this.#begins(flash, said, READY_TIMEOUT_MS, what);
    if (isReady) await line.clock.sleep(afterMs);
    return isReady;
  }

  /** Wait for the request of one that says nothing that we know. */
  async #asks(flash: Flash): Promise<void> {
    const { requestTimeoutMs, requestQuietMs } = { ...SEND_SETTINGS, ...this.#profile.settings };
    const asked = (tail: string): Ending<'listens'> | undefined =>
      REQUEST.test(tail) ? { kind: 'listens', quietMs: requestQuietMs } : undefined;
    const what = `${this.#profile.tool} to ask for the file`;
    const { isReady, text } = await this.#begins(flash, asked, requestTimeoutMs, what);
    if (isReady) return flash.line.link.unread(toBytes(REQUEST.exec(text)![0]));
    throw new TransferError(`waited ${requestTimeoutMs / 1000} s for ${what}`, {
      where: flash.line.link.name,
      timedOut: true,
      hint: text.trim() === '' ? 'nothing at all came from the board' : `what came is ${shown(text.trim())}`,
    });
  }

  /** @returns what it has said @throws TransferError where CP/M's prompt or error comes instead */
  async #begins(
    flash: Flash,
    listens: (tail: string) => Ending<'listens'> | undefined,
    totalMs: number,
    what: string,
  ): Promise<{ isReady: boolean; text: string }> {
    const { line } = flash;
    const ending = (tail: string): Ending<'listens' | 'prompt' | 'error'> | undefined => {
      const quietMs = LINE_SETTINGS.promptQuietMs;
      if (line.promptOf(tail) !== undefined) return { kind: 'prompt', quietMs };
      return BDOS_ERROR.test(tail) ? { kind: 'error', quietMs } : listens(tail);
    };
    const { kind, text } = await hear(line.reader, ending, { what, totalMs });
    if (kind === 'listens' || kind === undefined) return { isReady: kind === 'listens', text };
    if (kind === 'error') await line.warmBoot();
    flash.listening = false;
    throw this.#refused(flash, text);
  }

  #refused(flash: Flash, said: string): TransferError {
    const { why, hint } = refusalIn(said) ?? {};
    const words = shown(said.trim());
    const what = `${this.#profile.tool} did not take the file`;
    return flash.error(why === undefined ? `${what}, saying ${words}` : `${what}: ${why} (${words})`, hint);
  }
}
