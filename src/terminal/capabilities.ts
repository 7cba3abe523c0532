/** What the environment says of the outer terminal. */
import type { Depth } from './theme.js';

/** Is there a terminal that can show screens? @returns why not, or undefined */
export function cannotOpen(stdin: { isTTY?: boolean }, stdout: { isTTY?: boolean }, term = ''): string | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return 'the terminal UI needs a terminal';
  if (term === '' || term === 'dumb') return `this terminal (TERM=${term}) cannot show screens`;
  return undefined;
}

/** Does this terminal, in this locale, show line drawing and braille? */
export function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) && !/^(linux|vt\d|ansi|cons)/.test(env['TERM'] ?? '');
}

/** vt100 and its like have no colours. */
export function hasColours(env: Readonly<Record<string, string | undefined>>): boolean {
  return !env['NO_COLOR'] && !/^vt\d|-m$|-mono$/.test(env['TERM'] ?? '');
}

/** What says that it has xterm's 256: its name, or that it has even more. */
const MANY = /256|direct|kitty|alacritty|foot|ghostty|wezterm|contour|iterm/;
/** Has it told of others, these are not among them: it passes on what an outer terminal said. */
const FEW = /^(linux|screen|ansi|cons|vt)/;

export function colourDepth(env: Readonly<Record<string, string | undefined>>): Depth {
  const [term, more] = [env['TERM'] ?? '', env['COLORTERM'] ?? ''];
  if (!hasColours(env)) return 0;
  return MANY.test(term) || (/truecolor|24bit/.test(more) && !FEW.test(term)) ? 256 : 8;
}
