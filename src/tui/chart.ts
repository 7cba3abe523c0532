/** Bars and lines out of characters: braille dots (2 by 4 a cell) or blocks, and plain letters in ASCII. */
import { ACCENT, QUIET, type Canvas, type Style } from '../terminal/canvas.js';

/** A bar of `share` (0..1) of the width, to half a cell. A line, so that bars below each other stay apart. */
export function bar(width: number, share: number): string {
  const halves = Math.round(Math.max(0, Math.min(1, share)) * width * 2);
  return `${'━'.repeat(Math.floor(halves / 2))}${halves % 2 === 1 ? '╸' : ''}`.padEnd(width, ' ');
}

/** How far something has come: what is done in full cells, what is left as a track, and the share in figures. */
export function meter(canvas: Canvas, y: number, width: number, share: number, style: Style = ACCENT): number {
  const figures = `${Math.floor(Math.max(0, Math.min(1, share)) * 100)}%`.padStart(5);
  const cells = Math.max(0, Math.min(width, canvas.width) - figures.length);
  const full = Math.round(Math.max(0, Math.min(1, share)) * cells);
  canvas.put(0, y, '█'.repeat(full), style);
  canvas.put(full, y, '░'.repeat(cells - full), QUIET);
  return canvas.put(cells, y, figures, style);
}

/**
 * Two amounts in one bar: what both have is a thick line; what only the first has is a broken one, what only the second has
 * a thin one.
 * @param most the amount that is as long as the width
 */
export function twoBars(width: number, first: number, second: number, most: number): string {
  const cells = (amount: number): number => Math.round(Math.max(0, Math.min(1, amount / most)) * Math.max(0, width));
  const [a, b] = [cells(first), cells(second)];
  return '━'.repeat(Math.min(a, b)) + '╍'.repeat(Math.max(0, a - b)) + '─'.repeat(Math.max(0, b - a));
}

export interface Series {
  name: string;
  /** Each with x from 0 to 1. */
  points: readonly { x: number; y: number }[];
  style: Style;
  /** What stands for it in ASCII. */
  letter: string;
  /** So many columns of dots drawn, so many left out; without it, all drawn. */
  dash?: readonly [on: number, off: number];
}

export interface Axes {
  /** Beside the left edge, from its top to its bottom at equal distances, and beside the right one. */
  left: readonly string[];
  right?: readonly string[];
  /** At the ends of the bottom edge. */
  below: readonly [from: string, to: string];
}

/** Curves with axes and a legend, none of which lies on another. y from 0 to 1. */
export function chart(canvas: Canvas, series: readonly Series[], { left, right, below }: Axes): void {
  const top = canvas.pieces(
    0,
    series.map(({ name, style, letter, dash }) => {
      const sample = canvas.ascii ? letter.repeat(3) : dash === undefined ? '⠤⠤⠤' : dash[0] === 1 ? '⠄⠄⠄' : '⠤⠄⠤';
      return [`${sample} ${name}`, style];
    }),
  );
  const before = Math.max(...left.map(({ length }) => length));
  const behind = right ? Math.max(...right.map(({ length }) => length)) : 0;
  const width = canvas.width - before - behind - (right ? 2 : 1);
  const height = canvas.height - top - 2;
  if (width < 4 || height < 2) return;
  const bottom = top + height;
  const last = before + width + 1;
  for (let y = top; y < bottom; y++) {
    canvas.put(before, y, '│', QUIET);
    if (right) canvas.put(last, y, '│', QUIET);
  }
  canvas.put(before, bottom, `└${'─'.repeat(width)}${right ? '┘' : ''}`, QUIET);
  for (const [y, label] of ticks(left, top, height))
    canvas.put(before - label.length, y, `${label}${y === top ? '┐' : '┤'}`, QUIET);
  for (const [y, label] of ticks(right ?? [], top, height))
    canvas.put(last, y, `${y === top ? '┌' : '├'}${label}`, QUIET);
  canvas.put(before + 1, bottom + 1, below[0], QUIET);
  if (below[0].length + below[1].length < width) canvas.put(last - below[1].length, bottom + 1, below[1], QUIET);
  plot(canvas.part(before + 1, top, width, height), series, [0, 1]);
}

/** Where each label stands; of a low chart the first and the last. */
function ticks(labels: readonly string[], top: number, height: number): [y: number, label: string][] {
  if (labels.length < 2) return [];
  const shown = height >= 2 * labels.length ? labels : [labels[0]!, labels.at(-1)!];
  return shown.map((label, i) => [top + Math.round((i * (height - 1)) / (shown.length - 1)), label]);
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
  for (const { points, style, letter, dash } of series) {
    let before: number | undefined;
    const byColumn = sample(points, columns);
    byColumn.forEach((y, column) => {
      if (y === undefined) return;
      const share = high > low ? (y - low) / (high - low) : 0.5;
      const row = Math.round((1 - Math.max(0, Math.min(1, share))) * (rows - 1));
      // A line, so that a steep curve has no gaps.
      const isDrawn = dash === undefined || column % (dash[0] + dash[1]) < dash[0];
      const from = before === undefined ? row : before < row ? before + 1 : before > row ? before - 1 : row;
      for (let at = Math.min(from, row); at <= Math.max(from, row) && isDrawn; at++) {
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
