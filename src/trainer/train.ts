/**
 * Training: text pairs to a quantised network, as a stream of events. Where the answers are a closed set the network
 * chooses among them (closed/); else it spells them, which is what the rest of this file is about.
 *
 * The main thread prepares examples and memory, starts the workers (worker.ts), gives leave for each epoch, reads
 * their scores while they wait, keeps the best, and stops them. It computes nothing itself, so it stays free to draw
 * progress and to hear Ctrl-C.
 */
import { answer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import type { Clock } from '../seams/clock.js';
import { InputError } from '../seams/errors.js';
import type { BackendChoice } from './backend-choice.js';
import { BestKeeper } from './best.js';
import { PRESS_FROM, nextPressure, type Budget } from './budget.js';
import { fingerprintOf, type Checkpoint, type FreeCheckpoint } from './checkpoint.js';
import { ClosedRun } from './closed/run.js';
import { closedSettings, stepsFor, type ClosedWishes } from './closed/settings.js';
import type { ClosedRecipe } from './closed/recipe.js';
import type { Sample, TrainDone, TrainEpoch, TrainEvent, TrainStep } from './events.js';
import { buildExamples, type Examples, type TextPair } from './examples.js';
import { countWeights, nonZeroOf, overflowOf, sumColumn } from './figures.js';
import { readyCrew } from './crew.js';
import { CONTROL, PLAN, STATS, createMemory, type Memory } from './memory.js';
import type { Recipe } from './recipe.js';
import { Scorer, scoreOf, type Score } from './scorer.js';
import { epochsFor, settingsOf, type Settings } from './settings.js';
import { toNetwork } from './to-network.js';
import type { WorkerMessage, WorkerTask } from './worker.js';
import type { Workers } from './workers.js';

export interface TrainOptions {
  pairs: readonly TextPair[];
  /** Pairs that are scored but not learnt from. */
  heldOut?: readonly TextPair[] | undefined;
  /** What to train: by default a closed model where the answers are a set to choose from. */
  kind?: 'closed' | 'free' | 'auto' | undefined;
  /** Of a closed model: its steps, its buckets, and what it says to a question about something else. */
  closed?: ClosedWishes | undefined;
  closedRecipe?: Partial<ClosedRecipe> | undefined;
  /** Widths of the hidden layers. */
  hidden?: readonly number[] | undefined;
  /** Length of the run; by default as the size of the data calls for. With `timeMs` instead it depends on the machine, and so does the model. */
  epochs?: number | undefined;
  timeMs?: number | undefined;
  seed?: number | undefined;
  /** Threads to share the work; the model does not depend on it. At most the recipe's shards are used. */
  workers?: number | undefined;
  backend?: BackendChoice | undefined;
  recipe?: Partial<Recipe> | undefined;
  /** Train towards a small or quick program. With `resume` the limits are the checkpoint's, and the cost function must be as it was. */
  budget?: Budget | undefined;
  /** Questions whose answers are shown as they improve; by default three of the data. */
  samples?: readonly string[] | undefined;
  /** Go on from here; seed, widths, recipe and length are then the checkpoint's. */
  resume?: Checkpoint | undefined;
  name?: string | undefined;
  description?: string | undefined;
  signal?: AbortSignal | undefined;
  clock: Clock;
}

/** Epochs planned with a time limit before one was timed: the first takes little of the schedule. */
const FIRST_GUESS = 100;

/**
 * Train. The last event is `done` with the best network by integer accuracy on the training pairs, also when the
 * signal stopped it; if nothing was learnt until then, the signal's reason is thrown.
 *
 * Equal data, options, version and backend give an equal network, whatever the number of workers.
 * @throws UsageError for invalid widths and for a backend that cannot be used, InputError for data without pairs or that is not the checkpoint's
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  if (options.pairs.length === 0)
    throw new InputError('there is nothing to train on', { hint: 'give at least one pair' });
  const run = isClosed(options) ? closedRun(options) : new Run(options);
  try {
    yield* run.events();
  } finally {
    await run.end();
  }
}

function isClosed({ kind = 'auto', resume, pairs, closed = {} }: TrainOptions): boolean {
  if (resume) return resume.kind === 'closed';
  return kind === 'auto' ? stepsFor(pairs, closed) !== undefined : kind === 'closed';
}

function closedRun(options: TrainOptions): ClosedRun {
  const { resume, heldOut = [], workers = 1, ...rest } = options;
  return new ClosedRun({
    ...rest,
    heldOut,
    workers,
    settings: closedSettings(options),
    samples: samplesOf(options),
    resume: resume?.kind === 'closed' ? resume : undefined,
  });
}

/** Questions to show, and what they should be answered with. */
function samplesOf({ pairs, samples }: TrainOptions): Omit<Sample, 'answer'>[] {
  const expected = (question: string): string => pairs.find((p) => p.question === question)?.answer ?? '';
  if (samples) return samples.map((question) => ({ question, expected: expected(question) }));
  return [1, 3, 5].map((sixth) => {
    const pair = pairs[Math.floor((pairs.length * sixth) / 6)]!;
    return { question: pair.question, expected: pair.answer };
  });
}

class Run {
  readonly #options: TrainOptions;
  readonly #settings: Settings;
  readonly #examples: Examples;
  readonly #heldOut: Examples | undefined;
  readonly #memory: Memory;
  #workers: Workers | undefined;
  readonly #workerCount: number;
  readonly #startedMs: number;
  readonly #fingerprint: string;
  #backend = '';
  /** Why it is not the native one, which is installed. */
  #fallback: string | undefined;
  /** Where the run stands: epochs done, steps done, progress through the schedule, and epochs planned. */
  #epoch = 0;
  #step = 0;
  #progress = 0;
  #epochs: number;
  #firstEpoch = 0;
  #firstProgress = 0;
  /** When the first epoch of this run could begin. */
  #readyMs = 0;
  /** Whether a step was taken in this run or before. */
  #begun = false;
  readonly #keeper: BestKeeper;
  /** See budget.ts. */
  #pressure = 1;
  #checkpoint: FreeCheckpoint | undefined;
  #seen: Float64Array;

  constructor(options: TrainOptions) {
    const { pairs, resume, clock } = options;
    this.#options = options;
    this.#startedMs = clock.now();
    this.#settings = settingsOf(options);
    const { charset, recipe, hidden, seed, limits } = this.#settings;
    const { name, description } = options;
    this.#keeper = new BestKeeper(pairs, limits, options.budget, {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    });
    this.#examples = buildExamples(pairs, charset);
    this.#heldOut = options.heldOut?.length ? buildExamples(options.heldOut, charset) : undefined;
    this.#fingerprint = fingerprintOf(this.#examples);
    this.#memory = createMemory(recipe, hidden, seed, this.#examples, this.#heldOut);
    this.#seen = new Float64Array(this.#memory.stats.length);
    this.#epochs =
      resume?.epochs ?? options.epochs ?? (options.timeMs ? FIRST_GUESS : epochsFor(this.#examples, recipe));
    if (resume?.kind === 'free') this.#restore(resume);
    const count = Math.min(Math.max(1, options.workers ?? 1), recipe.shards);
    this.#workerCount = count;
  }

  #tasks(backend: WorkerTask['backend']): WorkerTask[] {
    const { seed, recipe } = this.#settings;
    const workers = this.#workerCount;
    const common = { workers, backend, seed, recipe, memory: this.#memory, examples: this.#examples };
    const { heldOut, epoch, step } = { heldOut: this.#heldOut, epoch: this.#epoch, step: this.#step };
    return Array.from({ length: workers }, (_, index) => ({ ...common, index, heldOut, epoch, step }));
  }

  #restore(checkpoint: FreeCheckpoint): void {
    if (checkpoint.fingerprint !== this.#fingerprint)
      throw new InputError('the data is not what the checkpoint was trained on', {
        hint: 'resume with the same data files and the same --holdout, or train from the start',
      });
    this.#memory.easy.set(checkpoint.easy);
    this.#memory.latent.set(checkpoint.latent);
    this.#memory.adamM.set(checkpoint.adamM);
    this.#memory.adamV.set(checkpoint.adamV);
    this.#epoch = this.#firstEpoch = checkpoint.epoch;
    this.#step = checkpoint.step;
    this.#progress = this.#firstProgress = checkpoint.progress;
    this.#pressure = checkpoint.pressure;
    this.#keeper.restore(checkpoint.best);
    this.#begun = true;
  }

  async end(): Promise<void> {
    await this.#workers?.end();
  }

  async *events(): AsyncGenerator<TrainEvent, void> {
    const { signal, clock } = this.#options;
    const stop = (): void => Atomics.store(this.#memory.control, CONTROL.stop, 1) as unknown as void;
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await this.#ready();
      yield this.#startEvent();
      this.#readyMs = clock.now();
      while (this.#epoch < this.#epochs && !signal?.aborted) {
        this.#grant();
        const message = yield* this.#untilEpochEnds();
        if (message.type === 'stopped') break;
        yield this.#epochEvent(message);
      }
      if (signal?.aborted && !this.#begun) throw signal.reason;
      yield this.#doneEvent(signal?.aborted ?? false);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async #ready(): Promise<void> {
    const { backend = 'auto', signal } = this.#options;
    const crew = await readyCrew(backend, (named) => this.#tasks(named), signal);
    this.#workers = crew.workers;
    this.#backend = crew.backend;
    this.#fallback = crew.fallback;
    crew.workers.go();
  }

  /** Give leave for the next epoch. */
  #grant(): void {
    const { plan, control, stats } = this.#memory;
    const left = this.#epochs - this.#epoch;
    const end = left === 1 ? 1 : this.#progress + (1 - this.#progress) / left;
    const times = this.#settings.recipe.evaluations;
    plan[PLAN.begin] = this.#progress;
    plan[PLAN.end] = end;
    plan[PLAN.scored] = end === 1 || Math.floor(end * times) > Math.floor(this.#progress * times) ? 1 : 0;
    plan[PLAN.pressure] = this.#pressure;
    const { limits, recipe } = this.#settings;
    plan[PLAN.activity] = limits?.tStates === undefined ? 0 : recipe.activity * (this.#pressure - 1);
    stats.fill(0);
    this.#seen.fill(0);
    Atomics.store(control, CONTROL.epochs, this.#epoch + 1);
    Atomics.notify(control, CONTROL.epochs);
  }

  async *#untilEpochEnds(): AsyncGenerator<TrainEvent, WorkerMessage & { type: 'epoch' | 'stopped' }> {
    for (;;) {
      const message = await this.#workers!.next();
      if (message.type === 'epoch' || message.type === 'stopped') return message;
      if (message.type !== 'step') continue;
      this.#begun = true;
      const { begin, end } = PLAN;
      const { plan } = this.#memory;
      const progress = plan[begin]! + ((plan[end]! - plan[begin]!) * message.step) / message.steps;
      yield { type: 'step', step: message.step, steps: message.steps, ...this.#figures(progress) };
    }
  }

  /** What steps and epochs report alike. */
  #figures(progress: number): Omit<TrainStep, 'type' | 'step' | 'steps'> {
    const now = this.#memory.stats.slice();
    const since = (column: number): number => sumColumn(now, column) - sumColumn(this.#seen, column);
    const characters = Math.max(since(STATS.characters), 1e-9);
    const elapsedMs = this.#options.clock.now() - this.#startedMs;
    const done = progress - this.#firstProgress;
    const trainingMs = this.#options.clock.now() - this.#readyMs;
    const figures = {
      epoch: this.#epoch + 1,
      epochs: this.#epochs,
      progress,
      loss: since(STATS.loss) / characters,
      integerAccuracy: since(STATS.integerRight) / characters,
      floatAccuracy: since(STATS.floatRight) / Math.max(since(STATS.floatCharacters), 1e-9),
      overflow: overflowOf(now),
      elapsedMs,
      remainingMs: done > 0 ? (trainingMs * (1 - progress)) / done : 0,
    };
    this.#seen = now;
    return figures;
  }

  #epochEvent(message: WorkerMessage & { type: 'epoch' }): TrainEpoch {
    this.#progress = this.#memory.plan[PLAN.end]!;
    // An epoch's figures are of the whole epoch.
    this.#seen.fill(0);
    const figures = this.#figures(this.#progress);
    this.#epoch = message.epoch;
    this.#step = message.step;
    const network = toNetwork(this.#memory, this.#settings.charset);
    const scored = message.scored ? this.#score(network) : undefined;
    this.#replan();
    const { latent, adamM, adamV, easy } = this.#memory;
    this.#checkpoint = {
      kind: 'free',
      ...this.#settings,
      fingerprint: this.#fingerprint,
      epochs: this.#epochs,
      epoch: this.#epoch,
      step: this.#step,
      progress: this.#progress,
      pressure: this.#pressure,
      easy: Uint8Array.from(easy),
      latent: latent.slice(),
      adamM: adamM.slice(),
      adamV: adamV.slice(),
      ...(this.#keeper.best && { best: this.#keeper.best }),
    };
    const weightCounts = countWeights(network);
    const nonZero = nonZeroOf(weightCounts);
    const weights = weightCounts.flat().reduce((sum, count) => sum + count, 0);
    return {
      type: 'epoch',
      ...figures,
      ...(scored && { scored }),
      nonZero,
      zeroShare: 1 - nonZero / weights,
      weightCounts,
      tensors: message.tensors,
    };
  }

  /** With a time limit: how many epochs fit, judged by those done. */
  #replan(): void {
    const { timeMs, clock } = this.#options;
    if (timeMs === undefined) return;
    const perEpoch = Math.max(1, (clock.now() - this.#readyMs) / (this.#epoch - this.#firstEpoch));
    const left = timeMs - (clock.now() - this.#startedMs);
    this.#epochs = this.#progress === 1 ? this.#epoch : this.#epoch + Math.max(1, Math.floor(left / perEpoch));
  }

  /** The scores that the workers left in memory. */
  #score(network: Network): NonNullable<TrainEpoch['scored']> {
    const training = scoreOf(this.#examples, this.#memory.predicted);
    const heldOut = this.#heldOut && scoreOf(this.#heldOut, this.#memory.heldOutPredicted);
    const cost = this.#keeper.costOf(network);
    const best = this.#keeper.offer({ epoch: this.#epoch, network, training, ...(heldOut && { heldOut }) }, cost);
    if (cost && this.#progress >= PRESS_FROM)
      this.#pressure = nextPressure(this.#pressure, this.#keeper.excessOf(cost));
    const samples = samplesOf(this.#options).map(({ question, expected }) => ({
      question,
      expected,
      answer: answer(network, question),
    }));
    return { training, ...(heldOut && { heldOut }), samples, ...(cost && { cost }), best };
  }

  #startEvent(): TrainEvent {
    const { layers, latent } = this.#memory;
    return {
      type: 'start',
      backend: this.#backend,
      ...(this.#fallback !== undefined && { fallback: this.#fallback }),
      workers: this.#workerCount,
      pairs: this.#options.pairs.length,
      heldOutPairs: this.#options.heldOut?.length ?? 0,
      examples: this.#examples.query.length,
      widths: [layers[0]!.inputs, ...layers.map((l) => l.outputs)],
      parameters: latent.length,
    };
  }

  #doneEvent(stopped: boolean): TrainDone {
    // Stopped within an epoch: what it had come to may be better than what was scored.
    if (stopped || !this.#keeper.best) this.#scoreHere();
    const best = this.#keeper.best!;
    const { cost } = this.#keeper;
    const { pairs, clock } = this.#options;
    const { seed, recipe } = this.#settings;
    const network: Network = {
      ...best.network,
      about: {
        ...this.#keeper.about(best.network),
        training: {
          backend: this.#backend,
          seed,
          epochs: this.#epochs,
          epoch: best.epoch,
          batch: recipe.batch,
          pairs: pairs.length,
          answersRight: round(best.training.answers),
          charactersRight: round(best.training.characters),
          ...(best.heldOut && {
            heldOutPairs: best.heldOut.pairs,
            heldOutAnswersRight: round(best.heldOut.answers),
          }),
        },
      },
    };
    return {
      type: 'done',
      network,
      training: best.training,
      ...(best.heldOut && { heldOut: best.heldOut }),
      bestEpoch: best.epoch,
      epochs: this.#epoch,
      nonZero: nonZeroOf(countWeights(network)),
      ...(cost && { cost, kept: this.#keeper.excessOf(cost) <= 1 }),
      stopped,
      elapsedMs: clock.now() - this.#startedMs,
      ...(this.#checkpoint && { checkpoint: this.#checkpoint }),
    };
  }

  #scoreHere(): void {
    const network = toNetwork(this.#memory, this.#settings.charset);
    const scorer = new Scorer(network);
    const score = (examples: Examples, predicted: Int16Array): Score => {
      scorer.predict(examples, 0, examples.query.length, predicted);
      return scoreOf(examples, predicted);
    };
    const training = score(this.#examples, this.#memory.predicted);
    const heldOut = this.#heldOut && score(this.#heldOut, this.#memory.heldOutPredicted);
    const best = { epoch: this.#epoch, network, training, ...(heldOut && { heldOut }) };
    this.#keeper.offer(best, this.#keeper.costOf(network));
  }
}

function round(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
