/**
 * What the keys that are no characters send, as the terminals of CP/M's time did:
 *
 *     VT100    ESC [ A B C D   or ESC O, where the program has asked for it (DECCKM); F1-F4: ESC O P Q R S                    the VT100 User Guide's table of cursor keys
 *     VT52     ESC A B C D     F1-F3: ESC P Q R
 *     ADM-3A   ^K ^J ^L ^H     home: ^^ (the keys have arrows on them)
 *     Kaypro   ^K ^J ^L ^H     its BIOS sends these until CONFIG was told otherwise
 *     WordStar ^E ^X ^D ^S     the diamond, which WordStar, Turbo Pascal and ZDE know without being installed
 */
import type { Terminal } from '../terminal/dialects.js';

export const ARROWS = ['terminal', 'vt100', 'vt52', 'adm3a', 'wordstar'] as const;
/** `terminal`: those of the terminal that the board believes it has. */
export type Arrows = (typeof ARROWS)[number];

type Keys = Readonly<Record<string, string>>;

const VT100: Keys = {
  up: '\x1b[A', down: '\x1b[B', right: '\x1b[C', left: '\x1b[D', home: '\x1b[H', end: '\x1b[F',
  insert: '\x1b[2~', delete: '\x7f', pageup: '\x1b[5~', pagedown: '\x1b[6~',
  f1: '\x1bOP', f2: '\x1bOQ', f3: '\x1bOR', f4: '\x1bOS', f5: '\x1b[15~', f6: '\x1b[17~', f7: '\x1b[18~', f8: '\x1b[19~',
  f9: '\x1b[20~', f10: '\x1b[21~', f11: '\x1b[23~', f12: '\x1b[24~',
}; // prettier-ignore
const VT52: Keys = {
  up: '\x1bA', down: '\x1bB', right: '\x1bC', left: '\x1bD', home: '\x1bH', delete: '\x7f',
  f1: '\x1bP', f2: '\x1bQ', f3: '\x1bR', f4: '\x1bS',
}; // prettier-ignore
const ADM3A: Keys = { up: '\x0b', down: '\x0a', right: '\x0c', left: '\b', home: '\x1e', delete: '\x7f' };
const WORDSTAR: Keys = {
  up: '\x05', down: '\x18', right: '\x04', left: '\x13', home: '\x11s', end: '\x11d',
  insert: '\x16', delete: '\x07', pageup: '\x12', pagedown: '\x03', 'C-left': '\x01', 'C-right': '\x06',
}; // prettier-ignore

const KEYS: Readonly<Record<string, Keys>> = {
  vt100: VT100,
  vt52: VT52,
  adm3a: ADM3A,
  kaypro: ADM3A,
  wordstar: WORDSTAR,
};

/** Does anybody but a keyboard's function key send this? */
const NAMES = new Set([VT100, VT52, ADM3A, WORDSTAR].flatMap((keys) => Object.keys(keys)));

/**
 * What goes to the board for a function key.
 * @param name of the key, without Shift and Alt
 * @param application the program on the board has asked for the other sequences of a VT100's arrows
 * @returns undefined for what is none; an empty text for one that such a terminal did not have
 */
export function functionKey(name: string, arrows: Arrows, terminal: Terminal, application = false): string | undefined {
  if (!NAMES.has(name)) return undefined;
  const sent = KEYS[arrows === 'terminal' ? terminal : arrows]?.[name] ?? '';
  return application ? sent.replace(/^\x1b\[(?=[A-D]$)/, '\x1bO') : sent;
}
