import { describe, expect, it } from 'vitest';
import { Canvas, createGrid } from '../../src/terminal/canvas.js';

describe('a canvas', () => {
  const shown = (text: string, ascii: boolean): string => {
    const grid = createGrid(20, 1, ascii);
    new Canvas(grid).put(0, 0, text);
    return grid.rows[0]!.map(({ char }) => char).join('').trimEnd();
  }; // prettier-ignore

  it('shows what is one cell wide and does nothing', () => {
    expect(shown('café ─ €\ufffd', false)).toBe('café ─ €\ufffd');
    expect(shown('a\x1b\x9b\u200b\u202e漢e\u0301\u{1f600}', false)).toBe('a?????e??');
  });

  it('in ASCII where nothing else is shown', () => {
    expect(shown('café ─ €', true)).toBe('caf? - ?');
  });
});
