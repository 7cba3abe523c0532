/** What becomes of a stage that is stopped. */
import type { Clock } from '../seams/clock.js';

/** How long an aborted stage may take to end by itself. */
const GRACE_MS = 3_000;

/**
 * A stage that hears of the signal may end in its own way (training writes the best so far, a transfer is called
 * off); one that waits for something that does not come is left.
 * @throws the signal's reason where it is left
 */
export async function* untilAborted<E, R>(
  work: AsyncGenerator<E, R>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<E, R> {
  const graceOver = new AbortController();
  const left = new Promise<never>((_resolve, reject) => {
    const abort = async (): Promise<void> => {
      await clock.sleep(GRACE_MS, graceOver.signal).catch(() => undefined);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', () => void abort(), { once: true, signal: graceOver.signal });
  });
  left.catch(() => undefined);
  try {
    for (;;) {
      const step = await Promise.race([work.next(), left]);
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    graceOver.abort();
    // Not waited for: it may be waiting for what does not come.
    void work.return(undefined as R).catch(() => undefined);
  }
}
