/** What the keys of a terminal are for a program in `run`. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runKeyboard, type RunManner } from '../../src/commands/run-keys.js';
import { hostConsole } from '../../src/host/node-console.js';

class Terminal extends EventEmitter {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
}

/** What the program gets for what the terminal sends, and whether the run was left. */
function typed(chunks: (string | Uint8Array)[], manner: Partial<RunManner> = {}): string {
  const stdin = new Terminal();
  let text = '';
  const console = hostConsole({
    write: () => {},
    onLeave: () => (text += '<left>'),
    stdin: stdin as unknown as NodeJS.ReadStream,
    keyboard: runKeyboard({ terminal: 'vt100', arrows: 'terminal', backspace: 'bs', ...manner }),
  });
  for (const chunk of chunks) stdin.emit('data', Buffer.from(chunk));
  for (let key = console.read(); key !== undefined; key = console.read()) text += String.fromCharCode(key);
  console.close();
  return text;
}

const UP_DOWN_LEFT_RIGHT = '\x1b[A\x1b[B\x1b[D\x1b[C';

describe('keys of run', () => {
  it('Backspace is ^H, or 7Fh for who wants it', () => {
    expect(typed(['ab\x7f'])).toBe('ab\b');
    expect(typed(['ab\x7f'], { backspace: 'del' })).toBe('ab\x7f');
  });

  it("arrows are those of the program's terminal, or the WordStar diamond", () => {
    expect(typed([UP_DOWN_LEFT_RIGHT])).toBe(UP_DOWN_LEFT_RIGHT);
    expect(typed([UP_DOWN_LEFT_RIGHT], { terminal: 'adm3a' })).toBe('\x0b\x0a\x08\x0c');
    expect(typed([UP_DOWN_LEFT_RIGHT], { arrows: 'wordstar' })).toBe('\x05\x18\x13\x04');
    const more = '\x1b[H\x1b[F\x1b[5~\x1b[6~\x1b[3~\x1b[2~\x1b[1;5D\x1b[1;5C';
    expect(typed([more], { arrows: 'wordstar' })).toBe('\x11s\x11d\x12\x03\x07\x16\x01\x06');
  });

  it('arrows that the program has asked to be ESC O stay so', () => {
    expect(typed(['\x1bOA'])).toBe('\x1bOA');
    expect(typed(['\x1bOA'], { arrows: 'wordstar' })).toBe('\x05');
  });

  it('a sequence that comes in parts is one, and what is no key is as it was', () => {
    expect(typed(['\x1b', '[', 'A'], { arrows: 'wordstar' })).toBe('\x05');
    expect(typed([Buffer.from([0x1b, 0x5b, 0x32, 0x34, 0x7e, 0xe9, 0xff]), 'ő'])).toBe(
      '\x1b[24~\xe9\xff' + Buffer.from('ő').toString('latin1'),
    );
  });

  it('Page Down that is ^C leaves nothing, however often', () => {
    expect(typed(['\x1b[6~'.repeat(5)], { arrows: 'wordstar' })).toBe('\x03'.repeat(5));
    expect(typed(['\x03\x03\x03'], { arrows: 'wordstar' })).toBe('<left>\x03\x03\x03');
  });
});
