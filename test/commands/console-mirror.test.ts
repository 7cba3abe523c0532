import { describe, expect, it } from 'vitest';
import { ConsoleMirror } from '../../src/commands/console-mirror.js';

function shown(...chunks: string[]): string {
  let text = '';
  const mirror = new ConsoleMirror((more) => (text += more), '| ');
  for (const chunk of chunks) mirror.show(Buffer.from(chunk, 'latin1'));
  mirror.end();
  return text;
}

describe('ConsoleMirror', () => {
  it('puts every line behind the margin, however it arrives', () => {
    const whole = shown('\r\nHELLO\r\n> is it\r\nYES\r\n');
    expect(whole).toBe('| \n| HELLO\n| > is it\n| YES\n');
    expect(shown(...'\r\nHELLO\r\n> is it\r\nYES\r\n')).toBe(whole);
  });

  it('ends an open line', () => expect(shown('> ')).toBe('| > \n'));

  it('lets no escape sequence through, whole or cut', () => {
    expect(shown('a\x1b[31mb\n')).toBe('| ab\n');
    expect(shown('a\x1b', '[31', 'mb\n')).toBe('| ab\n');
    expect(shown('a\x07\tb\r\x9b\n')).toBe('| ab.\n');
  });
});
