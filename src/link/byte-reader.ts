/**
 * Reading a board's talk: wait for a text, for one byte, or for silence. Text is Latin-1, so that every byte
 * is one character and positions agree. What comes after a match is given back to the link: a reader never
 * takes more than it used.
 */
import type { ByteLink } from '../seams/byte-link.js';
import { latin1, toBytes } from '../seams/bytes.js';
import type { Clock } from '../seams/clock.js';
import { Wait, type Bounds } from './wait.js';

/** How much unmatched text an error shows. */
const TAIL_SHOWN = 200;

/** What is waited for stands within so much text; the last so much of a talk is kept. A screen has 2,000 characters. */
const MOST_TEXT = 1 << 16;

export interface Match {
  /** Which of the patterns it was. */
  index: number;
  /** What came before the match, and the match itself. */
  before: string;
  text: string;
  groups: RegExpExecArray;
}

/** A text with control characters made visible, quoted, and cut to its end: for messages. */
export function shown(text: string, longest = TAIL_SHOWN): string {
  const tail = text.length > longest ? text.slice(-longest) : text;
  const names: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\x1b': '\\e' };
  const visible = tail.replace(
    /[\x00-\x1f\x7f-\xff]/g,
    (c) => names[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `${tail.length < text.length ? '…' : ''}"${visible}"`;
}

export class ByteReader {
  constructor(
    readonly link: ByteLink,
    private readonly clock: Clock,
  ) {}

  /** The next byte, or undefined after `timeoutMs`. */
  async byte(timeoutMs: number): Promise<number | undefined> {
    const arrival = await this.link.read(timeoutMs);
    if (arrival === undefined) return undefined;
    if (arrival.bytes.length > 1) this.link.unread(arrival.bytes.subarray(1));
    return arrival.bytes[0];
  }

  /**
   * Wait until one of `patterns` is found in what arrives from now on. Earlier patterns win.
   * @returns undefined when the time is up, or so much came that it is no answer; what came meanwhile is then in `tail`
   */
  async seek(patterns: readonly RegExp[], timeoutMs: number): Promise<Match | { index: -1; tail: string }> {
    return this.#seek(patterns, this.wait('', { totalMs: timeoutMs, mostBytes: MOST_TEXT }));
  }

  /**
   * As `seek`, but the text must come.
   * @param what words for the error: "the prompt"
   * @throws LinkError (timedOut) that shows what came instead
   */
  async expect(patterns: readonly RegExp[] | RegExp, timeoutMs: number, what: string): Promise<Match> {
    const wait = this.wait(what, { totalMs: timeoutMs, mostBytes: MOST_TEXT });
    const found = await this.#seek(patterns instanceof RegExp ? [patterns] : patterns, wait);
    if ('groups' in found) return found;
    throw wait.error(found.tail === '' ? 'nothing came' : `what came ends in ${shown(found.tail)}`);
  }

  /** Read until nothing came for `quietMs`, or `limitMs` are over; returns what came. */
  async untilQuiet(quietMs: number, limitMs: number): Promise<string> {
    return (await this.hear(quietMs, limitMs)).text;
  }

  /** The same, and whether it ended: of a board that talks on and on only its last words are kept. */
  async hear(quietMs: number, limitMs: number): Promise<{ text: string; fellSilent: boolean }> {
    const wait = this.wait('silence', { totalMs: limitMs, quietMs });
    let text = '';
    for (let arrival = await wait.next(); arrival !== undefined; arrival = await wait.next())
      text = (text + latin1(arrival.bytes)).slice(-MOST_TEXT);
    return { text, fellSilent: wait.end === 'silence' };
  }

  /** A wait on this link. @param what in words, for its error */
  wait(what: string, bounds: Bounds): Wait {
    return new Wait(this.link, what, bounds, this.clock);
  }

  async #seek(patterns: readonly RegExp[], wait: Wait): Promise<Match | { index: -1; tail: string }> {
    let text = '';
    for (;;) {
      for (const [index, pattern] of patterns.entries()) {
        const groups = pattern.exec(text);
        if (groups === null) continue;
        const stop = groups.index + groups[0].length;
        this.link.unread(toBytes(text.slice(stop)));
        return { index, before: text.slice(0, groups.index), text: groups[0], groups };
      }
      const arrival = await wait.next();
      if (arrival === undefined) return { index: -1, tail: text };
      text += latin1(arrival.bytes);
    }
  }
}
