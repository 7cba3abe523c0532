import { describe, expect, it } from 'vitest';
import { plain, plainLine, plainLines, plainText } from '../../src/seams/plain.js';

describe('text of others', () => {
  it('keeps letters of all kinds, tabs and line ends', () => {
    expect(plain('őrült €\t日本\r\nzwei\n')).toBe('őrült €\t日本\nzwei\n');
  });

  it('shows what would steer a terminal', () => {
    expect(plain('\x1b]0;owned\x07 \x9b2J\r\x7f\b')).toBe('\\x1b]0;owned\\x07 \\x9b2J\\x0d\\x7f\\x08');
    expect(plain('a\u202eb\u2066c')).toBe('a\\u202eb\\u2066c');
  });

  it('is one line where one is wanted', () => {
    expect(plainLine('a\r\nb\n\nc\x1b')).toBe('a b c\\x1b');
  });

  it('has a question mark for each where the width counts', () => {
    expect(plainText('a\x1b[2J\x9b6n\x07\r\n\u200b\u202eb\u2028é漢')).toBe('a?[2J?6n?????b?é漢');
    expect(plainLines('one\r\ntwo\x1bc\n')).toBe('one\ntwo?c\n');
  });
});
