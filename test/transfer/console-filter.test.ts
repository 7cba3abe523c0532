/** What of a board's output reaches a terminal. */
import { describe, expect, it } from 'vitest';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { consoleFilter } from '../../src/transfer/console-filter.js';

const shown = (...chunks: string[]): string => {
  const filter = consoleFilter();
  return chunks.map((chunk) => latin1(filter(toBytes(chunk)))).join('');
};

describe('the filter of a console', () => {
  it.each([
    ['printable ASCII to its ends', ' !~', ' !~'],
    ['bell, backspace, tab and line ends', 'a\x07\x08\t\n\rb', 'a\x07\x08\t\n\rb'],
    ['NUL, FF and DEL are nothing', 'a\0\x0c\x7fb', 'ab'],
    ['other controls and high bytes are dots', '\x01\x0b\x1f\x80\xff', '.....'],
    ['a sequence with parameters goes whole', 'a\x1b[1;31mb', 'ab'],
    ['whatever letter ends it', 'a\x1b[5@b\x1b[6~c', 'abc'],
    ['but DEL, which ends none', 'a\x1b[5\x7fmb', 'ab'],
    ['a short one goes with its one character', 'a\x1bcb\x1bMd', 'abd'],
    ['so does what is no sequence to us', 'a\x1b]0;title', 'a0;title'],
    ['an ESC within one begins another', 'a\x1b[1\x1b[2mb\x1b\x1b[3mc', 'abc'],
    ['a line end breaks one off, and is kept', 'a\x1b[12\r\nb', 'a\r\nb'],
    ['another control breaks one off, and is not', 'a\x1b[12\x01b', 'ab'],
  ])('%s', (_, text, wanted) => {
    expect(shown(text)).toBe(wanted);
    expect(shown(...text)).toBe(wanted);
  });

  it('lets no sequence be longer than 32 bytes', () => {
    // ESC and [ are two of them.
    expect(shown(`\x1b[${'1'.repeat(30)}mb`)).toBe('b');
    expect(shown(`\x1b[${'1'.repeat(31)}mb`)).toBe('mb');
    expect(shown(`\x1b[${'1'.repeat(33)}b`)).toBe('11b');
  });
});
