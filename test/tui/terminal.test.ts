/** Which terminals it runs in, and how it looks there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeWith } from '../outside.js';
import { Z80LM } from '../bundled.js';
import { cli } from '../e2e/cli.js';
import { ENDLESS, KEYS, QUICK, Tui } from './harness.js';

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
    tui.resize(30, 10);
    await tui.sees('z80lm needs 40x12.', 'This window is 30x10.');
    for (const [columns, rows] of [[61, 21], [20, 3], [1, 1], [300, 90], [40, 12], [60, 20]] as const) tui.resize(columns, rows); // prettier-ignore
    await tui.sees((lines) => lines.length === 20 && lines[1] === '─'.repeat(60), /q quit$/);
  });

  it('has colours that can be switched off', async () => {
    tui = new Tui();
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees('done');
    // Of the 256, and of the eight with a paper where the background is not known.
    expect(tui.sent).toMatch(/\x1b\[(\d+;)*38;5;29m/);
    await tui.close();
    tui = new Tui({ env: { TERM: 'xterm', COLORTERM: undefined } });
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees('done');
    expect(tui.sent).toMatch(/\x1b\[(\d+;)*42;30m/);
    expect(tui.sent).not.toMatch(/[34]8;5;/);
    await tui.close();
    tui = new Tui({ env: { NO_COLOR: '1' } });
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees('done');
    expect(tui.sent).not.toMatch(/\x1b\[(\d+;)*[34][0-7]m|[34]8;5;/);
  });

  it.each([
    ['--ascii', { args: [...QUICK, '--ascii'] }],
    ['a locale without UTF-8', { env: { LANG: 'C', LC_ALL: 'C' } }],
    ['the linux console', { env: { TERM: 'linux' } }],
  ])('is plain ASCII with %s', async (_name, options) => {
    tui = new Tui(options);
    await tui.sees('1 Data');
    tui.type('1r');
    await tui.sees(/HUH\? +454 +3\.4% +#{20}/);
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
    tui = new Tui({ args: ENDLESS });
    await tui.sees('1 Data');
    await tui.begins();
    await tui.sees(/epoch 1/);
    tui.type(KEYS.ctrlC);
    expect(await tui.ended).toBe(130);
  });
});

describeWith(['tmux'], 'the terminal UI in tmux', () => {
  /** Keeps a window until the server is killed. */
  const HOLD = 'sleep infinity';
  /** As a word of a shell: the checkout may lie in a path with blanks. */
  const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
  const TERMS = ['xterm-256color', 'xterm', 'screen', 'screen-256color', 'tmux-256color', 'linux', 'vt220'];

  it(`draws the same for TERM of ${TERMS.join(', ')}`, async () => {
    const socket = `z80lm-${process.pid}`;
    const tmux = (...args: string[]): string =>
      execFileSync('tmux', ['-u', '-L', socket, '-f', '/dev/null', ...args], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
      });
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-tmux-'));
    tmux('new-session', '-d', '-x', '100', '-y', '30', '-s', 'all', HOLD);
    try {
      for (const [i, term] of TERMS.entries())
        tmux(
          'new-window',
          '-d',
          '-t',
          `all:${i + 1}`,
          `env TERM=${term} LC_ALL=C.UTF-8 ${[...Z80LM, 'tui', '--out', folder].map(quoted).join(' ')}; ${HOLD}`,
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

/** tmux tells nobody when a window changes. Who waits is patient: seven programs begin at once here. */
async function eventually(look: () => string, wanted: RegExp): Promise<string> {
  for (const until = performance.now() + 300_000; performance.now() < until;) {
    const seen = look();
    if (wanted.test(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never seen: ${wanted}; the screen:\n${look()}`);
}
