/** What a program that was built here says of itself behind its first jump, if it has a voice (firmware/chat/chat.asm). */
import type { Image } from '../machines/machine.js';
import { seedFrom } from '../model/conversation.js';
import { toBytes } from '../seams/bytes.js';

const AT = 3;
const MARK = toBytes('Z80LM');
const MEMORY = 2;
const GAME = 4;

export interface Traits {
  /** It sees what it said before. */
  memory: boolean;
  /** It plays a game, whose secret a seed fixes. */
  game: boolean;
}

/**
 * Whether what a program says depends on what was said before: undefined for one that answers each question by itself, and
 * for any that was not built here.
 * @param program as it stands in memory: `imageOf` of src/machines/index.ts takes it from a file, BuiltProgram.image is one
 */
export function traitsOf({ bytes, origin, entry }: Image): Traits | undefined {
  const at = entry - origin + AT;
  if (!MARK.every((byte, i) => bytes[at + i] === byte)) return undefined;
  const bits = bytes[at + MARK.length] ?? 0;
  return { memory: (bits & MEMORY) !== 0, game: (bits & GAME) !== 0 };
}

/** Which game is played unless something says which. */
const SOME_GAME = 1;
/** Turns from the first text on, as when the program starts. */
const FIRST_TURNS = 0;

/**
 * What to type before a question so that the program is in a known state: undefined where it always is, or where the question
 * itself sees to it.
 */
export function seedLine(program: Image, question: string | undefined): string | undefined {
  const traits = traitsOf(program);
  if (!traits || question === undefined || seedFrom(question) !== undefined) return undefined;
  return `/${traits.game ? SOME_GAME : FIRST_TURNS}`;
}
