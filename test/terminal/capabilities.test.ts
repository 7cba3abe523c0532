/** What the environment and the terminal itself say of its colours. */
import { describe, expect, it } from 'vitest';
import {
  backgroundFrom,
  backgroundOf,
  colourDepth,
  beyondVt100,
  questionsFor,
} from '../../src/terminal/capabilities.js';

describe('a terminal', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, 256],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 256],
    [{ TERM: 'xterm' }, 8],
    [{ TERM: 'linux' }, 8],
    [{ TERM: 'vt100' }, 0],
    [{ TERM: 'xterm-mono' }, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 0],
    [{}, 8],
  ] as const)('%j has %i colours', (env, depth) => expect(colourDepth(env)).toBe(depth));

  it.each([
    ['rgb:ffff/ffff/ffff', 'light'],
    ['rgb:0000/0000/0000', 'dark'],
    ['rgb:fd/f6/e3', 'light'],
    ['rgb:00/2b/36', 'dark'],
    // The two grays between which it turns: luminance 0.175 and 0.184.
    ['rgb:74/74/74', 'dark'],
    ['rgb:77/77/77', 'light'],
    ['rgba:f/f/f/f', 'light'],
    ['rgb:gg/00/00', undefined],
    ['', undefined],
  ])('that answers %s is %s', (answer, wanted) => expect(backgroundFrom(`\x1b]11;${answer}\x07`)).toBe(wanted));

  it.each([
    ['15;0', 'dark'],
    ['0;15', 'light'],
    ['0;default;15', 'light'],
    ['', undefined],
    ['15;default', undefined],
  ])('with COLORFGBG=%s is %s', (value, wanted) => expect(backgroundOf({ COLORFGBG: value })).toBe(wanted));

  it.each([
    ['xterm-256color', true, true],
    ['tmux-256color', true, true],
    ['linux', true, false],
    ['vt100', true, false],
    ['vt52', false, false],
    ['dumb', false, false],
  ])('TERM=%s is asked for its state: %s, for its background: %s', (TERM, state, background) =>
    expect(questionsFor({ TERM })).toEqual({ state, background }),
  );
});

it.each([
  ['xterm-256color', true, true],
  ['linux', false, true],
  ['vt100', false, false],
  ['vt220', false, false],
])('TERM=%s marks pastes: %s, has a second screen: %s', (TERM, marks, secondScreen) =>
  expect(beyondVt100({ TERM })).toEqual({ marks, secondScreen }),
);
