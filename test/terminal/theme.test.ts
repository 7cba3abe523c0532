/** Contrast of every colour of the theme, from the values that xterm gives its palette. */
import { describe, expect, it } from 'vitest';
import { theme, type Background, type Depth } from '../../src/terminal/theme.js';

/** xterm's own first eight (XTerm-col.ad), of which terminals differ; then the cube of 6 and the greys, which all have. */
const FIRST = [0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5];
const LEVELS = [0, 95, 135, 175, 215, 255];
const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];

function rgb(index: number): number[] {
  if (index < 16) return [16, 8, 0].map((shift) => (FIRST[index]! >> shift) & 0xff);
  if (index >= 232) return Array<number>(3).fill(8 + 10 * (index - 232));
  return [36, 6, 1].map((size) => LEVELS[Math.floor((index - 16) / size) % 6]!);
}
/** WCAG 2.2: relative luminance, and contrast ratio. */
function luminance(colour: readonly number[]): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: readonly number[], b: readonly number[]): number {
  const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (high! + 0.05) / (low! + 0.05);
}

const GROUNDS: readonly [Background, number[][]][] = [
  ['dark', [BLACK]],
  ['light', [WHITE]],
  [undefined, [BLACK, WHITE]],
];

it('contrast is what the standard says it is', () => {
  expect(contrast(BLACK, WHITE)).toBe(21);
  expect(contrast(rgb(2), WHITE).toFixed(2)).toBe('2.16');
  expect(contrast(rgb(243), WHITE).toFixed(2)).toBe('4.54');
});

describe.each([8, 256] as const)('of %i colours', (depth: Depth) => {
  it.each(GROUNDS)('every one has 4.5:1 on %s', (background, grounds) => {
    const poor = Object.entries(theme(background, depth)).flatMap(([name, { ink, paper }]) => {
      // A colour that is not set is the terminal's own, which its user can read.
      if (ink === undefined) return paper === undefined ? [] : [`${name}: a paper without an ink`];
      const papers = paper === undefined ? grounds : [rgb(paper)];
      return papers.filter((one) => contrast(rgb(ink), one) < 4.5).map((one) => `${name} on ${one.join(',')}`);
    });
    expect(poor).toEqual([]);
  });

  it('accent, good and bad are three', () => {
    for (const [background] of GROUNDS) {
      const { accent, good, bad } = theme(background, depth);
      expect(new Set([accent, good, bad].map((one) => JSON.stringify(one))).size).toBe(3);
    }
  });
});

it('without colours there are none', () => {
  expect(Object.values(theme('dark', 0)).every(({ ink, paper }) => ink === undefined && paper === undefined)).toBe(
    true,
  );
});
