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
import { inSlices, type Slices } from '../seams/slices.js';
import type { BackendChoice } from './backend-choice.js';
import { BestKeeper } from './best.js';
import { PRESS_FROM, nextPressure, type Budget, type Cost } from './budget.js';
import { fingerprintOf, isSameRun, type Best, type Checkpoint, type FreeCheckpoint } from './checkpoint.js';
import { ClosedRun } from './closed/run.js';
import { closedSettingsSliced, isLivelyData, stepsFor, type ClosedWishes } from './closed/settings.js';
import type { ClosedRecipe } from './closed/recipe.js';
import { Course, type Ending, type Figures, type Traveller } from './course.js';
import type { Sample, TrainDone, TrainEpoch, TrainEvent } from './events.js';
import { buildExamplesSliced, type Examples, type TextPair } from './examples.js';
import { checkNumbers, countWeights, nonZeroOf } from './figures.js';
import { readyCrew } from './crew.js';
import { PLAN, createMemory, type Memory } from './memory.js';
import { tooLittleTime } from './pace.js';
import type { Recipe } from './recipe.js';
import { scatter } from './sample.js';
import { Scorer, scoreOf, type Score } from './scorer.js';
import { epochsFor, settingsOf, type Settings } from './settings.js';
import { checkSpellable } from './spellable.js';
import { toNetwork } from './to-network.js';
import type { WorkerTask } from './worker.js';
import type { CourseMessage } from './worker-loop.js';
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
  /** Go on from here if it is a run of the same data and settings; else it is let be. `start` says whether. */
  unfinished?: Checkpoint | undefined;
  /** Go on from here; seed, widths, recipe and length are then the checkpoint's. */
  resume?: Checkpoint | undefined;
  name?: string | undefined;
  description?: string | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Gets a checkpoint whenever the model was scored, and once a minute between two scores at the end of an epoch: written to a
   * file it survives what no program hears.
   */
  keep?: ((checkpoint: Checkpoint) => void) | undefined;
  /** When the command began, by the clock: `timeMs` counts from there. Now, by default. */
  startedMs?: number | undefined;
  clock: Clock;
}

/** Epochs planned with a time limit before one was timed: the first takes little of the schedule. */
const FIRST_GUESS = 100;
/** Characters asked for between two yields: some milliseconds. */
const PREDICTED_AT_ONCE = 512;
/** A stopped run is scored once more, on one thread, where both take no longer than this, milliseconds. */
const QUICK_MS = 300;
/** Pairs that stand for all where it is late. */
const SAMPLE = 512;

/**
 * Train. The last event is `done` with the best network by integer accuracy on the training pairs, also when the
 * signal stopped it; if nothing was learnt until then, the signal's reason is thrown.
 *
 * Equal data, options, version and backend give an equal network, whatever the number of workers.
 * @throws UsageError for invalid widths, for too little time, and for a backend that cannot be used, InputError for data without pairs or that is not the checkpoint's, and for
 * answers that a free model could not say whole, RefusedError where the network's numbers are lost
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  if (options.pairs.length === 0)
    throw new InputError('there is nothing to train on', { hint: 'give at least one pair' });
  const run = await prepared(options);
  try {
    yield* run.events();
  } finally {
    await run.end();
  }
}

function isClosed({ kind = 'auto', resume, pairs, closed = {} }: TrainOptions): boolean {
  if (resume) return resume.kind === 'closed';
  if (kind !== 'auto') return kind === 'closed';
  return isLivelyData(pairs, closed) || stepsFor(pairs, closed) !== undefined;
}

/** @throws UsageError where that takes all the time there is */
async function prepared(options: TrainOptions): Promise<ClosedRun | Run> {
  const { clock, signal, timeMs, startedMs = clock.now() } = options;
  const look = (): void => {
    if (timeMs !== undefined && clock.now() - startedMs >= timeMs)
      throw tooLittleTime(timeMs, `${options.pairs.length} pairs are read and prepared`);
  };
  look();
  const run = isClosed(options) ? closedRun(options, startedMs) : Run.prepared(options, startedMs);
  return inSlices<ClosedRun | Run>(run, { clock, signal, look });
}

function* closedRun(options: TrainOptions, startedMs: number): Slices<ClosedRun> {
  const { resume, unfinished, heldOut = [], workers = 1, ...rest } = options;
  return yield* ClosedRun.prepared({
    ...rest,
    startedMs,
    heldOut,
    workers,
    settings: yield* closedSettingsSliced(options),
    samples: samplesOf(options),
    resume: resume?.kind === 'closed' ? resume : undefined,
    unfinished: unfinished?.kind === 'closed' ? unfinished : undefined,
  });
}

/** Questions to show, and what they should be answered with. */
function samplesOf({ pairs: all, samples }: TrainOptions): Omit<Sample, 'answer'>[] {
  // They are asked on their own: what follows an answer would be another question.
  const single = all.filter(({ after }) => after === undefined);
  const pairs = single.length > 0 ? single : all;
  const expected = (question: string): string => pairs.find((p) => p.question === question)?.answer ?? '';
  if (samples) return samples.map((question) => ({ question, expected: expected(question) }));
  return [1, 3, 5].map((sixth) => {
    const pair = pairs[Math.floor((pairs.length * sixth) / 6)]!;
    return { question: pair.question, expected: pair.answer };
  });
}

class Run implements Traveller {
  readonly #options: TrainOptions;
  readonly #settings: Settings;
  readonly #examples: Examples;
  readonly #heldOut: Examples | undefined;
  readonly #memory: Memory;
  #workers: Workers | undefined;
  readonly #workerCount: number;
  readonly #fingerprint: string;
  #backend = '';
  /** Why it is not the native one, which is installed. */
  #fallback: string | undefined;
  readonly #course: Course;
  readonly #keeper: BestKeeper;
  /** See budget.ts. */
  #pressure = 1;
  #checkpoint: FreeCheckpoint | undefined;

  /** The last score of a whole model, and the last program, took so long, milliseconds. */
  #costMs = 0;

  static *prepared(options: TrainOptions, startedMs: number): Slices<Run> {
    const { pairs, heldOut = [], resume } = options;
    checkSpellable(pairs);
    const settings = settingsOf(options);
    const examples = yield* buildExamplesSliced(pairs, settings.charset);
    const held = heldOut.length > 0 ? yield* buildExamplesSliced(heldOut, settings.charset) : undefined;
    yield;
    const run = new Run(options, startedMs, settings, examples, held);
    const { unfinished } = options;
    if (resume?.kind === 'free') yield* run.#restore(resume);
    else if (unfinished?.kind === 'free' && run.#isOf(unfinished)) yield* run.#restore(unfinished);
    return run;
  }

  private constructor(
    options: TrainOptions,
    startedMs: number,
    settings: Settings,
    examples: Examples,
    heldOut: Examples | undefined,
  ) {
    const { pairs, resume, clock, timeMs, signal, keep } = options;
    this.#options = options;
    this.#settings = settings;
    const { recipe, hidden, seed, limits } = this.#settings;
    const { name, description } = options;
    this.#keeper = new BestKeeper(pairs, limits, options.budget, {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    });
    this.#examples = examples;
    this.#heldOut = heldOut;
    this.#fingerprint = fingerprintOf(this.#examples);
    this.#memory = createMemory(recipe, hidden, seed, this.#examples, this.#heldOut);
    const usual = timeMs ? FIRST_GUESS : epochsFor(this.#examples, recipe);
    const epochs = resume?.epochs ?? options.epochs ?? usual;
    const { evaluations, batch } = recipe;
    const count = this.#examples.query.length;
    // Without drift: when its models are scored decides which is the best, and old runs are to repeat.
    const course = {
      epochs,
      firstGuess: FIRST_GUESS,
      evaluations,
      drift: 0,
      examples: count,
      batch,
      startedMs,
      timeMs,
      signal,
      clock,
      keep,
    };
    this.#course = new Course(this.#memory, course);
    this.#workerCount = Math.min(Math.max(1, options.workers ?? 1), recipe.shards);
  }

  get checkpoint(): FreeCheckpoint | undefined {
    return this.#checkpoint;
  }

  #tasks(backend: WorkerTask['backend']): WorkerTask[] {
    const { seed, recipe } = this.#settings;
    const workers = this.#workerCount;
    const common = { workers, backend, seed, recipe, memory: this.#memory, examples: this.#examples };
    const { epoch, step } = this.#course.point;
    return Array.from({ length: workers }, (_, index) => ({ ...common, index, heldOut: this.#heldOut, epoch, step }));
  }

  #isOf(checkpoint: FreeCheckpoint): boolean {
    const { timeMs } = this.#options;
    const { epochs } = this.#course;
    return isSameRun(checkpoint, { ...this.#settings, fingerprint: this.#fingerprint, epochs, timeMs });
  }

  *#restore(checkpoint: FreeCheckpoint): Slices<void> {
    if (checkpoint.fingerprint !== this.#fingerprint)
      throw new InputError('the data is not what the checkpoint was trained on', {
        hint: 'resume with the same data files and the same --holdout, or train from the start',
      });
    this.#memory.easy.set(checkpoint.easy);
    this.#memory.latent.set(checkpoint.latent);
    this.#memory.adamM.set(checkpoint.adamM);
    this.#memory.adamV.set(checkpoint.adamV);
    this.#course.goOnFrom(checkpoint);
    this.#pressure = checkpoint.pressure;
    const best = checkpoint.best && (yield* this.#heldOutAnew(checkpoint.best));
    yield* this.#keeper.restore(best);
    this.#checkpoint = { ...checkpoint, ...(best && { best }) };
  }

  /** The run that goes on may hold out other pairs: they decide nothing, and a score of them is of those that it has. */
  *#heldOutAnew({ heldOut: _, ...best }: Best): Slices<Best> {
    if (!this.#heldOut) return best;
    const { heldOut: pairs = [] } = this.#options;
    return { ...best, heldOut: yield* this.#scoreOf(best.network, pairs, this.#heldOut, () => false) };
  }

  async end(): Promise<void> {
    await this.#workers?.end();
  }

  events(): AsyncGenerator<TrainEvent, void> {
    return this.#course.events(this);
  }

  async ready(): Promise<Workers> {
    const { backend = 'auto', signal } = this.#options;
    const crew = await readyCrew(backend, (named) => this.#tasks(named), signal);
    this.#workers = crew.workers;
    this.#backend = crew.backend;
    this.#fallback = crew.fallback;
    crew.workers.go();
    return crew.workers;
  }

  plan(): void {
    const { plan } = this.#memory;
    const { limits, recipe } = this.#settings;
    plan[PLAN.pressure] = this.#pressure;
    plan[PLAN.activity] = limits?.tStates === undefined ? 0 : recipe.activity * (this.#pressure - 1);
  }

  *epoch(figures: Figures, message: CourseMessage & { type: 'epoch' }): Slices<TrainEpoch> {
    checkNumbers('a weight', this.#memory.latent, message.epoch);
    const network = toNetwork(this.#memory, this.#settings.charset);
    const scored = message.scored ? yield* this.#score(network) : undefined;
    this.#course.replan(this.#costMs);
    const { latent, adamM, adamV, easy } = this.#memory;
    this.#checkpoint = {
      kind: 'free',
      ...this.#settings,
      fingerprint: this.#fingerprint,
      epochs: this.#course.epochs,
      ...(this.#options.timeMs !== undefined && { timed: true }),
      ...this.#course.point,
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

  /** The scores that the workers left in memory. */
  *#score(network: Network): Slices<NonNullable<TrainEpoch['scored']>> {
    const training = scoreOf(this.#examples, this.#memory.predicted);
    const heldOut = this.#heldOut && scoreOf(this.#heldOut, this.#memory.heldOutPredicted);
    yield;
    const cost = yield* this.#costOf(network);
    const { epoch, progress } = this.#course.point;
    const best = this.#keeper.offer({ epoch, network, training, ...(heldOut && { heldOut }) }, cost);
    if (cost && progress >= PRESS_FROM) this.#pressure = nextPressure(this.#pressure, this.#keeper.excessOf(cost));
    const samples: Sample[] = [];
    for (const sample of samplesOf(this.#options)) {
      yield;
      samples.push({ ...sample, answer: answer(network, sample.question) });
    }
    return { training, ...(heldOut && { heldOut }), samples, ...(cost && { cost }), best };
  }

  *#costOf(network: Network): Slices<Cost | undefined> {
    const { clock } = this.#options;
    const since = clock.now();
    const cost = yield* this.#keeper.costOf(network);
    this.#costMs = clock.now() - since;
    return cost;
  }

  start(): TrainEvent {
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
      ...this.#course.takenUp,
    };
  }

  *done({ stopped, isLate }: Ending): Slices<TrainDone> {
    // Stopped within an epoch: what it had come to may be better than what was scored. To find that out must not take long.
    const { scoringMs } = this.#course;
    if (!this.#keeper.best || (stopped && scoringMs < QUICK_MS)) yield* this.#scoreHere(isLate);
    const best = this.#keeper.best!;
    const { cost } = this.#keeper;
    const { pairs } = this.#options;
    const { seed, recipe } = this.#settings;
    const { epochs, elapsedMs, point, rounds } = this.#course;
    const network: Network = {
      ...best.network,
      about: {
        ...(yield* this.#keeper.about(best.network, isLate)),
        training: {
          backend: this.#backend,
          seed,
          epochs,
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
      epochs: point.epoch,
      rounds,
      nonZero: nonZeroOf(countWeights(network)),
      ...(cost && { cost, kept: this.#keeper.excessOf(cost) <= 1 }),
      stopped,
      elapsedMs,
      ...(this.#checkpoint && { checkpoint: this.#checkpoint }),
    };
  }

  /** Of a sample, where it is late. */
  *#scoreHere(isLate: () => boolean): Slices<void> {
    const network = toNetwork(this.#memory, this.#settings.charset);
    const { pairs, heldOut = [] } = this.#options;
    const training = yield* this.#scoreOf(network, pairs, this.#examples, isLate);
    const held = this.#heldOut && (yield* this.#scoreOf(network, heldOut, this.#heldOut, isLate));
    const best = { epoch: this.#course.point.epoch, network, training, ...(held && { heldOut: held }) };
    // Whoever waits for the end does not wait for a program to be built.
    this.#keeper.offer(best, isLate() ? undefined : yield* this.#costOf(network));
  }

  *#scoreOf(network: Network, pairs: readonly TextPair[], examples: Examples, isLate: () => boolean): Slices<Score> {
    const scorer = new Scorer(network);
    const predicted = new Int16Array(examples.query.length);
    for (let from = 0; from < predicted.length; from += PREDICTED_AT_ONCE) {
      yield;
      if (isLate()) return yield* this.#sampleScore(network, pairs, isLate);
      scorer.predict(examples, from, Math.min(predicted.length, from + PREDICTED_AT_ONCE), predicted);
    }
    return scoreOf(examples, predicted);
  }

  *#sampleScore(network: Network, pairs: readonly TextPair[], isLate: () => boolean): Slices<Score> {
    const sample: TextPair[] = [];
    yield* scatter(pairs.length, isLate, (p) => void sample.push(pairs[p]!));
    const examples = yield* buildExamplesSliced(sample.slice(0, SAMPLE), this.#settings.charset);
    const predicted = new Int16Array(examples.query.length);
    new Scorer(network).predict(examples, 0, predicted.length, predicted);
    return scoreOf(examples, predicted);
  }
}

function round(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
