/** A console's lines drawn on a canvas: cut to what fits, scrolled back, with times, differences and hits marked. */
import { MARK, type Canvas, type Style } from './canvas.js';
import type { ConsoleModel } from './model.js';

export interface LinesOptions {
  /** The line that is drawn at the top, counted from the first one kept, and the column at the left. */
  first: number;
  column?: number;
  times?: boolean;
  /** Show the cursor: keys go here. */
  cursor?: boolean;
  /** Another look for a cell. */
  mark?: ((x: number, line: number, char: string) => Style | undefined) | undefined;
}

const STAMP_WIDTH = 13;
const CURSOR: Style = { inverse: true };

/** Lines as they are, from `first` on. */
export function drawLines(canvas: Canvas, console: ConsoleModel, options: LinesOptions): void {
  const { first, column = 0, times = false, cursor = false, mark } = options;
  const left = times ? STAMP_WIDTH : 0;
  const lines = canvas.part(left, 0);
  const last = console.length - 1;
  for (let y = 0; y < canvas.height && first + y <= last; y++) {
    const line = first + y;
    if (line < 0) continue;
    if (times) canvas.put(0, y, console.stamp(line) ?? '');
    console.cells(line).forEach(({ char, style }, x) => {
      lines.put(x - column, y, char, mark?.(x, line, char) ?? style);
    });
  }
  const at = console.cursor;
  if (cursor) lines.restyle(at.x - column, at.y - first, 1, CURSOR);
}

/** Columns that times take from the lines. */
export const timesWidth = (times: boolean): number => (times ? STAMP_WIDTH : 0);

export interface ConsoleViewOptions {
  /** Lines back from the newest. */
  scroll: number;
  times: boolean;
  /** Mark what the other one has otherwise, from a line of each on. */
  other?: { console: ConsoleModel; from: number; otherFrom: number } | undefined;
  /** Show the cursor: keys go here. */
  cursor: boolean;
  /** The line at the top, instead of what firstLine says; above line 0 nothing is drawn. */
  first?: number;
}

/** The newest lines that fit, or from the top while there are few. @returns how many characters that are shown differ */
export function drawConsole(canvas: Canvas, console: ConsoleModel, options: ConsoleViewOptions): number {
  const { scroll, times, other, cursor } = options;
  const width = canvas.width - timesWidth(times);
  const first = options.first ?? firstLine(console, canvas.height, scroll);
  const at = console.cursor;
  const column = cursor && at.x >= width ? at.x - width + 1 : 0;
  let different = 0;
  const differs = (x: number, line: number, char: string): Style | undefined => {
    if (!other || line < other.from) return undefined;
    const otherLine = line - other.from + other.otherFrom;
    if (!isShown(console, x, line) || !isShown(other.console, x, otherLine)) return undefined;
    if (theirs(otherLine)[x]?.char === char) return undefined;
    different++;
    return MARK;
  };
  const read = new Map<number, ReturnType<ConsoleModel['cells']>>();
  const theirs = (line: number): ReturnType<ConsoleModel['cells']> => {
    if (!read.has(line)) read.set(line, other!.console.cells(line));
    return read.get(line)!;
  };
  drawLines(canvas, console, { first, column, times, cursor: cursor && scroll === 0, mark: other && differs });
  return different;
}

/**
 * The line at the top of so many rows. Where the board's screen fits, it is shown as it is, with what scrolled away above
 * it; else the newest lines, and the cursor among them.
 */
export function firstLine(console: ConsoleModel, height: number, scroll: number): number {
  const isWhole = height >= console.rows;
  const last = isWhole ? console.length - 1 : console.lastUsed;
  const first = Math.max(0, last - height + 1 - scroll);
  return !isWhole && scroll === 0 ? Math.min(first, console.cursor.y) : first;
}

/** Has the console come as far as this cell? */
function isShown(console: ConsoleModel, x: number, line: number): boolean {
  const { cursor } = console;
  return line < cursor.y || (line === cursor.y && x < cursor.x);
}
