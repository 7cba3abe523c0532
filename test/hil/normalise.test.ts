/** Which consoles' conventions are made equal, one by one, and where each ends. */
import { describe, expect, it } from 'vitest';
import { isDamagedEcho, Normaliser } from '../../src/hil/normalise.js';

/** Both sides after the rules, and the rules that were used as `name left right`. */
function rules(left: string, right: string, typed = '', atCpm = false): [string, string, ...string[]] {
  const normaliser = new Normaliser();
  const sides = normaliser.apply(left, right, { typed, left: atCpm, right: atCpm });
  return [...sides, ...normaliser.used.map((use) => `${use.name} ${use.left} ${use.right}`)];
}

describe('a rule', () => {
  it.each<[string, ReturnType<typeof rules>, string[]]>([
    ['equal texts stay', rules('a\0\n', 'a\0\n'), ['a\0\n', 'a\0\n']],
    ['no rule is used after the sides are equal', rules('a\0\nb\0', 'a\nb'), ['a\nb', 'a\nb', 'nul 1 0']],
    ['XON and XOFF, wherever they are', rules('\x11a\x13b', 'ab\x11'), ['ab', 'ab', 'xon-xoff 1 1']],
    ['DC2 is no XON', rules('a\x12', 'a'), ['a\x12', 'a']],
    ['any line end', rules('a\r\r\n\nb\r\rc', 'a\n\r\nb\rc'), ['a\r\n\r\nb\r\nc', 'a\r\n\r\nb\r\nc', 'line-ends 1 1']],
    ['an echo goes with the blanks and the line end after it', rules('hi  \r\nYES', 'YES', 'hi'), ['YES', 'YES', 'echo 1 0']],
    ['a line end that stands for the echo goes too', rules('HI\r\nYES', '\r\nYES', 'hi'), ['YES', 'YES', 'echo 1 1']],
    ['but nothing more', rules('hi\r\n\r\nYES', 'YES', 'hi'), ['\r\nYES', 'YES', 'echo 1 0']],
    ['nor one that is further on', rules('hi\r\nYES', 'NO\r\n', 'hi'), ['YES', 'NO\r\n', 'echo 1 0']],
    ['the same echo on both sides stays', rules('hi\r\nYES', 'hi\r\nNO', 'hi'), ['hi\r\nYES', 'hi\r\nNO']],
    ['without a question there is no echo', rules('\r\nYES', 'YES'), ['\r\nYES', 'YES']],
    ['a damaged echo stays', rules('hello\r\nYES', 'helo\r\nYES', 'hello'), ['hello\r\nYES', 'helo\r\nYES']],
    ['on either side', rules('helo\r\nYES', 'HELLO\r\nYES', 'hello'), ['helo\r\nYES', 'HELLO\r\nYES']],
    ["CP/M's prompt at the end, with its user number", rules('a\r\n\r\nB12>', 'a', '', true), ['a', 'a', 'host-prompt 1 0']],
    ['without a number, and line ends alone', rules('a\r\nP>', 'a\r\n', '', true), ['a', 'a', 'host-prompt 1 1']],
    ['not in the middle', rules('A>b', 'b', '', true), ['A>b', 'b']],
    ['not after P, nor with three digits', rules('a\r\nQ>', 'a\r\nA123>', '', true), ['a\r\nQ>', 'a\r\nA123>']],
    ['not before the end of the program', rules('a\r\nA>', 'a'), ['a\r\nA>', 'a']],
  ])('%s', (_, found, wanted) => expect(found).toEqual(wanted)); // prettier-ignore

  it('counts each text that it changed, and says what it takes to be the same', () => {
    const normaliser = new Normaliser();
    const sides = { typed: 'hi', left: true, right: true };
    expect(normaliser.used).toEqual([]);
    normaliser.apply('\0\x11hi\nYES\nA>', 'YES', sides);
    normaliser.apply('hi\r\nYES', '\0hi\r\nYES', sides);
    expect(normaliser.used).toEqual([
      { name: 'nul', says: 'NUL bytes, which some consoles send as padding, are left out', left: 1, right: 1 },
      { name: 'xon-xoff', says: 'XON and XOFF, which steer the line, are left out', left: 1, right: 0 },
      { name: 'line-ends', says: 'CR, LF, CR LF and CR CR LF count as one line end', left: 1, right: 0 },
      {
        name: 'echo',
        says: 'a whole echo of what was typed is left out: as typed, in capitals, or none',
        left: 1,
        right: 0,
      },
      {
        name: 'host-prompt',
        says: "the prompt after the end of the program, CP/M's or the monitor's, is left out",
        left: 1,
        right: 0,
      },
    ]);
  });
});

describe('a damaged echo', () => {
  it.each([
    ['helo\r\nYES', 'hello', true],
    ['hello\r\nYES', 'hello', false],
    ['HELLO  \r\nYES', 'hello', false],
    ['  hello', 'hello', true],
    ['YES', 'hello', false],
    // Six letters of ten in order, then five.
    ['abcdef1234', 'ABCDEFxyz', true],
    ['abcde12345', 'abcdexyz', false],
    ['badc', 'abcd', false],
    ['abd', 'abc', true],
    ['ab', 'abc', false],
    ['abc', 'ab', false],
    ['', '', false],
  ])('%j to %j: %s', (text, typed, damaged) => expect(isDamagedEcho(text, typed)).toBe(damaged));
});
