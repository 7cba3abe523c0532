/** Bars and lines out of characters: braille dots (2 by 4 a cell) or blocks, and plain letters in ASCII. */
import type { Canvas, Style } from '../terminal/canvas.js';

/** A bar of `share` (0..1) of the width, to an eighth of a cell. */
export function bar(width: number, share: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const part = '▏▎▍▌▋▊▉'[(eighths % 8) - 1] ?? '';
  return `${'█'.repeat(Math.floor(eighths / 8))}${part}`.padEnd(width, ' ');
}

export interface Series {
  /** Each with x from 0 to 1. */
  points: readonly { x: number; y: number }[];
  style: Style;
  /** What stands for it in ASCII. */
  letter: string;
}

/** Braille dot bits by column and row within a cell. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Lines over the whole canvas, the lowest value of y at the bottom. A later series lies over an earlier one. */
export function plot(canvas: Canvas, series: readonly Series[], [low, high]: readonly [number, number]): void {
  const { width, height, ascii } = canvas;
  if (width < 1 || height < 1) return;
  const [across, down] = ascii ? [1, 1] : [2, 4];
  const columns = width * across;
  const rows = height * down;
  const dots = new Map<number, { bits: number; style: Style; letter: string }>();
  for (const { points, style, letter } of series) {
    let before: number | undefined;
    const byColumn = sample(points, columns);
    byColumn.forEach((y, column) => {
      if (y === undefined) return;
      const share = high > low ? (y - low) / (high - low) : 0.5;
      const row = Math.round((1 - Math.max(0, Math.min(1, share))) * (rows - 1));
      // A line, so that a steep curve has no gaps.
      const from = before === undefined ? row : before < row ? before + 1 : before > row ? before - 1 : row;
      for (let at = Math.min(from, row); at <= Math.max(from, row); at++) {
        const cell = Math.floor(at / down) * width + Math.floor(column / across);
        const bits = (dots.get(cell)?.bits ?? 0) | DOTS[(column % 2) as 0 | 1][(at % 4) as 0 | 1 | 2 | 3];
        dots.set(cell, { bits, style, letter });
      }
      before = row;
    });
  }
  for (const [cell, { bits, style, letter }] of dots)
    canvas.put(cell % width, Math.floor(cell / width), ascii ? letter : String.fromCodePoint(0x2800 + bits), style);
}

/** The mean of the points in each column; between two, a straight line. */
function sample(points: Series['points'], columns: number): (number | undefined)[] {
  const sums = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (const { x, y } of points) {
    const column = Math.max(0, Math.min(columns - 1, Math.floor(x * columns)));
    sums[column]! += y;
    counts[column]!++;
  }
  const values = Array.from(counts, (count, i) => (count > 0 ? sums[i]! / count : undefined));
  let last = -1;
  values.forEach((value, i) => {
    if (value === undefined) return;
    for (let gap = last + 1; last >= 0 && gap < i; gap++)
      values[gap] = values[last]! + ((value - values[last]!) * (gap - last)) / (i - last);
    last = i;
  });
  return values;
}
