/**
 * The one way to wait for the other end. Every wait has a bound in time and in amount, ends at once when it is called off,
 * and says what it was for.
 *
 *     Wait                 a loop over what comes: total time, silence, amount, signal; for an answer of many parts
 *     heeding(link)        a link whose reads and writes end when a signal aborts: whatever is built on it hears Ctrl-C
 *     within(link, time)   the same under a bound of time: for what is tidied up after a failure, on the bare link
 *
 * Time is counted as patience.ts has it: a part of a wait counts for what it was to take, so that our own standing still
 * uses none of it up.
 */
import type { Arrival, ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError, Z80lmError } from '../seams/errors.js';
import { LONGEST_PART_MS, patience } from './patience.js';
import { throughLink } from './through-link.js';

/** So much is no answer of such a board: DUMP prints a program of 60 KB in a quarter of it. */
export const MOST_BYTES = 1 << 20;

/** What a wait ends at; the first of them that is reached. */
export interface Bounds {
  /** The whole of it, in ms. */
  totalMs: number;
  /** With nothing coming for so long, in ms; unless given, only the total counts. */
  quietMs?: number | undefined;
  /** Bytes taken. */
  mostBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** `time`: it was still coming, or nothing came at all and no silence was agreed. */
export type WaitEnd = 'silence' | 'time' | 'amount';

/** A link, or a target: what can be asked for more. */
interface Source<T> {
  readonly name: string;
  /** Undefined after `timeoutMs` of the other end's time. */
  read(timeoutMs: number): Promise<T | undefined>;
}

export class Wait<T extends Pick<Arrival, 'bytes' | 'atMs'> = Arrival> {
  #leftMs: number;
  #bytes = 0;
  #end: WaitEnd | undefined;
  /** The source's time, as far as it is known. */
  #atMs: number | undefined;

  /**
   * @param what is waited for, in words: "the prompt"
   * @param clock of the source; without it the times of what comes are counted (a target that has its own)
   */
  constructor(
    private readonly source: Source<T>,
    private readonly what: string,
    private readonly bounds: Bounds,
    private readonly clock?: Pick<Clock, 'now'>,
  ) {
    this.#leftMs = bounds.totalMs;
  }

  /** Why it is over, once it is. */
  get end(): WaitEnd | undefined {
    return this.#end;
  }

  /** The bound of the whole, in ms. */
  get totalMs(): number {
    return this.bounds.totalMs;
  }

  /** Time left of the total, in ms. */
  get leftMs(): number {
    return this.#leftMs;
  }

  /**
   * The next that comes, or undefined when the wait is over.
   * @param quietMs another silence than the agreed one, for this once
   * @throws LinkError (canceled) when the signal aborts, and what the source throws
   */
  async next(quietMs = this.bounds.quietMs ?? Infinity): Promise<T | undefined> {
    const { mostBytes = MOST_BYTES, signal } = this.bounds;
    for (let quietLeft = quietMs; ;) {
      heed(signal, this.source.name);
      if (this.#bytes >= mostBytes) return this.#over('amount');
      if (this.#leftMs <= 0) return this.#over('time');
      if (quietLeft <= 0 && quietMs > 0) return this.#over('silence');
      const part = Math.min(LONGEST_PART_MS, this.#leftMs, quietLeft);
      const began = this.clock?.now() ?? this.#atMs;
      const got = await this.source.read(part);
      if (got !== undefined) {
        this.#bytes += got.bytes.length;
        const ended = this.clock?.now() ?? got.atMs;
        this.#leftMs -= Math.min(part, Math.max(0, ended - (began ?? ended)));
        this.#atMs = ended;
        return got;
      }
      if (began !== undefined) this.#atMs = began + part;
      this.#leftMs -= part;
      quietLeft -= part;
      if (quietMs <= 0) return this.#over('silence');
    }
  }

  /** Bytes that were given back count as not taken. */
  gaveBack(count: number): void {
    this.#bytes -= count;
  }

  /**
   * That it did not come.
   * @param came what came instead, in words
   */
  error(came: string): LinkError {
    const { totalMs, quietMs } = this.bounds;
    const end = this.#end ?? 'time';
    const ms = end === 'silence' && quietMs !== undefined ? quietMs : totalMs - this.#leftMs;
    const how =
      end === 'amount'
        ? `waited for ${this.what}, and ${this.#bytes} other bytes came`
        : `waited ${(ms / 1000).toFixed(1)} s for ${this.what}`;
    return new LinkError(`${how}; ${came}`, { where: this.source.name, timedOut: true });
  }

  #over(end: WaitEnd): undefined {
    this.#end = end;
    return undefined;
  }
}

/** That a signal aborted, as an error of this line. */
export function interruption(signal: AbortSignal, where: string): Z80lmError {
  const reason: unknown = signal.reason;
  if (reason instanceof Z80lmError) return reason;
  return new LinkError('interrupted', { where, canceled: true, cause: reason });
}

/** @throws LinkError (canceled) if it has aborted */
export function heed(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted) throw interruption(signal, where);
}

/** What `work` comes to, or the interruption as soon as the signal aborts. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, where: string): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(interruption(signal, where));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const over = (): void => signal.removeEventListener('abort', stop);
    work.finally(over).then(resolve, reject);
  });
}

/** Writes that were left alone when their waiter was called off; what is written next goes behind them. */
const leaving = new WeakMap<ByteLink, Promise<unknown>>();

/**
 * The link, until the signal aborts. From then on reads and writes throw; what they have not taken is there for the bare
 * link, and a write that was on its way goes out whole before the next one.
 */
export function heeding(link: ByteLink, signal: AbortSignal | undefined): ByteLink {
  if (signal === undefined) return link;
  return throughLink(link, {
    async write(bytes) {
      heed(signal, link.name);
      const before = leaving.get(link);
      if (before !== undefined) {
        await orAborted(before, signal, link.name);
        heed(signal, link.name);
      }
      const work = link.write(bytes);
      const settled = work.catch(() => undefined);
      leaving.set(link, settled);
      void settled.then(() => leaving.get(link) === settled && leaving.delete(link));
      await orAborted(work, signal, link.name);
    },
    async read(timeoutMs) {
      for (let left = timeoutMs; ; left -= LONGEST_PART_MS) {
        heed(signal, link.name);
        const arrival = await link.read(Math.min(left, LONGEST_PART_MS));
        if (signal.aborted && arrival !== undefined) link.unread(arrival.bytes);
        heed(signal, link.name);
        if (arrival !== undefined || left <= LONGEST_PART_MS) return arrival;
      }
    },
  });
}

/** A clock whose sleeps end with the interruption when the signal aborts. */
export function heedingClock(clock: Clock, signal: AbortSignal | undefined, where: string): Clock {
  if (signal === undefined) return clock;
  return {
    now: () => clock.now(),
    async sleep(ms, own) {
      try {
        await clock.sleep(ms, own === undefined ? signal : AbortSignal.any([own, signal]));
      } catch (error) {
        throw own?.aborted ? error : interruption(signal, where);
      }
    },
  };
}

/**
 * Do something on a link within a time, whatever happens on it.
 * @param what in words, for the error: "the board to be tidied"
 * @throws LinkError (timedOut) at the end of it, and what `work` throws
 */
export async function within<T>(
  link: ByteLink,
  clock: Clock,
  totalMs: number,
  what: string,
  work: (link: ByteLink, clock: Clock) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  patience(clock, totalMs, done.signal).then(
    () => {
      const words = `waited ${(totalMs / 1000).toFixed(1)} s for ${what}`;
      late.abort(new LinkError(words, { where: link.name, timedOut: true }));
    },
    () => undefined,
  );
  try {
    return await work(heeding(link, late.signal), heedingClock(clock, late.signal, link.name));
  } finally {
    done.abort(DONE);
  }
}

/** One for all: an AbortController would make a DOMException each time. */
const DONE = new Error('done');
