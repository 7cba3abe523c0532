/** The debugger at a terminal that it shares with its program, and from the terminal UI. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Tui } from '../tui/harness.js';
import { makeProgram, type MadeProgram } from './program.js';

let made: MadeProgram;
let tui: Tui | undefined;
beforeAll(() => void (made = makeProgram()));
afterAll(() => made.remove());
afterEach(() => tui?.close());

it('gives keys to the program while it runs, and to the prompt when it stands', async () => {
  tui = new Tui({ args: ['debug', made.com] });
  await tui.sees('t.asm:4', /^-\s*$/m);
  // A Tab in the middle of what comes at once is a paste's.
  tui.type('conti');
  await tui.sees('- conti');
  tui.type('\t');
  await tui.sees('- continue');
  tui.type('\r');
  await tui.sees('Hello, debugger');
  tui.type('abc\b\x03');
  await tui.sees('interrupted', 'RET');
  tui.type('break t.asm:13\rg\r');
  await tui.sees('break ask+8h', /^ab\s*$/m);
  tui.type('d\r');
  await tui.sees('breakpoint 1: ask+8h (t.asm:13)');
  tui.type('print [typed]\r');
  await tui.sees('03h  3');
  tui.type('\x1b[A');
  await tui.sees(/- print \[typed\]\s*$/m);
  tui.type('\x03q\r');
  expect(await tui.ended).toBe(0);
});

it('is a key of the emulator pane, and leads back to it', async () => {
  tui = new Tui();
  copyFileSync(made.com, join(tui.out, 'GUESS.COM'));
  await tui.sees('q quit');
  tui.type('4d');
  await tui.sees('0100 ', /^-\s*$/m);
  tui.type('step\r');
  await tui.sees('0103 ');
  tui.type('q\r');
  await tui.sees('4 Emulate', 'q quit');
  tui.type('q');
  expect(await tui.ended).toBe(0);
});
