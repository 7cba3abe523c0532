/** What becomes of a stage that is stopped. */
import type { Clock } from '../seams/clock.js';

/**
 * How long a stage that is stopped may take to end by itself: a transfer takes its half-sent file off the board, which is
 * a handful of commands at the speed of the line. One that takes longer waits for something that does not come.
 */
export const GRACE_MS = 3_000;

/** How a stage ended that was stopped. */
export interface StageEnd {
  /** From the signal on. */
  afterMs: number;
  /** It did not end within the grace, and was left. */
  left: boolean;
}

/** For people. */
export function stoppedWords({ stage, afterMs, left }: { stage: string } & StageEnd): string {
  const seconds = (afterMs / 1000).toFixed(1);
  return left
    ? `${stage} was stopped, did not end within ${seconds} s, and was left: what still comes of it is not looked at`
    : `${stage} was stopped and ended after ${seconds} s`;
}

/**
 * A stage that hears of the signal may end in its own way (training writes the best so far, a transfer is called
 * off); one that waits for something that does not come is left.
 * @param tell how it ended, where the signal has come
 * @throws the signal's reason where it is left
 */
export async function* untilAborted<E, R>(
  work: AsyncGenerator<E, R>,
  clock: Clock,
  signal: AbortSignal,
  tell: (end: StageEnd) => void,
): AsyncGenerator<E, R> {
  const over = new AbortController();
  let abortedAtMs: number | undefined;
  let isLeft = false;
  const left = new Promise<never>((_resolve, reject) => {
    const abort = async (): Promise<void> => {
      abortedAtMs = clock.now();
      await clock.sleep(GRACE_MS, over.signal).catch(() => undefined);
      isLeft = !over.signal.aborted;
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', () => void abort(), { once: true, signal: over.signal });
  });
  left.catch(() => undefined);
  try {
    for (;;) {
      const step = await Promise.race([work.next(), left]);
      if (step.done) return step.value;
      yield step.value;
    }
  } finally {
    if (abortedAtMs !== undefined) tell({ afterMs: clock.now() - abortedAtMs, left: isLeft });
    over.abort();
    // Not waited for: it may be waiting for what does not come.
    void work.return(undefined as R).catch(() => undefined);
  }
}
