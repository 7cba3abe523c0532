/**
 * A question's way from what was typed to what the network is asked, byte by byte, as firmware/chat does it.
 *
 *     "Hé,  don't   PANIC!"  ──typed──►  48 C3 A9 2C …  ──fold──►  "he dont panic"
 *
 * A terminal sends UTF-8, so letters beyond ASCII are two bytes and more. A model of format version 2 is trained on, and
 * asked, folded text; one of version 1 gets the typed bytes as they are.
 */
import { latin1, utf8 } from '../seams/bytes.js';

/** The most bytes a typed line holds: as much as a CP/M command tail. */
export const MAX_QUESTION = 127;

const DELETE = 0x7f;
const SPACE = 0x20;

/** The bytes that arrive at the program when a text is typed: UTF-8, without what no line takes, and no longer than one. */
export function typed(text: string): Uint8Array {
  return utf8(text)
    .filter((byte) => byte >= SPACE && byte !== DELETE)
    .subarray(0, MAX_QUESTION);
}

/**
 * Letters of U+00C0 to U+017F without their marks, 64 for each of the lead bytes C3, C4, C5. A blank stands for what is
 * no letter (the signs of multiplication and division).
 */
export const PLAIN_LETTERS =
  'aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty' +
  'aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll' +
  'lllnnnnnnnnnoooooooorrrrrrsssssssstttttt' +
  'uuuuuuuuuuuuwwyyyzzzzzzs';
const FIRST_LEAD = 0xc3;
const LAST_LEAD = 0xc5;

/** Leads of U+0080 to U+00BF, which are signs: a blank. */
const SIGNS_LEAD = 0xc2;
/** Leads of U+0300 to U+037F, which are marks upon the letter before: nothing. */
const isMarksLead = (byte: number): boolean => byte === 0xcc || byte === 0xcd;
/** Leads of U+2000 to U+2FFF; those that go on with 80h are dashes and quotes, and of them 98h and 99h apostrophes. */
const PUNCTUATION_LEAD = 0xe2;
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** What one character comes to: a byte, a blank, or nothing. */
const NOTHING = -1;

/**
 * Small letters, digits and single blanks between them; nothing at either end. Apostrophes and accents are left out, other
 * signs count as blanks, and bytes of other scripts stay as they are.
 */
export function fold(question: Uint8Array): Uint8Array {
  const folded: number[] = [];
  let blank = false;
  for (let at = 0; at < question.length;) {
    const { byte, length } = character(question, at);
    at += length;
    if (byte === SPACE) blank = true;
    else if (byte !== NOTHING) {
      if (blank && folded.length > 0) folded.push(SPACE);
      blank = false;
      folded.push(byte);
    }
  }
  return Uint8Array.from(folded);
}

/**
 * What a closed model is asked, as text with one character per byte: questions for which it is equal are one question to
 * every closed model.
 */
export function asked(question: string): string {
  return latin1(fold(typed(question)));
}

function character(text: Uint8Array, at: number): { byte: number; length: number } {
  const byte = text[at]!;
  if (byte < 0x80) return { byte: ascii(byte), length: 1 };
  const next = text[at + 1];
  if (byte === PUNCTUATION_LEAD && next === 0x80 && isContinuation(text[at + 2]))
    return { byte: (text[at + 2]! & 0xfe) === 0x98 ? NOTHING : SPACE, length: 3 };
  const isLatin = byte >= SIGNS_LEAD && byte <= LAST_LEAD;
  if (!isLatin && !isMarksLead(byte)) return { byte, length: 1 };
  // Cut off: half a character is as good as a blank.
  if (!isContinuation(next)) return { byte: SPACE, length: 1 };
  if (byte === SIGNS_LEAD) return { byte: SPACE, length: 2 };
  if (!isLatin) return { byte: NOTHING, length: 2 };
  return { byte: PLAIN_LETTERS.charCodeAt((byte - FIRST_LEAD) * 64 + (next! & 0x3f)), length: 2 };
}

function ascii(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) return byte;
  return byte === 0x27 || byte === 0x60 ? NOTHING : SPACE;
}
