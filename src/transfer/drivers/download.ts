/**
 * Classic RC2014 CP/M: DOWNLOAD takes a file as text from the console.
 *
 *     us     A:DOWNLOAD NAME CR
 *     us     U0 CR LF                          user number
 *     us     :                                 then two hex digits for each byte, upper case, no line ends
 *     us     256 digits
 *     board  .                                 a record of 128 bytes is written (and CR LF after each 64 dots)
 *     …
 *     us     > LL SS CR                        number of bytes and their sum, both mod 256
 *     board  CR LF OK CR LF A>
 *
 * It loses a character if one waits while it prints a dot, so nothing is sent before the dot has come. It never
 * times out and ^C does not stop it; `0:>>00000` ends it from every state. Its own check is weak (8 bits of length,
 * 8 bits of sum), so what it wrote is read back, with UPLOAD or DUMP if the board has one.
 *
 * It asks for nothing again: one damaged digit of 78,000, and all was in vain. So where it fails for that, firmware/recv goes
 * by it (2,000 digits, as often as it takes, proven by its own sums), then the file by that, with XMODEM; and what we
 * brought is erased.
 */
import { LinkError, TransferError } from '../../seams/errors.js';
import type { LoadProgress } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { toBytes, toHex } from '../../seams/bytes.js';
import { DISK_ERROR } from '../../seams/prompt.js';
import { drivesIn, type CpmLine } from '../cpm-line.js';
import { fileSums, padded, saidSums, sumsDiffer } from '../file-sums.js';
import { END_DOWNLOAD } from '../recover.js';
import { RECV } from './cpm.js';
import { Xmodem } from './cpm-xmodem.js';
import { dumped, Listing, uploaded, type Reading } from './listing.js';
import { cpmFlash, TEMPORARY, type Flash, type Method } from './cpm-flash.js';
import type { Driver } from './driver.js';

const RECORD = 128;
/** DOWNLOAD is small, but a card has to be read for it; characters that come earlier may be lost. */
const LOADING_MS = 700;
/** A card that has to erase before it writes takes most of a second; nothing is lost by waiting longer. */
const DOT_TIMEOUT_MS = 15_000;
/** The programs on the card: DOWNLOAD on A:, others on C:. */
const DRIVES = 'ABC';
const END_TIMEOUT_MS = 10_000;
/** DUMP prints some 54 characters for 16 bytes. */
const DUMP_MS_PER_RECORD = 500;

/** The receiver that we bring, and erase again; at one damaged character in 1,500 one in four tries succeeds. */
const OURS = 'Z80LMRCV';
const RECEIVER_TRIES = 16;
/** Without one to bring, or with a file that is hardly longer. */
const TRIES = 4;
const SUMS_TIMEOUT_MS = 20_000;
/** A listing of 2,300 rows with one damaged character in 3,000 takes three; in 1,000, four. */
const READINGS = 6;

const COMPLAINTS: readonly [RegExp, string][] = [
  [/Checksum Error/, 'the sum over all bytes was wrong: characters were damaged'],
  [/File Length Error/, 'the number of bytes was wrong: characters were lost'],
];

/** @param receiver RECV.COM's bytes, where there are some to bring */
export const downloadDriver = (receiver?: () => Uint8Array): Driver => cpmFlash(() => new Download(receiver));

/** Something was lost or changed on the way. */
class Damaged extends TransferError {
  override name = 'TransferError';
}

/** A program on the board that prints a file, and what it has printed. */
interface Reader {
  tool: string;
  reading: (text: string, length: number) => Reading;
}

class Download implements Method {
  readonly name = 'download';
  readonly title = 'CP/M with DOWNLOAD';
  readonly drive = 'A';
  #tool = '';
  #reader: Reader | undefined;
  /** What runs on the board, where it is not DOWNLOAD. */
  #other: Xmodem | undefined;

  constructor(private readonly receiver: (() => Uint8Array) | undefined) {}

  get readBack(): Method['readBack'] {
    const reader = this.#reader;
    return reader && ((flash) => readBack(flash, reader));
  }

  async *prepare(flash: Flash): AsyncGenerator<LoadProgress> {
    yield flash.step('prepare', 'looking for DOWNLOAD');
    const tool = await flash.find('DOWNLOAD', DRIVES);
    if (tool === undefined) throw flash.error(`no DOWNLOAD.COM on the board (looked on ${drivesIn(flash.looked)})`);
    this.#tool = tool;
    for (const [name, reading] of [
      ['UPLOAD', uploaded],
      ['DUMP', dumped],
    ] as const) {
      const found = await flash.find(name, 'AC');
      if (found === undefined) continue;
      this.#reader = { tool: found, reading };
      return;
    }
  }

  async release(line: CpmLine): Promise<void> {
    if (this.#other !== undefined) return this.#other.release(line);
    try {
      await line.type(END_DOWNLOAD);
      await line.promptAfter(END_TIMEOUT_MS);
    } catch (error) {
      // The error that brought us here says so.
      if (!(error instanceof LinkError)) throw error;
    }
  }

  async *send(flash: Flash): AsyncGenerator<LoadProgress> {
    const { bytes } = flash.program;
    const receiver = this.receiver?.();
    const brings = receiver !== undefined && bytes.length > 2 * receiver.length;
    const whole = (): AsyncGenerator<LoadProgress> => this.#download(flash, TEMPORARY, padded(bytes), 'sending');
    if (!brings) return yield* this.#tries(flash, TRIES, whole);
    try {
      yield* whole();
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      yield* this.#afterDamage(flash, error);
      yield* this.#byReceiver(flash, receiver);
    }
  }

  /** The file by a receiver that asks for what was damaged. */
  async *#byReceiver(flash: Flash, receiver: Uint8Array): AsyncGenerator<LoadProgress> {
    const { line } = flash;
    const file = `A:${OURS}.COM`;
    yield* this.#tries(
      flash,
      RECEIVER_TRIES,
      async function* (this: Download) {
        flash.temporaries.add(file);
        await line.erase(file);
        yield* this.#download(flash, file, padded(receiver), 'bringing a receiver that asks for what is damaged');
        const { text } = await line.command(`A:${OURS} ${file} CRC`, SUMS_TIMEOUT_MS);
        const said = saidSums(text);
        if (said?.plain === undefined || sumsDiffer(said, fileSums(receiver)) !== undefined)
          throw this.#damaged(flash, `the receiver that was brought answers ${shown(text)}`);
      }.bind(this),
    );
    this.#other = new Xmodem(this.name, this.title, [{ ...RECV, tool: OURS, toolDrives: 'A' }]);
    yield* this.#other.prepare(flash);
    yield* this.#other.send(flash);
    this.#other = undefined;
    await line.erase(file);
    flash.temporaries.delete(file);
  }

  /** Again and again while all that is wrong is damage. */
  async *#tries(flash: Flash, most: number, work: () => AsyncGenerator<LoadProgress>): AsyncGenerator<LoadProgress> {
    for (let tries = 1; ; tries++) {
      try {
        return yield* work();
      } catch (error) {
        if (!(error instanceof Damaged) || tries === most) throw error;
        yield* this.#afterDamage(flash, error);
      }
    }
  }

  /** Back to the prompt. */
  async *#afterDamage(flash: Flash, error: Damaged): AsyncGenerator<LoadProgress> {
    flash.retries++;
    yield flash.step('send', `beginning again: ${error.message}`);
    if (flash.listening) await this.release(flash.line);
    await flash.line.cleanPrompt();
    flash.listening = false;
    await flash.line.erase(TEMPORARY);
  }

  /** One file by DOWNLOAD. @param words what it is for @throws Damaged */
  async *#download(flash: Flash, file: string, whole: Uint8Array, words: string): AsyncGenerator<LoadProgress> {
    const { line } = flash;
    const { length } = flash.program.bytes;
    yield flash.step('prepare', 'starting DOWNLOAD');
    flash.listening = true;
    await line.typeLine(`${this.#tool} ${file}`);
    await line.reader.expect(/\n/, END_TIMEOUT_MS, 'DOWNLOAD to begin');
    const early = await line.reader.untilQuiet(LOADING_MS, LOADING_MS);
    if (line.promptOf(early) !== undefined) {
      flash.listening = false;
      throw flash.error(`DOWNLOAD does not run, saying ${shown(early.trim())}`);
    }
    yield flash.step('send', words);
    await line.type('U0\r\n:');
    for (let at = 0; at < whole.length; at += RECORD) {
      await line.link.write(toBytes(toHex(whole.subarray(at, at + RECORD))));
      const dot = await line.reader.seek([/\./, DISK_ERROR, /=+[\w ]+=+/], DOT_TIMEOUT_MS);
      const where = `at record ${1 + at / RECORD} of ${whole.length / RECORD}`;
      if (dot.index === -1) throw this.#damaged(flash, `DOWNLOAD lost characters or hangs ${where}`);
      if (dot.index > 0 && 'text' in dot) {
        flash.listening = dot.index !== 2;
        if (/Disk Full/i.test(dot.text)) throw flash.error(`the disk is full ${where}`, 'erase some files');
        const says = `the board says ${shown(dot.text)} ${where}`;
        throw dot.index === 2 ? this.#damaged(flash, says) : flash.error(says);
      }
      yield flash.step('send', words, file === TEMPORARY ? Math.min(at + RECORD, length) : 0);
    }
    const sum = whole.reduce((total, byte) => total + byte, 0);
    await line.type(`>${toHex(Uint8Array.of(whole.length, sum))}\r`);
    const atPrompt = await line.promptAfter(END_TIMEOUT_MS);
    flash.listening = atPrompt === undefined;
    const end = atPrompt?.text ?? '';
    const complaint = COMPLAINTS.find(([pattern]) => pattern.test(end));
    if (complaint) throw this.#damaged(flash, `DOWNLOAD did not take the file: ${complaint[1]}`);
    if (!/\bOK\b/.test(end)) throw this.#damaged(flash, `DOWNLOAD did not end well, saying ${shown(end)}`);
  }

  #damaged(flash: Flash, message: string): Damaged {
    return new Damaged(message, { where: flash.line.link.name, hint: 'try --pace 0.5' });
  }
}

async function* readBack(flash: Flash, { tool, reading }: Reader): AsyncGenerator<LoadProgress, Uint8Array> {
  const { line } = flash;
  const due = padded(flash.program.bytes);
  const listing = new Listing(due);
  const timeoutMs = END_TIMEOUT_MS + flash.records * DUMP_MS_PER_RECORD;
  for (let readings = 1; ; readings++) {
    const words = readings === 1 ? 'reading back' : `reading back again (${listing.open} rows came damaged)`;
    yield flash.step('verify', words, due.length - 16 * listing.open);
    try {
      listing.take(reading((await line.command(`${tool} ${TEMPORARY}`, timeoutMs)).text, due.length));
    } catch (error) {
      // A damaged prompt is none.
      if (!(error instanceof TransferError) || error.reason.canceled) throw error;
      await line.cleanPrompt();
    }
    const { file } = listing;
    if (file !== undefined && (listing.proven || readings > 1)) return file;
    if (readings === READINGS)
      throw flash.error(
        `what ${tool} prints is damaged each time, or the file has another length: ${listing.open} of ${due.length / 16} rows were never right`,
        'the line damages what comes from the board: check baud rate and cable',
      );
  }
}
