/**
 * Who is at the other end? One CR is typed, and what answers decides: a CR is harmless at every prompt and menu
 * that such boards have. At a CP/M prompt DIR, which only looks, then tells which receiver is there.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { TransferError } from '../seams/errors.js';
import { ByteReader, shown } from '../link/byte-reader.js';
import { pacedLink } from '../link/paced-link.js';
import { toBytes } from '../seams/bytes.js';
import { CpmLine, LINE_SETTINGS, PROMPT } from './cpm-line.js';
import { releaseReceiver } from './xmodem-send.js';

/** What a board shows that waits for its user. */
export type Situation =
  'cpm' | 'romwbw-menu' | 'romwbw-loader' | 'scm' | 'searle-monitor' | 'chat' | 'receiver' | 'other' | 'silent';

interface Sign {
  situation: Situation;
  /** Tried on everything that came after the CR. */
  sign: RegExp;
  words: string;
}

/** Verbatim prompts of real firmware. The CP/M prompt is first: it may follow any of the others' texts. */
const SIGNS: readonly Sign[] = [
  { situation: 'cpm', sign: PROMPT, words: 'the CP/M prompt' },
  {
    situation: 'romwbw-menu',
    sign: /\(L\)ist disks, or Disk Unit # ===> $/,
    words: "RomWBW's boot menu (2.9): press C for CP/M",
  },
  {
    situation: 'romwbw-loader',
    sign: /Boot \[H=Help\]: $/,
    words: "RomWBW's boot loader (3.x): type C and Enter for CP/M",
  },
  { situation: 'scm', sign: /[\r\n]\*$/, words: 'the Small Computer Monitor' },
  { situation: 'searle-monitor', sign: /[\r\n]>$/, words: "the boot ROM's monitor: type X, then Y, for CP/M" },
  {
    situation: 'receiver',
    sign: /^[\x15C]+$/,
    words: 'a receiver that waits for the rest of a file: it gives up after some two minutes, or at a reset',
  },
  { situation: 'chat', sign: /[\r\n]\d{0,3}> $/, words: 'a chat program, which waits for a question' },
];

/** Whatever answers, does so within the time of a few lines; a Z80 that thinks is another matter. */
const ANSWER_MS = 1_500;
const QUIET_MS = 300;
/** Words that end in no known prompt may not have ended: a slow console, a busy server or computer between us. */
const UNKNOWN_QUIET_MS = 1_500;
/** A boot text at 9600 baud takes 1 to 2 s. */
const TALK_MS = 5_000;

export interface Recognised {
  situation: Situation;
  words: string;
  /** Everything that came. */
  text: string;
}

/** Type a CR and look. Sends nothing else. */
export async function look(link: ByteLink, clock: Clock): Promise<Recognised> {
  const reader = new ByteReader(link, clock);
  // Let a board that is talking (booting, printing) finish: its words are no answer to us.
  let text = await reader.untilQuiet(QUIET_MS, TALK_MS);
  await link.write(Uint8Array.of(0x0d));
  const first = await link.read(ANSWER_MS);
  if (first === undefined) return judge(text);
  link.unread(first.bytes);
  let answer = await reader.hear(QUIET_MS, TALK_MS);
  text += answer.text;
  if (answer.fellSilent && judge(text).situation === 'other') {
    answer = await reader.hear(UNKNOWN_QUIET_MS, TALK_MS);
    text += answer.text;
  }
  // In the middle of a talk anything may look like a prompt.
  if (!answer.fellSilent) return { situation: 'other', words: `something talks without end: ${shown(text, 80)}`, text };
  return judge(text);
}

function judge(text: string): Recognised {
  const found = SIGNS.find(({ sign }) => sign.test(text));
  if (found) return { situation: found.situation, words: found.words, text };
  if (text === '') return { situation: 'silent', words: 'nothing answers', text };
  return { situation: 'other', words: `something answers that is not known: ${shown(text, 80)}`, text };
}

/** From each menu to CP/M: keys, each typed when what the one before brought has come. */
const BOOT_KEYS: Partial<Record<Situation, readonly string[]>> = {
  'romwbw-menu': ['C'],
  'romwbw-loader': ['C\r'],
  'searle-monitor': ['X', 'Y'],
  scm: ['CPM\r'],
  // The classic boot ROM says nothing until SPACE chooses the channel.
  silent: [' '],
};
/** Loading CP/M takes 1.4 s from ROM, more from a card; each step ends when the board has been quiet so long. */
const BOOT_QUIET_MS = 1_500;
const BOOT_LIMIT_MS = 15_000;
/** SPACE, then the monitor, then CP/M. */
const BOOT_STEPS = 4;

/**
 * Bring a board from its boot menu to CP/M. To be called only when the user asked for it: keys typed at a menu
 * start things.
 * @throws TransferError when CP/M does not come
 */
export async function bootCpm(link: ByteLink, clock: Clock): Promise<void> {
  const reader = new ByteReader(link, clock);
  let seen = await look(link, clock);
  for (let step = 0; step < BOOT_STEPS; step++) {
    if (seen.situation === 'cpm' || seen.situation === 'chat') return;
    let text = '';
    for (const key of BOOT_KEYS[seen.situation] ?? []) {
      await pacedLink(link, clock, LINE_SETTINGS.typingMs).write(toBytes(key));
      text = await reader.untilQuiet(BOOT_QUIET_MS, BOOT_LIMIT_MS);
    }
    // A boot ROM says nothing to a CR at its prompt, so its own words come first.
    seen = judge(text);
    if (seen.situation === 'other' || seen.situation === 'silent') seen = await look(link, clock);
  }
  throw new TransferError('the board does not get to CP/M', { where: link.name, hint: `but: ${seen.words}` });
}

/** Receivers in the order of trust, and where they are found. */
const RECEIVERS: readonly { driver: string; file: string; drives: string }[] = [
  { driver: 'romwbw', file: 'XM.COM', drives: 'BA' },
  ...['RECV', 'XMODEM', 'RX', 'KMD', 'ZMD'].map((tool) => ({ driver: 'cpm', file: `${tool}.COM`, drives: 'AB' })),
  { driver: 'download', file: 'DOWNLOAD.COM', drives: 'AB' },
];

/**
 * The name of the driver for the board on this link.
 * @throws TransferError that says what is there instead, and what the user can do
 */
export async function recogniseBoard(link: ByteLink, clock: Clock): Promise<string> {
  let seen = await look(link, clock);
  if (seen.situation === 'receiver') {
    // Left by a transfer that broke off: CAN, which is ^X, does no harm where it is none.
    await releaseReceiver(link, clock);
    seen = await look(link, clock);
  }
  if (seen.situation === 'scm') return 'scm';
  if (seen.situation === 'cpm' || seen.situation === 'chat') {
    const line = new CpmLine(link, clock);
    await line.cleanPrompt();
    for (const { driver, file, drives } of RECEIVERS)
      for (const drive of drives) if (await line.has(`${drive}:${file}`)) return driver;
    throw new TransferError('CP/M answers, but no receiver known to z80lm is on its drives A: and B:', {
      where: link.name,
      hint: 'if another receiver is there, describe it in a board file; else use --board bootstrap',
    });
  }
  throw new TransferError(
    seen.situation === 'silent' ? 'nothing answers from the board' : `the board is not at its CP/M prompt`,
    {
      where: link.name,
      timedOut: seen.situation === 'silent',
      hint:
        seen.situation === 'silent'
          ? 'is it on, is the baud rate right, are RX and TX crossed (z80lm doctor looks into it)? A classic boot ROM waits for SPACE: --boot types it. After a transfer that broke off, a receiver may wait for up to two minutes, or until a reset'
          : seen.situation === 'other'
            ? `${seen.words}; if it is a boot menu, --boot goes on from there`
            : `it is at: ${seen.words}${seen.situation in BOOT_KEYS ? '; or let --boot do it' : ''}`,
    },
  );
}
