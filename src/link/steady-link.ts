/**
 * The life of a link, whatever its kind, as one state machine:
 *
 *               open()               opened
 *     closed ───────────► opening ───────────► open
 *      ▲ ▲                 │   ▲                 │ cable pulled, server gone, bytes that do not leave
 *      │ └── not opened ───┘   │ reopen()        ▼
 *      │     (reopen: lost)    └─────────────── lost
 *      └── close(), from every state
 *
 * A lost link is used again only after `reopen`, which tries with growing pauses until the port is back, and throws
 * away what the port held from before.
 */
import type { Arrival, ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { LinkError } from '../seams/errors.js';
import { orAborted } from './wait.js';
import type { ModemLines, PulseLine } from './serial-options.js';

export type LinkState = 'closed' | 'opening' | 'open' | 'lost';

/** An open line of some kind: what a SteadyLink is made of. */
export interface Line extends ByteLink {
  /** Resolves when the line can be used no more, by itself or by `close`, and says why. */
  readonly gone: Promise<LinkError>;
  modemLines?(): Promise<ModemLines | undefined>;
  /** Drop a line for PULSE_MS and raise it again, or send a break. Undefined where there is none. */
  pulse?(line: PulseLine): Promise<void>;
}

export interface ReopenSettings {
  /** The first pause. A USB adapter that was plugged in needs some tenths of a second to become a port. */
  firstMs: number;
  /** Each pause is so many times the one before, … */
  factor: number;
  /** … but no longer than this, so that a user who plugs in the cable is not kept waiting. */
  mostMs: number;
  /** When to give up. */
  limitMs: number;
  /** How long what the port held from before may take to show up. */
  settleMs: number;
}

export const REOPEN_SETTINGS: Readonly<ReopenSettings> = {
  firstMs: 100,
  factor: 2,
  mostMs: 2_000,
  // A cable is found, a board repaired within an hour; who leaves a console open over night begins it anew.
  limitMs: 3_600_000,
  settleMs: 100,
};

/** What `close` can stop, and the caller's signal stops, too. */
function stopper(signal: AbortSignal | undefined): { stop: AbortController; release: () => void } {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  return { stop, release: () => signal?.removeEventListener('abort', abort) };
}

export class SteadyLink implements ByteLink {
  #state: LinkState = 'closed';
  #line: Line | undefined;
  /** Why nothing can be read or written now, unless it is open. */
  #reason: LinkError;
  /** Stops an opening or a pause of `reopen`. */
  #stop: AbortController | undefined;
  readonly #listeners: ((state: LinkState) => void)[] = [];

  /** @param openLine opens the port anew each time */
  constructor(
    private readonly spec: string,
    private readonly clock: Clock,
    private readonly openLine: () => Promise<Line>,
  ) {
    this.#reason = this.#closedError();
  }

  get state(): LinkState {
    return this.#state;
  }
  get name(): string {
    return this.#line?.name ?? this.spec;
  }
  get baud(): number | undefined {
    return this.#line?.baud;
  }

  /** Be told of each change of state. */
  onState(listener: (state: LinkState) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * @throws what opening such a port throws; LinkError (canceled) when the signal aborts, or `close` came first. It is
   *   closed then.
   */
  async open(signal?: AbortSignal): Promise<void> {
    if (!this.#is('closed')) throw new Error(`open() of a link that is ${this.#state}`);
    const { stop, release } = stopper(signal);
    try {
      await this.#attempt(stop);
    } catch (error) {
      if (this.#state === 'opening') this.#become('closed');
      throw error;
    } finally {
      release();
    }
  }

  /**
   * Wait for a lost port, and open it again. At once where it is open.
   * @returns what the port held from before, which is not read any more
   * @throws LinkError when it is closed meanwhile, when `signal` aborts (canceled), or after `limitMs` (the reason of
   *   the last try); then it is lost as before
   */
  async reopen(changes: Partial<ReopenSettings> = {}, signal?: AbortSignal): Promise<Uint8Array> {
    const { firstMs, factor, mostMs, limitMs, settleMs } = { ...REOPEN_SETTINGS, ...changes };
    if (this.#is('open')) return new Uint8Array(0);
    if (this.#is('opening')) throw new Error('reopen() of a link that is opening');
    if (this.#is('closed')) throw this.#reason;
    const { stop, release } = stopper(signal);
    this.#stop = stop;
    const end = this.clock.now() + limitMs;
    try {
      for (let pauseMs = firstMs; ; pauseMs = Math.min(mostMs, pauseMs * factor)) {
        await this.clock.sleep(pauseMs, stop.signal).catch(() => undefined);
        if (stop.signal.aborted) throw this.#canceled();
        try {
          await this.#attempt(stop);
          await this.clock.sleep(settleMs, stop.signal).catch(() => undefined);
          if (stop.signal.aborted) throw await this.#leave();
          if (!this.#is('open')) throw this.#reason;
          return this.drain();
        } catch (error) {
          // Also where it went away again at once. A port that is there but not ours yet may be in a moment: the
          // system sets its permissions after it has made it.
          if (this.#is('opening')) this.#become('lost');
          if (stop.signal.aborted || !(error instanceof LinkError) || this.clock.now() >= end) throw error;
        }
      }
    } finally {
      release();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#use((line) => line.write(bytes));
  }
  async read(timeoutMs: number): Promise<Arrival | undefined> {
    // What had arrived before the line was lost can still be read.
    return this.#use((line) => line.read(timeoutMs), true);
  }
  unread(bytes: Uint8Array): void {
    this.#line?.unread(bytes);
  }
  drain(): Uint8Array {
    return this.#line?.drain() ?? new Uint8Array(0);
  }
  async modemLines(): Promise<ModemLines | undefined> {
    return this.#state === 'open' ? this.#line?.modemLines?.() : undefined;
  }

  /** @throws LinkError (unavailable) where the link has no such line */
  async pulse(line: PulseLine): Promise<void> {
    if (this.#line !== undefined && this.#line.pulse === undefined)
      throw new LinkError(`${line.toUpperCase()} cannot be set here`, {
        where: this.name,
        unavailable: true,
        hint: 'a reset by DTR, RTS or break needs a serial port, or a server at rfc2217://HOST:PORT',
      });
    await this.#use(async (open) => open.pulse?.(line));
  }

  async close(): Promise<void> {
    if (this.#state !== 'closed') {
      this.#reason = this.#closedError();
      this.#become('closed');
    }
    this.#stop?.abort();
    await this.#line?.close();
  }

  /** One try to open the port, from closed or lost. */
  async #attempt(stop: AbortController): Promise<void> {
    this.#stop = stop;
    this.#become('opening');
    const opening = this.openLine();
    const line = await orAborted(opening, stop.signal, this.name).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
      // What opens late is closed again.
      opening.then(
        (late) => late.close(),
        () => undefined,
      );
      throw this.#canceled();
    });
    if (stop.signal.aborted) {
      await line.close();
      throw this.#canceled();
    }
    this.#line = line;
    this.#become('open');
    void line.gone.then((error) => this.#lost(line, error));
  }

  /** It is back, and not wanted any more. @returns why */
  async #leave(): Promise<LinkError> {
    const error = this.#canceled();
    if (this.#line !== undefined) this.#lost(this.#line, error);
    await this.#line?.close();
    return error;
  }

  async #use<T>(work: (line: Line) => Promise<T>, lostToo = false): Promise<T> {
    const line = this.#line;
    if (line === undefined || !(this.#state === 'open' || (lostToo && this.#state === 'lost'))) throw this.#reason;
    try {
      return await work(line);
    } catch (error) {
      if (error instanceof LinkError) this.#lost(line, error);
      throw error;
    }
  }

  #lost(line: Line, error: LinkError): void {
    if (line !== this.#line || this.#state !== 'open') return;
    this.#reason = error;
    this.#become('lost');
  }

  /** (A method, for the compiler takes what was true before an await to be true after it.) */
  #is(state: LinkState): boolean {
    return this.#state === state;
  }

  #become(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #closedError(): LinkError {
    return new LinkError('the port is closed', { where: this.name, canceled: true });
  }
  #canceled(): LinkError {
    return this.#state === 'closed' ? this.#reason : new LinkError('interrupted', { where: this.name, canceled: true });
  }
}
