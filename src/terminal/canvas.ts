/**
 * What panes draw on: a rectangle of character cells that clips. All that is shown goes through `put`, and `put`
 * lets only characters pass that a terminal prints and does not obey, each one cell wide. So nothing that a board,
 * a file or an error message holds can break the layout or reach the outer terminal as a command.
 */

export type Colour = 'red' | 'green' | 'cyan' | 'magenta';

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
}

export const PLAIN: Style = {};
export const BOLD: Style = { bold: true };
export const INVERSE: Style = { inverse: true };
export const GOOD: Style = { colour: 'green' };
export const BAD: Style = { colour: 'red', bold: true };
export const BUSY: Style = { colour: 'cyan' };
export const HEADING: Style = { bold: true, underline: true };

/** Box drawing and blocks; braille patterns. One cell wide on every terminal that has them. */
const PRINTABLE = /^[ -~\u2500-\u259f\u2800-\u28ff]$/;

/** For terminals without them. Whatever is not here becomes a question mark. */
const IN_ASCII: Readonly<Record<string, string>> = {
  '─': '-', '│': '|', '┌': '+', '┐': '+', '└': '+', '┘': '+', '├': '+', '┤': '+', '┬': '+', '┴': '+', '┼': '+',
  '█': '#', '▓': '%', '▒': '=', '░': '.', '▏': ' ', '▎': ' ', '▍': ':', '▌': ':', '▋': ':', '▊': '#', '▉': '#',
}; // prettier-ignore

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

  clear(): void {
    for (let y = 0; y < this.height; y++) this.put(0, y, ' '.repeat(this.width));
  }

  /** A frame with a title; @returns what is inside */
  box(title: string, style: Style = PLAIN): Canvas {
    const { width, height } = this;
    const inner = Math.max(0, width - 2);
    this.put(0, 0, `┌${'─'.repeat(inner)}┐`, style);
    for (let y = 1; y < height - 1; y++) {
      this.put(0, y, '│', style);
      this.put(width - 1, y, '│', style);
    }
    if (height > 1) this.put(0, height - 1, `└${'─'.repeat(inner)}┘`, style);
    if (title !== '') this.part(0, 0, width - 1, 1).put(2, 0, ` ${title} `, { ...style, bold: true });
    return this.part(1, 1, inner, Math.max(0, height - 2));
  }

  #safe(char: string): string {
    if (!PRINTABLE.test(char)) return SUBSTITUTES[char] ?? '?';
    if (!this.grid.ascii || char <= '~') return char;
    return IN_ASCII[char] ?? '?';
  }
}

/** What our own texts may hold beyond ASCII. */
const SUBSTITUTES: Readonly<Record<string, string>> = { '…': '~', '–': '-', '’': "'", μ: 'u' };

/** Cut to a width, with a mark where something is missing. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}~`;
}

/** Break at spaces into lines of at most `width`. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r?\n/)) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
      while (line.length > width && width > 0) {
        lines.push(line.slice(0, width));
        line = line.slice(width);
      }
    }
    lines.push(line);
  }
  return lines;
}
