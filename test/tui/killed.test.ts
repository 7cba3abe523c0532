/** Whatever ends the program, and whenever: the terminal is as it was. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import { expect, it } from 'vitest';
import { Z80LM } from '../bundled.js';
import { describeWith } from '../outside.js';
import { smallData } from './harness.js';

/** Runs that are killed at random moments, in a shell that looks at its terminal before and after each. */
describeWith(['stty'], 'a run that is killed', () => {
  const RUNS = 50;
  const LANES = 4;
  /** Twenty seconds where nothing else runs; only bounds a hang. */
  const HANG_MS = 1_800_000;
  const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGKILL'] as const;
  // What a process killed by SIGKILL could not do itself, its engine does: the shell looks when that has ended, too. It
  // stays until its last words have been read: what a terminal still holds when it is closed may be lost.
  const SCRIPT = String.raw`
    before=$(stty -g)
    sh -c 'echo "pid $$."; exec "$@"' sh "$@"
    until [ -e "$over" ]; do sleep 0.1; done
    after=$(stty -g)
    [ "$before" = "$after" ] && echo "as it was." || echo "changed."
    until [ -e "$read" ]; do sleep 0.1; done`;
  const LAST_WORDS = /(as it was|changed)\.\s*$/;

  /** Of each of its threads; of one that has ended meanwhile, nothing. */
  const threads = (pid: number, file: string): string[] =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      try {
        return [readFileSync(`/proc/${pid}/task/${task}/${file}`, 'utf8')];
      } catch {
        return [];
      }
    });
  const isStopped = (pid: number): boolean => threads(pid, 'stat').every((stat) => stat.includes(') T '));
  /** Its engine, if there is one yet, and others that it started. */
  const childrenOf = (pid: number): number[] =>
    threads(pid, 'children')
      .flatMap((children) => children.trim().split(' '))
      .filter((child) => child !== '')
      .map(Number);
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  /** Nobody may have asked yet how it ended. */
  const isGone = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return true;
    }
  };

  /** Resolves when all it started are gone, too. It is stopped first, so that it starts nothing unseen. */
  async function kill(pid: number, signal: NodeJS.Signals): Promise<void> {
    if (signal !== 'SIGKILL') return void process.kill(pid, signal);
    process.kill(pid, 'SIGSTOP');
    await until(() => isStopped(pid));
    const children = childrenOf(pid);
    process.kill(pid, signal);
    await until(() => children.every(isGone));
  }

  it(`leaves the terminal as it was, ${RUNS} times`, { timeout: HANG_MS }, async () => {
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
      const [over, read] = [`${folder}/${n}.over`, `${folder}/${n}.read`];
      const env = { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', over, read };
      const shell = pty.spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...Z80LM, ...args], {
        cols: 90,
        rows: 30,
        env,
      });
      let screen = '';
      let killing: NodeJS.Timeout | undefined;
      shell.onData((text) => {
        screen += text;
        if (LAST_WORDS.test(screen)) writeFileSync(read, '');
        const pid = /pid (\d+)\./.exec(screen)?.[1];
        if (killing !== undefined || pid === undefined || (!early && !screen.includes('quit'))) return;
        shell.write('2r');
        killing = setTimeout(() => void kill(Number(pid), signal).finally(() => writeFileSync(over, '')), afterMs);
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
