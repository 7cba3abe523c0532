/**
 * The provider seam: somebody else's language model, asked over the network. Real ones are in src/host/providers,
 * a scripted one in test/fakes/fake-provider.ts.
 *
 *     asks   { system, prompt, maxTokens }
 *     hears  text, text, ... usage ... end          a stream without `end` was cut
 */
import { LinkError, type ErrorDetails } from './errors.js';

export interface CompletionRequest {
  /** What the model is to be; the same for all requests of a run. */
  system: string;
  prompt: string;
  /** The model is stopped there. */
  maxTokens: number;
}

export type CompletionEvent =
  | { type: 'text'; text: string }
  /** Tokens of this request so far, as the provider bills them; the last one counts. */
  | { type: 'usage'; inputTokens: number; outputTokens: number }
  /** `length`: stopped at maxTokens, the last line may be half. `refused`: the model would not. */
  | { type: 'end'; why: 'done' | 'length' | 'refused' };

export interface Provider {
  readonly name: string;
  readonly model: string;
  /**
   * Ask once: no retries, no waiting. What comes is untrusted text.
   * @throws ProviderError, or the signal's reason once it aborts
   */
  complete(request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent>;
}

export interface ProviderFailure {
  /** The same request may succeed later. */
  retryable: boolean;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  /** How long the provider asks us to wait, where it says so. */
  retryAfterMs?: number | undefined;
}

/** A provider could not be reached, or said no. Its message holds nothing but printable ASCII, and no key. */
export class ProviderError extends LinkError {
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: ErrorDetails & ProviderFailure) {
    super(message, details);
    this.retryable = details.retryable;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}
