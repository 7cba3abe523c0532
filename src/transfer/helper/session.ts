/**
 * A talk with Z80LMH.COM that runs on the board: one request, one answer, and data that goes without any.
 *
 *     us     A:Z80LMH
 *     board  CR LF Z80LMH 1 CR LF
 *     us     HELLO                      is it ours, whole, and of our version
 *     us     OLD GUESS.COM              what is there: a sum for each group of 8 records; it is in memory now
 *     us     data, data, data …         what differs
 *     us     GROUPS, RECORDS            what is in memory; what is wrong goes again
 *     us     WRITE Z80LM.$$$
 *     us     DISK Z80LM.$$$             what is on the disk
 *     us     PLACE GUESS.COM            the old one out, the new one in
 *     us     END
 *     board  CR LF Z80LMH: done … A>
 */
import { shown } from '../../link/byte-reader.js';
import { pacedLink } from '../../link/paced-link.js';
import { concatBytes, latin1 } from '../../seams/bytes.js';
import { TransferError } from '../../seams/errors.js';
import { DISK_ERROR } from '../../seams/prompt.js';
import type { CpmLine } from '../cpm-line.js';
import { cancelTransfer } from '../xmodem-send.js';
import {
  answerIn,
  dataFrame,
  fileArguments,
  GROUP,
  helloIn,
  rangeArguments,
  RECORD,
  requestFrame,
  sumsIn,
  type FunctionName,
  type Hello,
  type Sums,
} from './frames.js';

/** Each wait, and what it must outlast. */
export const HELPER_SETTINGS = {
  /** From the name to its first words: it is loaded from what may be a floppy. */
  startMs: 8_000,
  /** From a request to its first dot, which comes at once: a network's hiccup, and what is left of data before it. */
  heardMs: 1_200,
  /** From dot to dot: a kilobyte on a floppy whose motor starts. */
  workMs: 6_000,
  /** From what is neither dot nor answer to more: then something was damaged, and is asked for again. */
  damagedMs: 300,
  /** For a whole answer, however it trickles in: 60 KB on a floppy. */
  answerMs: 120_000,
  /** An answer has 263 bytes at most, and 60 dots before it; those of data may stand in front. What talks on is none. */
  answerBytes: 4_096,
  /** A line on which ten requests in a row are lost carries no file either. */
  requestTries: 10,
  /** From the last byte of data to its dot, and to those that come no more; the time that a frame takes is added. */
  dotMs: 400,
  /**
   * Records on the way that were not heard yet: 0.36 s at 115200 baud, more than any adapter's latency. More would only fill
   * the buffers of the operating system, which a transfer that is called off has to wait for.
   */
  aheadRecords: 32,
  /** CAN, a pause, CAN: as XMODEM's receivers want it. */
  cancelPauseMs: 300,
  /** From the end to the prompt: a warm boot. */
  promptMs: 4_000,
  /** From CAN to the prompt: the board hears a silence first, of 0.05 s or, behind a slow BIOS, 0.6 s; then it erases and boots. */
  leaveMs: 2_500,
};

/** Where the speed is not known (a network): old terminal servers have slow lines. */
const UNKNOWN_BAUD = 9_600;
const FRAME_BITS = (5 + GROUP * RECORD) * 10;
/** RomWBW's BIOS takes less for a byte at 7 MHz. */
const SLOW_BYTE_MS = 0.5;

/** Few enough for a line that damages one byte in 100. */
const SUMS_AT_ONCE = 12;

const DOT = '.';
const NO_FRAME = '?';
const ANSWER_BEGINS = '\x5a\xa5';
/** Nothing but text: BDOS or CP/M speaks, or the boot ROM. What is sent now would be typed at a prompt. */
const TEXT = /^[.?]*[\r\n][\r\n\x20-\x7e]*[\x20-\x7e]/;
const isText = (came: string): boolean => TEXT.test(came) || DISK_ERROR.test(came);
/** The same while data goes out: so many characters in a row that are neither of the two are no damaged dots. */
const TALK = /[\r\n\x20-\x2d\x2f-\x3e\x40-\x7e]{12}/;
/** What was heard last, for that. */
const TALK_KEPT = 80;

/** The helper does not do its part: the board is flashed without it. */
export class HelperFailed extends TransferError {}

export class HelperSession {
  #number = 0;

  /** @param line may be changed for the bare one, for what must not be called off */
  constructor(public line: CpmLine) {}

  async hello(): Promise<Hello> {
    return this.#said('hello', new Uint8Array(0), helloIn);
  }

  /** Sums of a file; its first so many records are in the board's memory then. */
  oldSums(drive: string, file: string, mostRecords: number): Promise<Sums> {
    return this.#said('old', fileArguments(drive, file, mostRecords), sumsIn);
  }

  /** Sums of a file as it is on the disk. */
  diskSums(drive: string, file: string): Promise<Sums> {
    return this.#said('disk', fileArguments(drive, file), sumsIn);
  }

  /** Sums of what is in memory, by groups or by records; `first` begins a group, and none is asked for twice. */
  async memorySums(by: 'groups' | 'records', first: number, count: number): Promise<number[]> {
    const unit = by === 'groups' ? GROUP : 1;
    const all: number[] = [];
    for (let at = 0; at < count; at += SUMS_AT_ONCE * unit) {
      const part = Math.min(count - at, SUMS_AT_ONCE * unit);
      const { records, sums } = await this.#said(by, rangeArguments(first + at, part), sumsIn);
      if (records !== part) throw this.failed(`it told sums of ${records} records where ${part} were asked for`);
      all.push(...sums);
    }
    return all;
  }

  /** Write so many records of memory to a file. @returns a STATUS */
  async write(drive: string, file: string, records: number): Promise<number> {
    return this.#status('write', fileArguments(drive, file, records));
  }

  /** Give the file that was written this name, and erase what had it. @returns a STATUS */
  async place(drive: string, file: string): Promise<number> {
    return this.#status('place', fileArguments(drive, file));
  }

  /** Erase a file if it is there, and leave. @throws HelperFailed where no prompt comes */
  async end(drive: string, file: string): Promise<void> {
    await this.line.link.write(this.#next('end', fileArguments(drive, file)));
    if ((await this.line.promptAfter(HELPER_SETTINGS.promptMs)) === undefined)
      throw this.failed('it did not come back to the prompt');
  }

  /**
   * Send records to their places in memory. The board's dots do not stop the stream; only too many of them may not be
   * missing, so that what waits on its way is little where the board is slow. It ends early where nothing is heard any
   * more: what follows a reset would be typed at a prompt.
   * @param frames first record and bytes of each
   * @param paceMs from byte to byte
   * @yields how many of the frames the board has heard; which of them are right its sums tell
   * @throws HelperFailed where the board talks instead
   */
  async *send(frames: readonly { record: number; bytes: Uint8Array }[], paceMs: number): AsyncGenerator<number> {
    const { link, clock, reader } = this.line;
    const out = paceMs > 0 ? pacedLink(link, clock, paceMs) : link;
    const quietMs = HELPER_SETTINGS.dotMs + Math.max(this.#wireMs(FRAME_BITS), GROUP * RECORD * SLOW_BYTE_MS);
    const wait = reader.wait('the data to be heard', { totalMs: frames.length * quietMs, quietMs });
    let dots = 0;
    /** The same at the last silence. */
    let dotsBefore = 0;
    let onTheWay = 0;
    let talk = '';
    /** Records in a frame; the last one of a run may have fewer. */
    const size = Math.max(...frames.map(({ bytes }) => bytes.length / RECORD));
    const count = (bytes: Uint8Array): number => {
      const came = bytes.filter((byte) => byte === DOT.charCodeAt(0)).length;
      onTheWay = Math.max(0, onTheWay - came * size);
      talk = (talk + latin1(bytes)).slice(-TALK_KEPT);
      if (TALK.test(talk)) throw this.failed(`it is gone: ${shown(talk)}`);
      return (dots += came);
    };
    link.drain();
    for (const { record, bytes } of frames) {
      await out.write(dataFrame(record, bytes));
      onTheWay += bytes.length / RECORD;
      yield count(link.drain());
      while (onTheWay >= HELPER_SETTINGS.aheadRecords) {
        const arrival = await wait.next();
        if (arrival !== undefined) yield count(arrival.bytes);
        else if (dots === dotsBefore) return;
        else {
          // Those that are missing now come no more.
          onTheWay = 0;
          dotsBefore = dots;
        }
      }
    }
    while (dots < frames.length) {
      const arrival = await wait.next();
      if (arrival === undefined) return;
      yield count(arrival.bytes);
    }
  }

  failed(why: string): HelperFailed {
    return new HelperFailed(why, { where: this.line.link.name });
  }

  async #status(name: FunctionName, args: Uint8Array): Promise<number> {
    return this.#said(name, args, (answer) => (answer.length === 1 ? answer[0] : undefined));
  }

  async #said<T>(name: FunctionName, args: Uint8Array, read: (answer: Uint8Array) => T | undefined): Promise<T> {
    const said = read(await this.#ask(name, args));
    if (said === undefined) throw this.failed(`its answer to ${name.toUpperCase()} is none`);
    return said;
  }

  #next(name: FunctionName, args: Uint8Array): Uint8Array {
    this.#number = (this.#number % 255) + 1;
    return requestFrame(this.#number, name, args);
  }

  /** The same request until its answer comes: the board does it once. */
  async #ask(name: FunctionName, args: Uint8Array): Promise<Uint8Array> {
    const { link } = this.line;
    const frame = this.#next(name, args);
    let came: Uint8Array = new Uint8Array(0);
    for (let tries = 0; tries < HELPER_SETTINGS.requestTries; tries++) {
      link.drain();
      await link.write(frame);
      const wait = this.line.reader.wait(`an answer to ${name}`, {
        totalMs: HELPER_SETTINGS.answerMs,
        mostBytes: HELPER_SETTINGS.answerBytes,
      });
      came = new Uint8Array(0);
      for (;;) {
        const arrival = await wait.next(this.#quietMs(latin1(came)));
        if (arrival === undefined) break;
        came = concatBytes([came, arrival.bytes]);
        const answer = answerIn(came, this.#number);
        if (answer !== undefined) return answer;
        const text = latin1(came);
        if (text.includes(ANSWER_BEGINS)) continue;
        if (isText(text)) throw this.failed(`it is gone: ${shown(await this.#rest(text))}`);
        if (text.endsWith(NO_FRAME)) break;
      }
    }
    throw this.failed(came.length === 0 ? 'it does not answer' : `it answers ${shown(latin1(came))}`);
  }

  async #rest(text: string): Promise<string> {
    const { damagedMs: quietMs, promptMs } = HELPER_SETTINGS;
    return (text + (await this.line.reader.untilQuiet(quietMs, promptMs))).replace(/^[.?\s]+/, '');
  }

  /** How long a silence tells that no more will come. */
  #quietMs(came: string): number {
    if (came === '') return HELPER_SETTINGS.heardMs + this.#wireMs(FRAME_BITS);
    return came.endsWith(DOT) ? HELPER_SETTINGS.workMs : HELPER_SETTINGS.damagedMs;
  }

  #wireMs(bits: number): number {
    return (bits * 1000) / (this.line.link.baud ?? UNKNOWN_BAUD);
  }
}

/** Bring it back to the prompt, whatever it does. @throws TransferError where no prompt comes */
export async function leaveHelper(line: CpmLine): Promise<void> {
  await cancelTransfer(line.link, line.clock, HELPER_SETTINGS.cancelPauseMs);
  if ((await line.promptAfter(HELPER_SETTINGS.leaveMs)) === undefined) await line.cleanPrompt();
}
