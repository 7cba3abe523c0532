/**
 * What stands between the SDKs and the network. Each SDK has its own idea of an error, and some print what a server
 * says; so no answer that is not what it should be reaches them. From here they get a stream that is fine so far, or
 * a ProviderError, which survives as the `cause` of whatever they make of it.
 */
import { ProviderError } from '../../seams/provider.js';

/** Characters of a server's own words that an error repeats. */
const SHOWN = 160;
/** Bytes of an error's body that are read. */
const MOST_BODY = 8_192;

export interface Surroundings {
  /** The address asked, without credentials; what errors are about. */
  where: string;
  /** Never shown, even if a server repeats it. */
  secret: string | undefined;
  /** What to do about a status. */
  hints: Readonly<Record<number, string>>;
  /** Nobody listens there. */
  unreachable: string;
  /** Fails on a line that must not reach the SDK. */
  checkLine?: (line: string) => void;
}

/** Statuses after which the same request may succeed: 409 and 529 (overloaded) as the SDKs have it. */
function isRetryable(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

export function carefulFetch(around: Surroundings, signal: AbortSignal): typeof fetch {
  return async (url, init) => {
    const signals = [signal, ...(init?.signal ? [init.signal] : [])];
    // No redirects: the key goes nowhere but where it was meant to.
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any(signals) });
    if (!response.ok) throw await refusal(response, around);
    if (!around.checkLine || !response.body) return response;
    return new Response(response.body.pipeThrough(lineCheck(around.checkLine)), response);
  };
}

async function refusal(response: Response, around: Surroundings): Promise<ProviderError> {
  const { status, headers } = response;
  const words = messageOf(await start(response));
  return new ProviderError(
    `the provider answers ${status}${words === '' ? '' : `: ${printable(words, around.secret)}`}`,
    {
      where: around.where,
      hint: around.hints[status],
      retryable: isRetryable(status),
      status,
      retryAfterMs: retryAfter(headers, Date.now()),
    },
  );
}

/** The first bytes of a body; a server may send for ever. */
async function start(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > MOST_BODY) break;
    }
  } catch {
    // Cut off in the middle: the status has said enough.
  }
  return text.slice(0, MOST_BODY);
}

/** The message in the error bodies of the three APIs: {error: {message}}, {error: "..."}, or text. */
function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } | string };
    const message = typeof error === 'object' ? error.message : error;
    if (typeof message === 'string') return message;
  } catch {
    // A proxy's page: its words are of no use.
  }
  return '';
}

/** Milliseconds that `retry-after-ms` or `retry-after` (seconds, or a date) ask for. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const precise = Number(headers.get('retry-after-ms') ?? NaN);
  if (precise >= 0) return precise;
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Untrusted words for a terminal: printable ASCII, short, and without the key. */
function printable(words: string, secret: string | undefined): string {
  const safe = secret ? words.replaceAll(secret, '***') : words;
  const plain = safe
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN - 3)}...` : plain;
}

/** Lets bytes pass after their lines were checked. */
function lineCheck(check: (line: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        check(line);
        controller.enqueue(encoder.encode(`${line}\n`));
      }
    },
    flush(controller) {
      if (rest.trim() === '') return;
      check(rest);
      controller.enqueue(encoder.encode(rest));
    },
  });
}

/** Codes of the operating system for "there is nobody": waiting does not help. */
const NOBODY = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whatever an SDK threw, as a ProviderError; the signal's reason if it was aborted. */
export function asProviderError(error: unknown, around: Surroundings, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  let code: string | undefined;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if (at instanceof ProviderError) return at;
    code ??= (at as NodeJS.ErrnoException).code;
  }
  const { where } = around;
  if (code !== undefined && NOBODY.includes(code))
    return new ProviderError(`nobody answers (${code})`, { where, hint: around.unreachable, retryable: false });
  if (error instanceof SyntaxError) return new ProviderError('the answer makes no sense', { where, retryable: true });
  const words = printable(error instanceof Error ? error.message : String(error), around.secret);
  return new ProviderError(`the connection failed: ${words}`, { where, retryable: true });
}
