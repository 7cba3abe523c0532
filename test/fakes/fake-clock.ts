/**
 * Virtual time. `run(work)` lets the work go on as far as it can, then jumps to the next timer, until the work
 * is done: hours of timeouts pass in milliseconds, in the same order on every machine.
 */
import { TestClock } from './timers.js';

export class FakeClock extends TestClock {
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
    const limit = this.nowMs + limitMs;
    for (;;) {
      // All that can go on without time passing does so before the next turn of the event loop.
      await new Promise((turn) => setImmediate(turn));
      if (settled) return work;
      const next = this.timers.shift();
      if (next === undefined) throw new Error(`hang: nothing is left to happen at ${this.nowMs} ms`);
      if (next.at > limit) throw new Error(`not done after ${limitMs} ms of virtual time`);
      this.nowMs = next.at;
      next.wake();
    }
  }
}
