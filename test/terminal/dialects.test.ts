import { describe, expect, it } from 'vitest';
import { screenCodes, type Terminal } from '../../src/terminal/dialects.js';

const shown = (terminal: Terminal, text: string): string =>
  Array.from(text, (c) => c.charCodeAt(0))
    .map(screenCodes(terminal))
    .join('');

describe('screen codes', () => {
  it.each([
    ['adm3a', 'a\x1ab', 'a\x1b[H\x1b[2Jb'],
    ['adm3a', '\x1b=+ *', '\x1b[12;1H*'],
    ['adm3a', '\x1b= p', '\x1b[1;81H'],
    ['adm3a', '\x1bTx', '\x1b[Kx'],
    ['adm3a', '\x1bB0x\x1bC0\x1bB9y', '\x1b[7mx\x1b[27my'],
    ['adm3a', '\r\n\b', '\r\n\b'],
    ['vt52', '\x1bY*%x\x1bJ', '\x1b[11;6Hx\x1b[J'],
    ['vt52', '\x1bH\x1bA\x1bz', '\x1b[H\x1b[A\x1bz'],
    ['vt100', '\x1b[2J\x1a', '\x1b[2J\x1a'],
  ] as const)('of %s: %j is %j', (terminal, text, ansi) => {
    expect(shown(terminal, text)).toBe(ansi);
  });
});
