/**
 * A terminal's screen as an SVG picture: text in cells, so that it can be read, searched and scaled. It follows the reader's
 * choice of dark or light, with the theme that the UI has for either.
 */
import type xterm from '@xterm/headless';
import { theme } from '../src/terminal/theme.js';

const CELL = { width: 8, height: 17 };
const MARGIN = 8;
/** Levels of red, green and blue of xterm's colours 16 to 231. */
const LEVELS = [0, 95, 135, 175, 215, 255];
/** The UI runs with COLORFGBG that says light; by its numbers the colours of either theme are found. */
export const GROUND = { COLORFGBG: '0;15' };
const LIGHT = { ink: '#1f2328', paper: '#ffffff', edge: '#d0d7de' };
const DARK = { ink: '#e6edf3', paper: '#000000', edge: '#3d444d' };
const THEMES = { light: theme('light', 256), dark: theme('dark', 256) };
const NAMES = Object.keys(THEMES.light) as (keyof typeof THEMES.light)[];

const hex = (index: number): string => {
  if (index >= 232) return `#${(8 + 10 * (index - 232)).toString(16).padStart(2, '0').repeat(3)}`;
  return `#${[36, 6, 1].map((size) => LEVELS[Math.floor((index - 16) / size) % 6]!.toString(16).padStart(2, '0')).join('')}`;
};

/** A class for each colour of the theme; the terminal's own two are `ink` and `paper`. */
function style(): string {
  const classes = (ground: 'light' | 'dark', { ink, paper, edge }: typeof LIGHT): string =>
    [
      `.ink{fill:${ink}}.paper{fill:${paper}}.edge{stroke:${edge}}`,
      ...NAMES.map((name) => `.${name}{fill:${hex(THEMES[ground][name].ink!)}}`),
    ].join('');
  return `<style>${classes('light', LIGHT)}.b{font-weight:bold}.u{text-decoration:underline}@media(prefers-color-scheme:dark){${classes('dark', DARK)}}</style>`;
}

interface Look {
  ink: string;
  paper: string;
  bold: boolean;
  underline: boolean;
}

export function screenSvg(terminal: xterm.Terminal, title: string): string {
  const { cols, rows } = terminal;
  const { active } = terminal.buffer;
  const width = cols * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN;
  const parts: string[] = [];
  for (let y = 0; y < rows; y++) {
    const line = active.getLine(active.baseY + y);
    let x = 0;
    while (line && x < cols) {
      const look = lookOf(line.getCell(x));
      let text = '';
      const from = x;
      for (; x < cols && same(look, lookOf(line.getCell(x))); x++) text += line.getCell(x)?.getChars() || ' ';
      parts.push(...run(text, from, y, look));
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    '<!-- Made by scripts/tui-pictures.ts from the running program; not a file to edit. -->',
    style(),
    `<rect width="100%" height="100%" rx="6" class="paper edge"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13.29" xml:space="preserve">`,
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Its background, and its text without the spaces around it, stretched to its cells. */
function run(text: string, x: number, y: number, { ink, paper, bold, underline }: Look): string[] {
  const left = MARGIN + x * CELL.width;
  const top = MARGIN + y * CELL.height;
  const back =
    paper === 'paper'
      ? []
      : [`<rect x="${left}" y="${top}" width="${text.length * CELL.width}" height="${CELL.height}" class="${paper}"/>`];
  const look = `${ink}${bold ? ' b' : ''}${underline ? ' u' : ''}`;
  // Anchored anew after every gap, for viewers that do not know textLength.
  const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => {
    const length = word.length * CELL.width;
    return `<text x="${left + index * CELL.width}" y="${top + 13}" class="${look}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(word)}</text>`;
  });
  return [...back, ...words];
}

function lookOf(cell: ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>): Look {
  const index = cell?.isFgPalette() ? cell.getFgColor() : undefined;
  const colour = NAMES.find((name) => THEMES.light[name].ink === index) ?? 'ink';
  const inverse = (cell?.isInverse() ?? 0) !== 0;
  return {
    ink: inverse ? 'paper' : colour,
    paper: inverse ? colour : 'paper',
    bold: (cell?.isBold() ?? 0) !== 0,
    underline: (cell?.isUnderline() ?? 0) !== 0,
  };
}

function same(a: Look, b: Look): boolean {
  return a.ink === b.ink && a.paper === b.paper && a.bold === b.bold && a.underline === b.underline;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
