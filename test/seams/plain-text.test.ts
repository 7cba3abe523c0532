import { expect, it } from 'vitest';
import { plainLines, plainText } from '../../src/seams/plain-text.js';

it('a text from outside holds nothing that a terminal obeys', () => {
  expect(plainText('a\x1b[2J\x9b6n\x07\r\n\u200b\u202eb\u2028é漢')).toBe('a?[2J?6n?????b?é漢');
  expect(plainLines('one\r\ntwo\x1bc\n')).toBe('one\ntwo?c\n');
});
