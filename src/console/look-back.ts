/**
 * Looking back at what scrolled away, with the keys of `less`: the board goes on meanwhile.
 *
 *     j Down Enter, k Up           a line          / ? text Enter    search forwards, backwards
 *     Space f PgDn, b PgUp         a page          n N               the next hit, the other way
 *     d u                          half a page     g G Home End      first, last line
 *     q Esc                        back to the board
 */
import type { ConsoleModel } from '../terminal/model.js';
import type { Keystroke } from './typed.js';

type Lines = Pick<ConsoleModel, 'first' | 'lastUsed' | 'search'>;

export interface LookBack {
  /** The line at the top of the window. */
  top: number;
  /** What is searched; its hits are marked. */
  wanted: string;
  direction: 'forwards' | 'backwards';
  /** The line that was found last. */
  hit?: number | undefined;
  /** A text to search that is being written. */
  writing?: { direction: LookBack['direction']; text: string } | undefined;
  said: string;
}

export function lookBackFrom(top: number): LookBack {
  return { top, wanted: '', direction: 'backwards', said: '' };
}

/** By how many lines a key moves, for a window of so many. */
const MOVES: Readonly<Record<string, (page: number) => number>> = {
  j: () => 1, down: () => 1, enter: () => 1, 'C-n': () => 1, 'C-e': () => 1,
  k: () => -1, up: () => -1, 'C-p': () => -1, 'C-y': () => -1,
  ' ': (page) => page, space: (page) => page, f: (page) => page, pagedown: (page) => page, 'S-pagedown': (page) => page,
  b: (page) => -page, pageup: (page) => -page, 'S-pageup': (page) => -page,
  d: (page) => page >> 1, u: (page) => -(page >> 1),
  g: () => -Infinity, home: () => -Infinity, '<': () => -Infinity,
  G: () => Infinity, end: () => Infinity, '>': () => Infinity,
}; // prettier-ignore

const LEAVES: readonly string[] = ['q', 'escape', 'C-c'];

/**
 * One key.
 * @param page lines in the window
 * @returns whether that was enough
 */
export function lookBackKey(state: LookBack, key: Keystroke, page: number, lines: Lines): boolean {
  state.said = '';
  if (state.writing) {
    write(state, key, page, lines);
    return false;
  }
  const { name } = key;
  if (LEAVES.includes(name)) return true;
  const move = MOVES[name];
  if (move) {
    const before = state.top;
    state.top = clamp(state.top + move(page), lines, page);
    if (state.top === before) state.said = move(page) < 0 ? 'this is the first line' : 'this is the last line';
  } else if (name === '/' || name === '?')
    state.writing = { direction: name === '/' ? 'forwards' : 'backwards', text: '' };
  else if (name === 'n') find(state, state.direction, page, lines);
  else if (name === 'N') find(state, state.direction === 'forwards' ? 'backwards' : 'forwards', page, lines);
  return false;
}

const clamp = (top: number, lines: Lines, page: number): number =>
  Math.max(lines.first, Math.min(top, lines.lastUsed - page + 1));

function write(state: LookBack, { name, sequence }: Keystroke, page: number, lines: Lines): void {
  const { direction, text } = state.writing!;
  if (name === 'enter') {
    state.writing = undefined;
    if (text !== '') Object.assign(state, { wanted: text, direction, hit: undefined });
    if (state.wanted !== '') find(state, direction, page, lines);
  } else if (name === 'escape' || name === 'C-c') state.writing = undefined;
  else if (name === 'backspace') state.writing = text === '' ? undefined : { direction, text: text.slice(0, -1) };
  else if (/^[ -~]+$/.test(sequence)) state.writing = { direction, text: text + sequence };
}

function find(state: LookBack, direction: LookBack['direction'], page: number, lines: Lines): void {
  if (state.wanted === '') {
    state.said = 'nothing was searched yet: / and ? do';
    return;
  }
  const isForwards = direction === 'forwards';
  const step = isForwards ? 1 : -1;
  // A new search begins with what is seen.
  const seen = isForwards ? state.top : Math.min(lines.lastUsed, state.top + page - 1);
  const search = (from: number) => lines.search(state.wanted, from, isForwards ? 'on' : 'back');
  const found = search(state.hit === undefined ? seen : state.hit + step);
  const other = found ?? search(isForwards ? lines.first : lines.lastUsed);
  if (!other) {
    state.said = `${state.wanted}: not found`;
    return;
  }
  state.hit = state.top = other.line;
  if (!found) state.said = `search went on from the ${isForwards ? 'first line' : 'end'}`;
}
