/** Commands as processes at the virtual board's monitor, and what they say where a program is for another machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { Z80LM } from '../bundled.js';
import { cli } from '../e2e/cli.js';
import { asHex } from '../fakes/scm-board.js';
import { MONITOR_TALKER } from '../hil/programs.js';
import { sample } from '../transfer/samples.js';

/** For a word on a terminal, on a machine that has much else to do: then the test says what came instead. */
const PATIENCE_MS = 60_000;
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
    const terminal = pty.spawn(Z80LM[0], [Z80LM[1], 'console', '--port', at('scm')], {
      cols: 200,
      rows: 24,
      env: { ...process.env, NO_COLOR: '1', ...env() },
    });
    let seen = '';
    const waiting: { wanted: RegExp; resolve: () => void }[] = [];
    terminal.onData((text) => {
      seen += text;
      while (waiting[0]?.wanted.test(seen)) waiting.shift()!.resolve();
    });
    const until = (wanted: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        if (wanted.test(seen)) return resolve();
        waiting.push({ wanted, resolve });
        setTimeout(() => reject(new Error(`${wanted} did not come; ${JSON.stringify(seen)} did`)), PATIENCE_MS).unref();
      });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await until(/Ctrl-\] leaves/);
    // As people do: Return until the prompt comes. The board polls, and may still be at what it was asked before.
    const again = setInterval(() => terminal.write('\r'), RETURN_MS);
    terminal.write('\r');
    await until(/\*$/).finally(() => clearInterval(again));
    terminal.write(`\x1cs${at('prog.hex')}\r`);
    await until(/prog\.hex is a program for the monitor; flash it to the board instead\? y: yes, another key: no\r\n/);
    terminal.write('y');
    await until(/-- PROG\.HEX: 700 bytes on the board in \d+\.\d s, verified\r\n/);
    terminal.write('\x1d');
    expect(await ended).toBe(0);
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
