/** What a key, or a text that was pasted, is for the board. */
import { latin1, toBytes, utf8 } from '../seams/bytes.js';
import { functionKey } from './function-keys.js';
import { LONGEST_PASTE } from '../terminal/input.js';
import { BACKSPACE, ENTER, type Preferences } from './preferences.js';

export interface Keystroke {
  /** `a`, `C-c`, `up`, `f1`, `paste`; of a terminal that is only read, the character itself. */
  name: string;
  /** What the keyboard sent. */
  sequence: string;
}

/** What the keyboard's keys are for the board. */
export type Manner = Pick<Preferences, 'enter' | 'backspace' | 'arrows' | 'terminal' | 'charset'>;

/** In no text: control characters but TAB, LF, FF, CR, and ^Z with CP/M's padding behind it. */
const NO_TEXT = /[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]/;
const NOT_ASCII = /[^\x00-\x7f]/u;

/** Could it be typed at a prompt, or does it hold what a board would obey? @param text a character for each byte, or as it was pasted */
export const isText = (text: string): boolean => !NO_TEXT.test(text.split('\x1a')[0]!);

/** What goes out, or why nothing does. */
export type Typed = { bytes: Uint8Array } | { refused: string };

/** @param application see functionKey @returns what the board gets for a key */
export function typedKey({ name, sequence }: Keystroke, manner: Manner, application = false): Typed {
  if (sequence === '\r') return { bytes: toBytes(ENTER[manner.enter]) };
  if (sequence === '\x7f') return { bytes: toBytes(BACKSPACE[manner.backspace]) };
  const key = (one: string) => functionKey(one, manner.arrows, manner.terminal, application);
  // With Shift, Ctrl or Alt they were the same keys, where the terminal had no others for these.
  const sent = sequence.length > 1 ? key(name) || key(name.replace(/^(?:[CMS]-)+/, '')) : undefined;
  if (sent === '') return { refused: `the ${manner.terminal} has no ${name} key` };
  return encoded(sent ?? sequence, manner);
}

/** @returns a text as its characters go out, CR at the ends of lines; all of it or nothing */
export function typedText(text: string, manner: Manner): Typed {
  if (text.length > LONGEST_PASTE)
    return { refused: `not pasted: more than ${LONGEST_PASTE.toLocaleString('en')} characters; send it as a file` };
  if (!isText(text)) return { refused: 'not pasted: it has control characters, and the board would obey them' };
  return encoded(text, manner);
}

/**
 * Of a file or of a piped line, which go out byte for byte: what the charset refuses.
 * @returns why nothing of it is sent, and the line of the character, from 1
 */
export function refusedOf(bytes: Uint8Array, { charset }: Pick<Manner, 'charset'>): Refused | undefined {
  const at = charset === 'utf8' ? -1 : bytes.findIndex((byte) => byte > 0x7f);
  if (at < 0) return undefined;
  // A character of an 8-bit set is none in UTF-8: then its byte says more.
  const character = new TextDecoder().decode(bytes.subarray(at, at + LONGEST_UTF8));
  const byte = bytes[at]!.toString(16).toUpperCase();
  const what = character.startsWith('\ufffd') ? `byte ${byte}h` : codeOf(character);
  const line = latin1(bytes.subarray(0, at)).split(/\r\n?|\n/).length;
  return { words: `not sent: ${what} ${NOT_ASCII_WORDS}`, line };
}

export interface Refused {
  words: string;
  line: number;
}

const LONGEST_UTF8 = 4;
const NOT_ASCII_WORDS = 'is not ASCII, and --charset is ascii (utf8 sends it as UTF-8)';
const codeOf = (text: string): string => `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** The low eight bits of a character are another one: what is not ASCII goes out whole or not at all. */
function encoded(text: string, { charset }: Manner): Typed {
  const other = NOT_ASCII.exec(text)?.[0];
  if (other === undefined || charset === 'utf8') return { bytes: utf8(text) };
  return { refused: `not sent: ${codeOf(other)} ${NOT_ASCII_WORDS}` };
}
