/** Waiting for whoever reads what we write. */
import type { Writable } from 'node:stream';

/** What ends the wait: it was taken, or cannot be. */
const ENDS = ['drain', 'close', 'error'] as const;

/**
 * Resolves when the stream takes more, or never will, or the signal aborts. Leaves no listener behind, as it may be asked for
 * at every piece of output.
 * @returns undefined where it takes more now
 */
export function roomToWrite(stream: Writable, signal?: AbortSignal): Promise<void> | undefined {
  if (!stream.writableNeedDrain || stream.destroyed || signal?.aborted) return undefined;
  return new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ENDS) stream.off(event, done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    for (const event of ENDS) stream.once(event, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
