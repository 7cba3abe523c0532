/** The host's clock may be late, as the machine pleases, but never early. */
import { describe, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';

describe('the host’s clock', () => {
  it('does not wake before the time, whole milliseconds or not', async () => {
    for (const ms of [0.3, 1, 1.99, 2, 2.5, 3.9])
      for (let round = 0; round < 10; round++) {
        const started = clock.now();
        await clock.sleep(ms);
        expect(clock.now() - started).toBeGreaterThanOrEqual(ms);
      }
  });

  it('wakes at once where there is nothing to wait for', async () => {
    await clock.sleep(0);
    await clock.sleep(-1);
  });

  it('is woken by a signal with its reason', async () => {
    const abort = new AbortController();
    const sleeping = clock.sleep(Infinity, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
  });
});
