/**
 * Typing errors on purpose: to see what a model makes of them, and to show them to one in training.
 *
 *     where is the lamp  ──►  wheree is hte lamp
 *
 * An error is a letter left out, one too many, a wrong one, or two that changed places. All happen within words, and to
 * letters alone: another digit would be another question, and a blank or a full stop is mistyped to no one's harm.
 */
import type { Rng } from './rng.js';

/** Beside each letter, a to z, on an English keyboard. */
const NEIGHBOURS = [
  ...['qwsz', 'vghn', 'xdfv', 'serfcx', 'wsdr', 'drtgvc', 'ftyhbv', 'gyujnb', 'ujko', 'huikmn', 'jiolm', 'kop', 'njk'],
  ...['bhjm', 'iklp', 'ol', 'wa', 'edft', 'awedxz', 'rfgy', 'yhji', 'cfgb', 'qase', 'zsdc', 'tghu', 'asx'],
];

/** Text as numbers: bytes of folded text, or the UTF-16 units of any. */
export type Codes = Uint8Array | Uint16Array;

/**
 * The question with so many errors in it, of which each may fall upon another; as it was, if it has no letter.
 * @param rng its numbers decide, and nothing else does
 */
export function withTypos(question: string, count: number, rng: Rng): string {
  const text = new Uint16Array(question.length + count);
  for (let at = 0; at < question.length; at++) text[at] = question.charCodeAt(at);
  let length = question.length;
  for (let i = 0; i < count; i++) length = mistype(text, length, rng);
  return String.fromCharCode(...text.subarray(0, length));
}

/**
 * Put one error into a text, in place. Of bytes only those of ASCII letters change, so UTF-8 stays whole.
 * @param text must have room for one character more than `length`
 * @returns its new length
 */
export function mistype(text: Codes, length: number, rng: Rng): number {
  const at = someLetter(text, length, rng);
  if (at < 0) return length;
  const letter = text[at]!;
  // A word's last letter changes places with the one before it; one on its own has nobody to do so with.
  const other = isLetterAt(text, at + 1, length) ? at + 1 : isLetterAt(text, at - 1, length) ? at - 1 : -1;
  const kind = rng.below(4);
  if (kind === 0) {
    text.copyWithin(at + 1, at, length);
    // Mostly the key was hit twice, else its neighbour with it.
    if (rng.below(2) === 1) text[at + 1] = beside(letter, rng);
    return length + 1;
  }
  if (kind === 1 || other < 0) {
    text[at] = rng.below(4) > 0 ? beside(letter, rng) : another(letter, rng);
    return length;
  }
  // Twins that change places are as they were: of them, one is left out.
  if (kind === 2 && text[other] !== letter) {
    text[at] = text[other]!;
    text[other] = letter;
    return length;
  }
  text.copyWithin(at, at + 1, length);
  return length - 1;
}

/** The place of a letter, each as likely as any other; -1 if there is none. */
function someLetter(text: Codes, length: number, rng: Rng): number {
  let letters = 0;
  for (let at = 0; at < length; at++) if (isLetterAt(text, at, length)) letters++;
  if (letters === 0) return -1;
  let left = rng.below(letters);
  for (let at = 0; ; at++) if (isLetterAt(text, at, length) && left-- === 0) return at;
}

const isPlainLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a && code < 0x80;

function isLetterAt(text: Codes, at: number, length: number): boolean {
  if (at < 0 || at >= length) return false;
  const code = text[at]!;
  if (code < 0x80 || text.BYTES_PER_ELEMENT === 1) return isPlainLetter(code);
  return code >= 0xc0 && /^\p{L}$/u.test(String.fromCharCode(code));
}

/** The letter of a key beside that of a letter; for one that an English keyboard lacks, any. */
function beside(letter: number, rng: Rng): number {
  if (!isPlainLetter(letter)) return another(letter, rng);
  const keys = NEIGHBOURS[(letter | 0x20) - 0x61]!;
  return keys.charCodeAt(rng.below(keys.length));
}

/** Any other letter, a to z. */
function another(letter: number, rng: Rng): number {
  if (!isPlainLetter(letter)) return 0x61 + rng.below(26);
  return 0x61 + (((letter | 0x20) - 0x61 + 1 + rng.below(25)) % 26);
}
