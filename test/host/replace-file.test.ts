/** Renames that other programs are in the way of, without waiting: the computer is a fake. */
import { describe, expect, it } from 'vitest';
import { RENAME_PATIENCE, renamePatiently, type RenameHost } from '../../src/host/replace-file.js';

/** Refuses so many times, with this code. */
function computer(refusals: number, code: string, isWindows = true): RenameHost & { renames: number; waits: number[] } {
  return {
    isWindows,
    renames: 0,
    waits: [],
    rename() {
      this.renames++;
      if (this.renames <= refusals) throw Object.assign(new Error(code), { code, syscall: 'rename' });
    },
    sleep(ms) {
      this.waits.push(ms);
    },
  };
}
const sum = (list: number[]): number => list.reduce((total, ms) => total + ms, 0);

describe('renamePatiently', () => {
  it.each(['EPERM', 'EBUSY', 'EACCES'])('on Windows tries again after %s, with ever longer waits', (code) => {
    const host = computer(4, code);
    renamePatiently('a', 'b', host);
    expect(host.renames).toBe(5);
    const { firstMs } = RENAME_PATIENCE;
    expect(host.waits).toEqual([firstMs, 2 * firstMs, 4 * firstMs, 8 * firstMs]);
  });

  it('gives up when all waits together are as long as is set, with the last refusal', () => {
    const host = computer(Infinity, 'EPERM');
    expect(() => renamePatiently('a', 'b', host)).toThrow('EPERM');
    expect(sum(host.waits)).toBe(RENAME_PATIENCE.totalMs);
    const short = computer(Infinity, 'EPERM');
    expect(() => renamePatiently('a', 'b', short, { totalMs: 25, firstMs: 10 })).toThrow('EPERM');
    expect(short.waits).toEqual([10, 15]);
  });

  it.each([
    ['another refusal', computer(1, 'EXDEV')],
    ['another system, where the refusal stays', computer(1, 'EACCES', false)],
  ])('does not wait for %s', (_what, host) => {
    expect(() => renamePatiently('a', 'b', host)).toThrow();
    expect(host).toMatchObject({ renames: 1, waits: [] });
  });
});
