/** Commands as processes at the virtual board's monitor, and what they say where a program is for another machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { cli } from '../e2e/cli.js';
import { asHex } from '../fakes/scm-board.js';
import { MONITOR_TALKER } from '../hil/programs.js';
import { sample } from '../transfer/samples.js';
import { Tui } from '../tui/harness.js';

/** From one Return to the next. */
const RETURN_MS = 2_000;

let folder: string;
let monitor: VirtualBoard;
const at = (name: string): string => join(folder, name);
const env = (): Record<string, string> => ({ XDG_CONFIG_HOME: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-monitor-'));
  monitor = await startVirtualBoard({ link: at('scm'), firmware: 'scm' });
  writeFileSync(at('a talker with a long name.hex'), MONITOR_TALKER.bytes);
  writeFileSync(at('prog.hex'), asHex(sample(700)));
  writeFileSync(at('prog.com'), sample(700));
});
afterAll(async () => {
  await monitor.close();
  rmSync(folder, { recursive: true });
});

describe('at the monitor', () => {
  it('a program is flashed, started, and talked to; its size is that of the program', async () => {
    const args = ['flash', at('a talker with a long name.hex'), '--port', at('scm'), '--run'];
    const { status, stdout } = await cli(args, { input: 'ab\n', env: env() });
    expect(stdout).toMatch(/^A TALKER WITH A LONG NAME\.HEX: \d{3} bytes on the board in \d+\.\d s, verified\n/);
    expect(stdout.replace(/\r/g, '')).toContain('> ab\nab\n> ');
    expect(status).toBe(0);
  });

  it('one for CP/M is refused, with the way out', async () => {
    const { status, stderr } = await cli(['flash', at('prog.com'), '--port', at('scm')], { env: env() });
    expect(stderr).toContain('this board is at its monitor, and a .COM needs CP/M');
    expect(stderr).toContain('--machine scm makes a program for the monitor');
    expect(status).toBe(1);
  });

  it('there is no room for metronome and program at once', async () => {
    const { status, stderr } = await cli(['time', at('prog.hex'), '--port', at('scm'), '--no-flash'], { env: env() });
    expect(stderr).toContain('this board keeps one program, and the metronome is another');
    expect(stderr).toContain('say --no-metronome as well');
    expect(status).toBe(2);
  });

  it('a console does not type a program, but offers to flash it', async () => {
    const terminal = new Tui({ rows: 25, args: ['console', '--port', at('scm')], env: env() });
    try {
      await terminal.sees('Ctrl-] leaves');
      // As people do: Return until the prompt comes. The board polls, and may still be at what it was asked before.
      const again = setInterval(() => terminal.type('\r'), RETURN_MS);
      terminal.type('\r');
      await terminal.sees(/^\*$/m).finally(() => clearInterval(again));
      terminal.type(`\x1cs${at('prog.hex')}\r`);
      await terminal.sees('prog.hex is a program for the monitor; flash it instead? (y: yes)');
      terminal.type('y');
      await terminal.sees(/PROG\.HEX: 700 bytes on the board in \d+\.\d s, verified/);
      terminal.type('\x1d');
      expect(await terminal.ended).toBe(0);
    } finally {
      await terminal.close();
    }
  });
});

it('CP/M starts no program for a monitor, and takes it as a file', async () => {
  const cpm = await startVirtualBoard({ link: at('cpm') });
  try {
    const args = ['flash', at('prog.hex'), '--port', at('cpm')];
    const { status, stderr } = await cli([...args, '--run'], { env: env() });
    expect(stderr).toContain(
      'PROG.HEX is for RC2014 with the Small Computer Monitor, and this board is for CP/M 2.2 and newer',
    );
    expect(stderr).toContain('z80lm build MODEL -o X.COM --machine cpm makes a program for it');
    expect(status).toBe(1);
    const file = await cli(args, { env: env() });
    expect(file.stderr).toContain('it cannot be started on this board');
    expect(file.stdout).toMatch(/^PROG\.HEX: \d+ bytes on the board in \d+\.\d s, verified\n/);
    const { stderr: name } = await cli(['flash', at('a talker with a long name.hex'), '--port', at('cpm')], {
      env: env(),
    });
    expect(name).toContain('is no name for a CP/M file');
  } finally {
    await cpm.close();
  }
});
