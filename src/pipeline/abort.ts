/** What becomes of a stage that is stopped. */
import { patience } from '../link/patience.js';
import type { Clock } from '../seams/clock.js';
import type { PipelineEvent } from './events.js';

/**
 * How long a stage that is stopped may take to end by itself: training writes the best so far. One that takes longer
 * waits for something that does not come. A transfer tells its own bound, which comes on top.
 */
export const GRACE_MS = 3_000;

/**
 * What `event` says of how long its stage takes to end once it is stopped, in ms: a transfer tidies up the board, and from
 * the renaming on it goes to its end, for between the two there is no program on the board.
 * @returns undefined where it says nothing, and what was said before holds
 */
export function endsWithinMs(event: Pick<PipelineEvent, 'type'>): number | undefined {
  if (event.type === 'load') return (event as Extract<PipelineEvent, { type: 'load' }>).progress.endsWithinMs;
  return event.type === 'stage' || event.type === 'stage-done' || event.type === 'stage-stopped' ? 0 : undefined;
}

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
 * off); one that waits for something that does not come is left, at the earliest when what its events have said of its end
 * (endsWithinMs) is over.
 * @param tell how it ended, where the signal has come
 * @throws the signal's reason where it is left
 */
export async function* untilAborted<E extends Pick<PipelineEvent, 'type'>, R>(
  work: AsyncGenerator<E, R>,
  clock: Clock,
  signal: AbortSignal,
  tell: (end: StageEnd) => void,
): AsyncGenerator<E, R> {
  const over = new AbortController();
  let abortedAtMs: number | undefined;
  let isLeft = false;
  /** Told last. */
  let toldMs = 0;
  const left = new Promise<never>((_resolve, reject) => {
    const abort = async (): Promise<void> => {
      abortedAtMs = clock.now();
      // More may be told meanwhile. Our own standing still takes nothing from the stage.
      for (let waitedMs = 0; waitedMs < GRACE_MS + toldMs && !over.signal.aborted;) {
        const part = GRACE_MS + toldMs - waitedMs;
        await patience(clock, part, over.signal).catch(() => undefined);
        waitedMs += part;
      }
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
      toldMs = endsWithinMs(step.value) ?? toldMs;
      yield step.value;
    }
  } finally {
    if (abortedAtMs !== undefined) tell({ afterMs: clock.now() - abortedAtMs, left: isLeft });
    over.abort();
    // Not waited for: it may be waiting for what does not come.
    void work.return(undefined as R).catch(() => undefined);
  }
}
