/**
 * Real time for a test with a real pseudo-terminal or socket in it: a clock that stands still while this process does.
 * Between two of its ticks the event loop has been round, and the clock goes on by no more than TICK_MS, however long
 * that took. So who waits on it for a while gets what has come meanwhile, on a machine of any speed.
 */
import { TestClock } from './timers.js';

/** With timers of a millisecond the clock keeps time on a machine that has nothing else to do. */
const TICK_MS = 2;

export class PatientClock extends TestClock {
  #tickedAt = 0;
  #ticking = false;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const woken = super.sleep(ms, signal);
    if (!this.#ticking && this.timers.length > 0) this.#startTick();
    return woken;
  }

  #startTick(): void {
    this.#ticking = true;
    this.#tickedAt = performance.now();
    setTimeout(() => this.#tick(), 1);
  }

  #tick(): void {
    this.nowMs += Math.min(TICK_MS, performance.now() - this.#tickedAt);
    while (this.timers[0] !== undefined && this.timers[0].at <= this.nowMs) this.timers.shift()!.wake();
    this.#ticking = false;
    if (this.timers.length > 0) this.#startTick();
  }
}
