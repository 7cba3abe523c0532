/** What the environment says of the outer terminal. */
import type { Background, Depth } from './theme.js';

/** Is there a terminal that can show screens? @returns why not, or undefined */
export function cannotOpen(stdin: { isTTY?: boolean }, stdout: { isTTY?: boolean }, term = ''): string | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return 'the terminal UI needs a terminal';
  if (term === '' || term === 'dumb') return `this terminal (TERM=${term}) cannot show screens`;
  return undefined;
}

/** Does this terminal, in this locale, show line drawing and braille? */
export function isUnicode(env: Environment): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) && !/^(linux|vt\d|ansi|cons)/.test(env['TERM'] ?? '');
}

/** vt100 and its like have no colours. */
function hasColours(env: Environment): boolean {
  return !env['NO_COLOR'] && !/^vt\d|-m$|-mono$/.test(env['TERM'] ?? '');
}

/** What says that it has xterm's 256: its name, or that it has even more. */
const MANY = /256|direct|kitty|alacritty|foot|ghostty|wezterm|contour|iterm/;
/** Has it told of others, these are not among them: it passes on what an outer terminal said. */
const FEW = /^(linux|screen|ansi|cons|vt)/;

/** How many colours it has. */
export function colourDepth(env: Environment): Depth {
  const [term, more] = [env['TERM'] ?? '', env['COLORTERM'] ?? ''];
  if (!hasColours(env)) return 0;
  return MANY.test(term) || (/truecolor|24bit/.test(more) && !FEW.test(term)) ? 256 : 8;
}

/** As rxvt, Konsole and others tell it: COLORFGBG=15;0, or 0;default;15. */
export function backgroundOf(env: Environment): Background {
  const colour = /;(\d+)$/.exec(env['COLORFGBG'] ?? '')?.[1];
  if (colour === undefined) return undefined;
  return ['7', '15'].includes(colour) ? 'light' : 'dark';
}

/** From what a terminal answers to OSC 11: rgb:ffff/ffff/ffff, one to four digits each. */
export function backgroundFrom(answer: string): Background {
  const match = /rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(answer);
  if (!match) return undefined;
  const [red, green, blue] = match.slice(1).map((digits) => parseInt(digits, 16) / (16 ** digits.length - 1));
  // Relative luminance of sRGB (WCAG 2.2), and where black letters begin to stand out more than white ones.
  const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red!) + 0.7152 * linear(green!) + 0.0722 * linear(blue!) > 0.179 ? 'light' : 'dark';
}

/**
 * What may be asked of it. Its state (DSR 5) every terminal since the VT100 tells; its background only those that know OSC, for
 * others would print the question.
 */
export function questionsFor(env: Environment): { state: boolean; background: boolean } {
  const term = env['TERM'] ?? '';
  return {
    state: !/^(dumb|vt5\d|adm|tvi|wyse|kaypro)/.test(term),
    background: /^(xterm|screen|tmux|rxvt|alacritty|foot|kitty|wezterm|ghostty|konsole|gnome|st-|mintty)/.test(term),
  };
}

/**
 * What it has beyond a VT100: marks around a paste (DEC mode 2004), a second screen with a title of its own (mode 1049, XTWINOPS).
 * The Linux console has no marks; blessed knows it by name, and sends it no others.
 */
export function beyondVt100(env: Environment): { marks: boolean; secondScreen: boolean } {
  const isVt = /^vt\d/.test(env['TERM'] ?? '');
  return { marks: !isVt && !/^linux/.test(env['TERM'] ?? ''), secondScreen: !isVt };
}

type Environment = Readonly<Record<string, string | undefined>>;
