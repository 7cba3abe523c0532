/**
 * A training run's way through its epochs, seen from the main thread, whatever kind of model it trains: it gives the workers
 * leave for an epoch, tells what they report, and stops them when the signal says so.
 *
 *     ready ──► start ──► grant ──► step, step … ──► epoch ──┐ ──► done
 *                           ▲                                │
 *                           └────────────────────────────────┘
 */
import type { Clock } from '../seams/clock.js';
import type { TrainDone, TrainEpoch, TrainEvent, TrainStep } from './events.js';
import { overflowOf, sumColumn } from './figures.js';
import { CONTROL, LEG, STATS } from './memory.js';
import type { CourseMessage } from './worker-loop.js';

/** What a run does on its course. */
export interface Traveller {
  /** Start the workers. Messages that are no news of the course are passed over. */
  ready(): Promise<{ next(): Promise<CourseMessage | { type: 'ready' | 'unavailable' }> }>;
  start(): TrainEvent;
  /** Write what of the plan is its own. */
  plan(): void;
  /** Score, replan, and keep a checkpoint. */
  epoch(figures: Figures, message: CourseMessage & { type: 'epoch' }): TrainEpoch;
  done(stopped: boolean): TrainDone;
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
  /** Times that the whole model is scored. */
  evaluations: number;
  /** By how much less than it should be a sum of so many shares of a run may come out. */
  drift: number;
  /** When the run began, before it prepared anything. */
  startedMs: number;
  timeMs: number | undefined;
  signal: AbortSignal | undefined;
  clock: Clock;
}

/** Where a run stands: epochs done, steps done, and progress through the schedule (0..1). */
export interface Point {
  epoch: number;
  step: number;
  progress: number;
}

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

  constructor(words: CourseWords, options: CourseOptions) {
    this.#words = words;
    this.#options = options;
    this.#epochs = options.epochs;
    this.#seen = new Float64Array(words.stats.length);
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

  /** Take up a run where a checkpoint left it. */
  goOnFrom({ epoch, step, progress }: Point): void {
    this.#point = this.#first = { epoch, step, progress };
    this.#begun = true;
  }

  /** The last event is `done`, also when the signal stopped it; if nothing was learnt until then, its reason is thrown. */
  async *events(run: Traveller): AsyncGenerator<TrainEvent, void> {
    const { signal, clock } = this.#options;
    const stop = (): void => Atomics.store(this.#words.control, CONTROL.stop, 1) as unknown as void;
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      const workers = await run.ready();
      yield run.start();
      this.#readyMs = clock.now();
      while (this.#point.epoch < this.#epochs && !signal?.aborted) {
        this.#grant(run);
        const message = yield* this.#untilEpochEnds(workers);
        if (message.type === 'stopped') break;
        yield this.#epochEvent(run, message);
      }
      if (signal?.aborted && !this.#begun) throw signal.reason;
      yield run.done(signal?.aborted ?? false);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
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
    plan[LEG.scored] = end === 1 || scores(end) > scores(progress) ? 1 : 0;
    run.plan();
    stats.fill(0);
    this.#seen.fill(0);
    Atomics.store(control, CONTROL.epochs, epoch + 1);
    Atomics.notify(control, CONTROL.epochs);
  }

  async *#untilEpochEnds(
    workers: Awaited<ReturnType<Traveller['ready']>>,
  ): AsyncGenerator<TrainEvent, CourseMessage & { type: 'epoch' | 'stopped' }> {
    const { plan } = this.#words;
    for (;;) {
      const message = await workers.next();
      if (message.type === 'epoch' || message.type === 'stopped') return message;
      if (message.type !== 'step') continue;
      this.#begun = true;
      const { step, steps } = message;
      const progress = plan[LEG.begin]! + ((plan[LEG.end]! - plan[LEG.begin]!) * step) / steps;
      yield { type: 'step', step, steps, ...this.#figures(progress) };
    }
  }

  #epochEvent(run: Traveller, message: CourseMessage & { type: 'epoch' }): TrainEpoch {
    const progress = this.#words.plan[LEG.end]!;
    // An epoch's figures are of the whole epoch.
    this.#seen.fill(0);
    const figures = this.#figures(progress);
    this.#point = { epoch: message.epoch, step: message.step, progress };
    return run.epoch(figures, message);
  }

  #figures(progress: number): Figures {
    const now = this.#words.stats.slice();
    const since = (column: number): number => sumColumn(now, column) - sumColumn(this.#seen, column);
    const characters = Math.max(since(STATS.characters), 1e-9);
    const done = progress - this.#first.progress;
    const trainingMs = this.#options.clock.now() - this.#readyMs;
    const figures = {
      epoch: this.#point.epoch + 1,
      epochs: this.#epochs,
      progress,
      loss: since(STATS.loss) / characters,
      integerAccuracy: since(STATS.integerRight) / characters,
      floatAccuracy: since(STATS.floatRight) / Math.max(since(STATS.floatCharacters), 1e-9),
      overflow: overflowOf(now),
      elapsedMs: this.elapsedMs,
      remainingMs: done > 0 ? (trainingMs * (1 - progress)) / done : 0,
    };
    this.#seen = now;
    return figures;
  }

  /** With a time limit: how many epochs fit, judged by those done. */
  replan(): void {
    const { timeMs, clock } = this.#options;
    if (timeMs === undefined) return;
    const { epoch, progress } = this.#point;
    const perEpoch = Math.max(1, (clock.now() - this.#readyMs) / (epoch - this.#first.epoch));
    const left = timeMs - this.elapsedMs;
    this.#epochs = progress === 1 ? epoch : epoch + Math.max(1, Math.floor(left / perEpoch));
  }
}
