/** What is a prompt at the end of what a board has said, and what it tells. */
import { describe, expect, it } from 'vitest';
import {
  BDOS_ERROR,
  cpmPrompt,
  DISK_ERROR,
  HOSTS,
  OTHER_PROMPT,
  lastLine,
  onScreen,
  readPrompt,
  signOf,
  withoutPrompt,
} from '../../src/seams/prompt.js';

const ZPM3 = '\n\r\r\x1b[1m00:00\x1b[m A0:SYSTEM\x1b[1m\x1b[m>';

describe('a CP/M prompt', () => {
  const known: [string, string, number | undefined][] = [
    ['A>', 'A', undefined],
    ['\r\nA>', 'A', undefined],
    ['\r\nB15>', 'B', 15],
    ['\r\r\n3A>', 'A', 3],
    ['\r\r\nA0:SYSTEM>', 'A', 0],
    ['\r\nC7:>', 'C', 7],
    [ZPM3, 'A', 0],
    ['\r\nA>DIR\b \b\b \b\b \b', 'A', undefined],
  ];
  for (const [text, drive, user] of known)
    it(JSON.stringify(text), () => expect(cpmPrompt(text)).toMatchObject({ drive, user }));

  for (const text of ['', 'A> ', '\r\n>', '\r\n> ', '\r\n12> ', '\r\nIF A>', '\r\nABC>', '\r\nQ>', '\r\nA>\r', '\r\n*'])
    it(`${JSON.stringify(text)} is none`, () => expect(cpmPrompt(text)).toBeUndefined());

  it('is cut off with its line', () => {
    expect(withoutPrompt(`NO FILE${ZPM3}`)).toBe('NO FILE\n\r\r');
    expect(withoutPrompt('NO FILE\r\n')).toBe('NO FILE\r\n');
  });

  it('never takes long, whatever comes', () => {
    const began = performance.now();
    for (const noise of ['\0', '\x1b[', '\x1b', '1:', '\b', 'A0:']) cpmPrompt('\n' + noise.repeat(1 << 16));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

it.each([
  ['> ', true],
  ['\r\n>', true],
  ['\r\n12> ', true],
  ['\r\n*', true],
  ['\r\n1234> ', false],
  ['a> ', false],
  ['2 * 3', false],
  ['\r\n> x', false],
])('a prompt of an unknown program: %j %s', (text, is) => expect(OTHER_PROMPT.test(text)).toBe(is));

describe("a disk error's report", () => {
  const zsdos = 'ZSDOS error on B: Bad Sector\r\nCall: 21  File: Z80LM   .$$$\r\n';
  it.each([
    ['CP/M 2.2', '\r\nBdos Err On B: Bad Sector', 'Bdos Err On B: Bad Sector'],
    ['ZSDOS', `\r\n${zsdos}`, 'ZSDOS error on B: Bad Sector'],
    ['ZDDOS, without a file', '\r\nZDDOS error on K: No Drive\r\nCall: 14\r\n', 'ZDDOS error on K: No Drive'],
  ])('that waits for a key: %s', (_, text, said) => expect(BDOS_ERROR.exec(text)?.[0]).toBe(said));

  it.each(['Bdos Err On B: Bad Sector\r\nA>', `${zsdos}\r\nA0>`, 'CP/M Error On P: Invalid Drive\r\n'])(
    'that does not, or not any more: %j',
    (text) => expect(BDOS_ERROR.test(text)).toBe(false),
  );

  it('tells drive and reason', () => {
    expect(DISK_ERROR.exec(zsdos)?.slice(1)).toEqual(['B', 'Bad Sector']);
    expect(DISK_ERROR.exec('CP/M Error On P: Invalid Drive\r\nBDOS Function = 14')?.slice(1)).toEqual([
      'P',
      'Invalid Drive',
    ]);
  });
});

describe('a prompt that was learned', () => {
  const same = (seen: string, other: string): boolean =>
    cpmPrompt(other, signOf(readPrompt(lastLine(seen)))) !== undefined;

  it('is the same on another drive, for another user, in another directory, at another time', () => {
    expect(same('\r\nA>', '\r\nB>')).toBe(true);
    expect(same('\r\nA>', '\r\n3A>')).toBe(true);
    expect(same('\r\nA>', '\r\nA3>')).toBe(true);
    expect(same('\r\n3A>', '\r\nA>')).toBe(true);
    expect(same('\r\nA0:SYSTEM>', '\r\nC7:>')).toBe(true);
    expect(same(ZPM3, ZPM3.replace('00:00', '23:59').replace('A0:SYSTEM', 'B3:'))).toBe(true);
    expect(same('\r\n41% [A0]>', '\r\n40% [B3]>')).toBe(true);
  });

  it('is not the end of a text that is shorter', () => {
    expect(same('\r\nA0:SYSTEM>', '\r\nB>')).toBe(false);
    expect(same(ZPM3, '\r\nA0:SYSTEM>')).toBe(false);
    expect(same('\r\n41% [A0]>', '\r\nA0>')).toBe(false);
  });

  it('tells drive and user where a letter stands by itself', () => {
    expect(readPrompt('CP/M [B4]>')).toMatchObject({ drive: 'B', user: 4 });
    expect(readPrompt('TURBO>')).toMatchObject({ drive: '', user: undefined });
  });
});

it('a screen obeys backspaces within its line, and shows no escape sequence', () => {
  expect(onScreen('\x1b[2J\x07A>XY\b \bZ\r\n\b')).toBe('A>XZ\r\n');
});

it.each([
  ['bye\r\n\r\nB12>', 'CP/M', 'bye\r\n\r\n'],
  ['bye\r\n*', 'the monitor', 'bye\r\n'],
  ['2 * 3 >*', undefined, undefined],
])('%j is at the prompt of %s, which goes without the rest', (text, title, rest) => {
  expect(HOSTS.filter((host) => host.isAt(text)).map((host) => host.title)).toEqual(title === undefined ? [] : [title]);
  expect(HOSTS.map((host) => host.without(text)).filter((left) => left !== text)).toEqual(
    rest === undefined ? [] : [rest],
  );
});
