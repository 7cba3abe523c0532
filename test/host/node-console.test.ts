/** Keys from a list, a pipe and a terminal. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { hostConsole } from '../../src/host/node-console.js';

class FakeStdin extends EventEmitter {
  modes: boolean[] = [];
  paused = false;
  constructor(readonly isTTY: boolean) {
    super();
  }
  setRawMode(on: boolean): this {
    this.modes.push(on);
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    this.paused = true;
    return this;
  }
}

type Options = Parameters<typeof hostConsole>[0];
const withStdin = (stdin: FakeStdin, more: Partial<Options> = {}): ReturnType<typeof hostConsole> =>
  hostConsole({ write: () => {}, stdin: stdin as unknown as NonNullable<Options['stdin']>, ...more });

function readAll(console: ReturnType<typeof hostConsole>): string {
  let text = '';
  for (let key = console.read(); key !== undefined; key = console.read()) text += String.fromCharCode(key);
  return text;
}

describe('hostConsole', () => {
  it('types lines one at a time, when the program waits', async () => {
    const console = hostConsole({ lines: ['one', 'two'], write: () => {} });
    expect([console.ready(), console.ended]).toEqual([false, false]);
    await console.wait(Infinity);
    expect(readAll(console)).toBe('one\r');
    expect([console.ready(), console.ended]).toEqual([false, false]);
    await console.wait(Infinity);
    expect(console.ended).toBe(true);
    expect(readAll(console)).toBe('two\r');
    await console.wait(Infinity);
    expect(console.ready()).toBe(false);
  });

  it('types UTF-8', async () => {
    const console = hostConsole({ lines: ['őrült €'], write: () => {} });
    await console.wait(Infinity);
    expect(Buffer.from(readAll(console), 'latin1').toString()).toBe('őrült €\r');
  });

  it('takes the lines of a pipe with Enter at their ends, and its end', async () => {
    const stdin = new FakeStdin(false);
    const console = withStdin(stdin);
    const waiting = console.wait(Infinity);
    stdin.emit('data', Buffer.from('a\r\nb\nc'));
    await waiting;
    expect(readAll(console)).toBe('a\r');
    await console.wait(Infinity);
    expect(readAll(console)).toBe('b\r');
    expect(console.ended).toBe(false);
    stdin.emit('end');
    await console.wait(Infinity);
    expect(readAll(console)).toBe('c');
    expect(console.ended).toBe(true);
    expect(stdin.modes).toEqual([]);
  });

  it('gives the keys of a terminal as they are, at once, and the terminal back', () => {
    const stdin = new FakeStdin(true);
    const console = withStdin(stdin);
    stdin.emit('data', Buffer.from('x\r\x03'));
    expect(readAll(console)).toBe('x\r\x03');
    console.close();
    expect(stdin.modes).toEqual([true, false]);
    expect(stdin.paused).toBe(true);
    expect(stdin.listenerCount('data')).toBe(0);
  });

  it('leaves at the third ^C that nobody reads', () => {
    let left = 0;
    const stdin = new FakeStdin(true);
    const console = withStdin(stdin, { onLeave: () => left++ });
    stdin.emit('data', Buffer.from('\x03\x03'));
    expect(left).toBe(0);
    stdin.emit('data', Buffer.from('\x03'));
    expect(left).toBe(1);
    console.close();
  });

  const pressed = (...chunks: (string | 'read' | 'print')[]): string[] => {
    const told: string[] = [];
    const stdin = new FakeStdin(true);
    const console = withStdin(stdin, { onLeave: () => told.push('left'), onDeaf: () => told.push('deaf') });
    for (const chunk of chunks)
      if (chunk === 'read') console.read();
      else if (chunk === 'print') console.write(0x41);
      else stdin.emit('data', Buffer.from(chunk));
    console.close();
    return told;
  };

  it('leaves at the third ^C in a row of which the system has taken one to look at', () => {
    expect(pressed('\x03', 'read', '\x03', 'print', '\x03')).toEqual(['left']);
    expect(pressed('\x03', 'read', 'x', '\x03', '\x03')).toEqual([]);
  });

  it('says how to leave a program that takes every ^C in silence', () => {
    expect(pressed('\x03', 'read', '\x03', 'read', '\x03', 'read')).toEqual(['deaf']);
    expect(pressed('\x03', 'read', '\x03', 'read', 'print', '\x03', 'read')).toEqual([]);
  });

  it('leaves at two ^] in a row, whatever the program takes', () => {
    expect(pressed('\x1d', 'read', '\x1d')).toEqual(['left']);
    expect(pressed('\x1d', 'x', '\x1d')).toEqual([]);
  });

  it('leaves at three ^C though more keys wait than are kept', () => {
    expect(pressed('x'.repeat(70_000), '\x03', '\x03')).toEqual([]);
    expect(pressed('x'.repeat(70_000), '\x03', '\x03', '\x03')).toEqual(['left']);
  });
});
