/** A console's screen drawn into a pane: cut to what fits, scrolled back, with times, differences marked. */
import { MARK, type Canvas, type Style } from './canvas.js';
import type { ConsoleModel } from './model.js';

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

const STAMP_WIDTH = 13;

/** @returns how many characters that are shown differ */
export function drawConsole(canvas: Canvas, console: ConsoleModel, options: ConsoleViewOptions): number {
  const { scroll, times, other, cursor } = options;
  const left = times ? STAMP_WIDTH : 0;
  const width = canvas.width - left;
  const first = options.first ?? firstLine(console, canvas.height, scroll);
  const last = Math.max(console.lastUsed, console.cursor.y);
  const at = console.cursor;
  const from = cursor && at.x >= width ? at.x - width + 1 : 0;
  let different = 0;
  for (let y = 0; y < canvas.height && first + y <= last; y++) {
    const line = first + y;
    if (line < 0) continue;
    if (times) canvas.put(0, y, console.stamp(line) ?? '');
    const otherLine = other && line >= other.from ? line - other.from + other.otherFrom : undefined;
    const theirs = otherLine === undefined ? undefined : other!.console.cells(otherLine);
    console.cells(line).forEach(({ char, style: own }, x) => {
      const both = theirs && isShown(console, x, line) && isShown(other!.console, x, otherLine!);
      const differs = both === true && theirs[x]?.char !== char;
      if (differs) different++;
      const style: Style = differs ? MARK : own;
      canvas.part(left, y, width, 1).put(x - from, 0, char, style);
    });
  }
  if (cursor && scroll === 0) canvas.restyle(left + at.x - from, at.y - first, 1, { inverse: true });
  return different;
}

/**
 * The line at the top of so many rows. Where the board's screen fits, it is shown as it is, with what scrolled away above
 * it; else the newest lines, and the cursor among them.
 */
export function firstLine(console: ConsoleModel, height: number, scroll: number): number {
  const isWhole = height >= console.rows;
  const last = isWhole ? console.length - 1 : console.lastUsed;
  const first = Math.max(console.first, last - height + 1 - scroll);
  return !isWhole && scroll === 0 ? Math.min(first, console.cursor.y) : first;
}

/** Has the console come as far as this cell? */
function isShown(console: ConsoleModel, x: number, line: number): boolean {
  const { cursor } = console;
  return line < cursor.y || (line === cursor.y && x < cursor.x);
}
