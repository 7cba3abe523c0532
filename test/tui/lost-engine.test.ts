/** The engine's process is killed: the screen says so, nothing is left behind, and the terminal is given back. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWith } from '../outside.js';
import { ENDLESS, Tui } from './harness.js';

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '); // prettier-ignore
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

describeWith(['stty'], 'an engine that is killed in the middle of a training', () => {
  it('leaves no child and no stage that runs, and q still leaves', async () => {
    const tui = new Tui({ args: ENDLESS });
    try {
      await tui.sees('Enter runs the whole way from here');
      // The virtual board's process is its child.
      tui.type('5c');
      await tui.sees(/the line is open: /);
      tui.type('1');
      await tui.begins();
      await tui.sees(/epoch 1 of/, 'running');
      const engine = childrenOf(tui.process.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine-process'))!; // prettier-ignore
      const all = [engine, ...childrenOf(engine)];
      process.kill(engine, 'SIGKILL');
      await tui.sees('FAILED', 'LOST', 'the engine has ended', (lines) => !/running|done|open/.test(lines.slice(0, 3).join(' '))); // prettier-ignore
      await expect.poll(() => all.filter(isThere), { timeout: 30_000 }).toEqual([]);
      tui.type('q');
      expect(await tui.ended).toBe(0);
      expect(tui.sent.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(tui.sent.lastIndexOf('\x1b[?1049h'));
    } finally {
      await tui.close();
    }
  }, 60_000);
});
