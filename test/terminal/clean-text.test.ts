/** What of a board's output reaches a file, a pipe or a report. */
import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/seams/bytes.js';
import { CleanText, type CleanTextOptions } from '../../src/terminal/clean-text.js';
import { TERMINALS } from '../../src/terminal/dialects.js';
import fc from '../fast-check.js';

const shown = (chunks: string[], options: CleanTextOptions = {}): string => {
  const clean = new CleanText(options);
  return chunks.map((chunk) => clean.take(toBytes(chunk))).join('');
};

describe('the clean text of a console', () => {
  it.each([
    ['printable ASCII to its ends', ' !~', ' !~'],
    ['bell, backspace, tab and line ends', 'a\x07\x08\t\n\rb', 'a\x07\x08\t\n\rb'],
    ['other controls and DEL are nothing', 'a\0\x01\x1f\x7fb', 'ab'],
    ['bytes that are no characters', 'a\x80\xffb', 'a\ufffd\ufffdb'],
    ['nor are C1 controls in UTF-8, too long ones, halves', '\xc2\x9b\xc1\x81\xe0\x80\x9b\xed\xa0\x80', '\ufffd'.repeat(10)],
    ['letters in UTF-8', 'caf\xc3\xa9 \xe2\x82\xac', 'café €'],
    ['a sequence goes whole', 'a\x1b[1;31mb\x1b[?2004hc\x1b[>0qd\x1b[!pe', 'abcde'],
    ['strings as well, however they end', 'a\x1b]0;title\x07b\x1bP$qm\x1b\\c\x1b_x\x18d', 'abcd'],
    ['a string of letters beyond ASCII', 'a\x1b]0;\xc3\xa9\x07b', 'ab'],
    ['character sets are obeyed', '\x1b(0lqk\x1b(B', '┌─┐'],
    ['others leave nothing', 'a\x1b%Gb\x1b*0c\x1b 7d', 'abcd'],
    ['an ESC within one begins another', 'a\x1b[1\x1b[2mb\x1b\x1b[3mc', 'abc'],
    ['a line end within one is obeyed', 'a\x1b[1\r\n2mb', 'a\r\nb'],
    ['another line of the screen is another line', 'one\x1b[5;1Htwo\x1b[6;3Hthree', 'one\r\ntwo\r\n  three'],
    ['the same line is the same', '\x1b[2;1HName:\x1b[2;10HBob', 'Name:    Bob'],
    ['corrections are corrections', 'abc\x1b[2D\x1b[KX', 'abc\b\bX'],
    ['what is written further to the left stands by itself', '\x1b[2;40Hright\x1b[2;1Hleft', `${' '.repeat(39)}right\r\nleft`],
    ['an empty screen begins a line', 'A>\x1b[H\x1b[2Jmenu', 'A>\r\nmenu'],
    ['moves that show nothing end nothing', 'A>\x1b[5;5H\x1b[1;3Hb', 'A>b'],
    ['the line that was left is ended once', 'a\x1b[9;1H\r\nb', 'a\r\n\r\nb'],
  ])('%s', (_, text, wanted) => {
    expect(shown([text])).toBe(wanted);
    expect(shown([...text])).toBe(wanted);
  }); // prettier-ignore

  it('in ASCII, where that is wanted', () => {
    expect(shown(['\x1b(0lqk\x1b(B\xc3\xa9\x80'], { ascii: true })).toBe('+-+..');
  });

  it('of a program for an ADM-3A', () => {
    expect(shown(['\x1a\x1b=# FILE\x1b)\x1b(\x18\x1b=$!TEXT'], { kind: 'adm3a' })).toBe('FILE\r\n TEXT');
  });

  it('is not swallowed by what never ends', () => {
    expect(shown([`\x1b[${'1'.repeat(100)}mb`])).toMatch(/^1+mb$/);
    expect(shown([`\x1b]${'x'.repeat(5000)}end`])).toMatch(/^x+end$/);
    expect(shown(['\x1b]52;c;no end\r\nA>DIR'])).toBe('\r\nA>DIR');
  });

  it('is harmless, whatever comes', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.constantFrom(...['\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b(0', '\xc2', '\x9b', '\xe2\x80', '\x1b=', '\x0e', '\x1b[5;9H', 'x', '\r\n', ';', 'm']),
        fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      ),
      { maxLength: 60 },
    ); // prettier-ignore
    fc.assert(
      fc.property(hostile, fc.constantFrom(...TERMINALS), fc.boolean(), (parts, kind, ascii) => {
        const text = shown([parts.join('')], { kind, ascii });
        expect(text).not.toMatch(ascii ? /[^\x07-\x0a\x0d\x20-\x7e]/ : /[^\x07-\x0a\x0d\x20-\x7e\u00a1-\ufffd]/);
        // In one go or byte by byte is the same.
        expect(shown([...parts.join('')], { kind, ascii })).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
