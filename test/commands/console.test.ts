/** `z80lm console` and `z80lm flash` as processes, at a terminal and at the virtual board. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import { cli, spawnCli } from '../e2e/cli.js';
import { sample } from '../transfer/samples.js';
import { Tui, type RunOptions } from '../tui/harness.js';

/** CR LF A>, where a row ends whenever the board has said nothing for a while. */
const HEX_PROMPT = /0d [^]*?0a [^]*?41 [^]*?3e /;

let folder: string;
let board: VirtualBoard;
let port: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-console-'));
  port = join(folder, 'board');
  board = await startVirtualBoard({ link: port });
  writeFileSync(join(folder, 'lines.txt'), 'DIR B:\nREM end\n');
});
afterAll(async () => {
  await board.close();
  rmSync(folder, { recursive: true });
});

const consoleAt = (options: RunOptions = {}, ...args: string[]): Tui =>
  new Tui({
    rows: 25,
    ...options,
    args: ['console', '--port', port, ...args],
    env: { NO_COLOR: '1', XDG_CONFIG_HOME: folder, ...options.env },
  });

describe('z80lm console at a terminal', () => {
  let terminal: Tui;
  beforeEach(() => {
    terminal = consoleAt({}, '--log', join(folder, 'log'));
  });
  afterEach(() => terminal.close());

  it('says how to leave; shows text, times, hex; types a file; waits for the port; leaves', async () => {
    await terminal.sees('Ctrl-] leaves, Ctrl-\\ shows a menu');
    terminal.type('\r');
    await terminal.sees('A>');
    terminal.type('\x1c');
    await terminal.sees('s send a file', 'h view: screen');
    terminal.type('t');
    await terminal.sees('times: on');
    terminal.type('\r');
    await terminal.sees(/^\d\d:\d\d:\d\d\.\d{3} A>/m);
    terminal.type('\x1ct\x1ch');
    await terminal.sees('view: hex');
    terminal.type('\r');
    await terminal.sees(HEX_PROMPT);
    terminal.type('\x1ch');
    await terminal.sees('view: names');
    terminal.type('\r');
    await terminal.sees('<CR><LF>', /^A>$/m);
    terminal.type('\x1ch');
    await terminal.sees('view: screen');

    terminal.type(`\x1cs${join(folder, 'none')}\r`);
    await terminal.sees('there is no such file');
    terminal.type(`\x1cs${join(folder, 'lines.txt')}\r`);
    await terminal.sees(/A>DIR B:\s+B: XM {7}COM : STAT {5}COM\s+A>REM end\s+REM\?/);

    await board.unplug();
    await terminal.sees('LOST', 'the port went away; waiting for it, for at most 60 minutes');
    await board.plug();
    await terminal.sees(/ is back after \d+\.\d s/);
    terminal.type('DIR\r');
    await terminal.sees('NO FILE');

    await board.unplug();
    await terminal.sees('LOST');
    terminal.type('\x1d');
    expect(await terminal.ended).toBe(0);
    // What was on the board's screen stays, as text.
    expect(terminal.terminal.buffer.active.type).toBe('normal');
    expect(terminal.text()).toMatch(/A>DIR B:\s+B: XM {7}COM : STAT {5}COM\s+A>REM end[^]*A>DIR\s+NO FILE/);
    await board.plug();
    expect(readFileSync(join(folder, 'log'), 'latin1')).toMatch(/A>DIR B:\r\r\n[^]*REM\?[^]*NO FILE/);
  });

  it('a program is not typed, but flashed if that is wanted; then the console goes on', async () => {
    writeFileSync(join(folder, 'prog.com'), sample(3000));
    await terminal.sees('Ctrl-] leaves');
    terminal.type('\r');
    await terminal.sees('A>');
    terminal.type(`\x1cs${join(folder, 'prog.com')}\r`);
    await terminal.sees('prog.com is no text; flash it instead? (y: yes)');
    terminal.type('n');
    await terminal.sees('not sent');
    terminal.type(`\x1cs${join(folder, 'prog.com')}\r`);
    await terminal.sees('(y: yes)');
    terminal.type('y');
    await terminal.sees(/PROG\.COM: 3000 bytes on the board in \d+\.\d s, verified/);
    terminal.type('DIR\r');
    await terminal.sees(/PROG {5}COM/);
    terminal.type('ERA PROG.COM\r');
    await terminal.sees(/ERA PROG.COM\s+A>/);
    terminal.type('\x1d');
    expect(await terminal.ended).toBe(0);
  });

  it('ends when its terminal is closed', async () => {
    await terminal.sees('Ctrl-] leaves');
    terminal.type('\r');
    await terminal.sees('A>');
    terminal.hangUp();
    expect(await terminal.ended).toBe(129);
    expect(readFileSync(join(folder, 'log'), 'latin1')).toContain('A>');
  });
});

describe('without a terminal', () => {
  const run = (...args: string[]) =>
    cli(['console', '--port', port, ...args], { input: '', env: { XDG_CONFIG_HOME: folder } });

  it('a program to be typed first is refused before the port is opened', async () => {
    writeFileSync(join(folder, 'p.bin'), 'text\0and more');
    const { status, stderr } = await run('--send', join(folder, 'p.bin'));
    expect(status).toBe(2);
    expect(stderr).toContain('this is no text: typed at a prompt, it would be run as commands');
    expect(stderr).toContain(`z80lm flash ${join(folder, 'p.bin')} --port ${port}`);
  });

  it('a file with a character that --charset refuses is not sent at all', async () => {
    const euro = join(folder, 'euro.txt');
    writeFileSync(euro, 'REM one\nREM 5 \u20ac\n');
    const { status, stdout, stderr } = await run('--send', euro);
    expect(stderr).toContain(
      `error: ${euro}:2: not sent: U+20AC is not ASCII, and --charset is ascii (utf8 sends it as UTF-8)\n`,
    );
    expect([status, stdout]).toEqual([2, '']);
  });

  it('a piped line with such a character is left out, which is said, and the others are typed', async () => {
    const input = Buffer.concat([Buffer.from('REM 5 \u20ac\nDIR B:\nREM '), Buffer.from([0xe4, 10])]);
    const piped = { input, env: { XDG_CONFIG_HOME: folder } };
    const { status, stdout, stderr } = await cli(['console', '--port', port], piped);
    expect(stdout).toContain('STAT');
    expect(stdout).not.toContain('REM');
    expect(stderr).toContain('-- line 1 of the input: not sent: U+20AC is not ASCII');
    expect(stderr).toContain('-- line 3 of the input: not sent: byte E4h is not ASCII');
    expect(stderr).toContain('error: 2 lines of the input not sent\n');
    expect(status).toBe(2);
  });

  it('types the file, and ends with the input', async () => {
    const { status, stdout } = await run('--send', join(folder, 'lines.txt'));
    expect(stdout).toMatch(/DIR B:\r\r\n[^]*REM end\r\r\nREM\?/);
    expect(status).toBe(0);
  });

  it('a port that goes away ends it, with 3', async () => {
    // More than is typed before the cable is pulled, however late that is.
    writeFileSync(join(folder, 'long.txt'), 'REM a line that takes its time\n'.repeat(10_000));
    const log = join(folder, 'long.log');
    const running = run('--send', join(folder, 'long.txt'), '--log', log);
    while (!existsSync(log) || !readFileSync(log, 'latin1').includes('takes its time')) await clock.sleep(20);
    await board.unplug();
    const { status, stderr } = await running;
    await board.plug();
    expect(stderr).toContain('the port went away');
    expect(status).toBe(3);
  });

  it.skipIf(process.platform !== 'linux')(
    'a log that cannot be kept is told at once, and again by the status',
    async () => {
      const { status, stdout, stderr } = await run('--send', join(folder, 'lines.txt'), '--log', '/dev/full');
      expect(stderr).toContain('-- the log ends here: the disk is full\n');
      expect(stderr).toContain('error: /dev/full: the disk is full\n');
      expect(stdout).toContain('REM?');
      expect(status).toBe(2);
    },
  );

  it('a log is not written over the file that is sent', async () => {
    const lines = join(folder, 'lines.txt');
    const { status, stderr } = await run('--send', lines, '--log', lines);
    expect(stderr).toMatch(/this file is read, and would be written over\nhint: name another file with --log\n/);
    expect(readFileSync(lines, 'utf8')).toBe('DIR B:\nREM end\n');
    expect(status).toBe(2);
  });

  it('output that nobody takes any more ends it', async () => {
    const child = spawnCli(['console', '--port', port, '--send', join(folder, 'long.txt')]);
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await ended).toEqual([130, null]);
  });

  it('knows what Enter can send', async () => {
    const { status, stderr } = await run('--enter', 'return');
    expect(stderr).toContain('Allowed choices are cr, crlf, lf.');
    expect(status).toBe(2);
  });
});

/** Each with a board of its own, and most of it waiting. */
describe.concurrent('what a line has taught', () => {
  it('doctor remembers what it found; console uses it and says so, unless a flag says otherwise', async ({
    expect,
  }) => {
    const link = join(folder, 'no-cts');
    const loose = await startVirtualBoard({ link, flowControl: false, firmware: 'fast' });
    const env = { XDG_CONFIG_HOME: join(folder, 'config') };
    const file = join(folder, 'config/z80lm/boards.json');
    try {
      const found = await cli(['doctor', '--port', link, '--transfer'], { env });
      expect(found.stdout).toMatch(/all values +95 of 256 come back as they are, 21 as \^A to \^_; /);
      expect(found.stdout).toMatch(/transfer +all 256 values went there and came back as they were\n/);
      expect(found.stderr).toContain(`remembered for ${link} in ${file}; flash and console use it`);
      const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
      expect(kept[link]).toMatchObject({ baud: 115_200, board: 'romwbw' });

      kept[link] = { ...kept[link], flow: 'none', paceMs: 2, seen: '2025-03-09' };
      writeFileSync(file, JSON.stringify(kept));
      const typed = (...flags: string[]) => cli(['console', '--port', link, ...flags], { input: 'DIR\n', env });
      const said = `${link}: --flow none --pace 2, as found on 2025-03-09 (${file})`;
      expect((await typed()).stderr).toContain(said);
      expect((await typed('--pace', '1')).stderr).not.toContain('as found on');
      writeFileSync(file, '{ "x": 1 }');
      const wrong = await typed();
      expect(wrong.stderr).toContain(`error: ${file}: "board" of "x" is invalid`);
      expect(wrong.status).toBe(2);
    } finally {
      await loose.close();
    }
  });

  it('flash over a cable without flow control, with default options: paced, said, and remembered for the next one', async ({
    expect,
  }) => {
    const link = join(folder, 'three-wires');
    const board = await startVirtualBoard({ link, flowControl: false, firmware: 'fast', xmByteUs: 560 });
    const env = { XDG_CONFIG_HOME: join(folder, 'lessons') };
    try {
      const file = join(folder, 'three.com');
      writeFileSync(file, sample(700));
      const flash = (...flags: string[]) => cli(['flash', file, '--port', link, '--json', ...flags], { env });
      const forgotten = await flash('--no-remember');
      expect(forgotten.stderr).toContain(`${link}: this line loses bytes at full speed; sent with 1 ms per byte`);
      expect(forgotten.stderr).not.toContain('remembered');
      const first = await flash();
      expect(first.stderr).toContain(`remembered for ${link} in `);
      expect(JSON.parse(first.stdout)).toMatchObject({ verified: true, learned: { flow: 'none', paceMs: 1 } });
      const second = await flash();
      expect(second.stderr).toContain(`${link}: --flow none --pace 1, as found on `);
      expect(JSON.parse(second.stdout)).toMatchObject({ verified: true, retries: 0 });
    } finally {
      await board.close();
    }
  }, 60_000);

  it('flash --retries: the cable is pulled in mid-transfer and put back, and the program arrives', async ({
    expect,
  }) => {
    const link = join(folder, 'shaky');
    const shaky = await startVirtualBoard({ link, unplugAfter: 2_500, replugMs: 500 });
    try {
      const file = join(folder, 'big.com');
      writeFileSync(file, sample(4_000));
      const { status, stdout, stderr } = await cli(
        ['flash', file, '--port', link, '--board', 'romwbw', '--retries', '1'],
        {
          env: { XDG_CONFIG_HOME: folder },
        },
      );
      expect(stderr).toMatch(
        /the port went away at block \d of 11; waiting for it, then beginning again\n.* is back\n/,
      );
      expect(stdout).toMatch(/^BIG\.COM: 4000 bytes on the board in [\d.]+ s, verified\n$/);
      expect(status).toBe(0);
    } finally {
      await shaky.close();
    }
  });
});
