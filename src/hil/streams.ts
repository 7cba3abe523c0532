/** Streams of events that return something at their end. */

/** Take a stream to its end, telling each event. @returns what it returned */
export async function finish<E, R>(stream: AsyncGenerator<E, R>, tell: (event: E) => void = () => {}): Promise<R> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value;
    tell(value);
  }
}

/**
 * Several as one, each event as soon as it is there: no stream waits for another.
 * @param signal that the streams hear, too. Once it has aborted each is taken to its own end, whatever the others throw:
 *   one of them may be tidying up a board
 * @returns what the streams returned, in their order
 * @throws what a stream throws, after telling the others to end
 */
export async function* merge<E, R>(
  streams: readonly AsyncGenerator<E, R>[],
  signal?: AbortSignal,
): AsyncGenerator<E, R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const next = (index: number): Promise<{ index: number; result?: IteratorResult<E, R>; failure?: unknown }> =>
    streams[index]!.next().then(
      (result) => ({ index, result }),
      (failure: unknown) => ({ index, failure }),
    );
  const waiting = new Map(streams.map((_, index) => [index, next(index)]));
  try {
    while (waiting.size > 0) {
      const { index, result, failure } = await Promise.race(waiting.values());
      if (result === undefined) {
        waiting.delete(index);
        failures.push(failure);
        if (!signal?.aborted) break;
      } else if (result.done) {
        results[index] = result.value;
        waiting.delete(index);
      } else {
        waiting.set(index, next(index));
        yield result.value;
      }
    }
    if (failures.length > 0) throw failures[0];
    return results;
  } finally {
    for (const index of waiting.keys()) void streams[index]!.return(undefined as R).catch(() => undefined);
  }
}
