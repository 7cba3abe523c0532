/** What a board's talk ends in: a prompt, a request, an error is one when nothing follows it for so long. */
import type { ByteReader } from '../link/byte-reader.js';
import type { WaitEnd } from '../link/wait.js';
import { latin1 } from '../seams/bytes.js';

export interface Ending<Kind> {
  kind: Kind;
  /** Silence behind it that makes it one, in ms. */
  quietMs: number;
}

export interface Heard<Kind> {
  /** All that came. */
  text: string;
  /** Undefined where the time was up, or silence agreed for what is none. */
  kind: Kind | undefined;
  end: WaitEnd | undefined;
}

/** What tells an ending is within so much text; a dump of a file is longer. */
const TAIL_KEPT = 2_000;

/**
 * Read until what came ends so.
 * @param endingOf of the last 2,000 characters
 * @param firstMs how long the first byte may take, where the end of that is not the end of `totalMs`
 */
export async function hear<Kind>(
  reader: ByteReader,
  endingOf: (tail: string) => Ending<Kind> | undefined,
  { what, totalMs, firstMs }: { what: string; totalMs: number; firstMs?: number },
): Promise<Heard<Kind>> {
  const wait = reader.wait(what, { totalMs });
  const parts: string[] = [];
  let tail = '';
  for (;;) {
    const ending = endingOf(tail);
    const arrival = await wait.next(ending?.quietMs ?? (parts.length === 0 ? firstMs : undefined));
    if (arrival === undefined) {
      // The time was up before the silence behind it was.
      const more = ending && wait.end !== 'silence' ? await reader.link.read(ending.quietMs) : undefined;
      if (more === undefined) return { text: parts.join(''), kind: ending?.kind, end: ending ? 'silence' : wait.end };
      return { text: parts.join('') + latin1(more.bytes), kind: undefined, end: wait.end };
    }
    const text = latin1(arrival.bytes);
    parts.push(text);
    tail = (tail + text).slice(-TAIL_KEPT);
  }
}
