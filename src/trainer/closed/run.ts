/**
 * Training of a closed model, as the stream of events that every training is. The main thread prepares examples and memory,
 * starts the workers (closed-worker.ts), gives leave for each epoch, and reads their scores while they wait. It computes
 * nothing but the margin, at the end.
 */
import type { Network } from '../../model/network.js';
import { InputError } from '../../seams/errors.js';
import type { Clock } from '../../seams/clock.js';
import { answer } from '../../model/inference.js';
import { excess, type Budget, type Cost } from '../budget.js';
import type { Sample, TrainDone, TrainEpoch, TrainEvent, TrainStep } from '../events.js';
import type { TextPair } from '../examples.js';
import { countWeights, goodQuestions, nonZeroOf } from '../figures.js';
import type { Score } from '../scorer.js';
import { ThreadCrew } from '../workers.js';
import { Asker } from './asker.js';
import { closedFingerprint, type ClosedCheckpoint } from './checkpoint.js';
import type { ClosedMessage, ClosedTask } from './closed-worker.js';
import {
  buildClosedExamples,
  choicesTo,
  foreignTexts,
  type Choosing,
  type ClosedExamples,
  type Texts,
} from './examples.js';
import { chooseMargin } from './margin.js';
import {
  PLAN,
  Parameters,
  STATS,
  STATS_COLUMNS,
  STOPPED,
  createClosedMemory,
  drawWeights,
  type ClosedMemory,
} from './memory.js';
import { requantise } from './optimiser.js';
import { ClosedPasses } from './passes.js';
import { nextPress, type Press } from './press.js';
import { SHARDS } from './recipe.js';
import { ceilingOf, closedScore, type Ceiling } from './score.js';
import { closedEpochs, type ClosedSettings } from './settings.js';
import { countNonZero, toClosedNetwork } from './to-network.js';

export interface ClosedRunOptions {
  pairs: readonly TextPair[];
  heldOut: readonly TextPair[];
  settings: ClosedSettings;
  epochs?: number | undefined;
  timeMs?: number | undefined;
  workers: number;
  budget?: Budget | undefined;
  samples: Omit<Sample, 'answer'>[];
  resume?: ClosedCheckpoint | undefined;
  name?: string | undefined;
  description?: string | undefined;
  signal?: AbortSignal | undefined;
  clock: Clock;
}

/** Epochs planned with a time limit before one was timed: the first takes little of the schedule. */
const FIRST_GUESS = 50;
/** By how much less than it should be a sum of so many shares of a run may come out. */
const DRIFT = 1e-9;
/** Epochs for which made-up questions suffice before one comes up again. */
const FOREIGN_EPOCHS = 20;
export const CLOSED_BACKEND = 'own kernels';
/** Of a program: all but its weights, about. */
const CODE_BYTES = 6_000;
/** A T-state limit asks for this share of the weights at once, at least. */
const MOST_FALL = 0.7;
/** And to this share of the weights that a model should have. */
const LEAST_SHARE = 1 / 3;
/** What a program may have anyway. */
const USUAL_BYTES = 40_960;
/** Bytes by which to stay below a limit, as the last epochs move a few weights yet. */
const SLACK = 100;

export class ClosedRun {
  readonly #options: ClosedRunOptions;
  readonly #settings: ClosedSettings;
  readonly #examples: ClosedExamples;
  readonly #heldOut: ClosedExamples | undefined;
  readonly #ceilings: { training: Ceiling; heldOut: Ceiling };
  readonly #memory: ClosedMemory;
  readonly #parameters: Parameters;
  readonly #fingerprint: string;
  readonly #foreign: Texts;
  /** The choices on the fallback's way, if there is one, and how many examples of an epoch are made up for them. */
  readonly #fallback: Choosing[];
  readonly #madeUp: number;
  readonly #workerCount: number;
  readonly #startedMs: number;
  #workers: ThreadCrew<ClosedMessage> | undefined;
  #epoch = 0;
  #step = 0;
  #progress = 0;
  #epochs: number;
  #firstEpoch = 0;
  #firstProgress = 0;
  #readyMs = 0;
  #begun = false;
  #press: Press;
  #goal: number;
  #checkpoint: ClosedCheckpoint | undefined;
  #seen: Float64Array;

  constructor(options: ClosedRunOptions) {
    const { pairs, heldOut, settings, resume, clock, workers } = options;
    const { closed, recipe, hidden, seed } = settings;
    this.#options = options;
    this.#settings = settings;
    this.#startedMs = clock.now();
    this.#examples = buildClosedExamples(pairs, closed);
    this.#heldOut = heldOut.length > 0 ? buildClosedExamples(heldOut, closed) : undefined;
    this.#ceilings = { training: ceilingOf(pairs), heldOut: ceilingOf(heldOut) };
    this.#fingerprint = closedFingerprint(closed, this.#examples);
    this.#fallback = closed.unknown ? choicesTo(closed, closed.unknown.answer) : [];
    const madeUp = this.#fallback.length > 0 ? Math.round(pairs.length * recipe.madeUp) : 0;
    this.#foreign = foreignTexts(this.#examples, FOREIGN_EPOCHS * madeUp, seed);
    // A set of one answer or of one word has none. Else each comes up at every choice, as any question does.
    this.#madeUp = this.#foreign.textStart.length > 1 ? madeUp * this.#fallback.length : 0;
    this.#memory = createClosedMemory({
      inputs: settings.inputs,
      widths: [...hidden, settings.outputs],
      examples: this.#examples.pair.length + this.#madeUp,
      pairs: pairs.length,
      heldOut: heldOut.length,
    });
    this.#parameters = new Parameters(this.#memory);
    this.#seen = new Float64Array(this.#memory.stats.length);
    const count = this.#examples.pair.length + this.#madeUp;
    const usual = options.timeMs && count > 0 ? FIRST_GUESS : closedEpochs(count, recipe.batch);
    this.#epochs = resume?.epochs ?? options.epochs ?? usual;
    this.#press = { shrink: recipe.shrink, from: 0 };
    const { bytes = Infinity } = settings.limits ?? {};
    this.#goal = Math.max(1, Math.min(recipe.weights, bytes - CODE_BYTES));
    if (resume) this.#restore(resume);
    else drawWeights(this.#parameters, recipe, seed);
    requantise(this.#parameters);
    this.#workerCount = Math.min(Math.max(1, workers), SHARDS);
  }

  #restore(checkpoint: ClosedCheckpoint): void {
    if (checkpoint.fingerprint !== this.#fingerprint)
      throw new InputError('the data is not what the checkpoint was trained on', {
        hint: 'resume with the same data files and the same --holdout, or train from the start',
      });
    this.#parameters.array('latent').set(checkpoint.latent);
    this.#parameters.array('m').set(checkpoint.adamM);
    this.#parameters.array('v').set(checkpoint.adamV);
    this.#memory.shrunk.fill(checkpoint.step);
    this.#epoch = this.#firstEpoch = checkpoint.epoch;
    this.#step = checkpoint.step;
    this.#progress = this.#firstProgress = checkpoint.progress;
    this.#press = { shrink: checkpoint.shrink, from: checkpoint.from };
    this.#goal = checkpoint.goal;
    this.#checkpoint = checkpoint;
    this.#begun = true;
  }

  async end(): Promise<void> {
    await this.#workers?.end();
  }

  async *events(): AsyncGenerator<TrainEvent, void> {
    const { signal, clock } = this.#options;
    const stop = (): void => Atomics.store(this.#memory.control, STOPPED.stop, 1) as unknown as void;
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      this.#workers = new ThreadCrew<ClosedMessage>('trainer/closed/closed-worker', this.#tasks());
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

  #tasks(): ClosedTask[] {
    const { seed, recipe, closed } = this.#settings;
    const task: Omit<ClosedTask, 'index'> = {
      workers: this.#workerCount,
      seed,
      recipe,
      closed,
      memory: this.#memory,
      examples: this.#examples,
      heldOut: this.#heldOut,
      foreign: this.#foreign,
      madeUp: this.#madeUp,
      fallback: this.#fallback,
      epoch: this.#epoch,
      step: this.#step,
    };
    return Array.from({ length: this.#workerCount }, (_, index) => ({ ...task, index }));
  }

  #grant(): void {
    const { plan, control, stats } = this.#memory;
    const left = this.#epochs - this.#epoch;
    const end = left === 1 ? 1 : this.#progress + (1 - this.#progress) / left;
    const times = this.#settings.recipe.evaluations;
    plan[PLAN.begin] = this.#progress;
    plan[PLAN.end] = end;
    const scores = (progress: number): number => Math.floor(progress * times + DRIFT);
    plan[PLAN.scored] = end === 1 || scores(end) > scores(this.#progress) ? 1 : 0;
    plan[PLAN.shrink] = this.#press.shrink;
    stats.fill(0);
    this.#seen.fill(0);
    Atomics.store(control, STOPPED.epochs, this.#epoch + 1);
    Atomics.notify(control, STOPPED.epochs);
  }

  async *#untilEpochEnds(): AsyncGenerator<TrainEvent, ClosedMessage & { type: 'epoch' | 'stopped' }> {
    for (;;) {
      const message = await this.#workers!.next();
      if (message.type !== 'step') return message;
      this.#begun = true;
      const { plan } = this.#memory;
      const progress = plan[PLAN.begin]! + ((plan[PLAN.end]! - plan[PLAN.begin]!) * message.step) / message.steps;
      yield { type: 'step', step: message.step, steps: message.steps, ...this.#figures(progress) };
    }
  }

  /** What steps and epochs report alike. */
  #figures(progress: number): Omit<TrainStep, 'type' | 'step' | 'steps'> {
    const now = this.#memory.stats.slice();
    const sum = (of: Float64Array, name: keyof typeof STATS): number => {
      let total = 0;
      for (let at = STATS[name]; at < of.length; at += STATS_COLUMNS) total += of[at]!;
      return total;
    };
    const since = (name: keyof typeof STATS): number => sum(now, name) - sum(this.#seen, name);
    const examples = Math.max(since('examples'), 1e-9);
    const { clock } = this.#options;
    const done = progress - this.#firstProgress;
    const figures = {
      epoch: this.#epoch + 1,
      epochs: this.#epochs,
      progress,
      loss: since('loss') / examples,
      integerAccuracy: since('right') / examples,
      floatAccuracy: since('floatRight') / Math.max(since('watched'), 1e-9),
      overflow: {
        peak: Math.max(now[STATS.peak]!, now[STATS_COLUMNS + STATS.peak]!),
        wrapped: sum(now, 'wrapped') / Math.max(1, sum(now, 'sums')),
      },
      elapsedMs: clock.now() - this.#startedMs,
      remainingMs: done > 0 ? ((clock.now() - this.#readyMs) * (1 - progress)) / done : 0,
    };
    this.#seen = now;
    return figures;
  }

  #epochEvent(message: ClosedMessage & { type: 'epoch' }): TrainEpoch {
    this.#progress = this.#memory.plan[PLAN.end]!;
    // An epoch's figures are of the whole epoch.
    this.#seen.fill(0);
    const figures = this.#figures(this.#progress);
    this.#epoch = message.epoch;
    this.#step = message.step;
    const nonZero = countNonZero(this.#memory);
    const scored = message.scored ? this.#score() : undefined;
    const { recipe } = this.#settings;
    this.#press = nextPress(this.#press, recipe, this.#progress, nonZero, this.#goal, this.#epochs);
    this.#replan();
    this.#keep();
    const weightCounts = countWeights(toClosedNetwork(this.#memory, this.#settings.closed));
    const weights = weightCounts.flat().reduce((sum, count) => sum + count, 0);
    return {
      type: 'epoch',
      ...figures,
      ...(scored && { scored }),
      nonZero,
      zeroShare: 1 - nonZero / weights,
      weightCounts,
      tensors: 0,
    };
  }

  #keep(): void {
    const { closed, hidden, recipe, seed, limits } = this.#settings;
    this.#checkpoint = {
      kind: 'closed',
      seed,
      hidden,
      closed,
      recipe,
      ...(limits && { limits }),
      fingerprint: this.#fingerprint,
      epochs: this.#epochs,
      epoch: this.#epoch,
      step: this.#step,
      progress: this.#progress,
      ...this.#press,
      goal: this.#goal,
      latent: Float32Array.from(this.#parameters.array('latent')),
      adamM: Float32Array.from(this.#parameters.array('m')),
      adamV: Float32Array.from(this.#parameters.array('v')),
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

  /** By what the workers left in memory: without the margin, which is chosen at the end. */
  #scores(): { training: Score; heldOut?: Score } {
    const { pairs, heldOut } = this.#options;
    const { answers } = this.#settings.closed;
    const { said, heldOutSaid } = this.#memory;
    const training = closedScore(pairs, (p) => answers[said[p]!]!, this.#ceilings.training);
    if (!this.#heldOut) return { training };
    return { training, heldOut: closedScore(heldOut, (p) => answers[heldOutSaid[p]!]!, this.#ceilings.heldOut) };
  }

  #score(): NonNullable<TrainEpoch['scored']> {
    const network = toClosedNetwork(this.#memory, this.#settings.closed);
    const cost = this.#isTight ? this.#costOf(network) : undefined;
    if (cost) this.#lowerGoal(cost, nonZeroOf(countWeights(network)));
    const samples = this.#options.samples.map((sample) => ({ ...sample, answer: answer(network, sample.question) }));
    return { ...this.#scores(), samples, ...(cost && { cost }), best: true };
  }

  #costOf(network: Network): Cost | undefined {
    const { budget } = this.#options;
    return budget?.costOf({ ...network, about: this.#about(network) });
  }

  /** Whether a limit may be reached with the usual number of weights: building programs takes time. */
  get #isTight(): boolean {
    const { bytes = Infinity, tStates = Infinity } = this.#settings.limits ?? {};
    return bytes < USUAL_BYTES || tStates < Infinity;
  }

  /**
   * A byte a weight: what is too much for the program has to go. T-states fall with the weights only in part, so a limit of
   * them takes weights down to a share of what they were meant to be and no further: what is left then is too little to say
   * anything right. The goal is less than the weights there are, of which a small network may never have as many as the goal.
   */
  #lowerGoal(cost: Cost, weights: number): void {
    const { bytes = Infinity, tStates = Infinity } = this.#settings.limits!;
    if (cost.bytes > bytes) this.#goal = Math.max(1, Math.min(this.#goal, weights - (cost.bytes - bytes) - SLACK));
    const over = cost.tStates / tStates;
    const least = this.#settings.recipe.weights * LEAST_SHARE;
    if (over > 1 && this.#goal > least)
      this.#goal = Math.max(least, Math.min(this.#goal, weights * Math.max(MOST_FALL, 1 / (over * Math.sqrt(over)))));
  }

  #about(network: Network): Network['about'] {
    const { name, description, pairs } = this.#options;
    return {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      examples: goodQuestions(network, pairs),
    };
  }

  #startEvent(): TrainEvent {
    const { places } = this.#memory;
    return {
      type: 'start',
      backend: CLOSED_BACKEND,
      workers: this.#workerCount,
      pairs: this.#options.pairs.length,
      heldOutPairs: this.#options.heldOut.length,
      examples: this.#examples.pair.length,
      widths: [places[0]!.inputs, ...places.map(({ outputs }) => outputs)],
      parameters: places.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0),
    };
  }

  #doneEvent(stopped: boolean): TrainDone {
    const { network, training, heldOut: held } = this.#finished();
    const { pairs, heldOut, clock } = this.#options;
    const { seed, recipe, limits } = this.#settings;
    const about = this.#about(network);
    network.about = {
      ...about,
      training: {
        backend: CLOSED_BACKEND,
        seed,
        epochs: this.#epochs,
        epoch: this.#epoch,
        batch: recipe.batch,
        pairs: pairs.length,
        answersRight: round(training.answers),
        charactersRight: round(training.characters),
        ...(held && { heldOutPairs: heldOut.length, heldOutAnswersRight: round(held.answers) }),
      },
    };
    const cost = limits && this.#costOf(network);
    return {
      type: 'done',
      network,
      training,
      ...(held && { heldOut: held }),
      bestEpoch: this.#epoch,
      epochs: this.#epoch,
      nonZero: nonZeroOf(countWeights(network)),
      ...(cost && { cost, kept: excess(cost, limits) <= 1 }),
      stopped,
      elapsedMs: clock.now() - this.#startedMs,
      ...(this.#checkpoint && { checkpoint: this.#checkpoint }),
    };
  }

  /** The network as it is now with its margin, and what it says. */
  #finished(): { network: Network; training: Score; heldOut?: Score } {
    const { closed, recipe, seed } = this.#settings;
    const asker = new Asker(new ClosedPasses(this.#memory, closed, SHARDS), closed);
    const index = closed.unknown ? closed.answers.indexOf(closed.unknown.answer) : -1;
    const margin = closed.unknown ? chooseMargin(asker, this.#examples, index, recipe.marginCost, seed) : 0;
    const score = (pairs: readonly TextPair[], { text, textStart }: ClosedExamples, ceiling: Ceiling): Score => {
      const said = (p: number): string => {
        const question = text.subarray(textStart[p], textStart[p + 1]);
        const { answer: choice, lead } = asker.ask(question, question.length);
        return closed.answers[closed.unknown && lead < margin ? index : choice]!;
      };
      return closedScore(pairs, said, ceiling);
    };
    const { pairs, heldOut } = this.#options;
    const unknown = closed.unknown && { ...closed.unknown, margin };
    return {
      network: toClosedNetwork(this.#memory, { ...closed, ...(unknown && { unknown }) }),
      training: score(pairs, this.#examples, this.#ceilings.training),
      ...(this.#heldOut && { heldOut: score(heldOut, this.#heldOut, this.#ceilings.heldOut) }),
    };
  }
}

function round(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
