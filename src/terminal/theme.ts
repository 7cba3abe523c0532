/**
 * Which colours the terminal gets for what they mean. Every one has a contrast of 4.5:1 or more against what it stands
 * on (WCAG 2, 1.4.3), which test/terminal/theme.test.ts works out from xterm's palette. Where the terminal does not
 * tell its background, the colours are of the few that reach that on black and on white alike, or bring their own paper.
 */
import type { Colour, Style } from './canvas.js';

/** As the terminal told; undefined if it did not. */
export type Background = 'dark' | 'light' | undefined;
/** So many colours can be used; 0 is NO_COLOR, and terminals without any. */
export type Depth = 0 | 8 | 256;
export type Theme = Readonly<Record<Colour, Pick<Style, 'ink' | 'paper'>>>;

/** Of xterm's 256, those from 16 on: the first 16 are whatever the user has made of them. */
const OF_256 = {
  dark: { accent: 75, second: 176, good: 114, warn: 179, bad: 203, quiet: 246 },
  light: { accent: 25, second: 90, good: 22, warn: 94, bad: 124, quiet: 241 },
  unknown: { accent: 63, second: 163, good: 29, warn: 98, bad: 131, quiet: 243 },
} as const;

/** Of the eight, most are either too dark for black or too bright for white: those bring their paper with them. */
const OF_8: Readonly<Record<'dark' | 'light' | 'unknown', Theme>> = {
  dark: {
    accent: { ink: 6 },
    second: { ink: 3 },
    good: { ink: 2 },
    warn: { ink: 3 },
    bad: { ink: 7, paper: 1 },
    quiet: {},
  },
  light: {
    accent: { ink: 4 },
    second: { ink: 5 },
    good: { ink: 0, paper: 2 },
    warn: { ink: 0, paper: 3 },
    bad: { ink: 1 },
    quiet: {},
  },
  unknown: {
    accent: { ink: 7, paper: 4 },
    second: { ink: 0, paper: 6 },
    good: { ink: 0, paper: 2 },
    warn: { ink: 0, paper: 3 },
    bad: { ink: 7, paper: 1 },
    quiet: {},
  },
};

const NONE: Theme = { accent: {}, second: {}, good: {}, warn: {}, bad: {}, quiet: {} };

/** @returns for each meaning the palette's numbers of letters and of what is behind them; without one, the terminal's */
export function theme(background: Background, depth: Depth): Theme {
  const ground = background ?? 'unknown';
  if (depth === 0) return NONE;
  if (depth === 8) return OF_8[ground];
  return Object.fromEntries(Object.entries(OF_256[ground]).map(([name, ink]) => [name, { ink }])) as Record<
    Colour,
    { ink: number }
  >;
}
