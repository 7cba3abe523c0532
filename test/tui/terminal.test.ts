/** What a terminal UI must not do: leave the terminal changed, obey a board, lose its shape, hang. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pty from '@lydell/node-pty';
import { afterEach, describe, expect, it } from 'vitest';
import { describeWith } from '../fakes/pty.js';
import { cli } from '../e2e/cli.js';
import { KEYS, QUICK, Tui, smallData } from './harness.js';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const NODE = `${process.execPath} --import ${import.meta.resolve('tsx')} ${CLI}`;

let tui: Tui | undefined;
afterEach(async () => {
  await tui?.close();
  tui = undefined;
});

describe('where no screen can be shown', () => {
  it.each([[[]], [['tui']]])('says so and exits with 2: z80lm %j without a terminal', async (args) => {
    const { status, stdout, stderr } = await cli(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error: the terminal UI needs a terminal');
    expect(stderr).toContain('z80lm demo');
  });

  it('says so in a dumb terminal, without a single escape sequence', async () => {
    tui = new Tui({ args: [], env: { TERM: 'dumb', NO_COLOR: '1' } });
    expect(await tui.ended).toBe(2);
    expect(tui.sent).toContain('this terminal (TERM=dumb) cannot show screens');
    expect(tui.sent).not.toContain('\x1b');
  });
});

describe('the window', () => {
  it('opens without arguments, and may become too small and large again', async () => {
    tui = new Tui({ args: [], cwd: mkdtempSync(join(tmpdir(), 'z80lm-cwd-')) });
    await tui.sees('1 Data');
    tui.resize(50, 10);
    await tui.sees('z80lm needs 60x20.');
    expect(tui.text()).toContain('This window is 50x10.');
    for (const [columns, rows] of [[61, 21], [20, 3], [1, 1], [300, 90], [60, 20]] as const) tui.resize(columns, rows); // prettier-ignore
    await tui.sees(/^─{60}$/m);
    expect(tui.lines()).toHaveLength(20);
  });

  it('has colours that can be switched off', async () => {
    tui = new Tui();
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees('fresh');
    expect(tui.sent).toMatch(/\x1b\[(\d;)*3[1256]m/);
    await tui.close();
    tui = new Tui({ env: { NO_COLOR: '1' } });
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees('fresh');
    expect(tui.sent).not.toMatch(/\x1b\[(\d+;)*[34][0-7]m/);
  });

  it.each([
    ['--ascii', { args: [...QUICK, '--ascii'] }],
    ['a locale without UTF-8', { env: { LANG: 'C', LC_ALL: 'C' } }],
    ['the linux console', { env: { TERM: 'linux' } }],
  ])('is plain ASCII with %s', async (_name, options) => {
    tui = new Tui(options);
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees(/NO +6,088 +53\.3% +#{20}/);
    tui.type('7');
    await tui.sees('+- emulator');
    expect(tui.sent).toMatch(/^[\x00-\x7e]*$/);
  });
});

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s leaves with status 130 and the screen as it was', async (signal) => {
    tui = new Tui();
    await tui.sees('1 Data');
    tui.process.kill(signal);
    expect(await tui.ended).toBe(130);
    expect(tui.sent).toMatch(/\x1b\[\?25h.*\x1b\[\?1049l/s);
  });

  it('Ctrl-C in the middle of a training stops it and leaves', async () => {
    tui = new Tui();
    await tui.sees('1 Data');
    tui.type(KEYS.enter);
    await tui.sees(/epoch 1/);
    tui.type(KEYS.ctrlC);
    expect(await tui.ended).toBe(130);
  });
});

/** Runs that are killed at random moments, in a shell that looks at its terminal before and after each. */
describeWith(['stty'], 'a run that is killed', () => {
  const RUNS = 50;
  const LANES = 4;
  const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL'] as const;
  // What a killed process could not do itself, its engine does: that takes a moment.
  const SCRIPT = String.raw`
    before=$(stty -g)
    sh -c 'echo "pid $$."; exec "$@"' sh "$@"
    for i in 1 2 3 4 5 6 7 8 9; do after=$(stty -g); [ "$before" = "$after" ] && break; [ "$patient" ] && sleep 0.5; done
    [ "$before" = "$after" ] && echo "as it was." || echo "changed."`;

  it(`leaves the terminal as it was, ${RUNS} times`, async () => {
    // Seeded, so that a failure can be looked at again.
    let seed = 20260801;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-kill-'));
    const data = smallData();
    let entered = 0;

    /** One run; half of them are killed on the way to their first picture, half at work. */
    async function run(n: number): Promise<string> {
      const signal = SIGNALS[n % SIGNALS.length]!;
      const [early, afterMs] = [random() < 0.5, random() * 1000];
      const args = ['tui', '--data', data, '--out', `${folder}/${n}`];
      const env = { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', patient: signal === 'SIGKILL' ? 'yes' : '' };
      const shell = pty.spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...NODE.split(' '), ...args], {
        cols: 90,
        rows: 30,
        env,
      });
      let screen = '';
      let killing: NodeJS.Timeout | undefined;
      shell.onData((text) => {
        screen += text;
        const pid = /pid (\d+)\./.exec(screen)?.[1];
        if (killing !== undefined || pid === undefined || (!early && !screen.includes('q quit'))) return;
        shell.write(KEYS.enter);
        killing = setTimeout(() => process.kill(Number(pid), signal), afterMs);
      });
      await new Promise<void>((resolve) => shell.onExit(() => resolve()));
      // Whatever was entered was left, in this order.
      if (screen.includes('\x1b[?1049h')) entered++;
      for (const [enter, leave] of [
        ['\x1b[?1049h', '\x1b[?1049l'],
        ['\x1b[?25l', '\x1b[?25h'],
      ] as const)
        // prettier-ignore
        if (screen.lastIndexOf(enter) > screen.lastIndexOf(leave)) return `${signal}, ${afterMs} ms: not left`;
      return /as it was\.\s*$/.test(screen)
        ? 'as it was'
        : `${signal}, ${afterMs} ms: ${JSON.stringify(screen.slice(-100))}`;
    }

    const results: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < RUNS) results.push(await run(next++));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    rmSync(folder, { recursive: true, force: true });
    expect(results).toEqual(Array<string>(RUNS).fill('as it was'));
    expect(entered).toBeGreaterThan(RUNS / 3);
  });
});

describe('a hostile board', () => {
  let server: Server;
  let board: Socket | undefined;
  let typed = '';

  async function connect(): Promise<Tui> {
    typed = '';
    const connected = new Promise<void>((resolve) => {
      server = createServer((socket) => {
        board = socket;
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => (typed += chunk.toString('latin1')));
        resolve();
      }).listen(0, '127.0.0.1');
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const opened = new Tui({ args: [...QUICK, '--port', `tcp://127.0.0.1:${port}`] });
    await opened.sees('1 Data');
    opened.type('7c');
    await connected;
    await opened.sees(`board tcp://127.0.0.1:${port}`);
    return opened;
  }
  afterEach(() => {
    board?.destroy();
    server.close();
  });

  it('sends escape sequences, and none of them reaches the outer terminal', async () => {
    tui = await connect();
    const before = tui.lines();
    const hostile = [
      '\x1b]0;owned\x07', '\x1b]52;c;b3duZWQ=\x07', '\x1bP$qm\x1b\\', '\x1b[6n', '\x1b[c', '\x1b[5n', '\x9b6n', '\x1bc',
      '\x1b[8;5;5t', '\x1b[2J', '\x1b[?1049l', '\x1b[?1000h', '\x1b[20h', '\x1b(0', '\x0e', '\x1b#8', '\x1b[!p', '\xff\xfe\xc3\x28\xe2\x82', '\x00\x07\x08\x7f',
    ]; // prettier-ignore
    board!.write(Buffer.from(`${hostile.join('ok ')}\r\n\x1b[2Jthe end`, 'latin1'));
    await tui.sees('the end');
    const ours = tui.sent;
    for (const wanted of [
      'owned',
      'b3duZWQ',
      '\x1b[6n',
      '\x1b[c',
      '\x1b[5n',
      '\x1b[8;5;5t',
      '\x1b[?1000h',
      '\x1b(0',
      '\x1b#8',
      '\x07',
      '\x0e',
    ])
      expect(ours).not.toContain(wanted);
    expect(ours).not.toContain('\x1b[?1049l');
    // The frame stands where it stood, and nothing of the board's queries was answered.
    const after = tui.lines();
    for (const y of [0, 3, 4, 21, 22])
      expect(after[y]!.replace(/\(line closed\)|─|tcp\S+/g, '')).toBe(
        before[y]!.replace(/\(line closed\)|─|tcp\S+/g, ''),
      );
    expect(typed).toBe('');
  });

  it('sends ten megabytes without a line end, and keys are still answered', async () => {
    tui = await connect();
    const chunk = Buffer.from('0123456789abcde\x1b'.repeat(4096), 'latin1');
    for (let i = 0; i < 160; i++) board!.write(chunk);
    board!.write('[m\r\nstill here\r\n');
    tui.type('?');
    await tui.sees('run from here on');
    tui.type(KEYS.escape);
    await tui.sees('still here');
    expect(tui.lines().at(-1)).toContain('q quit');
  });

  it('goes away, and the UI says so and stays', async () => {
    tui = await connect();
    board!.destroy();
    await tui.sees(/closed/);
    tui.type('?');
    await tui.sees('run from here on');
  });
});

describeWith(['tmux'], 'in tmux', () => {
  const TERMS = ['xterm-256color', 'xterm', 'screen', 'screen-256color', 'tmux-256color', 'linux', 'vt220'];

  it(`draws the same for TERM of ${TERMS.join(', ')}`, async () => {
    const socket = `z80lm-${process.pid}`;
    const tmux = (...args: string[]): string =>
      execFileSync('tmux', ['-u', '-L', socket, '-f', '/dev/null', ...args], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
      });
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-tmux-'));
    tmux('new-session', '-d', '-x', '100', '-y', '30', '-s', 'all', 'sleep 600');
    try {
      for (const [i, term] of TERMS.entries())
        tmux(
          'new-window',
          '-d',
          '-t',
          `all:${i + 1}`,
          `env TERM=${term} LC_ALL=C.UTF-8 ${NODE} tui --out ${folder}; sleep 600`,
        );
      for (const [i, term] of TERMS.entries()) {
        const shown = await eventually(() => tmux('capture-pane', '-p', '-t', `all:${i + 1}`), /q quit/);
        const lines = shown.split('\n');
        expect(lines[0], term).toMatch(/^ 1 Data +2 Train +3 Build +4 Emulate +5 Ports +6 Flash +7 Compare +8 Time$/);
        expect(lines[3], term).toMatch(/^(─{100}|-{100})$/);
        expect(lines[29], term).toMatch(/^ Enter run .*q quit$/);
        tmux('send-keys', '-t', `all:${i + 1}`, 'q');
      }
    } finally {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function eventually(look: () => string, wanted: RegExp): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const seen = look();
    if (wanted.test(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never seen: ${wanted}; the screen:\n${look()}`);
}
