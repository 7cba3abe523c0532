/**
 * What has arrived on a link and was not read yet. A link implementation pushes into it from its events and
 * lets its reader pull; this is the receiving half of every ByteLink (src/seams/byte-link.ts).
 *
 * What nobody reads stays bounded: where too much lies here its source is paused, as flow control would do it, and goes on
 * when half of it was read. Nothing is thrown away: a server then holds its end back, and a serial driver drops RTS.
 */
import type { Arrival } from '../seams/byte-link.js';
import { concatBytes } from '../seams/bytes.js';
import type { Clock } from '../seams/clock.js';
import type { LinkError } from '../seams/errors.js';
import { patience } from './patience.js';

/** So much may lie here unread: 90 s of a board at 115200 baud, nothing for this computer. */
const MOST_HELD = 1 << 20;
/** What an arrival costs beside its bytes; a slow line brings one byte in each. */
const ARRIVAL_COST = 64;

/** Where the bytes come from, if it can be told to wait. */
export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

/** Why a wait's timer is stopped. One for all: an AbortController would make a DOMException for each read. */
const DONE = new Error('done');

export class Inbox {
  readonly #clock: Clock;
  #queue: Arrival[] = [];
  #failure: LinkError | undefined;
  #tellFailure: (error: LinkError) => void = () => undefined;
  #wake: (() => void) | undefined;
  #lastReadAtMs = 0;
  #held = 0;
  #paused = false;

  /** Resolves with the first failure. */
  readonly failed: Promise<LinkError>;

  constructor(
    clock: Clock,
    private readonly source?: Pausable,
  ) {
    this.#clock = clock;
    this.failed = new Promise((resolve) => (this.#tellFailure = resolve));
  }

  /** Why no more will come, once that is so. */
  get failure(): LinkError | undefined {
    return this.#failure;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#failure !== undefined) return;
    this.#queue.push({ bytes, atMs: this.#clock.now() });
    this.#holds(cost(bytes));
    this.#wake?.();
  }

  /** No more will come; what is queued can still be read. The first reason stays. */
  fail(error: LinkError): void {
    this.#failure ??= error;
    this.#tellFailure(error);
    this.#wake?.();
  }

  async read(timeoutMs: number): Promise<Arrival | undefined> {
    if (this.#wake !== undefined) throw new Error('two readers on one link');
    if (this.#queue.length === 0 && this.#failure === undefined) await this.#arrival(timeoutMs);
    const next = this.#queue.shift();
    if (next !== undefined) {
      this.#lastReadAtMs = next.atMs;
      this.#holds(-cost(next.bytes));
    } else if (this.#failure !== undefined) throw this.#failure;
    return next;
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#queue.unshift({ bytes, atMs: this.#lastReadAtMs });
    this.#holds(cost(bytes));
  }

  drain(): Uint8Array {
    const bytes = concatBytes(this.#queue.map((arrival) => arrival.bytes));
    this.#queue = [];
    this.#holds(-this.#held);
    return bytes;
  }

  #holds(more: number): void {
    this.#held += more;
    if (!this.#paused && this.#held > MOST_HELD) {
      this.#paused = true;
      this.source?.pause();
    } else if (this.#paused && this.#held <= MOST_HELD / 2) {
      this.#paused = false;
      this.source?.resume();
    }
  }

  /** Resolves at the next push, at a failure, or when the time is up. */
  async #arrival(timeoutMs: number): Promise<void> {
    const timer = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timeUp = patience(this.#clock, timeoutMs, timer.signal).catch(() => undefined);
    await Promise.race([arrived, timeUp]);
    this.#wake = undefined;
    timer.abort(DONE);
  }
}

const cost = (bytes: Uint8Array): number => bytes.length + ARRIVAL_COST;
