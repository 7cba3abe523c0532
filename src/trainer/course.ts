/**
 * A training run's way through its epochs, seen from the main thread, whatever kind of model it trains: it gives the workers
 * leave for an epoch, tells what they report, and stops them when the signal says so or the time is up.
 *
 *     ready ──► start ──► grant ──► step, step … ──► epoch ──┐ ──► done
 *                           ▲                                │
 *                           └────────────────────────────────┘
 */
import type { Clock } from '../seams/clock.js';
import { inSlices, type Slices } from '../seams/slices.js';
import type { Checkpoint } from './checkpoint.js';
import type { TrainDone, TrainEpoch, TrainEvent, TrainStep } from './events.js';
import { checkNumbers, overflowOf, sumColumn } from './figures.js';
import { CONTROL, LEG, STATS } from './memory.js';
import { Pace, tooLittleTime } from './pace.js';
import type { CourseMessage } from './worker-loop.js';

/** What a run does on its course. */
export interface Traveller {
  /** Start the workers. Messages that are no news of the course are passed over. */
  ready(): Promise<{ next(signal?: AbortSignal): Promise<CourseMessage | { type: 'ready' | 'unavailable' }> }>;
  start(): TrainEvent;
  /** Write what of the plan is its own. */
  plan(): void;
  /** Score, replan, and keep a checkpoint. */
  epoch(figures: Figures, message: CourseMessage & { type: 'epoch' }): Slices<TrainEpoch>;
  /** From which the run goes on exactly; of the last whole epoch. */
  readonly checkpoint: Checkpoint | undefined;
  /** End the workers, wherever they are. */
  end(): Promise<void>;
  /** @param ending why and when it ends */
  done(ending: Ending): Slices<TrainDone>;
}

export interface Ending {
  /** The signal stopped it. */
  stopped: boolean;
  /** Whether what is measured now must suffice: the time is up, or somebody waits for the end. */
  isLate(): boolean;
}

/** What steps and epochs report alike. */
export type Figures = Omit<TrainStep, 'type' | 'step' | 'steps'>;

/** Of shared memory, see memory.ts. */
export interface CourseWords {
  control: Int32Array;
  plan: Float64Array;
  stats: Float64Array;
}

export interface CourseOptions {
  /** Planned. */
  epochs: number;
  /** With a time limit: epochs planned before one was timed; the first takes little of the schedule. */
  firstGuess: number;
  /** Times that the whole model is scored. */
  evaluations: number;
  /** By how much less than it should be a sum of so many shares of a run may come out. */
  drift: number;
  /** Examples of a whole epoch, and of a step. */
  examples: number;
  batch: number;
  /** When the run began, before it prepared anything. */
  startedMs: number;
  timeMs: number | undefined;
  signal: AbortSignal | undefined;
  clock: Clock;
  /** Called whenever the model was scored, and at least every KEEP_MS. */
  keep: ((checkpoint: Checkpoint) => void) | undefined;
}

/** Where a run stands: epochs done, steps done, and progress through the schedule (0..1). */
export interface Point {
  epoch: number;
  step: number;
  progress: number;
}

/** For so long workers that were told to stop may put their step down, milliseconds; one of the largest takes a quarter. */
const STOP_MS = 800;
/**
 * The first epoch of a run by the clock may take so long, milliseconds, however little time the start has left: that of small data
 * takes less on a busy machine, and one that takes more would leave a network that has learnt nothing.
 */
const FIRST_MS = 2000;
/** For so long the end of a run that was stopped may go on scoring, milliseconds: somebody waits for the prompt. */
const LATE_MS = 600;
/** What is lost if the computer goes off: so much of a run between two scores, at most, milliseconds (and an epoch). */
const KEEP_MS = 60_000;

export class Course {
  readonly #words: CourseWords;
  readonly #options: CourseOptions;
  #point: Point = { epoch: 0, step: 0, progress: 0 };
  /** Where this run took it up. */
  #first: Point = this.#point;
  #epochs: number;
  /** When the first epoch of this run could begin. */
  #readyMs = 0;
  /** Whether a step was taken in this run or before. */
  #begun = false;
  #seen: Float64Array;
  readonly #pace: Pace | undefined;
  /** When the workers reported last, and a checkpoint was kept. */
  #reportedMs = 0;
  #keptMs: number;
  #stoppedMs: number | undefined;
  /** The time was up before the first epoch was over. */
  #isTooLittle = false;

  constructor(words: CourseWords, options: CourseOptions) {
    const { timeMs, startedMs, clock } = options;
    this.#words = words;
    this.#options = options;
    this.#epochs = options.epochs;
    this.#seen = new Float64Array(words.stats.length);
    this.#keptMs = clock.now();
    this.#pace = timeMs === undefined ? undefined : new Pace({ ...options, timeMs, startedMs });
  }

  get point(): Point {
    return this.#point;
  }

  /** Planned, the next ones by what a time limit leaves. */
  get epochs(): number {
    return this.#epochs;
  }

  /** Since the run began. */
  get elapsedMs(): number {
    return this.#options.clock.now() - this.#options.startedMs;
  }

  /** Times that this run has gone through the data: of a run by the clock, where an epoch may be a part of it, a fraction. */
  get rounds(): number {
    return this.#pace?.rounds ?? this.#point.epoch - this.#first.epoch;
  }

  /** For the event that says so. */
  get takenUp(): { takenUp?: { epoch: number; epochs: number } } {
    const { epoch } = this.#first;
    return epoch > 0 ? { takenUp: { epoch, epochs: this.#epochs } } : {};
  }

  /** How long the last scoring has taken, milliseconds. */
  scoringMs = 0;

  /** Take up a run where a checkpoint left it. */
  goOnFrom({ epochs, epoch, step, progress }: Point & { epochs: number }): void {
    this.#point = this.#first = { epoch, step, progress };
    this.#begun = true;
    // What the first guess is short of, a run by the clock may have behind it many times over.
    if (this.#pace) this.#epochs = progress === 1 ? epoch : Math.max(epochs, epoch + this.#options.firstGuess);
  }

  /**
   * The last event is `done`, also when the signal stopped it; if nothing was learnt until then, its reason is thrown.
   * @throws RefusedError where the numbers of the network have become none, UsageError where the time is up before the first epoch
   */
  async *events(run: Traveller): AsyncGenerator<TrainEvent, void> {
    const { signal, clock } = this.#options;
    const ended = new AbortController();
    const stop = (): void => this.#stop(ended.signal);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      const workers = await run.ready();
      yield run.start();
      this.#readyMs = clock.now();
      this.#pace?.begin();
      // It ends with the run, of which it is no news.
      this.#alarm(ended.signal).catch(() => {});
      while (this.#point.epoch < this.#epochs && !this.#isOver) {
        this.#grant(run);
        const message = yield* this.#untilEpochEnds(workers);
        if (message.type === 'stopped' || this.#isUnscored(message)) break;
        yield await this.#epochEvent(run, message);
      }
      if (signal?.aborted && !this.#begun) throw signal.reason;
      if (this.#isTooLittle && !signal?.aborted && this.#point.epoch === 0)
        throw tooLittleTime(this.#options.timeMs!, 'anything is learnt');
      // Whoever was not waited for is at work still, in the memory that the model is made of.
      if (this.#late.signal.aborted) await run.end();
      yield await this.#doneEvent(run);
    } finally {
      signal?.removeEventListener('abort', stop);
      ended.abort(new Error('the run is over'));
    }
  }

  /** By the clock no run is over before its first epoch, which is a small part of large data: until then it has learnt nothing. */
  get #isOver(): boolean {
    return (this.#options.signal?.aborted ?? false) || (this.#point.epoch > 0 && (this.#pace?.isOver ?? false));
  }

  /**
   * Whether the signal cut a due score short. Such an epoch counts as not yet done: the run that goes on has to score it, as the
   * one without a break does.
   */
  #isUnscored({ scored }: CourseMessage & { type: 'epoch' }): boolean {
    return (this.#options.signal?.aborted ?? false) && this.#words.plan[LEG.scored] === 1 && !scored;
  }

  /** Workers look at this word at every step, and while they score. */
  #stop(ended: AbortSignal): void {
    const { clock } = this.#options;
    Atomics.store(this.#words.control, CONTROL.stop, 1);
    if (this.#stoppedMs !== undefined) return;
    this.#stoppedMs = clock.now();
    // Who computes something else by then is not waited for.
    clock.sleep(STOP_MS, ended).then(
      () => this.#late.abort(new Error('stopped')),
      () => {},
    );
  }

  readonly #late = new AbortController();

  /** Time is looked at when workers report; this is for the phases in which they do not, and for a first epoch without an end. */
  async #alarm(ended: AbortSignal): Promise<void> {
    const pace = this.#pace;
    if (!pace) return;
    const { clock } = this.#options;
    const leftMs = Math.max(0, pace.leftMs);
    await clock.sleep(leftMs, ended);
    if (pace.isOver && this.#point.epoch === 0) {
      await clock.sleep(Math.max(0, FIRST_MS - leftMs), ended);
      this.#isTooLittle = this.#point.epoch === 0;
    }
    if (pace.isOver) this.#stop(ended);
  }

  /** Give leave for the next epoch. */
  #grant(run: Traveller): void {
    const { plan, control, stats } = this.#words;
    const { evaluations, drift } = this.#options;
    const { epoch, progress } = this.#point;
    const left = this.#epochs - epoch;
    const end = left === 1 ? 1 : progress + (1 - progress) / left;
    const scores = (at: number): number => Math.floor(at * evaluations + drift);
    plan[LEG.begin] = progress;
    plan[LEG.end] = end;
    const isDue = end === 1 || scores(end) > scores(progress);
    plan[LEG.scored] = isDue && (this.#pace?.mayScore(this.scoringMs, evaluations) ?? true) ? 1 : 0;
    control[CONTROL.most] = this.#pace?.most ?? 0;
    run.plan();
    stats.fill(0);
    this.#seen.fill(0);
    this.#reportedMs = this.#options.clock.now();
    Atomics.store(control, CONTROL.epochs, epoch + 1);
    Atomics.notify(control, CONTROL.epochs);
  }

  async *#untilEpochEnds(
    workers: Awaited<ReturnType<Traveller['ready']>>,
  ): AsyncGenerator<TrainEvent, CourseMessage & { type: 'epoch' | 'stopped' }> {
    const { plan, control } = this.#words;
    for (;;) {
      const message = await this.#next(workers);
      if (message.type === 'epoch' || message.type === 'stopped') return message;
      if (message.type !== 'step') continue;
      this.#begun = true;
      this.#reportedMs = this.#options.clock.now();
      if (this.#isOver) Atomics.store(control, CONTROL.stop, 1);
      const { step, steps } = message;
      const progress = plan[LEG.begin]! + ((plan[LEG.end]! - plan[LEG.begin]!) * step) / steps;
      yield { type: 'step', step, steps, ...this.#figures(progress) };
    }
  }

  async #next(
    workers: Awaited<ReturnType<Traveller['ready']>>,
  ): Promise<CourseMessage | { type: 'ready' | 'unavailable' }> {
    try {
      return await workers.next(this.#late.signal);
    } catch (error) {
      if (this.#late.signal.aborted && error === this.#late.signal.reason) return { type: 'stopped' };
      throw error;
    }
  }

  async #epochEvent(run: Traveller, message: CourseMessage & { type: 'epoch' }): Promise<TrainEpoch> {
    const { clock, keep } = this.#options;
    const progress = this.#words.plan[LEG.end]!;
    if (message.scored) this.scoringMs = clock.now() - this.#reportedMs;
    // An epoch's figures are of the whole epoch.
    this.#seen.fill(0);
    const figures = this.#figures(progress);
    this.#point = { epoch: message.epoch, step: message.step, progress };
    this.#pace?.done(this.#words.control[CONTROL.taken]!);
    const event = await inSlices(run.epoch(figures, message), { clock });
    if (keep && run.checkpoint && (event.scored || clock.now() - this.#keptMs >= KEEP_MS)) {
      keep(run.checkpoint);
      this.#keptMs = clock.now();
    }
    return event;
  }

  async #doneEvent(run: Traveller): Promise<TrainDone> {
    const { clock, signal } = this.#options;
    const isLate = (): boolean => {
      if (signal?.aborted) return clock.now() - this.#stoppedMs! >= LATE_MS;
      return this.#pace?.mustEnd ?? false;
    };
    const stopped = signal?.aborted ?? false;
    const event = await inSlices(run.done({ stopped, isLate }), { clock });
    // Told while it scored: that was cut short.
    return { ...event, stopped };
  }

  #figures(progress: number): Figures {
    const now = this.#words.stats.slice();
    const since = (column: number): number => sumColumn(now, column) - sumColumn(this.#seen, column);
    const characters = Math.max(since(STATS.characters), 1e-9);
    const done = progress - this.#first.progress;
    const trainingMs = this.#options.clock.now() - this.#readyMs;
    const loss = since(STATS.loss) / characters;
    const overflow = overflowOf(now);
    checkNumbers('the loss', [loss], this.#point.epoch + 1);
    checkNumbers('the largest sum', [overflow.peak], this.#point.epoch + 1);
    const figures = {
      epoch: this.#point.epoch + 1,
      epochs: this.#epochs,
      progress,
      loss,
      integerAccuracy: since(STATS.integerRight) / characters,
      floatAccuracy: since(STATS.floatRight) / Math.max(since(STATS.floatCharacters), 1e-9),
      overflow,
      elapsedMs: this.elapsedMs,
      remainingMs: this.#pace ? Math.max(0, this.#pace.leftMs) : done > 0 ? (trainingMs * (1 - progress)) / done : 0,
    };
    this.#seen = now;
    return figures;
  }

  /** With a time limit: how many epochs fit, judged by those done. @param endMs what the end takes beside the last score */
  replan(endMs = 0): void {
    if (!this.#pace) return;
    const { epoch, progress } = this.#point;
    this.#pace.reserve(this.scoringMs + endMs);
    this.#epochs = progress === 1 ? epoch : epoch + this.#pace.epochsLeft();
  }
}
