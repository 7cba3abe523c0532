/**
 * The Small Computer Monitor over a link: its prompt, its commands, its loader of Intel HEX, and what memory holds.
 *
 *     us     ESC                       board  CR LF *         whatever stood on the line is not run
 *     us     M                         board  M               it polls its UART and hears nothing while it prints:
 *     us     ' '                       board  ' '             each key when the one before was echoed as it is
 *     …
 *     us     CR                        board  CR LF, and what the command says
 *
 *     us     :20800000…  :20802000…    board  nothing at all, until
 *     us     :00000001FF               board  Ready CR LF CR LF *      or File error: some record's sum was wrong
 *
 *     us     M 8000 CR                 board  8 lines of 16 bytes as hex, and waits
 *     us     CR                        board  the next 8; ESC brings the prompt
 *
 * A ':' must come at a prompt that is idle, or it mangles the record; no LF may follow the end record, for it would stay in the
 * command line. A loader that is stuck within a record takes ESC for a digit.
 */
import { LinkError, TransferError } from '../seams/errors.js';
import { hexRecord, type Segment } from '../seams/intel-hex.js';
import { SCM_PROMPT } from '../seams/prompt.js';
import { toBytes } from '../seams/bytes.js';
import { hex16, hex4 } from '../seams/words.js';
import { shown, type ByteReader } from '../link/byte-reader.js';
import type { CpmLine } from './cpm-line.js';
import { hear, type Ending } from './ending.js';
import { FREE_LOADER } from './recover.js';

/** Each wait and number of tries, and what it is for. */
export const SCM_SETTINGS = {
  /** The prompt is idle, so that a ':' is heard: a few ms are too few, 100 were enough. */
  idleMs: 150,
  /** A prompt is one when nothing follows it for so long, as in printed text something would at 2400 baud. */
  quietMs: 40,
  /** A prompt, or the next row of a dump: at once, but for a network's hiccup. */
  promptMs: 2_000,
  /** The echo of a key: within a character's time, but for the same. */
  echoMs: 1_000,
  /** How often a command is typed whose echo is wrong. */
  typingTries: 4,
  /** Behind an end record, once all is sent. */
  readyMs: 3_000,
  /** Where a link does not tell its speed, it is taken to be so slow, in bits a second. */
  slowestBaud: 9_600,
  /** How often a row of a dump that came damaged is asked for. */
  dumpTries: 6,
};

const [CTRL_C, ESC] = ['\x03', '\x1b'];
/**
 * To the prompt: a line that was begun, or a dump, is ended by ESC, which also stops an answer of a talking program; that is
 * left by ^C.
 */
const WAYS_OUT = [ESC, ESC, CTRL_C, FREE_LOADER, ESC];
/** Where records went, the loader is what waits; at the prompt this is a line that is not run. */
export const OUT_OF_RECORD = [FREE_LOADER, ...WAYS_OUT];
/** All that the monitor says of records which are as they were sent. */
const ALL_RIGHT = /^\s*Ready\s+\*$/;

/** More in a record costs more where one is damaged, and saves little. */
const PER_RECORD = 32;
const BITS_PER_BYTE = 10;
const ROW = /([0-9A-F]{4}): +((?:[0-9A-F]{2} +){16})/;
const ROW_BYTES = 16;
const ROWS = 8;

export class ScmLine {
  constructor(private readonly line: CpmLine) {}

  get name(): string {
    return this.line.link.name;
  }

  private get reader(): ByteReader {
    return this.line.reader;
  }

  /**
   * From whatever there is to the prompt.
   * @param ways to be tried one after the other
   * @throws TransferError (timedOut)
   */
  async toPrompt(ways: readonly string[] = WAYS_OUT): Promise<void> {
    const { quietMs, promptMs } = SCM_SETTINGS;
    for (const keys of ways) {
      this.line.link.drain();
      await this.line.link.write(toBytes(keys));
      const { index } = await this.reader.seek([SCM_PROMPT], promptMs);
      if (index !== 0) continue;
      const more = await this.reader.untilQuiet(quietMs, promptMs);
      if (more === '' || SCM_PROMPT.test(more)) return;
    }
    throw new TransferError("the monitor's prompt * does not come", { where: this.name, timedOut: true });
  }

  /**
   * Run a command; what it says follows. Its CR goes only when each echo was right.
   * @throws TransferError when they are wrong again and again
   */
  async command(text: string): Promise<void> {
    let heard = '';
    for (let tries = 0; tries < SCM_SETTINGS.typingTries; tries++) {
      if (tries > 0) await this.toPrompt();
      heard = await this.#type(text);
      if (heard !== text) continue;
      await this.line.link.write(toBytes('\r'));
      if ((await this.reader.seek([/\r\n/], SCM_SETTINGS.promptMs)).index === 0) return;
    }
    throw new TransferError(`the board's echo of ${JSON.stringify(text)} is ${shown(heard)}`, {
      where: this.name,
      hint: 'the line damages what it carries: check baud rate and cable',
    });
  }

  /**
   * Send records.
   * @returns whether the monitor found the sum of each record right
   */
  async *send(segments: readonly Segment[]): AsyncGenerator<number, boolean> {
    const { idleMs, quietMs, promptMs, readyMs, slowestBaud } = SCM_SETTINGS;
    await this.reader.untilQuiet(idleMs, promptMs);
    let characters = 0;
    const write = async (record: string): Promise<void> => {
      characters += record.length;
      await this.line.link.write(toBytes(record));
    };
    for (const { address, bytes } of segments)
      for (let at = 0; at < bytes.length; at += PER_RECORD) {
        const part = bytes.subarray(at, at + PER_RECORD);
        await write(`${hexRecord(address + at, part)}\r`);
        yield part.length;
      }
    await write(hexRecord(0, new Uint8Array(0), 1));
    // Where the link has taken more than the line has carried yet.
    const onTheLineMs = (characters * BITS_PER_BYTE * 1000) / (this.line.link.baud ?? slowestBaud);
    const totalMs = onTheLineMs + readyMs;
    const text = await this.#untilPrompt(totalMs, quietMs);
    if (text === undefined) await this.toPrompt();
    return text !== undefined && ALL_RIGHT.test(text);
  }

  /** What memory holds from an address on; tells how many bytes have come. @throws TransferError */
  async *memory(address: number, count: number): AsyncGenerator<number, Uint8Array> {
    const bytes = new Uint8Array(Math.ceil(count / ROW_BYTES) * ROW_BYTES);
    let done = 0;
    let isShowing = false;
    for (let tries = 0; done < count;) {
      if (isShowing) await this.line.link.write(toBytes('\r'));
      else await this.command(`M ${hex4(address + done)}`);
      const before = done;
      for (let row = 0; row < ROWS && done < count; row++) {
        const found = await this.reader.seek([ROW], SCM_SETTINGS.promptMs);
        if (!('groups' in found) || parseInt(found.groups[1]!, 16) !== address + done) break;
        bytes.set(
          found.groups[2]!.trim()
            .split(/ +/)
            .map((byte) => parseInt(byte, 16)),
          done,
        );
        done += ROW_BYTES;
      }
      isShowing = done === before + ROWS * ROW_BYTES;
      if (done > before) tries = 0;
      yield Math.min(done, count) - before;
      if (isShowing || done >= count) continue;
      if (++tries === SCM_SETTINGS.dumpTries)
        throw new LinkError(`what the monitor shows of memory at ${hex16(address + done)} cannot be read`, {
          where: this.name,
          hint: 'the line damages what it carries: check baud rate and cable',
          timedOut: true,
        });
      await this.toPrompt();
    }
    await this.toPrompt();
    return bytes.subarray(0, count);
  }

  /** Run what is in memory, up to the prompt. @returns what it printed, or undefined where the prompt did not come */
  async run(address: number, totalMs: number): Promise<string | undefined> {
    await this.command(`G ${hex4(address)}`);
    return this.#untilPrompt(totalMs, SCM_SETTINGS.quietMs);
  }

  /** @returns what came up to the prompt, undefined where that did not come */
  async #untilPrompt(totalMs: number, quietMs: number): Promise<string | undefined> {
    const ending = (tail: string): Ending<'prompt'> | undefined =>
      SCM_PROMPT.test(tail) ? { kind: 'prompt', quietMs } : undefined;
    const { kind, text } = await hear(this.reader, ending, { what: 'the prompt', totalMs });
    return kind && text;
  }

  /** @returns the echo, up to the first character that is wrong or does not come */
  async #type(text: string): Promise<string> {
    let heard = '';
    for (const key of text) {
      await this.line.link.write(toBytes(key));
      const echo = await this.reader.byte(SCM_SETTINGS.echoMs);
      if (echo === undefined) break;
      heard += String.fromCharCode(echo);
      if (!heard.endsWith(key)) break;
    }
    return heard;
  }
}
