/** What the board said, in a file. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Log } from '../../src/console/log.js';
import { toBytes } from '../../src/seams/bytes.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'z80lm-log-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function cleaned(...parts: string[]): string {
  const path = join(folder, 'log');
  const log = new Log(path, { clean: true });
  for (const part of parts) log.add(toBytes(part));
  log.close();
  return readFileSync(path, 'utf8');
}

describe('a clean log', () => {
  it.each([
    ['rub-outs are applied', ['A>DIX\b \bR\r\n'], 'A>DIR\n'],
    ['also those that come later', ['A>DIX', '\b', ' \b', 'R\r\n'], 'A>DIR\n'],
    ['a line that is written over is what it was last', [' 10 %\r 20 %\r\n'], ' 20 %\n'],
    ['tabs are blanks', ['a\tb\r\n'], 'a       b\n'],
    ['the line that is open is kept at the end', ['one\r\nA>'], 'one\nA>'],
    ['no control character is left', ['\x07a\x1b[1mb\x1b[0m\x01\r\n'], 'ab\n'],
  ])('%s', (_, parts, text) => expect(cleaned(...parts)).toBe(text));

  it('of a line that never ends no more than 4096 characters wait', () => {
    const path = join(folder, 'long');
    const log = new Log(path, { clean: true });
    log.add(toBytes('x'.repeat(5000)));
    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(4096));
    log.close();
    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(5000));
  });
});

it.skipIf(process.platform === 'win32')(
  'a pipe without a reader is refused, and not waited for; its reader gets all',
  async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => new Log(pipe)).toThrow('nobody reads from this pipe');
    const reader = spawn('cat', [pipe]);
    let read = '';
    reader.stdout.on('data', (chunk: Buffer) => (read += chunk.toString()));
    const over = once(reader, 'close');
    let log: Log | undefined;
    while (!log) {
      try {
        log = new Log(pipe);
      } catch {
        // It is not there yet.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    log.add(toBytes('A>DIR\r\n'));
    log.close();
    await over;
    expect(read).toBe('A>DIR\r\n');
  },
);
