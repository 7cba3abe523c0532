/**
 * The Small Computer Monitor: a program that needs no CP/M, as Intel HEX, into memory.
 *
 *     us     ESC                              board  CR LF *           idle, or it would mangle the first record
 *     us     :10800000…  :10801000…           board  nothing at all, until
 *     us     :00000001FF CR                   board  Ready CR LF CR LF *      (or File error: some record's sum)
 *     us     M 8000 CR                        board  128 bytes as hex and waits; ESC leaves
 *     us     G 8000 CR                        board  runs it
 *
 * The end record is closed by CR alone: an LF would stay in its command line. ROM (0000-7FFF) takes the records and
 * says Ready all the same, so memory is read back.
 */
import { LinkError, RefusedError, TransferError } from '../../seams/errors.js';
import type { LoadProgress, Program } from '../../seams/target.js';
import { shown } from '../../link/byte-reader.js';
import { latin1, toBytes } from '../../seams/bytes.js';
import { SCM_PROMPT } from '../../seams/prompt.js';
import type { CpmLine } from '../cpm-line.js';
import { hexRecord, parseIntelHex, type Segment } from '../../seams/intel-hex.js';
import { withState } from './cpm-flash.js';
import type { Driver, FlashOptions } from './driver.js';

const ESC = '\x1b';
const RAM = 0x8000;
const PER_RECORD = 32;
/** A loader stuck within a record takes ESC for a digit; so many zeros end the longest record. */
const FREE_IT = '0'.repeat(560) + ESC;
/** The prompt must be idle before a ':' comes. */
const IDLE_MS = 150;
const PROMPT_TIMEOUT_MS = 2_000;
/** 16 KB take 4.3 s, and nothing is said meanwhile. */
const READY_TIMEOUT_MS = 15_000;
const DUMPED = 128;

export function scmDriver(): Driver {
  let entry = RAM;
  return {
    name: 'scm',
    title: 'Small Computer Monitor',
    async *flash(line, program, options) {
      const segments = checked(program);
      entry = segments[0]!.address;
      yield* load(line, segments, options);
    },
    async start(line, _name, tail) {
      if (tail !== '') throw new RefusedError('the monitor gives programs no command tail', { where: line.link.name });
      await idlePrompt(line);
      await command(line, `G ${hex4(entry)}`);
      await line.reader.expect(/\n/, PROMPT_TIMEOUT_MS, 'the echo of G');
    },
  };
}

const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** @throws RefusedError where the program cannot run without CP/M */
function checked(program: Program): Segment[] {
  const { name, bytes } = program;
  if (!/\.HEX$/i.test(name))
    throw new RefusedError('this board is at its monitor, and a .COM needs CP/M', {
      where: name,
      hint: 'with a CF card in it, type CPM at the * prompt (z80lm console), then flash again; a program for the monitor is Intel HEX for 8000h and up',
    });
  const segments = parseIntelHex(latin1(bytes), name);
  if (segments.length === 0) throw new RefusedError('the file holds no data', { where: name });
  const low = segments.find(({ address }) => address < RAM);
  if (low !== undefined)
    throw new RefusedError(`the program wants to be at ${hex4(low.address)}h, where this board has ROM`, {
      where: name,
      hint: 'RAM is from 8000h on: assemble it with ORG 8000h',
    });
  return segments;
}

async function idlePrompt(line: CpmLine): Promise<void> {
  // A line that was begun is ended by ESC as by CR; where that was M, it then waits for another ESC.
  for (const attempt of [ESC, ESC, FREE_IT]) {
    line.link.drain();
    await line.type(attempt);
    const { index } = await line.reader.seek([SCM_PROMPT], PROMPT_TIMEOUT_MS);
    if (index !== 0) continue;
    const more = await line.reader.untilQuiet(IDLE_MS, PROMPT_TIMEOUT_MS);
    if (more === '' || SCM_PROMPT.test(more)) return;
  }
  throw new TransferError("the monitor's prompt * does not come", { where: line.link.name, timedOut: true });
}

/** The monitor's prompt comes at once; a record that was begun ends with 560 digits. */
const TIDY_MS = 5_000;

async function* load(bare: CpmLine, segments: Segment[], options: FlashOptions): AsyncGenerator<LoadProgress> {
  let last: LoadProgress | undefined;
  try {
    for await (const progress of sent(bare.heeding(options.signal), segments, options)) yield (last = progress);
  } catch (error) {
    const begun = last?.phase === 'send' || last?.phase === 'verify';
    const now = begun ? "what is in the board's memory now is not the whole program" : 'nothing in memory was changed';
    const lost = error instanceof LinkError && error.reason.disconnected === true;
    if (begun && !lost) {
      yield { ...last!, step: 'tidying up the board' };
      await bare.within(TIDY_MS, "the monitor's prompt", idlePrompt).catch((failure: unknown) => {
        if (!(failure instanceof LinkError)) throw failure;
      });
    }
    throw withState(error, now, `interrupted while ${last?.step ?? 'beginning'}`);
  }
}

async function* sent(line: CpmLine, segments: Segment[], options: FlashOptions): AsyncGenerator<LoadProgress> {
  const totalBytes = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const step = (phase: LoadProgress['phase'], words: string, doneBytes = 0): LoadProgress => ({
    phase,
    step: words,
    doneBytes,
    totalBytes,
    retries: 0,
    endsWithinMs: phase === 'done' ? 0 : TIDY_MS,
  });
  yield step('prepare', 'waiting for the prompt');
  await idlePrompt(line);
  yield step('send', 'sending');
  let done = 0;
  for (const { address, bytes } of segments)
    for (let at = 0; at < bytes.length; at += PER_RECORD) {
      const part = bytes.subarray(at, at + PER_RECORD);
      await line.link.write(toBytes(`${hexRecord(address + at, part)}\r`));
      yield step('send', 'sending', (done += part.length));
    }
  await line.link.write(toBytes(`${hexRecord(0, new Uint8Array(0), 1)}\r`));
  const end = await line.reader.seek([/Ready\r\n/, /File error\r\n/], READY_TIMEOUT_MS);
  if (end.index !== 0) {
    await idlePrompt(line);
    const came = 'tail' in end ? `, saying ${shown(end.tail)}` : ': a record was damaged on the way';
    throw new TransferError(`the monitor did not take the file${came}`, {
      where: line.link.name,
      hint: 'try again, or a lower baud rate',
    });
  }
  await idlePrompt(line);
  if (options.verify !== false) {
    yield step('verify', 'reading back');
    done = 0;
    for (const { address, bytes } of segments)
      for (let at = 0; at < bytes.length; at += DUMPED) {
        const due = bytes.subarray(at, at + DUMPED);
        const got = await dump(line, address + at, due.length);
        const wrong = due.findIndex((byte, n) => byte !== got[n]);
        if (wrong >= 0)
          throw new RefusedError(`memory at ${hex4(address + at + wrong)}h differs from the program`, {
            where: line.link.name,
            hint: 'is there RAM at that address?',
          });
        yield step('verify', 'reading back', (done += due.length));
      }
  }
  yield step('done', 'done', totalBytes);
}

/**
 * Type a command: each character when the one before was echoed, for the monitor polls its UART and hears nothing
 * while it prints.
 */
async function command(line: CpmLine, text: string): Promise<void> {
  for (const key of text) {
    await line.type(key);
    await line.reader.expect(new RegExp(key), PROMPT_TIMEOUT_MS, `the echo of ${JSON.stringify(text)}`);
  }
  await line.type('\r');
}

/** The bytes that M shows from `address` on. */
async function dump(line: CpmLine, address: number, count: number): Promise<number[]> {
  await command(line, `M ${hex4(address)}`);
  const bytes: number[] = [];
  const row = /([0-9A-F]{4}):?[ ]+((?:[0-9A-F]{2}[ ]+){16})/i;
  while (bytes.length < count) {
    const { groups } = await line.reader.expect(row, PROMPT_TIMEOUT_MS, `memory at ${hex4(address + bytes.length)}`);
    if (parseInt(groups[1]!, 16) !== address + bytes.length)
      throw new LinkError(`the monitor shows ${groups[1]} where ${hex4(address + bytes.length)} was due`, {
        where: line.link.name,
      });
    bytes.push(
      ...groups[2]!
        .trim()
        .split(/ +/)
        .map((byte) => parseInt(byte, 16)),
    );
  }
  await idlePrompt(line);
  return bytes;
}
