/**
 * What panes draw on: a rectangle of character cells that clips. All that is shown goes through `put`, and `put`
 * lets only characters pass that a terminal prints and does not obey, each one cell wide. So nothing that a board,
 * a file or an error message holds can break the layout or reach the outer terminal as a command.
 */

import { asciiOf, isOneCell } from './letters.js';

/** What a colour means; which one it is the theme says (theme.ts), by the terminal and its background. */
export type Colour = 'accent' | 'second' | 'good' | 'warn' | 'bad' | 'quiet';

export interface Style {
  colour?: Colour;
  /** What a program on the board asked for: 0 to 15 of the terminal's palette, of letters and of what is behind them. */
  ink?: number;
  paper?: number;
  bold?: boolean;
  underline?: boolean;
  inverse?: boolean;
  dim?: boolean;
}

export interface Cell {
  char: string;
  style: Style;
  /** The arms of a frame's line that runs through it; see ARMS. */
  line?: number;
}

export const PLAIN: Style = {};
export const BOLD: Style = { bold: true };
export const INVERSE: Style = { inverse: true };
export const QUIET: Style = { colour: 'quiet' };
export const GOOD: Style = { colour: 'good', bold: true };
export const WARN: Style = { colour: 'warn' };
export const BAD: Style = { colour: 'bad', bold: true };
/** What goes on now, and where keys go: the one accent. */
export const ACCENT: Style = { colour: 'accent', bold: true };
/** The row or the pane that is chosen. */
export const CHOSEN: Style = { colour: 'accent', inverse: true };
/** A character that is not what it should be. Nothing else below the bar is bold and inverse. */
export const MARK: Style = { colour: 'bad', bold: true, inverse: true };

/** Our own drawing for terminals without it; of others' characters letters.ts has the likenesses, and what has none is a question mark. */
const IN_ASCII: Readonly<Record<string, string>> = {
  '─': '-', '╌': '-', '┈': '.', '━': '#', '╸': '#', '╍': '=', '│': '|', '┌': '+', '┐': '+', '└': '+', '┘': '+', '├': '+', '┤': '+', '┬': '+', '┴': '+', '┼': '+',
  '█': '#', '▓': '%', '▒': '=', '░': '.', '▏': ' ', '▎': ' ', '▍': ':', '▌': ':', '▋': ':', '▊': '#', '▉': '#',
}; // prettier-ignore

/** The arms of a line-drawing character: left 1, right 2, up 4, down 8. Where two lines meet, both have theirs. */
const ARMS: Readonly<Record<string, number>> = {
  '─': 3, '│': 12, '┌': 10, '┐': 9, '└': 6, '┘': 5, '├': 14, '┤': 13, '┬': 11, '┴': 7, '┼': 15,
}; // prettier-ignore
const BY_ARMS = new Map(Object.entries(ARMS).map(([char, arms]) => [arms, char]));

/** The cells of a whole screen. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** [height][width] */
  readonly rows: Cell[][];
  /** Only 7-bit characters. */
  readonly ascii: boolean;
}

export function createGrid(width: number, height: number, ascii: boolean): Grid {
  const rows = Array.from({ length: height }, () =>
    Array.from({ length: width }, (): Cell => ({ char: ' ', style: PLAIN })),
  );
  return { width, height, rows, ascii };
}

/** A view on a part of the screen, with coordinates of its own. */
export class Canvas {
  constructor(
    private readonly grid: Grid,
    private readonly left = 0,
    private readonly top = 0,
    readonly width = grid.width,
    readonly height = grid.height,
  ) {}

  get ascii(): boolean {
    return this.grid.ascii;
  }

  /** A part of this one; what would be outside is cut off. */
  part(x: number, y: number, width = this.width - x, height = this.height - y): Canvas {
    const w = Math.max(0, Math.min(width, this.width - x));
    const h = Math.max(0, Math.min(height, this.height - y));
    return new Canvas(this.grid, this.left + x, this.top + y, w, h);
  }

  /** Write from (x, y) to the right, up to the edge. @returns the column after it */
  put(x: number, y: number, text: string, style: Style = PLAIN): number {
    let column = x;
    for (const char of text) {
      if (y >= 0 && y < this.height && column >= 0 && column < this.width)
        this.grid.rows[this.top + y]![this.left + column] = { char: this.#safe(char), style };
      column++;
    }
    return column;
  }

  /** Flush right. */
  putRight(y: number, text: string, style: Style = PLAIN): void {
    this.put(this.width - [...text].length, y, text, style);
  }

  lines(x: number, y: number, lines: readonly string[], style: Style = PLAIN): number {
    lines.forEach((line, i) => this.put(x, y + i, line, style));
    return y + lines.length;
  }

  /** Give the cells of a row from x on another style. */
  restyle(x: number, y: number, width: number, style: Style): void {
    if (y < 0 || y >= this.height) return;
    for (let column = Math.max(0, x); column < Math.min(this.width, x + width); column++) {
      const cell = this.grid.rows[this.top + y]![this.left + column]!;
      this.grid.rows[this.top + y]![this.left + column] = { char: cell.char, style };
    }
  }

  /** Nothing to be seen in a row. */
  isBlank(y: number): boolean {
    const cells = this.grid.rows[this.top + y]!.slice(this.left, this.left + this.width);
    return cells.every(({ char, style }) => char === ' ' && !style.inverse && style.paper === undefined);
  }

  clear(): void {
    for (let y = 0; y < this.height; y++) this.put(0, y, ' '.repeat(this.width));
  }

  /** Lines of at most the width, broken at spaces. @returns the row below the last one */
  text(y: number, text: string, style: Style = PLAIN): number {
    return this.lines(0, y, wrap(text, this.width), style);
  }

  /** Pieces that stay whole, side by side as long as there is room and else in the next row. @returns the row below */
  pieces(y: number, pieces: readonly (readonly [text: string, style: Style])[], gap = 3): number {
    let [x, row] = [0, y];
    for (const [text, style] of pieces) {
      if (text === '') continue;
      if (x > 0 && x + text.length > this.width) [x, row] = [0, row + 1];
      x = this.put(x, row, clip(text, this.width), style) + gap;
    }
    return x === 0 ? row : row + 1;
  }

  /** A frame with a title, joined to the frames that it touches; @returns what is inside */
  box(title: string, style: Style = QUIET): Canvas {
    const { width, height } = this;
    const inner = Math.max(0, width - 2);
    if (width < 2 || height < 2) return this.part(0, 0);
    this.#line(0, 0, `┌${'─'.repeat(inner)}┐`, style);
    for (let y = 1; y < height - 1; y++) {
      this.#line(0, y, '│', style);
      this.#line(width - 1, y, '│', style);
    }
    this.#line(0, height - 1, `└${'─'.repeat(inner)}┘`, style);
    this.#title(0, title, style);
    return this.part(1, 1, inner, height - 2);
  }

  /** A line across a frame that was drawn here, with a title of its own. */
  divide(y: number, title: string, style: Style = QUIET): void {
    if (y <= 0 || y >= this.height - 1) return;
    this.#line(0, y, `├${'─'.repeat(Math.max(0, this.width - 2))}┤`, style);
    this.#title(y, title, style);
  }

  /** A title and a line to the right edge. @returns the row below */
  heading(y: number, title: string): number {
    const x = this.put(0, y, title, BOLD);
    this.put(x + 1, y, '─'.repeat(Math.max(0, this.width - x - 1)), QUIET);
    return y + 1;
  }

  #title(y: number, title: string, style: Style): void {
    const room = this.width - 6;
    if (title !== '' && room > 1) this.put(2, y, ` ${clip(title, room)} `, { ...style, bold: true });
  }

  #line(x: number, y: number, text: string, style: Style): void {
    for (const [i, char] of [...text].entries()) {
      const there = this.grid.rows[this.top + y]?.[this.left + x + i];
      const arms = (there?.line ?? 0) | ARMS[char]!;
      if (x + i < 0 || x + i >= this.width || y < 0 || y >= this.height || !there) continue;
      this.put(x + i, y, BY_ARMS.get(arms) ?? char, style);
      this.grid.rows[this.top + y]![this.left + x + i]!.line = arms;
    }
  }

  #safe(char: string): string {
    if (!isOneCell(char.codePointAt(0)!)) return '?';
    if (!this.grid.ascii || char <= '~') return char;
    return IN_ASCII[char] ?? SUBSTITUTES[char] ?? asciiOf(char) ?? '?';
  }
}

/** What our own texts may hold beyond ASCII. */
const SUBSTITUTES: Readonly<Record<string, string>> = { '…': '~', '–': '-', '’': "'", μ: 'u' };

/** Cut to a width, with a mark where something is missing. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}~`;
}

/** Break at spaces into lines of at most `width`; those behind a paragraph's first begin with `hang` spaces. */
export function wrap(text: string, width: number, hang = 0): string[] {
  const lines: string[] = [];
  const indent = ' '.repeat(Math.max(0, Math.min(hang, width - 8)));
  for (const paragraph of text.split(/\r?\n/)) {
    let line = /^ */.exec(paragraph)![0].slice(0, Math.max(0, width - 1));
    let begin = line;
    const end = (): void => {
      lines.push(line);
      line = begin = indent;
    };
    for (const word of paragraph.trimStart().split(' ')) {
      const isEmpty = line === begin;
      if (!isEmpty && line.length + 1 + word.length > width) {
        end();
        line += word;
      } else line = isEmpty ? `${line}${word}` : `${line} ${word}`;
      while (line.length > width && width > 0) {
        const rest = line.slice(width);
        line = line.slice(0, width);
        end();
        line += rest;
      }
    }
    lines.push(line);
  }
  return lines;
}
