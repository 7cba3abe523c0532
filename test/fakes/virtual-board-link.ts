/**
 * A virtual board at the end of a line, in virtual time: who waits for it makes it run. The line and its adapter are
 * exact, so that a test can say how late each byte is.
 */
import type { Board, BoardOptions } from '../../src/emu/board/board.js';
import { createBoard } from '../../src/emu/board/board.js';
import type { Arrival, ByteLink } from '../../src/seams/byte-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { firmwareFor } from '../emu/board/harness.js';

export interface VirtualLineOptions extends Partial<BoardOptions> {
  /**
   * What the adapter does to bytes from the board: `constant` delays each by so much, `timer` hands over what came
   * every so often, as FTDI's latency timer does.
   */
  latency?: { kind: 'constant' | 'timer'; ms: number };
  /** Extra delay of the arrival at that time, such as a busy host's. */
  stall?: (atMs: number) => number;
}

/** The board runs ahead in such steps; arrival times do not depend on it. */
const STEP_MS = 0.25;
/** Times are quotients; nothing is this short. */
const EPSILON_MS = 1e-6;

export class VirtualLine implements ByteLink, Clock {
  readonly name = 'virtual';
  readonly baud = 115_200;
  readonly board: Board;
  readonly #arrived: { byte: number; atMs: number }[] = [];
  #toSend: { bytes: Uint8Array; atMs: number }[] = [];
  #lastMs = 0;
  /** Given back by a reader. */
  #unread: Arrival | undefined;

  constructor(private readonly options: VirtualLineOptions = {}) {
    const { uart = 'acia', clockHz } = options;
    this.board = createBoard({
      ...options,
      firmware: options.firmware ?? firmwareFor(uart, clockHz),
      onOutput: (byte, at) => this.#arrived.push({ byte, atMs: this.#delivery((at / this.board.clockHz) * 1000) }),
    });
  }

  now(): number {
    return (this.board.tStates / this.board.clockHz) * 1000;
  }

  /** With a signal, what can go on without time passing goes on first: it may abort. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + ms;
    if (signal) {
      await new Promise((turn) => setImmediate(turn));
      if (signal.aborted) throw signal.reason as Error;
    }
    this.#runTo(end);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { latency } = this.options;
    // Towards the board there is no timer: about one USB frame.
    this.#toSend.push({ bytes, atMs: this.now() + (latency?.kind === 'constant' ? latency.ms : 1) });
  }

  async read(timeoutMs: number): Promise<Arrival | undefined> {
    const kept = this.#unread;
    this.#unread = undefined;
    if (kept) return kept;
    const end = this.now() + timeoutMs;
    for (;;) {
      const [first] = this.#arrived;
      if (first !== undefined && first.atMs <= this.now() + EPSILON_MS) {
        const together = this.#arrived.filter(({ atMs }) => atMs === first.atMs).length;
        const bytes = Uint8Array.from(this.#arrived.splice(0, together), ({ byte }) => byte);
        this.#lastMs = first.atMs;
        return { bytes, atMs: first.atMs };
      }
      if (this.now() >= end - EPSILON_MS) return undefined;
      this.#runTo(Math.min(end, this.now() + STEP_MS));
    }
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const before = this.#unread?.bytes ?? new Uint8Array();
    this.#unread = { bytes: Uint8Array.from([...bytes, ...before]), atMs: this.#lastMs };
  }

  drain(): Uint8Array {
    const now = this.now();
    const count = this.#arrived.filter(({ atMs }) => atMs <= now).length;
    const bytes = this.#arrived.splice(0, count).map(({ byte }) => byte);
    const before = this.#unread?.bytes ?? [];
    this.#unread = undefined;
    return Uint8Array.from([...before, ...bytes]);
  }

  async close(): Promise<void> {}

  #delivery(atMs: number): number {
    const { latency, stall } = this.options;
    const late = stall?.(atMs) ?? 0;
    if (latency?.kind === 'timer') return latency.ms * Math.ceil(atMs / latency.ms) + late;
    return atMs + (latency?.ms ?? 0) + late;
  }

  #runTo(endMs: number): void {
    while (this.now() < endMs - EPSILON_MS) {
      const now = this.now() + EPSILON_MS;
      const due = this.#toSend.filter(({ atMs }) => atMs <= now);
      this.#toSend = this.#toSend.filter(({ atMs }) => atMs > now);
      for (const { bytes } of due) this.board.send(bytes);
      const next = Math.min(endMs, ...this.#toSend.map(({ atMs }) => atMs));
      this.board.run(Math.ceil((next / 1000) * this.board.clockHz));
    }
  }
}
