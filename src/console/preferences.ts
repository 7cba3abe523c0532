/**
 * What a user may have otherwise at a console, as one table: each row is an option of the command, a setting of
 * z80lm.config.json, and an entry of the menu that goes to the next value.
 */
import { UsageError } from '../seams/errors.js';
import { TERMINALS, type Terminal } from '../terminal/dialects.js';
import { ARROWS, type Arrows } from './function-keys.js';
import { mapsNamed } from './map-in.js';

/** What is sent for Enter, and for the ends of lines. */
export const ENTER = { cr: '\r', crlf: '\r\n', lf: '\n' } as const;
/** What is sent for the Backspace key. */
export const BACKSPACE = { bs: '\b', del: '\x7f' } as const;

export interface Preferences {
  terminal: Terminal;
  /** How what arrives is shown. */
  view: 'screen' | 'hex' | 'names';
  times: 'on' | 'off';
  /** Show what is typed, for boards that do not echo. */
  echo: 'on' | 'off';
  enter: keyof typeof ENTER;
  backspace: keyof typeof BACKSPACE;
  arrows: Arrows;
  /** What becomes of a character that is not ASCII: it is refused, or goes out as UTF-8. */
  charset: 'ascii' | 'utf8';
  /** Names of map-in.ts, with commas. */
  mapIn: string;
  /** Milliseconds from one character of a paste or a file to the next, at least. */
  charDelay: number;
  /** The same behind the end of a line. */
  lineDelay: number;
}

export interface Preference<Name extends keyof Preferences = keyof Preferences> {
  name: Name;
  /** In the menu. */
  key: string;
  words: string;
  /** In the order in which the menu goes through them; the first is the default. */
  values: readonly Preferences[Name][];
}

/** A board's own terminal may be asked for more than a minute by none of these. */
const MOST_DELAY_MS = 60_000;

export const PREFERENCES: readonly Preference[] = [
  { name: 'terminal', key: 'd', words: 'terminal', values: TERMINALS },
  { name: 'view', key: 'h', words: 'view', values: ['screen', 'hex', 'names'] },
  { name: 'times', key: 't', words: 'times', values: ['off', 'on'] },
  { name: 'echo', key: 'e', words: 'local echo', values: ['off', 'on'] },
  { name: 'enter', key: 'r', words: 'Enter sends', values: ['cr', 'crlf', 'lf'] },
  { name: 'backspace', key: 'b', words: 'Backspace sends', values: ['bs', 'del'] },
  { name: 'arrows', key: 'a', words: 'arrow keys', values: ARROWS },
  { name: 'charset', key: 'u', words: 'other than ASCII', values: ['ascii', 'utf8'] },
  { name: 'mapIn', key: 'i', words: 'map what comes', values: ['', 'lfcrlf', 'crcrlf', 'igncr', 'ignlf', 'delbs'] },
  { name: 'charDelay', key: 'c', words: 'ms per character', values: [0, 1, 5, 20, 100] },
  { name: 'lineDelay', key: 'w', words: 'ms per line', values: [0, 50, 200, 1000] },
];

/** As given on the command line: words, or numbers as words. */
export type PreferenceWords = { [Name in keyof Preferences]?: string | number | boolean | undefined };

/** @throws UsageError for what cannot be */
export function preferencesFrom(words: PreferenceWords): Preferences {
  const entries = PREFERENCES.map(({ name, values }) => [name, valueOf(name, values, words[name])]);
  return Object.fromEntries(entries) as Preferences;
}

function valueOf(name: keyof Preferences, values: readonly (string | number)[], word: unknown): string | number {
  if (word === undefined || word === false) return values[0]!;
  if (word === true) return 'on';
  const refuse = (hint: string): never => {
    throw new UsageError(`${FLAGS[name] ?? `--${name}`} is ${JSON.stringify(word)}`, { hint: `give ${hint}` });
  };
  if (name === 'mapIn') return mapsNamed(String(word)).join(',');
  if (typeof values[0] === 'number') {
    const number = Number(word);
    if (number >= 0 && number <= MOST_DELAY_MS) return number;
    return refuse(`milliseconds, from 0 to ${MOST_DELAY_MS}`);
  }
  return values.find((one) => one === word) ?? refuse(values.join(', '));
}

/** Those whose name is not that of the option. */
const FLAGS: Partial<Record<keyof Preferences, string>> = {
  charDelay: '--char-delay',
  lineDelay: '--line-delay',
};

/** The next value in the menu's order; behind one that is not in it comes the first. */
export function goOn({ name, values }: Preference, preferences: Preferences): void {
  const at = (values as readonly unknown[]).indexOf(preferences[name]);
  Object.assign(preferences, { [name]: values[(at + 1) % values.length] });
}

/** The value in words. */
export const valueWords = (value: string | number): string => (value === '' ? 'as it is' : String(value));
