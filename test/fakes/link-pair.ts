/**
 * Two ends of an in-memory line: what one writes the other reads, after whatever the line does to it. Each
 * direction has its own speed, chunking and faults, so that a test can say "the third ACK is lost" exactly.
 */
import type { Arrival, ByteLink } from '../../src/seams/byte-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { LinkError } from '../../src/seams/errors.js';
import { Inbox } from '../../src/link/inbox.js';
import { seeded } from '../random.js';

export interface LineOptions {
  /** How many bytes arrive together: all of a write, a fixed number, or 1..n at random (seeded). */
  chunk?: 'whole' | number | { upTo: number; seed: number };
  /** Time of a byte on the wire; 0 = no time at all. 115200 8N1 is 0.0868. */
  msPerByte?: number;
  latencyMs?: number;
  /** What arrives in place of a byte (`[]` loses it); `index` counts the bytes sent this way from 0. */
  fault?: (byte: number, index: number) => readonly number[];
  /** Each write, before `fault`: a test may replace it as a whole (a lost block, a forged ACK). */
  tamper?: (bytes: Uint8Array, write: number) => Uint8Array;
}

class Line {
  readonly inbox: Inbox;
  #sent = 0;
  #writes = 0;
  /** When the wire has carried all that was written. */
  #freeAtMs = 0;
  readonly #chunkSize: (left: number) => number;

  constructor(
    private readonly clock: Clock,
    private readonly options: LineOptions,
  ) {
    this.inbox = new Inbox(clock);
    const { chunk = 'whole' } = options;
    if (chunk === 'whole') this.#chunkSize = (left) => left;
    else if (typeof chunk === 'number') this.#chunkSize = () => chunk;
    else {
      const next = seeded(chunk.seed);
      this.#chunkSize = () => 1 + Math.floor(next() * chunk.upTo);
    }
  }

  async send(bytes: Uint8Array): Promise<void> {
    const { msPerByte = 0, latencyMs = 0, fault, tamper } = this.options;
    const out = tamper ? tamper(bytes, this.#writes++) : bytes;
    const arriving = fault ? Uint8Array.from([...out].flatMap((byte) => [...fault(byte, this.#sent++)])) : out.slice();
    for (let at = 0; at < arriving.length;) {
      const chunk = arriving.subarray(at, at + this.#chunkSize(arriving.length - at));
      at += chunk.length;
      this.#freeAtMs = Math.max(this.#freeAtMs, this.clock.now()) + chunk.length * msPerByte;
      const delay = this.#freeAtMs + latencyMs - this.clock.now();
      if (delay <= 0) this.inbox.push(chunk);
      else void this.clock.sleep(delay).then(() => this.inbox.push(chunk));
    }
    // As with a serial port the writer is held back by the wire, but for what the driver's buffer takes.
    const ahead = this.#freeAtMs - this.clock.now() - 4096 * msPerByte;
    if (ahead > 0) await this.clock.sleep(ahead);
  }
}

class End implements ByteLink {
  readonly baud = undefined;
  constructor(
    readonly name: string,
    private readonly out: Line,
    private readonly back: Line,
  ) {}
  async write(bytes: Uint8Array): Promise<void> {
    if (this.back.inbox.failure) throw this.back.inbox.failure;
    await this.out.send(bytes);
  }
  read(timeoutMs: number): Promise<Arrival | undefined> {
    return this.back.inbox.read(timeoutMs);
  }
  unread(bytes: Uint8Array): void {
    this.back.inbox.unread(bytes);
  }
  drain(): Uint8Array {
    return this.back.inbox.drain();
  }
  async close(): Promise<void> {
    this.back.inbox.fail(new LinkError(`${this.name} is closed`, { canceled: true }));
    this.out.inbox.fail(new LinkError(`the other end of ${this.name} is gone`, { disconnected: true }));
  }
}

export interface LinkPair {
  a: ByteLink;
  b: ByteLink;
  /** Pull the cable: both ends are lost. */
  cut(): void;
}

export function linkPair(clock: Clock, lines: { toA?: LineOptions; toB?: LineOptions } = {}): LinkPair {
  const toA = new Line(clock, lines.toA ?? {});
  const toB = new Line(clock, lines.toB ?? {});
  const cut = (): void => {
    for (const line of [toA, toB]) line.inbox.fail(new LinkError('pair went away', { disconnected: true }));
  };
  return { a: new End('pair:a', toB, toA), b: new End('pair:b', toA, toB), cut };
}
