/**
 * One target's way through a comparison, on its own, whatever happens on the others: open, load, play the script.
 *
 *     open ──► load ──► start ──► turn, turn, turn …
 *                         ▲          │ silent, crashed, left, emulated and endless: start again (at most `retries` times)
 *                         │          │ lost: open again, for as long as `reconnectMs`
 *                         └──────────┘ and go on with the next turn
 *
 * Called off, it ends by itself, for whatever it waits for hears the signal: a transfer tidies up the board first. So its
 * line is not closed under it.
 *
 * A turn that failed stays without an answer: going on saves the rest of a run, and never makes up for data that
 * is missing.
 */
import type { Clock } from '../seams/clock.js';
import { LinkError, TransferError, Z80lmError } from '../seams/errors.js';
import { CPM_HOST } from '../seams/prompt.js';
import type { LoadProgress, Program, Target } from '../seams/target.js';
import { Conversation, type Opening } from './converse.js';
import type { Turn, Wait } from './turns.js';
import { incidentOf, type Exchange, type Incident, type Transcript } from './transcript.js';

/** How to get at a target; called again when the line was lost. */
export interface Lane {
  name: string;
  /** It may come back without its program, and does not know that: it is loaded again before it is started. */
  forgets?: boolean;
  /** @throws LinkError where it cannot be reached */
  open(): Promise<{ target: Target; close(): Promise<void> }>;
}

export type LaneEvent = { lane: string } & (
  | { type: 'load'; progress: LoadProgress }
  | { type: 'console'; bytes: Uint8Array }
  | { type: 'opened' }
  | { type: 'answered'; exchange: Exchange; index: number; of: number }
  | { type: 'incident'; incident: Incident; goesOn: boolean }
);

export interface LaneOptions {
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Load the program first; otherwise it is there already. */
  load: boolean;
  /** How often in a run the program is started again after a failure. */
  retries: number;
  /** How long a line that was lost is waited for. */
  reconnectMs: number;
}

export const LANE_DEFAULTS = { load: true, retries: 1, reconnectMs: 60_000 };
/** Between two attempts to open a line again. */
const REOPEN_MS = 1_000;

/** Distributes over the members of a union, unlike Omit. */
type WithoutLane<E> = E extends unknown ? Omit<E, 'lane'> : never;

export class LaneSession {
  private connection: Awaited<ReturnType<Lane['open']>> | undefined;
  private conversation: Conversation | undefined;
  private starts = 0;
  private closed = false;

  constructor(
    private readonly lane: Lane,
    private readonly program: Program,
    private readonly script: { opening: readonly Wait[]; turns: readonly Turn[] },
    private readonly options: LaneOptions,
  ) {}

  /** All of it. Expected failures end up in the transcript, not in a throw. */
  async *run(): AsyncGenerator<LaneEvent, Transcript> {
    const { lane, script, options } = this;
    const transcript: Transcript = { target: lane.name, opening: new Uint8Array(), exchanges: [] };
    const stop = (incident: Incident): LaneEvent => {
      transcript.incident = incident;
      return this.event({ type: 'incident', incident, goesOn: false });
    };
    const opening = yield* this.begin();
    // What is on the board now is to be known all the more.
    if (options.signal?.aborted && opening.incident?.error.hint !== undefined) yield stop(opening.incident);
    options.signal?.throwIfAborted();
    transcript.opening = opening.raw;
    if (opening.incident) {
      yield stop(opening.incident);
      return transcript;
    }
    yield this.event({ type: 'opened' });
    for (const [index, turn] of script.turns.entries()) {
      options.signal?.throwIfAborted();
      const exchange = yield* this.pass(this.conversation!.play(turn));
      options.signal?.throwIfAborted();
      const isLast = index === script.turns.length - 1;
      if (exchange.left && !isLast) exchange.incident = { kind: 'left', error: backAtHost(this.connection!.target) };
      transcript.exchanges.push(exchange);
      yield this.event({ type: 'answered', exchange, index, of: script.turns.length });
      const { incident } = exchange;
      if (!incident || isLast) continue;
      // A board that goes on printing hears no command; the emulator starts anew.
      const isStuck = incident.kind === 'endless' && this.connection!.target.abilities.realTime;
      if (this.starts > options.retries || isStuck) {
        yield stop(incident);
        return transcript;
      }
      yield this.event({ type: 'incident', incident, goesOn: true });
      const again = yield* this.recover(incident);
      if (again.incident) {
        yield stop(again.incident);
        return transcript;
      }
    }
    return transcript;
  }

  /** Once more, after the run: for a question whose answer is in doubt. */
  async *again(turn: Turn): AsyncGenerator<LaneEvent, Exchange | undefined> {
    if (this.conversation?.over ?? true) return undefined;
    return yield* this.pass(this.conversation!.play(turn));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    await this.connection?.close();
    this.connection = undefined;
  }

  private async *begin(): AsyncGenerator<LaneEvent, Opening> {
    try {
      await this.connect();
      if (this.options.load) yield* this.load();
    } catch (error) {
      return failed(error);
    }
    return yield* this.start();
  }

  private async *load(): AsyncGenerator<LaneEvent, void> {
    for await (const progress of this.connection!.target.load(this.program))
      yield this.event({ type: 'load', progress });
  }

  private async *start(): AsyncGenerator<LaneEvent, Opening> {
    this.starts++;
    this.conversation = new Conversation(this.connection!.target, { signal: this.options.signal });
    return yield* this.pass(this.conversation.open(this.script.opening));
  }

  private async *recover({ kind }: Incident): AsyncGenerator<LaneEvent, Opening> {
    try {
      if (kind === 'lost') await this.reopen();
      if (kind === 'lost' && this.lane.forgets && this.options.load) yield* this.load();
      const opening = yield* this.start();
      // After a reset the RAM disk may be empty: CP/M does not know the program any more.
      const unknown = opening.incident?.error instanceof TransferError && !opening.incident.error.reason.timedOut;
      if (!unknown || !this.options.load) return opening;
      yield* this.load();
      return yield* this.start();
    } catch (error) {
      return failed(error);
    }
  }

  private async connect(): Promise<void> {
    this.connection = await this.lane.open();
    if (!this.closed) return;
    await this.disconnect();
    throw new LinkError('interrupted', { where: this.lane.name, canceled: true });
  }

  private async reopen(): Promise<void> {
    const { clock, reconnectMs, signal } = this.options;
    await this.disconnect();
    const end = clock.now() + reconnectMs;
    for (;;) {
      await clock.sleep(REOPEN_MS, signal);
      try {
        await this.connect();
        return;
      } catch (error) {
        if (!(error instanceof Z80lmError) || clock.now() >= end) throw error;
      }
    }
  }

  private async *pass<T>(
    stream: AsyncGenerator<{ type: 'console'; bytes: Uint8Array }, T>,
  ): AsyncGenerator<LaneEvent, T> {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) return value;
      yield this.event(value);
    }
  }

  private event(event: WithoutLane<LaneEvent>): LaneEvent {
    return { lane: this.lane.name, ...event } as LaneEvent;
  }
}

function backAtHost({ name, host = CPM_HOST }: Target): LinkError {
  return new LinkError(`the program ended, and ${host.title} answers`, {
    where: name,
    hint: 'a reset, a crash, or was it told to?',
  });
}

function failed(error: unknown): Opening {
  if (!(error instanceof Z80lmError)) throw error;
  return { raw: new Uint8Array(), incident: incidentOf(error) };
}
