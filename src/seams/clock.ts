/**
 * The clock seam: what core code may know of time. The host's is in src/host/node-clock.ts, a hand-driven
 * one for tests in test/fakes/fake-clock.ts.
 */
export interface Clock {
  /** Monotonic time in milliseconds, with fractions; the origin means nothing. */
  now(): number;
  /** Resolves after `ms` milliseconds and never earlier, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
