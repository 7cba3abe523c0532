/** The commands of `:`, which are also what the settings are changed with. A table, so that help and search follow. */
import { ARROWS } from '../console/function-keys.js';
import { BACKSPACE, ENTER } from '../console/preferences.js';
import { MACHINE_NAMES, machineNamed } from '../machines/index.js';
import { ofMachine } from './run-rows.js';
import { wholeNumber, frequency } from '../commands/shared.js';
import { MAX_WIDTH } from '../model/network.js';
import { UsageError } from '../seams/errors.js';
import { TERMINALS, type Terminal } from '../terminal/dialects.js';
import type { Settings } from './protocol.js';
import { PANES, TITLES, type PaneName } from './state.js';

/** What an entry can do; the app gives it. */
export interface PaletteActions {
  settings: Settings;
  change(changes: Partial<Settings>): void;
  go(pane: PaneName): void;
  press(key: string): void;
  breakpoint(place: string): void;
  terminal(kind: Terminal): void;
  show(overlay: 'log' | 'help' | 'runs'): void;
  take(run: string): void;
}

export interface PaletteEntry {
  name: string;
  /** What is to be written behind the name, or '' for nothing. */
  argument: string;
  words: string;
  /** @throws UsageError where the argument makes no sense */
  run(actions: PaletteActions, argument: string): void;
}

const setting = (
  name: string,
  argument: string,
  words: string,
  read: (text: string) => Partial<Settings>,
): PaletteEntry => ({ name, argument, words, run: (actions, text) => actions.change(read(text)) });

const oneOf = <T extends string>(name: string, all: readonly T[], text: string): T => {
  const found = all.find((one) => one === text);
  if (found === undefined)
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, { hint: `it is one of ${all.join(', ')}` });
  return found;
};

const needed = (name: string, text: string): string => {
  if (text === '') throw new UsageError(`${name} needs a value behind it`);
  return text;
};

const kinds = <T extends string>(all: Readonly<Record<T, string>>): T[] => Object.keys(all) as T[];

const PALETTE: readonly PaletteEntry[] = [
  ...PANES.map((pane, i) => ({
    name: TITLES[pane].toLowerCase(),
    argument: '',
    words: `show this pane (${i + 1})`,
    run: (actions: PaletteActions) => actions.go(pane),
  })),
  { name: 'run', argument: '', words: 'run from the selected stage on (Enter)', run: (a) => a.press('enter') },
  { name: 'rerun', argument: '', words: 'run the selected stage again (r)', run: (a) => a.press('r') },
  { name: 'stop', argument: '', words: 'stop what runs (x)', run: (a) => a.press('x') },
  setting('epochs', 'N', 'how often training goes through the data', (text) => ({ epochs: wholeNumber('epochs', text, 1, 100_000) })),
  setting('hidden', 'N,N,…', 'widths of the hidden layers', (text) => ({
    hidden: text.split(',').map((width) => wholeNumber('a width', width, 1, MAX_WIDTH)),
  })),
  setting('seed', 'N', 'another seed, another model', (text) => ({ seed: wholeNumber('seed', text, 0, 2 ** 31 - 1) })),
  setting('workers', 'N', 'threads that train', (text) => ({ workers: wholeNumber('workers', text, 1, 64) })),
  setting('data', 'FILE', 'train on another file of pairs', (text) => ({ data: { training: needed('data', text) } })),
  setting('layout', 'NAME', 'auto, sparse or packed', (text) => ({
    layout: oneOf('layout', ['auto', 'sparse', 'packed'] as const, text),
  })),
  setting('max-size', 'N', 'the largest program allowed, in bytes', (text) => ({
    maxSize: wholeNumber('max-size', text, 1, 65_536),
  })),
  setting('machine', 'NAME', `what the program is for: ${MACHINE_NAMES.join(', ')}`, (text) => ofMachine(machineNamed(needed('machine', text)))),
  setting('clock', 'HZ', "the board's clock, and the prediction's: 7.3728MHz", (text) => ({ clockHz: frequency(text) })),
  setting('port', 'PORT', 'the board: a path, tcp:// or rfc2217://HOST:PORT, vvvv:pppp', (text) => ({ port: needed('port', text) })),
  setting('baud', 'N', 'bits a second', (text) => ({ baud: wholeNumber('baud', text, 50, 4_000_000) })),
  setting('flow', 'KIND', 'rtscts or none', (text) => ({ flow: oneOf('flow', ['rtscts', 'none'] as const, text) })),
  setting('pace', 'MS', 'from one byte to the next', (text) => ({ paceMs: wholeNumber('pace', text, 0, 1000) })),
  setting('enter', 'KIND', `what Enter sends: ${Object.keys(ENTER).join(', ')}`, (text) => ({ enter: oneOf('enter', kinds(ENTER), text) })),
  setting('backspace', 'KIND', `what Backspace sends: ${Object.keys(BACKSPACE).join(', ')}`, (text) => ({ backspace: oneOf('backspace', kinds(BACKSPACE), text) })),
  setting('arrows', 'KIND', `what arrow and function keys send: ${ARROWS.join(', ')}`, (text) => ({ arrows: oneOf('arrows', ARROWS, text) })),
  setting('charset', 'KIND', 'what is not ASCII: ascii refuses it, utf8 sends it', (text) => ({ charset: oneOf('charset', ['ascii', 'utf8'] as const, text) })),
  { name: 'break', argument: 'PLACE', words: 'set or clear a breakpoint: a symbol or an address in hex', run: (a, text) => a.breakpoint(needed('break', text)) },
  { name: 'terminal', argument: 'KIND', words: `screen codes of both consoles: ${TERMINALS.join(', ')}`, run: (a, text) => a.terminal(oneOf('terminal', TERMINALS, text)) },
  { name: 'runs', argument: '', words: 'all trainings in this folder, and how good they are', run: (a) => a.show('runs') },
  { name: 'take', argument: 'RUN', words: 'put the model of a run in its place: take run-002', run: (a, text) => a.take(needed('take', text)) },
  { name: 'messages', argument: '', words: 'what was said so far', run: (a) => a.show('log') },
  { name: 'help', argument: '', words: 'all keys (?)', run: (a) => a.show('help') },
  { name: 'quit', argument: '', words: 'leave (q)', run: (a) => a.press('q') },
]; // prettier-ignore

/** What fits what was written so far. */
export function matching(input: string): PaletteEntry[] {
  const word = input.trimStart().split(' ', 1)[0]!.toLowerCase();
  const isExact = ({ name }: PaletteEntry): boolean => name === word;
  // `data` is a pane, and with a file behind it a setting.
  if (input.trimStart().includes(' ')) {
    const exact = PALETTE.filter(isExact);
    return [...exact.filter(({ argument }) => argument !== ''), ...exact.filter(({ argument }) => argument === '')];
  }
  const begins = PALETTE.filter((entry) => entry.name.startsWith(word));
  const holds = PALETTE.filter((entry) => !begins.includes(entry) && `${entry.name} ${entry.words}`.includes(word));
  return [...begins.filter(isExact), ...begins.filter((entry) => !isExact(entry)), ...holds];
}
