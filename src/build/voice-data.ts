/**
 * What a model with a voice can say, as bytes at an address: firmware/chat/voice.asm, texts.asm and game.asm draw them.
 *
 *     slots     each answer in order, the fallback if it is none of them, the texts of a game
 */
import type { ClosedSet } from '../model/closed-set.js';
import {
  ACTION_LEAD,
  FIRST_FORGOTTEN,
  GAME_TEXT_NAMES,
  TRUTHS,
  gameTexts,
  meaningOf,
  spellings,
} from '../model/game.js';
import { broken, ownReplies, repliesTo } from '../model/voice.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { packTexts } from './packed-texts.js';

/** KIND_… of voice.asm */
export const KINDS = {
  KIND_PLAIN: 0,
  KIND_FALLBACK: 1,
  KIND_REPEAT: 2,
  KIND_FACT: 3,
  KIND_SECRET: 4,
  KIND_HINT: 5,
  KIND_GIVE_UP: 6,
  KIND_AGAIN: 7,
} as const;
const ACTION_KINDS = { HINT: KINDS.KIND_HINT, 'GIVE UP': KINDS.KIND_GIVE_UP, AGAIN: KINDS.KIND_AGAIN } as const;

/** TEXT_END of chat.asm */
const TEXT_END = 0;
/** Codes of texts.asm. */
export const TEXT_CODES = { TEXT_SECRET: 1, TEXT_COUNT: 2 } as const;

export interface VoiceData {
  bytes: number[];
  constants: Record<string, number>;
}

/** Something to say. */
interface Slot {
  kind: number;
  /** Of its fact or secret. */
  index: number;
  /** What is said by turns; nothing of their own say guesses, actions and facts without a hint. */
  texts: number[][];
}

export function layVoice(closed: ClosedSet, start: number): VoiceData {
  const { answers, unknown, game } = closed;
  const slots = slotsOf(closed);
  const names = (game?.secrets ?? []).map((secret) => codes(secret[0]!));
  const { pairs, texts } = packTexts([...slots.flatMap((slot) => slot.texts), ...names]);
  const ended = texts.map((text) => [...text, TEXT_END]);
  const bytes: number[] = [];
  const put = (block: readonly number[]): number => {
    for (const byte of block) bytes.push(byte);
    return start + bytes.length - block.length;
  };
  let taken = 0;
  const replies = slots.map((slot) => {
    const own = ended.slice(taken, (taken += slot.texts.length));
    return own.length === 0 ? 0 : put([own.length, ...own.flat()]);
  });
  const secrets = (game?.secrets ?? []).map((secret, i) =>
    put([...ended[taken + i]!, ...spellings(secret).flatMap((name) => [...toBytes(name), TEXT_END]), TEXT_END]),
  );
  const truths = (game?.truths ?? []).map((row) => put(truthBytes(row)));
  const entries = slots.flatMap(({ kind, index }, i) => [
    kind,
    index,
    ...word(kind === KINDS.KIND_SECRET ? secrets[index]! : replies[i]!),
  ]);
  const gameAt = slots.length - (game ? GAME_TEXT_NAMES.length : 0);
  const fallback = unknown ? answers.indexOf(unknown.answer) : 0;
  return {
    constants: {
      VOICES: put(entries) & 0xffff,
      PAIRS: put(pairs) & 0xffff,
      ANSWERS: answers.length,
      UNKNOWN_SLOT: fallback < 0 ? answers.length : fallback,
      FORGOTTEN: game ? gameAt + FIRST_FORGOTTEN : 0xff,
      ...(game && {
        SECRETS: put(secrets.flatMap((at, i) => [...word(at), ...word(truths[i]!)])) & 0xffff,
        SECRET_COUNT: secrets.length,
        LIMIT: game.limit,
        // Sums are four times the outputs.
        ACTION_LEAD: unknown ? 4 * Math.max(ACTION_LEAD, unknown.margin) : 0,
        ...Object.fromEntries(GAME_TEXT_NAMES.map((name, i) => [slotName(name), gameAt + i])),
      }),
    },
    bytes,
  };
}

/** What assembling takes for granted before a model is there. */
export const NO_VOICE_CONSTANTS: Record<string, number> = {
  VOICES: 0,
  PAIRS: 0,
  ANSWERS: 1,
  UNKNOWN_SLOT: 0,
  FORGOTTEN: 0xff,
  SECRETS: 0,
  SECRET_COUNT: 1,
  LIMIT: 1,
  ACTION_LEAD: 0,
  ...Object.fromEntries(GAME_TEXT_NAMES.map((name) => [slotName(name), 0])),
};

function slotName(text: string): string {
  return `${text.replace(' ', '_')}_SLOT`;
}

/** In order: answers, the fallback if it is none of them, a game's texts. */
function slotsOf({ answers, unknown, voice, game }: ClosedSet): Slot[] {
  const slot = (kind: number, texts: readonly string[], index = 0): Slot => ({ kind, index, texts: texts.map(codes) });
  const slots = answers.map((answer): Slot => {
    const replies = repliesTo(voice, answer);
    if (answer === unknown?.answer) return slot(KINDS.KIND_FALLBACK, replies);
    if (answer === voice?.repeat) return slot(KINDS.KIND_REPEAT, replies);
    const meaning = meaningOf(game, answer);
    switch (meaning.kind) {
      case 'action':
        return slot(ACTION_KINDS[meaning.action], []);
      case 'secret':
        return slot(KINDS.KIND_SECRET, [], meaning.index);
      case 'fact':
        // Its reply is its hint.
        return slot(KINDS.KIND_FACT, ownReplies(voice, answer) ?? [], meaning.index);
      case 'plain':
        return slot(KINDS.KIND_PLAIN, replies);
    }
  });
  if (unknown && !answers.includes(unknown.answer))
    slots.push(slot(KINDS.KIND_FALLBACK, repliesTo(voice, unknown.answer)));
  const texts = GAME_TEXT_NAMES.map((name, i): Slot => {
    const made = slot(KINDS.KIND_PLAIN, gameTexts(voice, name));
    return i < FIRST_FORGOTTEN ? made : { ...made, texts: made.texts.map(filled) };
  });
  return game ? [...slots, ...texts] : slots;
}

function codes(text: string): number[] {
  return [...toBytes(broken(text))];
}

/** What stands for the secret and for the number of questions has a code. */
function filled(text: readonly number[]): number[] {
  const coded = latin1(Uint8Array.from(text))
    .replaceAll('{it}', String.fromCharCode(TEXT_CODES.TEXT_SECRET))
    .replaceAll('{n}', String.fromCharCode(TEXT_CODES.TEXT_COUNT));
  return [...toBytes(coded)];
}

function truthBytes(row: string): number[] {
  const bytes = new Array<number>(Math.ceil(row.length / 4)).fill(0);
  [...row].forEach((truth, fact) => (bytes[fact >> 2]! |= TRUTHS.indexOf(truth) << (2 * (fact & 3))));
  return bytes;
}

function word(value: number): [number, number] {
  return [value & 0xff, (value >> 8) & 0xff];
}
