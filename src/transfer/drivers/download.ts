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
 */
import { LinkError } from '../../seams/errors.js';
import type { LoadProgress } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { fromHex, toBytes, toHex } from '../../seams/bytes.js';
import { drivesIn, type CpmLine } from '../cpm-line.js';
import { END_DOWNLOAD } from '../recover.js';
import { padded } from '../file-sums.js';
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

const COMPLAINTS: readonly [RegExp, string][] = [
  [/Checksum Error/, 'the sum over all bytes was wrong: characters were damaged'],
  [/File Length Error/, 'the number of bytes was wrong: characters were lost'],
];

export const downloadDriver = (): Driver => cpmFlash(() => new Download());

/** A program on the board that prints a file, and what it has printed as bytes. */
interface Reader {
  tool: string;
  bytesOf: (text: string, flash: Flash) => Uint8Array;
}

class Download implements Method {
  readonly name = 'download';
  readonly title = 'CP/M with DOWNLOAD';
  readonly drive = 'A';
  #tool = '';
  #reader: Reader | undefined;

  get readBack(): Method['readBack'] {
    const reader = this.#reader;
    return reader && ((flash) => readBack(flash, reader));
  }

  async *prepare(flash: Flash): AsyncGenerator<LoadProgress> {
    yield flash.step('prepare', 'looking for DOWNLOAD');
    const tool = await flash.find('DOWNLOAD', DRIVES);
    if (tool === undefined) throw flash.error(`no DOWNLOAD.COM on the board (looked on ${drivesIn(flash.looked)})`);
    this.#tool = tool;
    for (const [name, bytesOf] of [
      ['UPLOAD', uploaded],
      ['DUMP', dumped],
    ] as const) {
      const found = await flash.find(name, 'AC');
      if (found === undefined) continue;
      this.#reader = { tool: found, bytesOf };
      return;
    }
  }

  async release(line: CpmLine): Promise<void> {
    try {
      await line.type(END_DOWNLOAD);
      await line.promptAfter(END_TIMEOUT_MS);
    } catch (error) {
      // The error that brought us here says so.
      if (!(error instanceof LinkError)) throw error;
    }
  }

  async *send(flash: Flash): AsyncGenerator<LoadProgress> {
    const { line, program } = flash;
    const { bytes } = program;
    const whole = padded(bytes);
    yield flash.step('prepare', 'starting DOWNLOAD');
    flash.listening = true;
    await line.typeLine(`${this.#tool} ${TEMPORARY}`);
    await line.reader.expect(/\n/, END_TIMEOUT_MS, 'DOWNLOAD to begin');
    const early = await line.reader.untilQuiet(LOADING_MS, LOADING_MS);
    if (line.promptOf(early) !== undefined) {
      flash.listening = false;
      throw flash.error(`DOWNLOAD does not run, saying ${shown(early.trim())}`);
    }
    yield flash.step('send', 'sending');
    await line.type('U0\r\n:');
    for (let at = 0; at < whole.length; at += RECORD) {
      await line.link.write(toBytes(toHex(whole.subarray(at, at + RECORD))));
      const dot = await line.reader.seek([/\./, /Bdos Err On [A-P]: [\w/ ]+/, /=+[\w ]+=+/], DOT_TIMEOUT_MS);
      const where = `at record ${1 + at / RECORD} of ${flash.records}`;
      if (dot.index === -1) throw flash.error(`DOWNLOAD lost characters or hangs ${where}`, 'try --pace 0.5');
      if (dot.index > 0 && 'text' in dot) {
        flash.listening = dot.index !== 2;
        if (/Disk Full/i.test(dot.text)) throw flash.error(`the disk is full ${where}`, 'erase some files');
        throw flash.error(`the board says ${shown(dot.text)} ${where}`);
      }
      yield flash.step('send', 'sending', Math.min(at + RECORD, bytes.length));
    }
    const sum = whole.reduce((total, byte) => total + byte, 0);
    await line.type(`>${toHex(Uint8Array.of(whole.length, sum))}\r`);
    const atPrompt = await line.promptAfter(END_TIMEOUT_MS);
    flash.listening = atPrompt === undefined;
    const end = atPrompt?.text ?? '';
    const complaint = COMPLAINTS.find(([pattern]) => pattern.test(end));
    if (complaint) throw flash.error(`DOWNLOAD did not take the file: ${complaint[1]}`, 'try --pace 0.5');
    if (!/\bOK\b/.test(end)) throw flash.error(`DOWNLOAD did not end well, saying ${shown(end)}`);
  }
}

async function* readBack(flash: Flash, { tool, bytesOf }: Reader): AsyncGenerator<LoadProgress, Uint8Array> {
  yield flash.step('verify', 'reading back');
  const timeoutMs = END_TIMEOUT_MS + flash.records * DUMP_MS_PER_RECORD;
  const { text } = await flash.line.command(`${tool} ${TEMPORARY}`, timeoutMs);
  return bytesOf(text, flash);
}

/** UPLOAD prints what DOWNLOAD reads, with the command in front. */
function uploaded(text: string, flash: Flash): Uint8Array {
  const digits = /:([0-9A-F\s]*)>/i.exec(text)?.[1]?.replace(/\s/g, '');
  if (digits === undefined) throw flash.error(`UPLOAD answers ${shown(text)}`);
  return fromHex(digits);
}

/** DUMP prints lines of an address and 16 bytes. */
function dumped(text: string, flash: Flash): Uint8Array {
  const bytes: number[] = [];
  for (const row of text.matchAll(/^([0-9A-F]{4})((?: +[0-9A-F]{2}){1,16})\s*$/gim)) {
    if (parseInt(row[1]!, 16) !== (bytes.length & 0xffff)) throw flash.error(`DUMP left out what is before ${row[1]}`);
    bytes.push(
      ...row[2]!
        .trim()
        .split(/ +/)
        .map((byte) => parseInt(byte, 16)),
    );
  }
  return Uint8Array.from(bytes);
}
