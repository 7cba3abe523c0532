/**
 * A CP/M board with no receiver at all: our own (firmware/recv) is typed in as Intel HEX through CP/M's own programs,
 * proven, and then used.
 *
 *     us     PIP RECV.HEX=CON:
 *     us     :20010000…                  each record's echo is compared before the next goes
 *     us     ^Z
 *     us     LOAD RECV                   makes RECV.COM; checks each record's sum
 *     us     RECV RECV.COM CRC           the receiver says its own CRC and sums
 *
 * It stays on the board, so the next time is as quick as any.
 */
import type { LoadProgress } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { latin1 } from '../../seams/bytes.js';
import { drivesIn, type CpmLine } from '../cpm-line.js';
import { hexRecord } from '../../seams/intel-hex.js';
import { fileSums, padded, saidSums, sumsDiffer } from '../file-sums.js';
import { RECV } from './cpm.js';
import { Xmodem } from './cpm-xmodem.js';
import { cpmFlash, type Flash, type Method } from './cpm-flash.js';
import type { Driver } from './driver.js';

const TPA = 0x100;
/** Short lines: a damaged one costs little. */
const PER_RECORD = 32;
/** As it says at its start (firmware/recv/recv.asm); those before tell a CRC and no sums. */
const VERSION = 2;
const DRIVES = 'ABC';
const ECHO_TIMEOUT_MS = 2_000;
const TOOL_TIMEOUT_MS = 20_000;
/** The whole is typed again where an echo was wrong. */
const TRIES = 3;
const CTRL_Z = '\x1a';

/** @param receiver RECV.COM's bytes */
export function bootstrapDriver(receiver: () => Uint8Array): Driver {
  return cpmFlash(() => new Bootstrap(receiver));
}

class Bootstrap extends Xmodem implements Method {
  constructor(private readonly receiver: () => Uint8Array) {
    super('bootstrap', 'CP/M without a receiver: brings its own', [RECV]);
  }

  /** It may also be PIP that waits. */
  override async release(line: CpmLine): Promise<void> {
    await line.type(CTRL_Z);
    await super.release(line);
  }

  override async *prepare(flash: Flash): AsyncGenerator<LoadProgress> {
    const found = await flash.find('RECV', DRIVES);
    const isOld = found !== undefined && (await this.#version(flash, found)) < VERSION;
    if (found === undefined || isOld) yield* this.#install(flash, isOld);
    yield* super.prepare(flash);
  }

  /** Of the receiver on the board, which says it first; 0 where it says none. */
  async #version({ line }: Flash, tool: string): Promise<number> {
    return Number(/RECV (\d+)/.exec((await line.command(tool, TOOL_TIMEOUT_MS)).text)?.[1] ?? 0);
  }

  /** @param isOld there is one, which will do where no new one can be made */
  async *#install(flash: Flash, isOld: boolean): AsyncGenerator<LoadProgress> {
    const { line } = flash;
    const pip = await flash.find('PIP', DRIVES);
    const load = await flash.find('LOAD', DRIVES);
    if (pip === undefined || load === undefined) {
      if (isOld) return;
      throw flash.error(
        `no ${pip === undefined ? 'PIP' : 'LOAD'}.COM on the board (looked on ${drivesIn(flash.looked)})`,
        'without PIP and LOAD a receiver cannot be typed in; copy one to the card with another computer',
      );
    }
    // Whole records, so that LOAD's filling is nothing to guess about.
    const bytes = padded(this.receiver());
    await line.command('A:');
    for (let tries = 1; ; tries++) {
      const wrong = yield* this.#type(flash, pip, bytes);
      if (wrong === undefined) break;
      flash.retries++;
      if (tries === TRIES)
        throw flash.error(`PIP's echo is wrong: ${wrong}`, 'the line damages what it carries: try --pace 5');
    }
    yield flash.step('prepare', 'making RECV.COM with LOAD');
    // Not before: until then an old receiver of that name is there, and works.
    const begins = (): unknown => flash.temporaries.add('A:RECV.COM');
    const { text } = await line.command(`${load} RECV`, TOOL_TIMEOUT_MS, begins);
    if (/ERROR|INVERTED|CANNOT/i.test(text)) throw flash.error(`LOAD says ${shown(text)}`);
    await line.command('ERA RECV.HEX');
    flash.temporaries.delete('A:RECV.HEX');
    const said = (await line.command('RECV RECV.COM CRC', TOOL_TIMEOUT_MS)).text;
    const sums = saidSums(said);
    if (sums?.plain !== undefined && sumsDiffer(sums, fileSums(bytes)) === undefined) {
      flash.temporaries.delete('A:RECV.COM');
      return;
    }
    throw flash.error(`the receiver that was typed in does not answer as it should: ${shown(said)}`);
  }

  /** Type the HEX file. @returns the echo of the line that came back wrong */
  async *#type(flash: Flash, pip: string, bytes: Uint8Array): AsyncGenerator<LoadProgress, string | undefined> {
    const { line } = flash;
    flash.listening = true;
    await line.typeLine(`${pip} RECV.HEX=CON:`, () => flash.temporaries.add('A:RECV.HEX'));
    await line.reader.expect(/\n/, ECHO_TIMEOUT_MS, 'PIP to begin');
    await line.reader.untilQuiet(500, TOOL_TIMEOUT_MS);
    const records: string[] = [];
    for (let at = 0; at < bytes.length; at += PER_RECORD)
      records.push(hexRecord(TPA + at, bytes.subarray(at, at + PER_RECORD)));
    records.push(hexRecord(0, new Uint8Array(0), 1));
    let wrong: string | undefined;
    for (const [n, record] of records.entries()) {
      yield flash.step('prepare', `typing in a receiver (line ${n + 1} of ${records.length})`);
      await line.type(`${record}\r\n`);
      const echo = await this.#echo(flash, record.length + 2);
      if (echo.trim() === record) continue;
      wrong = `${shown(echo.trim())} for ${record}`;
      break;
    }
    await line.type(CTRL_Z);
    if ((await line.promptAfter(TOOL_TIMEOUT_MS)) === undefined) await line.cleanPrompt();
    flash.listening = false;
    return wrong;
  }

  async #echo({ line }: Flash, length: number): Promise<string> {
    let echo = '';
    const wait = line.reader.wait('the echo', { totalMs: ECHO_TIMEOUT_MS });
    while (echo.length < length) {
      const arrival = await wait.next();
      if (arrival === undefined) break;
      echo += latin1(arrival.bytes);
    }
    return echo;
  }
}
