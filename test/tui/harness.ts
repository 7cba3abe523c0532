/**
 * The real program in a real terminal: a pseudo-terminal that runs z80lm, and @xterm/headless that shows what its
 * user sees. Tests look at the screen's text; nothing here waits for a time, only for something to be seen.
 *
 * A picture may arrive in parts, and the next one may be long in coming. So what is to be seen at the same time is
 * waited for together, and never looked for behind a wait for something else; and a wait is for what was not there
 * before, or it is none.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { Z80LM } from '../bundled.js';

/** Only bounds a hang, with the screen in the error: a machine with other work may take ten times as long as usual. */
const PATIENCE_MS = 300_000;

/** What is looked for: a text, a pattern, or what the screen's lines must be like. */
export type Wanted = string | RegExp | ((lines: string[]) => boolean);

/** The stages, their marks, their times, a rule. */
const BAR_ROWS = 4;

export interface RunOptions {
  columns?: number;
  rows?: number;
  args?: string[];
  /** What is started; z80lm with `args` unless given. */
  command?: string[];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** The folder of an earlier run; else an empty one. */
  out?: string;
  patienceMs?: number;
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

const trained = (epochs: string): string[] => ['tui', '--epochs', epochs, '--hidden', '48,32', '--workers', '1'];
/** A small and quick training; the model is bad, everything else is as always. */
export const QUICK = trained('1');
/** A training that is not over before it is stopped. */
export const ENDLESS = trained('100000');

export class Tui {
  readonly terminal: xterm.Terminal;
  readonly process: pty.IPty;
  readonly out: string;
  /** Everything the program sent to the terminal. */
  sent = '';
  exitCode: number | undefined;
  readonly ended: Promise<number>;
  /** Those who wait for something to be seen; each looks whenever the screen has changed. */
  readonly #watchers = new Set<() => void>();
  readonly #patienceMs: number;
  readonly #isShell: boolean;

  constructor({ columns = 80, rows = 24, args = QUICK, env = {}, command, cwd, out, patienceMs }: RunOptions = {}) {
    this.#patienceMs = patienceMs ?? PATIENCE_MS;
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
    this.#isShell = command !== undefined;
    const outArgs = args[0] === 'tui' ? ['--out', this.out] : [];
    const [program, ...words] = command ?? [...Z80LM, ...args, ...outArgs];
    this.process = pty.spawn(program!, words, {
      cols: columns,
      rows,
      name: whole.TERM ?? 'xterm',
      env: Object.fromEntries(given),
      ...(cwd !== undefined && { cwd }),
    });
    this.process.onData((text) => {
      this.sent += text;
      this.terminal.write(text, () => this.#changed());
    });
    // As a terminal answers what it is asked.
    this.terminal.onData((text) => this.process.write(text));
    this.ended = new Promise((resolve) =>
      this.process.onExit(({ exitCode }) => {
        this.exitCode = exitCode;
        // Behind all that it has written.
        this.terminal.write('', () => {
          this.#changed();
          resolve(exitCode);
        });
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

  /** The characters below the bar that stand out as differences do. */
  marked(): string {
    const { active } = this.terminal.buffer;
    const cells = Array.from({ length: this.terminal.rows }, (_, y) =>
      Array.from({ length: this.terminal.cols }, (__, x) => active.getLine(active.baseY + y)?.getCell(x)),
    );
    return cells
      .slice(BAR_ROWS)
      .flat()
      .map((cell) => (cell?.isInverse() && cell.isBold() ? cell.getChars() : ''))
      .join('');
  }

  type(keys: string): void {
    this.process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.process.resize(columns, rows);
  }

  /** As when its window is closed. */
  hangUp(): void {
    (this.process as unknown as { destroy(): void }).destroy();
  }

  /** Wait until the screen shows all of it at once. @throws with the screen as it is, where that never comes */
  sees(...wanted: Wanted[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#missing(wanted).length === 0) end(() => resolve(this.text()));
        else if (this.exitCode !== undefined) fail();
      };
      const fail = (): void => {
        const words = this.#missing(wanted).map(String).join(' and ');
        end(() =>
          reject(new Error(`not seen: ${words} (exit ${this.exitCode ?? 'none'}); the screen:\n${this.text()}`)),
        );
      };
      const end = (tell: () => void): void => {
        clearTimeout(late);
        this.#watchers.delete(look);
        tell();
      };
      const late = setTimeout(fail, this.#patienceMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Close what lies over the pane. A key right behind Esc would be Alt and that key, so this waits. */
  async closesOverlay(): Promise<void> {
    this.type(KEYS.escape);
    await this.sees((lines) => !lines.some((line) => line.includes('(Up, Down, Esc)')));
  }

  /** Enter, and Enter again: that it trains is asked first. */
  async begins(): Promise<void> {
    this.type(KEYS.enter);
    await this.sees('The whole way begins with a training', 'Enter: yes');
    this.type(KEYS.enter);
  }

  #missing(wanted: readonly Wanted[]): Wanted[] {
    const [lines, text] = [this.lines(), this.text()];
    const isShown = (one: Wanted): boolean =>
      typeof one === 'string' ? text.includes(one) : one instanceof RegExp ? one.test(text) : one(lines);
    return wanted.filter((one) => !isShown(one));
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Leave, and clean up. */
  async close(): Promise<void> {
    // A shell does not hear SIGTERM.
    if (this.exitCode === undefined) this.process.kill(this.#isShell ? 'SIGHUP' : 'SIGTERM');
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
