/**
 * Is the line to a board sound, and who is there? Each finding comes from a test made here and now, in words, with
 * what to do about it. Typed are: one CR; at a CP/M prompt printable characters that are wiped out again, and DIR.
 * Nothing is run, nothing is written.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError } from '../seams/errors.js';
import { latin1, shown } from '../link/byte-reader.js';
import { CpmLine } from './cpm-line.js';
import { createDriver } from './drivers/index.js';
import { look, recogniseBoard, type Recognised } from './recognise.js';

export type Verdict = 'good' | 'note' | 'bad';

export interface Finding {
  check: 'access' | 'adapter' | 'answer' | 'speed' | 'characters' | 'flow control' | 'receiver';
  verdict: Verdict;
  words: string;
  /** What to do about it. */
  remedy?: string;
}

/** What the examination needs beyond the open line. */
export interface Instruments {
  /** The same port at another speed; undefined where a link has no speed (TCP). */
  reopen?: ((baud: number) => Promise<ByteLink>) | undefined;
  /** The state of CTS, undefined where it cannot be seen. */
  cts?: (() => Promise<boolean | undefined>) | undefined;
  /** How the link was opened. */
  flow: 'rtscts' | 'none';
  paceMs: number;
}

/** Speeds that boards are set to, likeliest first. */
const SPEEDS = [115_200, 57_600, 38_400, 19_200, 9_600, 230_400, 4_800, 2_400];
/** Printable characters, short enough for a command line of 126. */
const PRINTABLE = Array.from({ length: 95 }, (_, n) => String.fromCharCode(0x20 + n)).join('');
/** Spacings tried where a burst is not survived, in ms; each is tried twice. */
const PACES = [0.2, 0.5, 1, 2, 3, 5];
/** XM needs 0.64 ms a byte, whatever the prompt can do. */
const LEAST_PACE = 1;

export async function* examine(link: ByteLink, clock: Clock, tools: Instruments): AsyncGenerator<Finding> {
  const seen = await look(link, clock);
  yield answer(seen, tools);
  if (seen.situation === 'silent' || seen.situation === 'other') {
    if (tools.reopen !== undefined && link.baud !== undefined) yield* speed(link, clock, seen, tools.reopen);
    return;
  }
  if (link.baud !== undefined)
    yield { check: 'speed', verdict: 'good', words: `${link.baud} baud: what comes is text` };
  if (seen.situation !== 'cpm') return;
  const line = new CpmLine(link, clock);
  await line.cleanPrompt();
  yield await characters(line);
  yield await flowControl(line, tools);
  yield await receiver(link, clock);
}

function answer({ situation, words }: Recognised, tools: Instruments): Finding {
  const check = 'answer';
  if (situation === 'silent')
    return {
      check,
      verdict: 'bad',
      words: 'nothing answers a CR',
      remedy:
        tools.flow === 'rtscts'
          ? 'is the board on, and are RX and TX crossed? If the cable has no CTS, try --flow none'
          : 'is the board on, and are RX and TX crossed?',
    };
  if (situation === 'other') return { check, verdict: 'note', words };
  if (situation === 'romwbw-menu' || situation === 'romwbw-loader' || situation === 'searle-monitor')
    return { check, verdict: 'note', words, remedy: 'boot CP/M (z80lm console), then run this again' };
  return { check, verdict: 'good', words: `${words} answers` };
}

/** How much of a text looks like a board's: 0 to 1. */
export function legible(text: string): number {
  if (text === '') return 0;
  return [...text].filter((c) => /[\x20-\x7e\r\n\b\t]/.test(c)).length / text.length;
}

/** Try the other speeds, until what comes is text. */
async function* speed(
  link: ByteLink,
  clock: Clock,
  seen: Recognised,
  reopen: (baud: number) => Promise<ByteLink>,
): AsyncGenerator<Finding> {
  const wrong = seen.text !== '' && legible(seen.text) < 0.9;
  if (wrong)
    yield {
      check: 'speed',
      verdict: 'bad',
      words: `what comes at ${link.baud} baud is no text: ${shown(seen.text, 24)}`,
    };
  await link.close();
  for (const baud of SPEEDS.filter((one) => one !== link.baud)) {
    const other = await reopen(baud);
    try {
      const there = await look(other, clock);
      if (there.situation === 'silent' || there.situation === 'other') continue;
      yield {
        check: 'speed',
        verdict: 'bad',
        words: `the board talks at ${baud} baud, not at ${link.baud}: ${there.words}`,
        remedy: `use --baud ${baud}`,
      };
      return;
    } finally {
      await other.close();
    }
  }
  yield { check: 'speed', verdict: 'bad', words: `no known prompt at any of ${SPEEDS.join(', ')} baud` };
}

/** Type a text, take its echo, wipe the line. */
async function echoOf(line: CpmLine, text: string, write: (text: string) => Promise<void>): Promise<string> {
  line.link.drain();
  await write(text);
  let echo = '';
  for (let arrival; (arrival = await line.link.read(300)) !== undefined && echo.length < 4 * text.length;)
    echo += latin1(arrival.bytes);
  await line.cleanPrompt();
  return echo;
}

const burst =
  (line: CpmLine): ((text: string) => Promise<void>) =>
  (text) =>
    line.link.write(Buffer.from(text, 'latin1'));

async function characters(line: CpmLine): Promise<Finding> {
  const echo = await echoOf(line, PRINTABLE, (text) => line.type(text));
  if (echo === PRINTABLE)
    return { check: 'characters', verdict: 'good', words: 'all 95 printable characters come back as they were typed' };
  const missing = [...PRINTABLE].filter((c) => !echo.includes(c)).length;
  return {
    check: 'characters',
    verdict: 'bad',
    words: missing > 0 ? `${missing} of 95 characters do not come back` : 'characters come back changed or doubled',
    remedy: 'check the cable and its ground; 7 data bits or parity at the other end would look like this, too',
  };
}

async function flowControl(line: CpmLine, tools: Instruments): Promise<Finding> {
  const check = 'flow control';
  const whole = async (write: (text: string) => Promise<void>): Promise<boolean> =>
    (await echoOf(line, PRINTABLE, write)) === PRINTABLE;
  const cts = await tools.cts?.();
  const seen = cts === undefined ? 'CTS cannot be seen here' : `CTS is ${cts ? 'on' : 'off'} while the board waits`;
  if ((await whole(burst(line))) && (await whole(burst(line))))
    return {
      check,
      verdict: 'good',
      words:
        tools.flow === 'rtscts'
          ? `a burst of 95 characters at full speed loses none (${seen})`
          : `a burst of 95 characters${tools.paceMs > 0 ? `, one each ${tools.paceMs} ms,` : ''} loses none`,
    };
  for (const pace of PACES) {
    const paced = async (text: string): Promise<void> => {
      for (const letter of text) {
        await line.link.write(Buffer.from(letter, 'latin1'));
        await line.clock.sleep(pace);
      }
    };
    if (!(await whole(paced)) || !(await whole(paced))) continue;
    const safe = Math.max(LEAST_PACE, 2 * pace);
    return {
      check,
      verdict: 'bad',
      words: `a burst of 95 characters loses some (${seen}); one each ${pace} ms loses none`,
      remedy: `use --flow none --pace ${safe}, or connect RTS and CTS at both ends`,
    };
  }
  return {
    check,
    verdict: 'bad',
    words: `characters are lost even with ${PACES.at(-1)} ms between them`,
    remedy: 'the line itself loses them: check the cable, or a lower baud rate at both ends',
  };
}

async function receiver(link: ByteLink, clock: Clock): Promise<Finding> {
  try {
    const name = await recogniseBoard(link, clock);
    return { check: 'receiver', verdict: 'good', words: `${createDriver(name).title}: z80lm flash --board ${name}` };
  } catch (error) {
    if (!(error instanceof LinkError) || error.reason.disconnected) throw error;
    return { check: 'receiver', verdict: 'bad', words: error.message, ...(error.hint && { remedy: error.hint }) };
  }
}
