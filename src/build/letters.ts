/** The table of letters without accents as firmware/chat/fold.asm reads it (letters.inc): runs of equal letters. */
import { PLAIN_LETTERS } from '../model/question.js';
import { byteLines } from './texts.js';

/** How long a run may be: its length is three bits. */
const LONGEST_RUN = 8;
/** What makes a letter's number in the alphabet its code; a blank is 0. */
const ALPHABET = 0x60;

export function lettersInclude(): string {
  const runs = PLAIN_LETTERS.match(new RegExp(`(.)\\1{0,${LONGEST_RUN - 1}}`, 'g')) ?? [];
  const bytes = runs.map((run) => ((run.length - 1) << 5) | Math.max(0, run.charCodeAt(0) - ALPHABET));
  return ['; Made by src/build from src/model/question.ts.', ...byteLines(bytes), ''].join('\n');
}
