/** A stream that may fall silent, turned into one that fails instead, with the clock of the seam. */
import type { Clock } from '../../seams/clock.js';
import { ProviderError, type CompletionEvent, type CompletionRequest, type Provider } from '../../seams/provider.js';

/**
 * Ask, and give up when nothing has come for `silenceMs`, or when the stream ends without its `end`.
 * @throws ProviderError, retryable, or the signal's reason
 */
export async function* watched(
  provider: Provider,
  request: CompletionRequest,
  silenceMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent> {
  const abort = new AbortController();
  const events = provider.complete(request, AbortSignal.any([signal, abort.signal]))[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = events.next();
      const timer = new AbortController();
      const silence = clock.sleep(silenceMs, timer.signal).then(() => 'silence' as const);
      silence.catch(() => {});
      const result = await Promise.race([next, silence, aborted(signal, timer.signal)]).finally(() => timer.abort());
      if (result === 'silence') {
        next.catch(() => {});
        throw new ProviderError(`nothing came for ${silenceMs / 1000} s`, { retryable: true });
      }
      if (result.done) break;
      ended ||= result.value.type === 'end';
      yield result.value;
    }
    if (!ended) throw new ProviderError('the answer was cut off', { retryable: true });
  } finally {
    abort.abort();
    // Not awaited: a provider that hangs would hang us too.
    void Promise.resolve(events.return?.()).catch(() => {});
  }
}

/** Rejects once the signal aborts; `over` ends the watch. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over });
  });
}
