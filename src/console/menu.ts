/**
 * The menu of the console: Ctrl-\ opens it, and the next key chooses. All other keys go to the board, but Ctrl-], which leaves:
 * no CP/M program of note uses these two; Ctrl-A and Ctrl-C, which other terminals take, WordStar needs.
 */
import { clip } from '../terminal/canvas.js';
import { PREFERENCES, valueWords, type Preference, type Preferences } from './preferences.js';

export const EXIT_KEY = '\x1d';
export const MENU_KEY = '\x1c';

export type Choice =
  | { type: 'send' | 'log' | 'back' | 'find' | 'clear' | 'leave' }
  | { type: 'next'; preference: Preference }
  | { type: 'key'; sequence: string };

export interface MenuEntry {
  key: string;
  words: string;
  choice: Choice;
}

export const MENU: readonly MenuEntry[] = [
  { key: 's', words: 'send a file', choice: { type: 'send' } },
  { key: 'k', words: 'look back (PgUp)', choice: { type: 'back' } },
  { key: '/', words: 'search upwards', choice: { type: 'find' } },
  { key: 'l', words: 'log', choice: { type: 'log' } },
  ...PREFERENCES.map((preference): MenuEntry => ({
    key: preference.key,
    words: preference.words,
    choice: { type: 'next', preference },
  })),
  { key: 'z', words: 'clear the screen', choice: { type: 'clear' } },
  { key: 'q', words: 'leave', choice: { type: 'leave' } },
  { key: MENU_KEY, words: 'Ctrl-\\ itself', choice: { type: 'key', sequence: MENU_KEY } },
  { key: EXIT_KEY, words: 'Ctrl-] itself', choice: { type: 'key', sequence: EXIT_KEY } },
];

/** Without a screen, in one line. */
export const MENU_LINE =
  's send a file, h view (text, hex, names), t times, e local echo, l log, r Enter, b Backspace, a arrows, u charset, ' +
  'q leave, Ctrl-\\ or Ctrl-] itself, other keys: nothing';

/** An entry as the menu shows it: key, words, value. @param width where the words are too long for it, the value is kept */
export function entryWords(entry: MenuEntry, preferences: Preferences, log?: string, width = Infinity): string {
  const { key, words, choice } = entry;
  if (key < ' ') return words;
  const value = choice.type === 'next' ? valueWords(preferences[choice.preference.name]) : undefined;
  const state = choice.type === 'log' ? (log ?? 'off') : value;
  const end = state === undefined ? '' : `: ${state}`;
  return clip(`${key} ${clip(words, Math.max(LEAST_WORDS, width - 2 - end.length))}${end}`, width);
}

/** Characters of its words that tell an entry from the others. */
const LEAST_WORDS = 6;
