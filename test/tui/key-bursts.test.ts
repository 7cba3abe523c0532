import { expect, it } from 'vitest';
import { KeyBursts } from '../../src/tui/key-bursts.js';
import type { Command } from '../../src/tui/protocol.js';

it('keys that come at once are one text to each console; a key alone, and one that is no character, is a key', async () => {
  const sent: Command[] = [];
  const bursts = new KeyBursts((command) => sent.push(command));
  const type = (text: string): void => {
    for (const key of text)
      for (const side of ['emulator', 'board'] as const) bursts.take({ type: 'keys', side, text: key });
  };
  const toBoard = async (): Promise<unknown[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    const keys = sent.splice(0).filter((command) => command.type !== 'keys' || command.side === 'board');
    return keys.map((command) => (command.type === 'keys' ? [command.text, command.as] : command.type));
  };
  type('x');
  expect(await toBoard()).toEqual([['x', undefined]]);
  type('DIR\rSTAT\r');
  expect(sent).toEqual([]);
  expect(await toBoard()).toEqual([['DIR\rSTAT\r', 'text']]);
  type('ab\x03');
  bursts.take({ type: 'keys', side: 'board', text: '\x1b[A' });
  type('c');
  bursts.take({ type: 'drop-typed' });
  expect(await toBoard()).toEqual([
    ['ab', 'text'],
    ['\x03', undefined],
    ['\x1b[A', undefined],
    ['c', undefined],
    'drop-typed',
  ]);
  type('x'.repeat(24));
  expect(await toBoard()).toEqual([['x'.repeat(24), 'paste']]);
});
