/**
 * A command on a terminal that is struck by a signal at a chosen moment, and what a shell finds afterwards.
 *
 *     shell    stty -g; starts z80lm ──────────► … the phase is seen … ◄── signal, to z80lm alone
 *     shell    [status 130, as it was]   its exit status, and whether the terminal is what it was before
 */
import * as pty from '@lydell/node-pty';
import { Z80LM } from '../bundled.js';

const SCRIPT = String.raw`
  before=$(stty -g)
  sh -c 'echo "pid $$."; exec "$@"' sh "$@"
  status=$?
  [ "$before" = "$(stty -g)" ] && echo "[status $status, as it was]" || echo "[status $status, changed]"
  read over`;
/** Only bounds a hang. */
const PATIENCE_MS = 60_000;
const LAST_WORDS = /\[status (\d+), (as it was|changed)\]/;

export interface Strike {
  /** What is on the screen when it is struck; the first thing that z80lm's start shows unless given. */
  phase?: RegExp;
  /** How long after that, where nothing is shown by which to tell; a busy machine may then be at an earlier point. */
  afterMs?: number;
  signal: NodeJS.Signals;
  cwd: string;
  /** Typed as soon as the phase is seen for the first time; then the phase is waited for again. */
  typed?: string;
  env?: Record<string, string>;
}

export interface Struck {
  /** As a shell has it: 128 and the signal's number where that ended it. */
  status: number;
  /** What stty says is what it said before. */
  asItWas: boolean;
  /** The cursor is to be seen. */
  hasCursor: boolean;
  /** All that the terminal was sent. */
  screen: string;
  /** From the signal to the end; for people, as a busy machine takes what it takes. */
  ms: number;
}

export function struck(
  args: readonly string[],
  { phase = /pid/, afterMs = 0, signal, cwd, typed, env }: Strike,
): Promise<Struck> {
  const shell = pty.spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...Z80LM, ...args], {
    cols: 120,
    rows: 24,
    cwd,
    env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', XDG_CONFIG_HOME: cwd, ...env },
  });
  let screen = '';
  let from = 0;
  let toType = typed;
  let struckAt: number | undefined;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      shell.kill('SIGKILL');
      reject(
        new Error(`${struckAt === undefined ? `${phase} was not seen` : 'it goes on'}: ${JSON.stringify(screen)}`),
      );
    }, PATIENCE_MS);
    shell.onData((text) => {
      screen += text;
      const last = LAST_WORDS.exec(screen);
      if (last !== null) {
        clearTimeout(late);
        shell.write('\n');
        resolve({
          status: Number(last[1]),
          asItWas: last[2] === 'as it was',
          hasCursor: screen.lastIndexOf('\x1b[?25l') <= screen.lastIndexOf('\x1b[?25h'),
          screen,
          ms: struckAt === undefined ? NaN : performance.now() - struckAt,
        });
        return;
      }
      const pid = /pid (\d+)\./.exec(screen)?.[1];
      if (pid === undefined || struckAt !== undefined || !phase.test(screen.slice(from))) return;
      if (toType !== undefined) {
        from = screen.length;
        shell.write(toType);
        toType = undefined;
        return;
      }
      struckAt = Infinity;
      setTimeout(() => {
        struckAt = performance.now();
        process.kill(Number(pid), signal);
      }, afterMs);
    });
  });
}
