/**
 * Is the line to a board sound, and who is there? Each finding comes from a test made here and now, in words, with
 * what to do about it. Typed are: CAN and CR, and where the board is not at its prompt what brings it there (recover.ts); at
 * the prompt characters that are wiped out again, and DIR. Nothing is written there, and no program run, unless a transfer is
 * asked for.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError, RefusedError } from '../seams/errors.js';
import { shown } from '../link/byte-reader.js';
import { heeding } from '../link/wait.js';
import { pacedLink } from '../link/paced-link.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { CpmLine } from './cpm-line.js';
import { createDriver } from './drivers/index.js';
import { findReceiver } from './recognise.js';
import { LEGIBLE, legible, recover, type Found, type Situation } from './recover.js';

export type Verdict = 'good' | 'note' | 'bad';

export interface Finding {
  check:
    'access' | 'adapter' | 'answer' | 'speed' | 'characters' | 'all values' | 'flow control' | 'receiver' | 'transfer';
  verdict: Verdict;
  words: string;
  /** What to do about it. */
  remedy?: string;
  /** What other commands can use the next time. */
  learned?: Learned;
}

export interface Learned {
  baud?: number | undefined;
  flow?: 'rtscts' | 'none' | undefined;
  paceMs?: number | undefined;
  /** The driver for --board. */
  board?: string | undefined;
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
  /** Also send a file with all 256 values, read it back and erase it. */
  transfer?: boolean;
  /** Ends it, with LinkError (canceled). */
  signal?: AbortSignal;
}

/** Speeds that boards are set to, likeliest first. */
const SPEEDS = [115_200, 57_600, 38_400, 19_200, 9_600, 230_400, 4_800, 2_400];
/** Printable characters, short enough for a command line of 126. */
const PRINTABLE = Array.from({ length: 95 }, (_, n) => String.fromCharCode(0x20 + n)).join('');
const XON_XOFF = [0x11, 0x13];
/** Shown as ^A and so on by CP/M's line editor. Not here: NUL, ^C ^E ^H ^I ^J ^M ^P ^R ^U ^X, which it obeys. */
const SHOWN_CONTROLS = [
  0x01, 0x02, 0x04, 0x06, 0x07, 0x0b, 0x0c, 0x0e, 0x0f, 0x11, 0x13, 0x14, 0x16, 0x17, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
  0x1e, 0x1f,
];
const caret = (value: number): string => `^${String.fromCharCode(value + 0x40)}`;
const HIGH_HALVES = [0x80, 0xc0].map((from) =>
  Array.from({ length: 64 }, (_, n) => String.fromCharCode(from + n)).join(''),
);
const TEST_FILE = 'Z80LMTST.COM';
/** On a floppy that has stopped. */
const ERASE_MS = 10_000;
/** Spacings tried where a burst is not survived, in ms; each is tried twice. */
const PACES = [0.2, 0.5, 1, 2, 3, 5];
/** XM needs 0.64 ms per byte, whatever the prompt can do. */
const LEAST_PACE = 1;

export async function* examine(bare: ByteLink, clock: Clock, tools: Instruments): AsyncGenerator<Finding> {
  const { signal } = tools;
  const link = heeding(bare, signal);
  const left = new Set<string>();
  const seen = await recover(link, clock, { onState: (words) => left.add(words) });
  yield answer(seen, [...left], tools);
  const isText = !NOBODY.includes(seen.situation) || legible(seen.text) >= LEGIBLE;
  if (!isText) {
    if (tools.reopen !== undefined && link.baud !== undefined)
      yield* speed(link, clock, seen, async (baud) => heeding(await tools.reopen!(baud), signal));
    return;
  }
  if (link.baud !== undefined)
    yield {
      check: 'speed',
      verdict: 'good',
      words: `${link.baud} baud: what comes is text`,
      learned: { baud: link.baud },
    };
  if (seen.situation !== 'cpm') return;
  const line = new CpmLine(link, clock);
  line.arrived(seen);
  yield await characters(line);
  yield await allValues(line);
  const flow = await flowControl(line, tools);
  yield flow;
  const found = await receiver(line);
  yield found;
  if (tools.transfer && found.learned?.board !== undefined) {
    // As it would be done after this: at the pace that was found.
    const paceMs = flow.learned?.paceMs ?? 0;
    const paced = paceMs > tools.paceMs ? pacedLink(bare, clock, paceMs) : bare;
    yield await transfer(new CpmLine(paced, clock), found.learned.board, signal);
  }
}

/** Where nobody is known to be at the other end. */
const NOBODY: readonly Situation[] = ['silent', 'talking', 'other'];
/** Where CP/M is to be started by its user. */
const MENUS: readonly Situation[] = ['romwbw-menu', 'romwbw-loader', 'searle-rom', 'searle-monitor'];

/** @param left what the board was brought from */
function answer({ situation, words, leave, prompt }: Found, left: readonly string[], tools: Instruments): Finding {
  const check = 'answer';
  if (situation === 'silent')
    return {
      check,
      verdict: 'bad',
      words: 'nothing answers',
      remedy:
        tools.flow === 'rtscts'
          ? 'is the board on, and are RX and TX crossed? If the cable has no CTS, try --flow none'
          : 'is the board on, and are RX and TX crossed?',
    };
  if (MENUS.includes(situation))
    return { check, verdict: 'note', words, remedy: 'boot CP/M (z80lm console), then run this again' };
  if (situation === 'scm')
    return {
      check,
      verdict: 'good',
      words: `${words} answers; it takes programs that are made for it`,
      remedy: 'z80lm build MODEL -o X.HEX --machine scm makes one; CP/M there is only with a CF card (type CPM)',
    };
  if (prompt === undefined) return { check, verdict: 'note', words, remedy: leave };
  const came = left.length > 0 ? `, which was brought there from: ${left.join('; ')}` : '';
  return { check, verdict: 'good', words: `${words} ${prompt.text} answers${came}` };
}

/** The whole of an echo, however it trickles in: 95 characters take 3 s at 300 baud. */
const ECHO_LIMIT_MS = 30_000;
/** An echo has ended. */
const QUIET_MS = 300;
/** The rest of one that is right so far: a busy computer or server must not look like a line that loses characters. */
const REST_MS = 1_000;

/** Try the other speeds, until what comes is text. */
async function* speed(
  link: ByteLink,
  clock: Clock,
  seen: Found,
  reopen: (baud: number) => Promise<ByteLink>,
): AsyncGenerator<Finding> {
  if (seen.text !== '')
    yield {
      check: 'speed',
      verdict: 'bad',
      words: `what comes at ${link.baud} baud is no text: ${shown(seen.text, 24)}`,
    };
  await link.close();
  for (const baud of SPEEDS.filter((one) => one !== link.baud)) {
    const other = await reopen(baud);
    try {
      const there = await recover(other, clock, { only: 'look' });
      const isKnown = !NOBODY.includes(there.situation);
      if (!isKnown && legible(there.text) < LEGIBLE) continue;
      yield {
        check: 'speed',
        verdict: 'bad',
        words: `the board talks at ${baud} baud, not at ${link.baud}: ${there.words}`,
        remedy: `use --baud ${baud}`,
        learned: { baud },
      };
      return;
    } finally {
      await other.close();
    }
  }
  yield { check: 'speed', verdict: 'bad', words: `nothing that is text at any of ${SPEEDS.join(', ')} baud` };
}

/** Type a text, take its echo (should it be right, this), wipe the line. */
async function echoOf(
  line: CpmLine,
  text: string,
  write: (text: string) => Promise<void>,
  right: string,
): Promise<string> {
  line.link.drain();
  await write(text);
  let echo = '';
  const wait = line.reader.wait('the echo', { totalMs: ECHO_LIMIT_MS });
  while (echo.length < 4 * text.length) {
    const isHalf = echo !== right && right.startsWith(echo);
    const arrival = await wait.next(isHalf ? REST_MS : QUIET_MS);
    if (arrival === undefined) break;
    // CP/M 3 goes to the next line of the screen by itself.
    echo += latin1(arrival.bytes).replace(/[\r\n]/g, '');
  }
  await line.cleanPrompt();
  return echo;
}

const burst =
  (line: CpmLine): ((text: string) => Promise<void>) =>
  (text) =>
    line.link.write(toBytes(text));

async function characters(line: CpmLine): Promise<Finding> {
  const echo = await echoOf(line, PRINTABLE, (text) => line.type(text), PRINTABLE);
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

/**
 * Of the values that are no printable characters, what a prompt can show: its line editor shows most control
 * characters as ^A, obeys others (and those are not typed), and CP/M's console has seven bits as a rule.
 */
async function allValues(line: CpmLine): Promise<Finding> {
  const check = 'all values';
  const missing: number[] = [];
  const all = String.fromCharCode(...SHOWN_CONTROLS);
  // All at once; only where that is not right, each by itself.
  const shownAll = SHOWN_CONTROLS.map(caret).join('');
  if ((await echoOf(line, all, (text) => line.type(text), shownAll)) !== shownAll)
    for (const value of SHOWN_CONTROLS) {
      const echo = await echoOf(line, String.fromCharCode(value), burst(line), caret(value));
      if (!echo.startsWith(caret(value))) missing.push(value);
    }
  const highEcho = await echoOf(line, '\xc1', burst(line), '\xc1');
  const eighth = [...highEcho][0];
  const words = [`95 of 256 come back as they are, ${SHOWN_CONTROLS.length - missing.length} as ^A to ^_`];
  if (eighth === 'A') words.push('the console drops the eighth bit (C1h came back as 41h)');
  else if (eighth === '\xc1') {
    let clean = 0;
    for (const half of HIGH_HALVES)
      clean += (await echoOf(line, half, (text) => line.type(text), half)) === half ? 64 : 0;
    words.push(`${clean} of the 128 from 80h on come back, too`);
  } else words.push(`C1h came back as ${shown(highEcho)}`);
  words.push('the others the prompt does not show: only a transfer tests them (--transfer)');
  const swallowed = XON_XOFF.filter((value) => missing.includes(value));
  if (swallowed.length === 0 || missing.length > SHOWN_CONTROLS.length / 2)
    return { check, verdict: 'good', words: words.join('; ') };
  return {
    check,
    verdict: 'note',
    words: `${swallowed.map(caret).join(' and ')} did not come through; ${words.join('; ')}`,
    remedy: 'if XON/XOFF is switched on at a serial server or at the board, switch it off: programs hold these bytes',
  };
}

/** The proof: a file that holds each of the 256 values twice, there and back. */
async function transfer(line: CpmLine, board: string, signal: AbortSignal | undefined): Promise<Finding> {
  const check = 'transfer';
  const bytes = Uint8Array.from({ length: 512 }, (_, n) => (n < 256 ? n : 511 - n));
  try {
    let verified = false;
    let doubt: string | undefined;
    const file = { name: TEST_FILE, bytes };
    for await (const progress of createDriver(board).flash(line, file, signal ? { signal } : {})) {
      verified ||= progress.phase === 'verify';
      doubt ??= progress.doubt;
    }
    await line.within(ERASE_MS, `${TEST_FILE} to be erased`, (bounded) => bounded.erase(TEST_FILE));
    return {
      check,
      verdict: 'good',
      words:
        doubt !== undefined
          ? `all 256 values were sent and acknowledged; ${doubt}`
          : verified
            ? 'all 256 values went there and came back as they were'
            : 'all 256 values were sent and acknowledged; this board cannot send them back',
    };
  } catch (error) {
    if (!(error instanceof LinkError || error instanceof RefusedError)) throw error;
    if (error instanceof LinkError && (error.reason.disconnected || signal?.aborted)) throw error;
    return { check, verdict: 'bad', words: error.message, ...(error.hint && { remedy: error.hint }) };
  }
}

async function flowControl(line: CpmLine, tools: Instruments): Promise<Finding> {
  const check = 'flow control';
  const whole = async (write: (text: string) => Promise<void>): Promise<boolean> =>
    (await echoOf(line, PRINTABLE, write, PRINTABLE)) === PRINTABLE;
  const cts = await tools.cts?.();
  const seen = cts === undefined ? 'CTS cannot be seen here' : `CTS is ${cts ? 'on' : 'off'} while the board waits`;
  if ((await whole(burst(line))) && (await whole(burst(line))))
    return {
      check,
      verdict: 'good',
      learned: { flow: tools.flow, paceMs: tools.paceMs },
      words:
        tools.flow === 'rtscts'
          ? `a burst of 95 characters at full speed loses none (${seen})`
          : `a burst of 95 characters${tools.paceMs > 0 ? `, one each ${tools.paceMs} ms,` : ''} loses none`,
    };
  for (const pace of PACES) {
    // The same pacing that --pace has.
    const slow = pacedLink(line.link, line.clock, pace);
    const paced = (text: string): Promise<void> => slow.write(toBytes(text));
    if (!(await whole(paced)) || !(await whole(paced))) continue;
    const safe = Math.max(LEAST_PACE, 2 * pace);
    return {
      check,
      verdict: 'bad',
      words: `a burst of 95 characters loses some (${seen}); one each ${pace} ms loses none`,
      remedy: `use --flow none --pace ${safe}, or connect RTS and CTS at both ends`,
      learned: { flow: 'none', paceMs: safe },
    };
  }
  return {
    check,
    verdict: 'bad',
    words: `characters are lost even with ${PACES.at(-1)} ms between them`,
    remedy: 'the line itself loses them: check the cable, or a lower baud rate at both ends',
  };
}

async function receiver(line: CpmLine): Promise<Finding> {
  try {
    const { driver } = await findReceiver(line);
    return {
      check: 'receiver',
      verdict: 'good',
      words: `${createDriver(driver).title}: z80lm flash --board ${driver}`,
      learned: { board: driver },
    };
  } catch (error) {
    if (!(error instanceof LinkError) || error.reason.disconnected || error.reason.canceled) throw error;
    return { check: 'receiver', verdict: 'bad', words: error.message, ...(error.hint && { remedy: error.hint }) };
  }
}
