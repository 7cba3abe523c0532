/**
 * Waiting that this computer's own slowness does not use up. A time-out says how long the other end may take. While this
 * process is not run (a busy computer, Ctrl-Z, a laptop that sleeps) the other end goes on, and what it has said waits
 * in the kernel; but timers come before input, so a plain timer would call that silence.
 *
 *     one sleep       |-------------- stood still --------------|!            and only then what had come
 *     many            |--|--|------- stood still -------|.--|--|--|!          what had come is taken at the dot
 */
import type { Clock } from '../seams/clock.js';

/** No part of a wait counts for more; what had come is taken within much less. */
export const LONGEST_PART_MS = 100;
/** Also a short wait has so many parts: input takes up to three rounds of the event loop (poll, a thread's read, event). */
const LEAST_PARTS = 4;

/** As `clock.sleep`, but a part counts for what it was to take, however long it took. */
export async function patience(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  const part = Math.max(0, Math.min(LONGEST_PART_MS, ms / LEAST_PARTS));
  let left = ms;
  do {
    await clock.sleep(Math.min(part, left), signal);
    left -= part;
  } while (left > 0 && part > 0);
}
