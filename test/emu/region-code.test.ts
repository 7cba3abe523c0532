/** Translated code is bounded, whatever the program: values that are used in several places are computed once. */
import { describe, expect, it } from 'vitest';
import { regionModule } from '../../src/emu/z80/region-code.js';
import { stretchAt } from '../../src/emu/z80/stretch.js';

const AT = 0x1000;
const times = (n: number, code: number[]): number[] => Array.from({ length: n }, () => code).flat();

/** Size of the module that has one stretch. */
function sizeOf(code: number[]): number {
  const bytes = new Map<number, number>();
  const byte = (at: number): number => {
    bytes.set(at, code[at - AT]!);
    return code[at - AT]!;
  };
  const stretch = stretchAt(AT, { byte, isBorder: () => false });
  return regionModule({ number: 1, stretches: [stretch], bytes, trailNumbers: [0] }).length;
}

describe('the code of a region', () => {
  it.each([
    ['bits that are mixed again and again: LD B,A / RRCA / XOR B', [...times(20, [0x47, 0x0f, 0xa8]), 0x28, 0xf0]],
    [
      'what only a way aside needs: ADD HL,HL between stores, then XOR A / LD HL,0',
      [0x32, 0, 0x40, ...times(50, [0x29]), 0x32, 0, 0x40, 0xaf, 0x21, 0, 0, 0x32, 0, 0x40, 0xc3, 0, 0x10],
    ],
    ['decimal sums that are stored: ADC A,A / DAA / LD (HL),A', [...times(20, [0x8f, 0x27, 0x77]), 0x28, 0xf0]],
  ])('stays small: %s', (_title, code) => {
    expect(sizeOf(code)).toBeLessThan(200 * code.length);
  });
});
