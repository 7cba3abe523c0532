/** Ctrl-Z and fg, as everywhere: the shell has the terminal meanwhile, and the work goes on. */
import { afterEach, describe, expect, it } from 'vitest';
import { Z80LM } from '../bundled.js';
import { describeWith } from '../outside.js';
import { ENDLESS, Tui } from './harness.js';

let tui: Tui | undefined;
afterEach(() => tui?.close());

describeWith(['bash'], 'a terminal UI that is suspended', () => {
  it('gives the terminal to the shell, trains on, and comes back with fg', async () => {
    tui = new Tui({ command: ['bash', '--norc', '--noprofile', '-i'], env: { PS1: 'shell$ ', HISTFILE: undefined } });
    await tui.sees('shell$');
    tui.type(`${[...Z80LM, ...ENDLESS].map((word) => `'${word}'`).join(' ')} --out '${tui.out}'\r`);
    await tui.sees('1 Data', 'q quit');
    await tui.begins();
    await tui.sees(/epoch \d+ of 100000/, 'loss');
    tui.type('\x1a');
    await tui.sees('shell$', 'Stopped', (lines) => !lines.some((line) => line.includes('q quit')));
    const before = epochOf(tui.sent);
    // Echoed, and in lines: the terminal is as it was.
    tui.type("echo its' 'turn\r");
    await tui.sees('\nits turn\n');
    tui.type('fg\r');
    await tui.sees('2 Train', 'q quit', (lines) => epochOf(lines.join('\n')) > before);
    tui.type('\x03');
    await tui.sees(/cut off[^]*shell\$\s*$/);
    tui.type('echo status $?\r');
    await tui.sees('status 130');
    tui.type('exit\r');
    await tui.ended;
  });
});

describe('a terminal UI that no shell waits for', () => {
  it('stays, and says so', async () => {
    tui = new Tui();
    await tui.sees('q quit');
    tui.type('\x1a');
    await tui.sees('no shell waits here', 'q quit');
    tui.type('q');
    expect(await tui.ended).toBe(0);
  });
});

function epochOf(text: string): number {
  return Number([...text.matchAll(/epoch (\d+) of/g)].at(-1)?.[1] ?? 0);
}
