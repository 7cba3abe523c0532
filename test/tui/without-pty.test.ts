/** The terminal UI on a computer whose programs can have no pseudo-terminal of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withoutPty } from '../e2e/without-pty.js';
import { Tui } from './harness.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-no-pty-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the virtual board is reached through TCP, which is said once, and the whole way goes to its end', async () => {
  const tui = new Tui({ columns: 130, rows: 40, env: withoutPty(folder) });
  await tui.sees('Enter runs the whole way from here');
  tui.type('5c');
  await tui.sees(
    'no pseudo-terminal (@lydell/node-pty is not installed): the virtual board listens on TCP instead',
    /the line is open: tcp:\/\/127\.0\.0\.1:\d+/,
  );
  tui.type('1');
  await tui.begins();
  await tui.sees(/the whole way is done: .* emulator and board the same/);
  tui.type('q');
  expect(await tui.ended).toBe(0);
  await tui.close();
});
