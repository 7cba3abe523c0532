/** Expressions of the debugger: values, precedence, memory, and what is refused. */
import { describe, expect, it } from 'vitest';
import { parseExpression, type Scope } from '../../../src/emu/debug/expression.js';
import { createZ80 } from '../../../src/emu/z80.js';
import { UsageError } from '../../../src/seams/errors.js';

const cpu = createZ80({ in: () => 0, out: () => {} });
cpu.setRegisters({ a: 0x0d, f: 0x41, b: 1, c: 2, h: 0x40, l: 0, ix: 0x4000, sp: 0x8000, pc: 0x123 });
cpu.memory.set([7, 8, 9], 0x4000);
cpu.memory.set([0x34, 0x12], 0x8000);
const scope: Scope = { cpu, values: new Map([['count', 0x4001], ['a', 99]]), locals: { value: 5 } }; // prettier-ignore
const value = (text: string): number => parseExpression(text).evaluate(scope);

describe('an expression', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['0x10 + 10h + $10 + 1010b', 58],
    ['a == 0dh', 1],
    ['A', 13],
    ['bc', 0x102],
    ['(hl)', 7],
    ['(ix+1)', 8],
    ['[count]', 8],
    ['[hl + 2]', 9],
    ['word(sp)', 0x1234],
    ['word[count] >> 8', 9],
    ['count', 0x4001],
    ['flag.z + flag.c * 2 + flag.s', 3],
    ["'x'", 0x78],
    ['$', 0x123],
    ['-7 / 2', -3],
    ['-7 % 4', -3],
    ['!a || value == 5', 1],
    ['b != 0 && a / b > 12', 1],
    ['0 && 1 / 0', 0],
    ['1 | 2 ^ 3 & 2', 1],
    ['7 & 3 == 3', 1],
    ['~0 & 0xff', 255],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each([
    ['', /ends too soon/],
    ['1 +', /ends too soon/],
    ['(1', /not closed/],
    ['1 2', /not expected/],
    ['{', /no expression/],
    ["'ab'", /one character/],
    ['((((('.repeat(100), /deep|ends/],
  ])('%j is none', (text, why) => {
    expect(() => parseExpression(text)).toThrow(UsageError);
    expect(() => parseExpression(text)).toThrow(why);
  });

  it('says what there is instead of a name', () => {
    const hint = (text: string): string | undefined => {
      try {
        value(text);
      } catch (error) {
        return (error as UsageError).hint;
      }
      return undefined;
    };
    expect(hint('COUNT')).toContain('there is count');
    expect(hint('ff')).toContain('0xff');
    expect(hint('1 / (b - 1)')).toContain('divisor');
  });
});
