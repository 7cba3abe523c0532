/**
 * Real time for a test with a real pseudo-terminal or socket in it: a clock that stands still while this process does.
 * Between two of its ticks the event loop has been round, and the clock goes on by no more than TICK_MS, however long
 * that took. So who waits on it for a while gets what has come meanwhile, on a machine of any speed.
 */
import type { Clock } from '../../src/seams/clock.js';

/** With timers of a millisecond the clock keeps time on a machine that has nothing else to do. */
const TICK_MS = 2;

interface Sleeper {
  at: number;
  wake: () => void;
}

export class PatientClock implements Clock {
  #now = 0;
  #tickedAt = 0;
  #ticking = false;
  /** Sorted by time; equal times keep the order in which they were asked for. */
  readonly #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), wake };
      const later = this.#sleepers.findIndex((other) => other.at > sleeper.at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
      signal?.addEventListener('abort', stop, { once: true });
      if (!this.#ticking) this.#startTick();
    });
  }

  #startTick(): void {
    this.#ticking = true;
    this.#tickedAt = performance.now();
    setTimeout(() => this.#tick(), 1);
  }

  #tick(): void {
    this.#now += Math.min(TICK_MS, performance.now() - this.#tickedAt);
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].at <= this.#now) this.#sleepers.shift()!.wake();
    this.#ticking = false;
    if (this.#sleepers.length > 0) this.#startTick();
  }
}
