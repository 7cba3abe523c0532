/**
 * Virtual time. `run(work)` lets the work go on as far as it can, then jumps to the next timer, until the work
 * is done: hours of timeouts pass in milliseconds, in the same order on every machine.
 */
import type { Clock } from '../../src/seams/clock.js';

interface Timer {
  at: number;
  wake: () => void;
}

export class FakeClock implements Clock {
  #now = 0;
  /** Sorted by time; equal times keep the order in which they were asked for. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = (): void => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer: Timer = { at: this.#now + Math.max(0, ms), wake };
      const later = this.#timers.findIndex((other) => other.at > timer.at);
      this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /**
   * Let time pass until `work` settles.
   * @throws when nothing is left that could ever wake it (a hang), or after `limitMs` of virtual time
   */
  async run<T>(work: Promise<T>, limitMs = 24 * 3600_000): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    work.then(end, end);
    const limit = this.#now + limitMs;
    for (;;) {
      // All that can go on without time passing does so before the next turn of the event loop.
      await new Promise((turn) => setImmediate(turn));
      if (settled) return work;
      const next = this.#timers.shift();
      if (next === undefined) throw new Error(`hang: nothing is left to happen at ${this.#now} ms`);
      if (next.at > limit) throw new Error(`not done after ${limitMs} ms of virtual time`);
      this.#now = next.at;
      next.wake();
    }
  }
}
