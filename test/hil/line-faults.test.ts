/** What a line does to a text, and what it does not. */
import { describe, expect, it } from 'vitest';
import { lineFaults } from '../../src/hil/line-faults.js';

describe('a fault of the line', () => {
  it.each([
    [
      'one lost',
      'abcdefghiklmnopqr',
      { lost: 1, doubled: 0, flipped: 0, from: 9, to: 9 },
      '1 character lost between "bcdefghi" and "klmnopqr": flow control?',
    ],
    [
      'two twice',
      'abccdefghijklmnopqqr',
      { lost: 0, doubled: 2, flipped: 0, from: 3, to: 17 },
      '2 characters arrived twice between "abc" and "": a bad contact, or two programs on one port?',
    ],
    [
      'a bit wrong in the last one',
      'abcdefghijklmnopqs',
      { lost: 0, doubled: 0, flipped: 1, from: 17, to: 17 },
      '1 character with one bit wrong between "jklmnopq" and "": baud rate, cable or ground?',
    ],
    [
      'one of each',
      'acdEfghijklmnoppqr',
      { lost: 1, doubled: 1, flipped: 1, from: 1, to: 16 },
      '1 character lost, 1 character arrived twice, 1 character with one bit wrong between "a" and "r": flow control?',
    ],
    [
      'half of it gone',
      'abcdefghi',
      { lost: 9, doubled: 0, flipped: 0, from: 9, to: 17 },
      '9 characters lost between "bcdefghi" and "": flow control?',
    ],
  ])('%s', (_, right, found, says) => expect(lineFaults('abcdefghijklmnopqr', right)).toEqual({ ...found, says }));

  it.each([
    ['the same', 'abcdefgh', 'abcdefgh'],
    ['more than half gone', 'abcd', 'a'],
    ['two bits wrong', 'abcdefgh', 'abcdefgk'],
    ['a letter before the first', 'abcdefgh', 'xabcdefgh'],
    ['a letter that is none twice', 'abcdefgh', 'abcdxefgh'],
    ['texts too long to align', 'a'.repeat(2001), 'a'.repeat(2000)],
  ])('is not: %s', (_, left, right) => expect(lineFaults(left, right)).toBeUndefined());

  it('costs less as a doubling or a bit than as two losses', () => {
    expect(lineFaults('aab', 'aaab')).toMatchObject({ lost: 0, doubled: 1, flipped: 0 });
    // r and s differ in a bit; to lose r and have s twice would cost more.
    expect(lineFaults('oprs', 'opss')).toMatchObject({ lost: 0, doubled: 0, flipped: 1, from: 2, to: 2 });
  });
});
