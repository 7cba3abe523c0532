import { describe, expect, it } from 'vitest';
import { ARROWS } from '../../src/console/function-keys.js';
import { mapIn } from '../../src/console/map-in.js';
import { goOn, PREFERENCES, preferencesFrom } from '../../src/console/preferences.js';
import { typedKey, typedText, type Keystroke } from '../../src/console/typed.js';
import { LONGEST_PASTE } from '../../src/terminal/input.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { TERMINALS } from '../../src/terminal/dialects.js';

const sent = (key: Partial<Keystroke>, words = {}): string => {
  const typed = typedKey({ name: key.name ?? '', sequence: key.sequence ?? '' }, preferencesFrom(words));
  return 'bytes' in typed ? latin1(typed.bytes) : typed.refused;
};
const arrow = (name: string, words = {}): string => sent({ name, sequence: '\x1b[?' }, words);

describe('a key', () => {
  it.each(['\x03', '\x13', '\x11', '\x1a', '\x1b', '\0', '\x1f', '\t', '\n', 'q'])('%j goes out as it is', (sequence) =>
    expect(sent({ sequence })).toBe(sequence),
  );

  it('Enter and Backspace go out as asked for', () => {
    expect(sent({ sequence: '\r' })).toBe('\r');
    expect(sent({ sequence: '\r' }, { enter: 'crlf' })).toBe('\r\n');
    expect(sent({ sequence: '\x7f' })).toBe('\b');
    expect(sent({ sequence: '\x7f' }, { backspace: 'del' })).toBe('\x7f');
    // Ctrl-H is WordStar's own.
    expect(sent({ sequence: '\b' }, { backspace: 'del' })).toBe('\b');
  });

  it.each([
    ['vt100', '\x1b[A\x1b[B\x1b[C\x1b[D'],
    ['vt52', '\x1bA\x1bB\x1bC\x1bD'],
    ['adm3a', '\x0b\n\x0c\b'],
  ])('arrows are those of a %s', (terminal, codes) => {
    const arrows = ['up', 'down', 'right', 'left'];
    expect(arrows.map((name) => arrow(name, { terminal })).join('')).toBe(codes);
    expect(arrows.map((name) => arrow(name, { arrows: terminal })).join('')).toBe(codes);
  });

  it('with Shift, Ctrl or Alt they are those keys, and nothing of the outer terminal', () => {
    expect(sent({ name: 'S-up', sequence: '\x1b[1;2A' }, { terminal: 'adm3a' })).toBe('\x0b');
    expect(sent({ name: 'C-left', sequence: '\x1b[1;5D' })).toBe('\x1b[D');
    expect(sent({ name: 'C-left', sequence: '\x1b[1;5D' }, { arrows: 'wordstar' })).toBe('\x01');
    expect(sent({ name: 'M-x', sequence: '\x1bx' })).toBe('\x1bx');
  });

  it("or WordStar's diamond, whatever the terminal", () =>
    expect(['up', 'down', 'left', 'right', 'pageup'].map((name) => arrow(name, { arrows: 'wordstar' })).join('')).toBe(
      '\x05\x18\x13\x04\x12',
    ));

  it('every terminal has arrows, and says which keys it has not', () => {
    for (const terminal of TERMINALS)
      for (const arrows of ARROWS) expect(arrow('left', { terminal, arrows })).not.toBe('');
    expect(arrow('f1', { terminal: 'adm3a' })).toBe('the adm3a has no f1 key');
    expect(arrow('f1')).toBe('\x1bOP');
  });
});

describe('what is not ASCII', () => {
  it('is refused with its code, and never cut', () =>
    expect(sent({ sequence: '€' })).toBe(
      'not sent: U+20AC is not ASCII, and --charset is ascii (utf8 sends it as UTF-8)',
    ));
  it('goes out as UTF-8 if that is wanted', () =>
    expect(sent({ sequence: '€' }, { charset: 'utf8' })).toBe('\xe2\x82\xac'));
  it('beyond U+FFFF, too', () => expect(sent({ sequence: '\u{1F600}' }, { charset: 'utf8' })).toBe('\xf0\x9f\x98\x80'));
});

describe('a paste', () => {
  const preferences = preferencesFrom({});
  it('goes out whole or not at all', () => {
    expect(typedText('DIR\rREM', preferences)).toEqual({ bytes: toBytes('DIR\rREM') });
    expect(typedText('price: 3 €', preferences)).toMatchObject({ refused: expect.stringContaining('U+20AC') });
  });
  it('has no control characters that the board would obey', () => {
    expect(typedText('a\x1b[2Jb', preferences)).toMatchObject({ refused: expect.stringContaining('control') });
    expect(typedText('a\x03b', preferences)).toMatchObject({ refused: expect.stringContaining('control') });
    expect(typedText('a\tb\r\n\f\x1a\x1a', preferences)).toHaveProperty('bytes');
  });
  it('is bounded', () =>
    expect(typedText('x'.repeat(LONGEST_PASTE + 1), preferences)).toMatchObject({
      refused: 'not pasted: more than 1,048,576 characters; send it as a file',
    }));
});

describe('preferences', () => {
  it('have a first value each, and the menu goes through them', () => {
    const preferences = preferencesFrom({});
    expect(preferences).toMatchObject({ terminal: 'vt100', view: 'screen', times: 'off', echo: 'off', enter: 'cr' });
    const enter = PREFERENCES.find(({ name }) => name === 'enter')!;
    const seen = Array.from({ length: 4 }, () => (goOn(enter, preferences), preferences.enter));
    expect(seen).toEqual(['crlf', 'lf', 'cr', 'crlf']);
    const delay = PREFERENCES.find(({ name }) => name === 'charDelay')!;
    preferences.charDelay = 7;
    goOn(delay, preferences);
    expect(preferences.charDelay).toBe(0);
  });
  it('no two have the same key', () => {
    const keys = PREFERENCES.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it.each([
    [{ enter: 'return' }, '--enter is "return"', 'give cr, crlf, lf'],
    [{ charDelay: '-1' }, '--char-delay is "-1"', 'give milliseconds, from 0 to 60000'],
    [{ mapIn: 'igncr,nothing' }, 'there is no map "nothing"', 'give some of crlf, '],
  ])('%j cannot be', (words, message, hint) => {
    expect(() => preferencesFrom(words)).toThrowError(
      expect.objectContaining({ message, hint: expect.stringContaining(hint) }),
    );
  });
});

describe('mapping what the board sends', () => {
  it.each([
    ['', 'a\r\n\x7f'],
    ['igncr', 'a\n\x7f'],
    ['lfcrlf,igncr', 'a\r\n\x7f'],
    ['crcrlf,ignlf,delbs', 'a\r\n\b'],
    ['crlf,lfcr', 'a\n\r\x7f'],
  ])('%j', (names, shown) => expect(latin1(mapIn(toBytes('a\r\n\x7f'), names))).toBe(shown));
});
