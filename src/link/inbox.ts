/**
 * What has arrived on a link and was not read yet. A link implementation pushes into it from its events and
 * lets its reader pull; this is the receiving half of every ByteLink (src/seams/byte-link.ts).
 */
import type { Arrival } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import type { LinkError } from '../seams/errors.js';
import { patience } from './patience.js';

/** Why a wait's timer is stopped. One for all: an AbortController would make a DOMException for each read. */
const DONE = new Error('done');

export class Inbox {
  readonly #clock: Clock;
  #queue: Arrival[] = [];
  #failure: LinkError | undefined;
  #tellFailure: (error: LinkError) => void = () => undefined;
  #wake: (() => void) | undefined;
  #lastReadAtMs = 0;

  /** Resolves with the first failure. */
  readonly failed: Promise<LinkError>;

  constructor(clock: Clock) {
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
    if (next !== undefined) this.#lastReadAtMs = next.atMs;
    else if (this.#failure !== undefined) throw this.#failure;
    return next;
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#queue.unshift({ bytes, atMs: this.#lastReadAtMs });
  }

  drain(): Uint8Array {
    const bytes = new Uint8Array(this.#queue.reduce((sum, arrival) => sum + arrival.bytes.length, 0));
    let at = 0;
    for (const arrival of this.#queue) {
      bytes.set(arrival.bytes, at);
      at += arrival.bytes.length;
    }
    this.#queue = [];
    return bytes;
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
