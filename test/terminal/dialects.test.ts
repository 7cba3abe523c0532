import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/seams/bytes.js';
import type { Terminal } from '../../src/terminal/dialects.js';
import { ScreenCodes } from '../../src/terminal/screen-codes.js';

const shown = (terminal: Terminal, text: string, ascii = false): string => {
  const codes = new ScreenCodes(terminal, ascii);
  for (const byte of toBytes(text)) codes.add(byte);
  return codes.take();
};

describe('screen codes', () => {
  it.each([
    ['adm3a', 'a\x1ab', 'a\x1b[H\x1b[2Jb'],
    ['adm3a', '\x1b=+ *', '\x1b[12;1H*'],
    ['adm3a', '\x1b= p', '\x1b[1;81H'],
    ['adm3a', '\x1bTx', '\x1b[Kx'],
    ['adm3a', '\x1bB0x\x1bC0\x1bB9y', '\x1b[7mx\x1b[27my'],
    ['adm3a', '\x1bG<x\x1bG0', '\x1b[0;7;4mx\x1b[0m'],
    ['adm3a', '\r\n\b', '\r\n\b'],
    ['adm3a', 'a\x1b[2Jb\x1b[?25lc', 'abc'],
    ['vt52', '\x1bY*%x\x1bJ', '\x1b[11;6Hx\x1b[J'],
    ['vt52', '\x1bH\x1bA\x1bz', '\x1b[H\x1b[A'],
    ['vt52', 'q\x1bFqx\x1bGq', 'q─│q'],
    ['kaypro', '\x1a\x1b=# \x18\x17\x80\xff', '\x1b[H\x1b[2J\x1b[4;1H\x1b[K\x1b[J\ufffd\ufffd'],
    ['kaypro', 'a\x1bL    b\x1b*!!c\x1bGd', 'abcd'],
    ['vt100', '\x1b[2J\x1a', '\x1b[2J'],
    ['vt100', '\x1b(0lqk\x1b(Bq', '┌─┐q'],
    ['vt100', '\x1b)0\x0elqk\x0fq', '┌─┐q'],
    ['vt100', '\x1b[01;31m\x1b[38;5;208m\x1b[48;2;0;0;250;4m', '\x1b[1;31m\x1b[33m\x1b[44;4m'],
    ['vt100', '\x1b%G\x1b#8\x1b#3', '\x1b#8'],
  ] as const)('of %s: %j is %j', (terminal, text, ansi) => {
    expect(shown(terminal, text)).toBe(ansi);
  });
});

it("a program's questions are answered here, and do not reach the user's terminal", () => {
  const said: string[] = [];
  const codes = new ScreenCodes('vt100', false, (text) => said.push(text));
  for (const byte of toBytes('a\x1b[5n\x1b[6n\x1b[c\x1b[0cb')) codes.add(byte);
  expect(codes.take()).toBe('ab');
  expect(said).toEqual(['\x1b[0n', '\x1b[?1;2c', '\x1b[?1;2c']);
});
