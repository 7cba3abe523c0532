/**
 * The host's clock: performance.now() and setTimeout. Node counts timers in whole milliseconds, cuts fractions off, and
 * may be one early; a board that was given 2 ms for a byte would have 1.3.
 */
import type { Clock } from '../seams/clock.js';

/** setTimeout's delay is a signed 32-bit number; more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const end = performance.now() + ms;
      let timer: NodeJS.Timeout;
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const wait = (leftMs: number): void => {
        timer = setTimeout(
          () => {
            const early = end - performance.now();
            if (early > 0) return wait(early);
            signal?.removeEventListener('abort', stop);
            resolve();
          },
          Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS),
        );
      };
      wait(ms);
      signal?.addEventListener('abort', stop, { once: true });
    });
  },
};
