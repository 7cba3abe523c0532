/**
 * Back to the CP/M prompt, whatever state the board was left in. What it is doing is found out by what it answers, and
 * each state has its own way out:
 *
 *     us     (listen)                           a board that prints or boots is let finish; Bdos Err gets ^C first
 *     us     CAN, CR                            CAN is ^X: a half-typed line is wiped, never run (wipe.ts)
 *     board  CR LF A>                           most of the time; else the state is looked up, and its keys are typed:
 *     board  NAK            us  CAN, 0.3 s, CAN a receiver; half a block must time out first, which its NAK says
 *     board  Bdos Err On B: Bad Sector  us ^C   and so on (STATES), until a prompt is there or nothing is left to try
 *     us     CR                                 (nothing stands on that line)
 *     board  CR LF A>                           the same once more: that is the prompt, whatever it looks like
 *
 * What it costs. CAN and CR at a state that is not known yet are what a receiver and a sender take for a cancel and for noise;
 * they wipe and end an empty line at a prompt, choose nothing in a boot menu, and wake what waits for a key. Only at a
 * "Bad Sector" that was said before the port was opened they do something: any key but ^C goes on with that sector, and ^C
 * first would leave an editor. ^U is no such key: it is 15h, NAK, and orders another block from a sender. The ways out
 * end what they are for: a receiver erases its part of a file or keeps it, END_DOWNLOAD closes DOWNLOAD's, ^C leaves a
 * program that heeds it. MBASIC and ED, which may hold somebody's work, are left to their user. No command is run, and
 * nothing is erased or written that CP/M lists, by us.
 */
import { ByteReader, shown } from '../link/byte-reader.js';
import { pacedLink } from '../link/paced-link.js';
import type { ByteLink } from '../seams/byte-link.js';
import { toBytes } from '../seams/bytes.js';
import type { Clock } from '../seams/clock.js';
import {
  BDOS_ERROR,
  CRASHED,
  CRASH_REMEDY,
  cpmPrompt,
  lastLine,
  QUESTION_PROMPT,
  readPrompt,
  signOf,
  type CpmPrompt,
} from '../seams/prompt.js';
import { hear, type Ending } from './ending.js';
import { wipe } from './wipe.js';

/** Each wait, and what it must outlast. */
export const RECOVER_SETTINGS = {
  /** Before anything is typed: longer than a pause within printed text at 1200 baud. */
  listenMs: 100,
  /** A board that talks longer without a pause does not wait for anybody; a boot text at 9600 baud takes 1 to 2 s. */
  talkMs: 5_000,
  /** From one key to the next: good for every firmware seen, with flow control and without. */
  keyMs: 3,
  /** Between CAN and what follows it: XM takes a burst of CANs for one. */
  cancelPauseMs: 300,
  /** For the first answer: half a block times out at a receiver within 1.3 to 2.1 s, which it tells by NAK. */
  firstMs: 3_000,
  /** For the answer to other keys, of whatever has been silent before. */
  answerMs: 1_500,
  /** A CP/M prompt is one when nothing follows it. A '>' within printed text is followed within a few ms at 9600 baud. */
  promptQuietMs: 60,
  /** The same for other signs. */
  quietMs: 300,
  /** Words that end in nothing known may not have ended: a slow console, a busy server or computer between us. */
  unknownQuietMs: 1_500,
  /** Keys in all: a receiver in half a block with an editor behind it takes five. */
  rounds: 12,
  /** Looks at a line on which noise comes, before that is all it is: a burst passes, another speed does not. */
  noisyLooks: 2,
};

const [CTRL_C, EOT, ACK, CAN, CTRL_Z] = ['\x03', '\x04', '\x06', '\x18', '\x1a'];
/** Ends DOWNLOAD from any state: closes a half byte, a record, and both fields of the end. Nothing else takes it for more than a typing error. */
export const END_DOWNLOAD = '0:>>00000\r';

/**
 * Ends the loader of the Small Computer Monitor, whose record takes up to 560 digits, and ESC for one. Elsewhere it is a line of
 * zeros, which ESC leaves.
 */
export const FREE_LOADER = `${'0'.repeat(560)}\x1b`;

/** What a board is doing that waits for somebody. */
export type Situation =
  | 'cpm'
  | 'bdos-error'
  | 'receiver'
  | 'sender'
  | 'sender-end'
  | 'helper'
  | 'romwbw-menu'
  | 'romwbw-loader'
  | 'scm'
  | 'searle-rom'
  | 'searle-monitor'
  | 'chat'
  | 'debugger'
  | 'basic'
  | 'editor'
  | 'pager'
  | 'talking'
  | 'other'
  | 'silent';

interface State {
  situation: Situation;
  /** Of what has come; of what answered the last keys where `fresh`. */
  sign: RegExp;
  fresh?: boolean;
  words: string;
  /** The ways out, one after the other: keys, with the pause of a cancel between. None: it is left to its user. */
  out?: readonly (readonly string[])[];
  /** What the user can do where that did not help. */
  leave: string;
}

const CANCEL = [CAN, CAN];
/** XM in the middle of sending counts each as one error of the ten that end it. */
const MANY_CANS = Array.from({ length: 6 }, () => CAN);
/** To be told by its looks from other keys: wipe(), and a CR where the line is empty. See above. */
const FIRST = `${CAN}\r`;
const BOOT_IT = 'or let --boot do it';

/** Verbatim signs of real firmware and programs. */
const STATES: readonly State[] = [
  {
    situation: 'bdos-error',
    sign: BDOS_ERROR,
    words: "CP/M's report of a disk error, which waits for a key",
    // Any other key goes on with the sector as if it were good: where it is on the line already, this is the first one.
    out: [[CTRL_C], [CTRL_C], ['\r']],
    leave: 'press Ctrl-C in z80lm console',
  },
  {
    situation: 'romwbw-menu',
    sign: /\(L\)ist disks, or Disk Unit # ===> $/,
    words: "RomWBW's boot menu (2.9): press C for CP/M",
    leave: BOOT_IT,
  },
  {
    situation: 'romwbw-loader',
    sign: /Boot \[H=Help\]: $/,
    words: "RomWBW's boot loader (3.x): type C and Enter for CP/M",
    leave: BOOT_IT,
  },
  {
    situation: 'editor',
    sign: /[\r\n] *\d*: \*$/,
    words: 'the editor ED, with a file open',
    leave: 'E saves the file and leaves it, Q leaves it as it was (in z80lm console)',
  },
  {
    situation: 'scm',
    sign: /[\r\n]\*$/,
    words: 'the Small Computer Monitor',
    leave: 'z80lm build -o X.HEX makes programs for it; with a CF card, --boot goes on to CP/M',
  },
  {
    situation: 'searle-rom',
    sign: /Press \[SPACE\] to activate console\s*$/,
    words: 'the classic boot ROM, which waits for SPACE',
    leave: BOOT_IT,
  },
  {
    situation: 'searle-monitor',
    sign: /[\r\n]>$/,
    words: "the boot ROM's monitor: type X, then Y, for CP/M",
    leave: BOOT_IT,
  },
  {
    situation: 'receiver',
    sign: /(?:^[CK]+|\x15)$/,
    fresh: true,
    words: 'a receiver that waits for the rest of a file',
    // A receiver that knows no CAN takes EOT for the end.
    out: [CANCEL, CANCEL, [EOT], CANCEL],
    leave: 'it gives up after some two minutes, or at a reset',
  },
  {
    situation: 'sender',
    // SOH, the block's number, and its complement: SENDER_HEADS.
    sign: /\x01/,
    words: 'a sender in the middle of a file',
    out: [CANCEL, MANY_CANS, MANY_CANS],
    leave: 'it gives up after some two minutes, or at a reset',
  },
  {
    situation: 'sender-end',
    sign: /^\x04+$/,
    fresh: true,
    words: 'a sender at the end of a file',
    out: [[ACK], CANCEL, [ACK]],
    leave: 'it gives up after some two minutes, or at a reset',
  },
  {
    situation: 'helper',
    // Dots for what it heard, perhaps its last answer, and what it says to our keys, which are no frame of its.
    sign: /^[.?]*(?:\x5a\xa5[^]*)?\?$/,
    fresh: true,
    words: 'the helper (Z80LMH) in the middle of a flash',
    // Nothing may follow the second one: see firmware/helper/line.asm.
    out: [CANCEL, CANCEL, CANCEL],
    leave: 'it gives up after ten seconds of silence, behind a slow BIOS after two minutes',
  },
  {
    situation: 'chat',
    sign: QUESTION_PROMPT,
    words: 'a chat program, which waits for a question',
    out: [[CTRL_C], ['!\r']],
    leave: 'leave it by Ctrl-C in z80lm console',
  },
  {
    situation: 'debugger',
    sign: /[\r\n][-#]$/,
    words: "a debugger's prompt (DDT, SID)",
    out: [[CTRL_C], ['G0\r']],
    leave: 'leave it by Ctrl-C or G0 in z80lm console',
  },
  {
    situation: 'basic',
    // Its Ok comes after a statement only; CP/M rubs out, where this line editor shows what ^X has done. It may hold a
    // program that was not saved, so that SYSTEM is not ours to type.
    sign: /(?:[\r\n]Ok\s*|#\r*\n[\r\n]*)$/,
    fresh: true,
    words: 'MBASIC, or a BASIC like it',
    leave: 'SAVE "NAME" keeps the program in it, SYSTEM leaves it (in z80lm console)',
  },
  {
    situation: 'pager',
    sign: /(?:\[?-*more-*\]?|(?:strike|press|hit)\b[^\r\n]*(?:key|return|enter|space)[^\r\n]*)[\s:.!?]*$/i,
    words: 'a program that waits for a key at the end of a page',
    out: [[CTRL_C], [' '], [CTRL_C]],
    leave: 'leave it in z80lm console',
  },
];

const TALKING: State = {
  situation: 'talking',
  sign: /$^/,
  words: 'something talks without end',
  // A BASIC's program, and most others that print, look for it.
  out: [[CTRL_C]],
  leave: 'is it a board, and at its prompt?',
};
const CRASH: State = {
  situation: 'talking',
  sign: CRASHED,
  words: 'a report of "BAD INT" without end',
  leave: CRASH_REMEDY,
};
const OTHER: State = {
  situation: 'other',
  sign: /$^/,
  words: 'something answers that is not known',
  out: [[CAN, FIRST], [CTRL_C], [CTRL_Z]],
  leave: 'if it is a boot menu, --boot goes on from there; a program is left by its own command (in z80lm console)',
};
const SILENT: State = {
  situation: 'silent',
  sign: /$^/,
  words: 'nothing answers',
  // Last the longest: a monitor's loader that stands in a record.
  out: [[CAN, FIRST], [CTRL_C], [END_DOWNLOAD], [CTRL_Z], [FREE_LOADER]],
  leave:
    'is it on, is the baud rate right, are RX and TX crossed (z80lm doctor looks into it)? A classic boot ROM waits for SPACE: --boot types it',
};

const OUR_KEYS = /[\x03\x04\x06\x18\x1a]/g;

export interface Found {
  situation: Situation;
  words: string;
  /** What the user can do about it. */
  leave: string;
  /** Everything that came. */
  text: string;
  /** At CP/M. */
  prompt?: CpmPrompt;
  /** What its prompts look like: see signOf. */
  sign?: RegExp;
}

export interface RecoverOptions {
  /** Told what is being left, in words, before its keys are typed. */
  onState?: ((words: string) => void) | undefined;
  /** Only look: CAN and CR are typed, and no way out is taken. */
  only?: 'look';
  /** What the board has said already: some say nothing to a CR. */
  heard?: string;
}

/** How much of a text looks like a board's: 0 to 1. */
export function legible(text: string): number {
  if (text === '') return 0;
  return [...text].filter((c) => /[\x20-\x7e\r\n\b\t]/.test(c)).length / text.length;
}
/** Less is noise, or another speed: nothing more is typed into it. */
export const LEGIBLE = 0.9;

/** A sender's block begins, beside other text that may hold SOH. */
function beginsBlock(text: string): boolean {
  for (let at = text.indexOf('\x01'); at >= 0; at = text.indexOf('\x01', at + 1))
    if (text.charCodeAt(at + 1) + text.charCodeAt(at + 2) === 0xff) return true;
  return false;
}

/** Signs are within so much; a text may be long, and hostile. */
const SIGN_KEPT = 400;

/** @param answer what came after the last keys @param text all */
function stateOf(answer: string, text: string): State {
  const [now, all] = [answer.slice(-SIGN_KEPT), text.slice(-SIGN_KEPT)];
  const found = STATES.find(
    ({ situation, sign, fresh }) => sign.test(fresh ? now : all) && (situation !== 'sender' || beginsBlock(now)),
  );
  return found ?? (answer === '' ? SILENT : OTHER);
}

/** A line that may be a prompt of a form that nobody has told us: it says a drive. */
function candidate(text: string): CpmPrompt | undefined {
  const line = lastLine(text);
  const perhaps = line.length <= 40 && line.endsWith('>') ? readPrompt(line) : undefined;
  return cpmPrompt(text) ?? (perhaps?.drive ? perhaps : undefined);
}

/**
 * Get the board to its CP/M prompt, or find out what is there instead. Never throws for what a board says.
 * @throws LinkError when the line is lost or called off
 */
export async function recover(link: ByteLink, clock: Clock, options: RecoverOptions = {}): Promise<Found> {
  const {
    listenMs,
    talkMs,
    keyMs,
    cancelPauseMs,
    firstMs,
    answerMs,
    promptQuietMs,
    quietMs,
    unknownQuietMs,
    rounds,
    noisyLooks,
  } = RECOVER_SETTINGS;
  const reader = new ByteReader(link, clock);
  const keyboard = pacedLink(link, clock, keyMs);
  let text = (options.heard ?? '') + (await reader.untilQuiet(listenMs, talkMs));

  const type = async (keys: readonly string[]): Promise<void> => {
    for (const [n, part] of keys.entries()) {
      if (n > 0) text += await reader.untilQuiet(cancelPauseMs, talkMs);
      if (part !== FIRST) {
        await keyboard.write(toBytes(part));
        continue;
      }
      // It belongs to the answer.
      const { came, isEmpty } = await wipe(reader, keyboard);
      link.unread(toBytes(came));
      if (isEmpty) await keyboard.write(toBytes('\r'));
    }
  };
  const answer = async (waitMs: number): Promise<{ state: State; prompt?: CpmPrompt; text: string }> => {
    const before = text;
    const ending = (tail: string): Ending<State | CpmPrompt> | undefined => {
      if (tail === '') return undefined;
      const prompt = candidate(tail);
      if (prompt !== undefined) return { kind: prompt, quietMs: promptQuietMs };
      const state = stateOf(tail, before.slice(-SIGN_KEPT) + tail);
      // An empty line is the beginning of an answer.
      const mayGoOnMs = /^[\r\n]*$/.test(tail) ? firstMs : unknownQuietMs;
      return { kind: state, quietMs: state === OTHER ? mayGoOnMs : quietMs };
    };
    const heard = await hear(reader, ending, { what: 'an answer', totalMs: waitMs + talkMs, firstMs: waitMs });
    text += heard.text;
    // In the middle of a talk anything may look like a prompt.
    if (heard.end !== 'silence') return { state: CRASHED.test(text) ? CRASH : TALKING, text: heard.text };
    if (heard.kind === undefined) return { state: stateOf('', text), text: heard.text };
    if ('situation' in heard.kind) return { state: heard.kind, text: heard.text };
    return { state: OTHER, prompt: heard.kind, text: heard.text };
  };

  const tried = new Map<State, number>();
  // Any other key says: go on with that sector.
  let keys: readonly string[] = [BDOS_ERROR.test(text) && options.only !== 'look' ? CTRL_C : FIRST];
  let waitMs = options.only === 'look' ? answerMs : firstMs;
  let state = SILENT;
  let noisy = 0;
  for (let round = 0; round < rounds; round++) {
    await type(keys);
    const seen = await answer(waitMs);
    state = seen.state;
    if (seen.prompt !== undefined) {
      // Nothing stands on this line.
      await type(['\r']);
      const again = (await answer(firstMs)).prompt;
      const sign = signOf(seen.prompt);
      if (again !== undefined && sign.test(again.text))
        return { situation: 'cpm', words: 'the CP/M prompt', leave: '', text, prompt: again, sign };
      keys = [FIRST];
      continue;
    }
    const attempt = tried.get(state) ?? 0;
    // Our own keys may come back as they are.
    const words = seen.text.replaceAll(OUR_KEYS, '');
    const isNoise = state === OTHER && words !== '' && legible(words) < LEGIBLE;
    if (isNoise && options.only !== 'look' && noisy++ < noisyLooks) {
      keys = [FIRST];
      continue;
    }
    const out = options.only === 'look' || isNoise ? undefined : state.out?.[attempt];
    if (out === undefined) break;
    tried.set(state, attempt + 1);
    if (state !== SILENT && state !== OTHER) options.onState?.(state.words);
    keys = out;
    waitMs = state === SILENT ? answerMs : firstMs;
  }
  if (state === SILENT && text !== '') state = OTHER;
  const { situation, leave } = state;
  const says = state === OTHER || state === TALKING ? `${state.words}: ${shown(text, 80)}` : state.words;
  return { situation, words: says, leave, text };
}
