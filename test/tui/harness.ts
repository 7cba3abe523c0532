/**
 * The real program in a real terminal: a pseudo-terminal that runs z80lm, and @xterm/headless that shows what its
 * user sees. Tests look at the screen's text; nothing here waits for a time, only for something to be seen.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
/** The program from its sources. */
export const NODE = [process.execPath, '--import', import.meta.resolve('tsx'), CLI] as const;
/** As long as a loaded machine may take. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 20;

export interface RunOptions {
  columns?: number;
  rows?: number;
  args?: string[];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** The folder of an earlier run; else an empty one. */
  out?: string;
}

export const KEYS = {
  enter: '\r',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  tab: '\t',
  pageUp: '\x1b[5~',
  ctrlC: '\x03',
  leaveTyping: '\x1d',
} as const;

/** A small and quick training; the model is bad, everything else is as always. */
export const QUICK = ['tui', '--epochs', '1', '--hidden', '48,32', '--workers', '1'];

export class Tui {
  readonly terminal: xterm.Terminal;
  readonly process: pty.IPty;
  readonly out: string;
  /** Everything the program sent to the terminal. */
  sent = '';
  exitCode: number | undefined;
  readonly ended: Promise<number>;

  constructor({ columns = 80, rows = 24, args = QUICK, env = {}, cwd, out }: RunOptions = {}) {
    this.out = out ?? mkdtempSync(join(tmpdir(), 'z80lm-tui-'));
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
    const whole = {
      ...process.env,
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      NO_COLOR: undefined,
      TERM: 'xterm-256color',
      ...env,
    };
    const given = Object.entries(whole).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const outArgs = args[0] === 'tui' ? ['--out', this.out] : [];
    this.process = pty.spawn(NODE[0], [...NODE.slice(1), ...args, ...outArgs], {
      cols: columns,
      rows,
      name: whole.TERM ?? 'xterm',
      env: Object.fromEntries(given),
      ...(cwd !== undefined && { cwd }),
    });
    this.process.onData((text) => {
      this.sent += text;
      this.terminal.write(text);
    });
    this.ended = new Promise((resolve) =>
      this.process.onExit(({ exitCode }) => {
        this.exitCode = exitCode;
        resolve(exitCode);
      }),
    );
  }

  /** The screen's lines, without spaces at their ends. */
  lines(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, y) =>
      (active.getLine(active.baseY + y)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  type(keys: string): void {
    this.process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.process.resize(columns, rows);
  }

  /** Wait until the screen shows it. @throws with the screen as it is, where that never comes */
  async sees(wanted: string | RegExp, patienceMs = PATIENCE_MS): Promise<string> {
    const shown = (): boolean => (typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text()));
    for (const until = Date.now() + patienceMs; Date.now() < until;) {
      if (shown()) return this.text();
      if (this.exitCode !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    if (shown()) return this.text();
    throw new Error(`not seen: ${String(wanted)} (exit ${this.exitCode ?? 'none'}); the screen:\n${this.text()}`);
  }

  /** Leave, and clean up. */
  async close(): Promise<void> {
    if (this.exitCode === undefined) this.process.kill('SIGTERM');
    await this.ended;
    this.terminal.dispose();
    rmSync(this.out, { recursive: true, force: true });
  }
}

/** A file of pairs that is learnt in no time. */
export function smallData(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'z80lm-pairs-')), 'talk.txt');
  writeFileSync(path, ['hello|HI', 'hi|HI', 'how are you|FINE', 'bye|BYE', 'good bye|BYE'].join('\n'));
  return path;
}
