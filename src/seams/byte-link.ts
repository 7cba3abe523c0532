/**
 * The byte-link seam: an open, raw, binary-transparent line to a board. Serial port, TCP socket and the
 * in-memory pair of the tests stand behind it. Opening is the business of src/link; what is here is open.
 *
 * Pull, not push: bytes that arrive are kept by the link until read, so nothing is lost between a write and
 * the wait for its answer, and a reader can never see bytes from before its own `drain()`.
 */
export interface ByteLink {
  /** What the user called it: a path, a URL. */
  readonly name: string;
  /** Bits a second on the wire, or undefined where there is no wire (TCP, tests). */
  readonly baud: number | undefined;
  /**
   * Queue bytes; resolves when the operating system has taken them all.
   * @throws LinkError when the link is closed, lost, or the bytes cannot leave in time (flow control)
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * The next bytes that arrived, at least one, with the monotonic time (ms) of their arrival, or undefined
   * after `timeoutMs` without any.
   * @throws LinkError when the link is closed or lost and nothing is left to read
   */
  read(timeoutMs: number): Promise<Arrival | undefined>;
  /** Give bytes back, to be read first: for a reader that took more than it could use. It may be none. */
  unread(bytes: Uint8Array): void;
  /** Forget all that has arrived so far; returns it, for logs. */
  drain(): Uint8Array;
  /** Close. Never throws; closing twice is harmless. */
  close(): Promise<void>;
}

export interface Arrival {
  bytes: Uint8Array;
  atMs: number;
}
