/** What clocks of tests have in common: the time, and who sleeps until when. How time goes on is theirs. */
import type { Clock } from '../../src/seams/clock.js';

interface Timer {
  at: number;
  wake: () => void;
}

export abstract class TestClock implements Clock {
  protected nowMs = 0;
  /** Sorted by time; equal times keep the order in which they were asked for. */
  protected readonly timers: Timer[] = [];

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = (): void => {
        this.timers.splice(this.timers.indexOf(timer), 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer: Timer = { at: this.nowMs + Math.max(0, ms), wake };
      const later = this.timers.findIndex((other) => other.at > timer.at);
      this.timers.splice(later < 0 ? this.timers.length : later, 0, timer);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }
}
