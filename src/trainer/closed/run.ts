/**
 * Training of a closed model, as the stream of events that every training is. The main thread prepares examples and memory,
 * starts the workers (closed-worker.ts), gives leave for each epoch, and reads their scores while they wait. It computes
 * nothing but the margin, at the end.
 */
import { leastLead } from '../../model/closed-set.js';
import { DEFAULT_MAX_SIZE } from '../../model/limits.js';
import type { Network } from '../../model/network.js';
import { InputError } from '../../seams/errors.js';
import type { Clock } from '../../seams/clock.js';
import { answer } from '../../model/inference.js';
import type { Slices } from '../../seams/slices.js';
import { costSliced, excess, type Budget, type Cost } from '../budget.js';
import { isSameRun, type Checkpoint } from '../checkpoint.js';
import { Course, type Ending, type Figures, type Traveller } from '../course.js';
import type { Sample, TrainDone, TrainEpoch, TrainEvent } from '../events.js';
import type { TextPair } from '../examples.js';
import { checkNumbers, countWeights, goodQuestionsSliced, nonZeroOf } from '../figures.js';
import { scatter } from '../sample.js';
import type { Score } from '../scorer.js';
import { ThreadCrew } from '../workers.js';
import { Asker } from './asker.js';
import type { CourseMessage } from '../worker-loop.js';
import { closedFingerprint, type ClosedCheckpoint } from './checkpoint.js';
import type { ClosedTask } from './closed-worker.js';
import {
  buildClosedExamplesSliced,
  choicesTo,
  foreignTextsSliced,
  type Choosing,
  type ClosedExamples,
  type Texts,
} from './examples.js';
import { chooseMarginSliced } from './margin.js';
import { PLAN, Parameters, createClosedMemory, drawWeights, type ClosedMemory } from './memory.js';
import { requantise } from './optimiser.js';
import { ClosedPasses } from './passes.js';
import { nextPress, type Press } from './press.js';
import { SHARDS } from './recipe.js';
import { ceilingSliced, closedScore, type Ceiling } from './score.js';
import { closedEpochs, type ClosedSettings } from './settings.js';
import { toClosedNetwork } from './to-network.js';

export interface ClosedRunOptions {
  pairs: readonly TextPair[];
  heldOut: readonly TextPair[];
  settings: ClosedSettings;
  /** When the run began, before it prepared anything. */
  startedMs: number;
  epochs?: number | undefined;
  timeMs?: number | undefined;
  workers: number;
  budget?: Budget | undefined;
  samples: Omit<Sample, 'answer'>[];
  resume?: ClosedCheckpoint | undefined;
  /** Go on from here if it is a run of the same data and settings. */
  unfinished?: ClosedCheckpoint | undefined;
  name?: string | undefined;
  description?: string | undefined;
  signal?: AbortSignal | undefined;
  keep?: ((checkpoint: Checkpoint) => void) | undefined;
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
/** Bytes by which to stay below a limit, as the last epochs move a few weights yet: each of a short run moves more. */
const LEAST_SLACK = 100;
const SLACK_IN_A_RUN = 4_000;

/** What a run is made of: all that takes long in preparing it. */
interface Prepared {
  examples: ClosedExamples;
  heldOut: ClosedExamples | undefined;
  ceilings: { training: Ceiling; heldOut: Ceiling };
  fallback: Choosing[];
  madeUp: number;
  foreign: Texts;
}

export class ClosedRun implements Traveller {
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
  readonly #course: Course;
  #workers: ThreadCrew<CourseMessage> | undefined;
  #press: Press;
  #goal: number;
  #checkpoint: ClosedCheckpoint | undefined;
  /** What the last program took to be built and measured, milliseconds. */
  #costMs = 0;

  static *prepared(options: ClosedRunOptions): Slices<ClosedRun> {
    const { pairs, heldOut, settings } = options;
    const { closed, recipe, seed } = settings;
    const examples = yield* buildClosedExamplesSliced(pairs, closed);
    const fallback = closed.unknown ? choicesTo(closed, closed.unknown.answer) : [];
    const madeUp = fallback.length > 0 ? Math.round(pairs.length * recipe.madeUp) : 0;
    const prepared: Prepared = {
      examples,
      heldOut: heldOut.length > 0 ? yield* buildClosedExamplesSliced(heldOut, closed) : undefined,
      ceilings: { training: yield* ceilingSliced(pairs), heldOut: yield* ceilingSliced(heldOut) },
      fallback,
      madeUp,
      foreign: yield* foreignTextsSliced(examples, FOREIGN_EPOCHS * madeUp, seed),
    };
    yield;
    return new ClosedRun(options, prepared);
  }

  private constructor(options: ClosedRunOptions, prepared: Prepared) {
    const { pairs, heldOut, settings, startedMs, resume, clock, workers, timeMs, signal, keep } = options;
    const { closed, recipe, hidden, seed } = settings;
    this.#options = options;
    this.#settings = settings;
    this.#examples = prepared.examples;
    this.#heldOut = prepared.heldOut;
    this.#ceilings = prepared.ceilings;
    this.#fingerprint = closedFingerprint(closed, this.#examples);
    this.#fallback = prepared.fallback;
    this.#foreign = prepared.foreign;
    // A set of one answer or of one word has none. Else each comes up at every choice, as any question does.
    this.#madeUp = this.#foreign.textStart.length > 1 ? prepared.madeUp * this.#fallback.length : 0;
    this.#memory = createClosedMemory({
      inputs: settings.inputs,
      widths: [...hidden, settings.outputs],
      examples: this.#examples.pair.length + this.#madeUp,
      pairs: pairs.length,
      heldOut: heldOut.length,
    });
    this.#parameters = new Parameters(this.#memory);
    const count = this.#examples.pair.length + this.#madeUp;
    const usual = timeMs && count > 0 ? FIRST_GUESS : closedEpochs(count, recipe.batch);
    const epochs = resume?.epochs ?? options.epochs ?? usual;
    const { evaluations, batch } = recipe;
    const course = {
      epochs,
      firstGuess: FIRST_GUESS,
      evaluations,
      drift: DRIFT,
      examples: count,
      batch,
      startedMs,
      timeMs,
      signal,
      clock,
      keep,
    };
    this.#course = new Course(this.#memory, course);
    this.#press = { shrink: recipe.shrink, from: 0 };
    const { bytes = Infinity } = settings.limits ?? {};
    this.#goal = Math.max(1, Math.min(recipe.weights, bytes - CODE_BYTES));
    const { unfinished } = options;
    const fingerprint = this.#fingerprint;
    if (resume) this.#restore(resume);
    else if (unfinished && isSameRun(unfinished, { ...settings, fingerprint, epochs, timeMs }))
      this.#restore(unfinished);
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
    this.#course.goOnFrom(checkpoint);
    this.#press = { shrink: checkpoint.shrink, from: checkpoint.from };
    this.#goal = checkpoint.goal;
    this.#checkpoint = checkpoint;
  }

  get checkpoint(): ClosedCheckpoint | undefined {
    return this.#checkpoint;
  }

  async end(): Promise<void> {
    await this.#workers?.end();
  }

  events(): AsyncGenerator<TrainEvent, void> {
    return this.#course.events(this);
  }

  async ready(): Promise<ThreadCrew<CourseMessage>> {
    this.#workers = new ThreadCrew<CourseMessage>('trainer/closed/closed-worker', this.#tasks());
    return this.#workers;
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
      ...this.#course.point,
    };
    return Array.from({ length: this.#workerCount }, (_, index) => ({ ...task, index }));
  }

  plan(): void {
    this.#memory.plan[PLAN.shrink] = this.#press.shrink;
  }

  *epoch(figures: Figures, { scored: isScored, tensors }: CourseMessage & { type: 'epoch' }): Slices<TrainEpoch> {
    const { recipe, closed } = this.#settings;
    checkNumbers('a weight', this.#parameters.array('latent'), figures.epoch);
    const network = toClosedNetwork(this.#memory, closed);
    const weightCounts = countWeights(network);
    const nonZero = nonZeroOf(weightCounts);
    const weights = weightCounts.flat().reduce((sum, count) => sum + count, 0);
    const scored = isScored ? yield* this.#score(network, nonZero) : undefined;
    const { point, epochs } = this.#course;
    this.#press = nextPress(this.#press, recipe, point.progress, nonZero, this.#goal, epochs);
    this.#course.replan(this.#costMs);
    this.#keep();
    return {
      type: 'epoch',
      ...figures,
      ...(scored && { scored }),
      nonZero,
      zeroShare: 1 - nonZero / weights,
      weightCounts,
      tensors,
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
      epochs: this.#course.epochs,
      ...(this.#options.timeMs !== undefined && { timed: true }),
      ...this.#course.point,
      ...this.#press,
      goal: this.#goal,
      latent: Float32Array.from(this.#parameters.array('latent')),
      adamM: Float32Array.from(this.#parameters.array('m')),
      adamV: Float32Array.from(this.#parameters.array('v')),
    };
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

  *#score(network: Network, weights: number): Slices<NonNullable<TrainEpoch['scored']>> {
    const cost = this.#isTight ? yield* this.#costOf({ ...network, about: yield* this.#about(network) }) : undefined;
    if (cost) this.#lowerGoal(cost, weights);
    const samples = this.#options.samples.map((sample) => ({ ...sample, answer: answer(network, sample.question) }));
    return { ...this.#scores(), samples, ...(cost && { cost }), best: true };
  }

  /** What its program would be like: what it says about itself is in there, too. */
  *#costOf(network: Network): Slices<Cost | undefined> {
    const { budget, clock } = this.#options;
    if (!budget) return undefined;
    const since = clock.now();
    const cost = yield* costSliced(budget, network);
    this.#costMs = clock.now() - since;
    return cost;
  }

  /** Whether a limit may be reached with the usual number of weights: building programs takes time. */
  get #isTight(): boolean {
    const { bytes = Infinity, tStates = Infinity } = this.#settings.limits ?? {};
    return bytes < DEFAULT_MAX_SIZE || tStates < Infinity;
  }

  get #slack(): number {
    return Math.max(LEAST_SLACK, Math.ceil(SLACK_IN_A_RUN / this.#course.epochs));
  }

  /**
   * One byte per weight: what is too much for the program has to go. T-states fall with the weights only in part, so a limit of
   * them takes weights down to a share of what they were meant to be and no further: what is left then is too little to say
   * anything right. The goal is less than the weights there are, of which a small network may never have as many as the goal.
   */
  #lowerGoal(cost: Cost, weights: number): void {
    const { bytes = Infinity, tStates = Infinity } = this.#settings.limits!;
    if (cost.bytes > bytes)
      this.#goal = Math.max(1, Math.min(this.#goal, weights - (cost.bytes - bytes) - this.#slack));
    const over = cost.tStates / tStates;
    const least = this.#settings.recipe.weights * LEAST_SHARE;
    if (over > 1 && this.#goal > least)
      this.#goal = Math.max(least, Math.min(this.#goal, weights * Math.max(MOST_FALL, 1 / (over * Math.sqrt(over)))));
  }

  *#about(network: Network, isLate?: () => boolean): Slices<Network['about']> {
    const { name, description, pairs } = this.#options;
    return {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      examples: yield* goodQuestionsSliced(network, pairs, isLate),
    };
  }

  start(): TrainEvent {
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
      ...this.#course.takenUp,
    };
  }

  *done({ stopped, isLate }: Ending): Slices<TrainDone> {
    const { network, training, heldOut: held } = yield* this.#finished(isLate);
    const { pairs, heldOut } = this.#options;
    const { seed, recipe, limits } = this.#settings;
    const { epochs, elapsedMs, point, rounds } = this.#course;
    network.about = {
      ...(yield* this.#about(network, isLate)),
      training: {
        backend: CLOSED_BACKEND,
        seed,
        epochs,
        epoch: point.epoch,
        batch: recipe.batch,
        pairs: pairs.length,
        answersRight: round(training.answers),
        charactersRight: round(training.characters),
        ...(held && { heldOutPairs: heldOut.length, heldOutAnswersRight: round(held.answers) }),
      },
    };
    // Who has pressed Ctrl-C does not wait for a program to be built.
    const cost = limits && !stopped && !isLate() ? yield* this.#costOf(network) : undefined;
    return {
      type: 'done',
      network,
      training,
      ...(held && { heldOut: held }),
      bestEpoch: point.epoch,
      epochs: point.epoch,
      rounds,
      nonZero: nonZeroOf(countWeights(network)),
      ...(cost && limits && { cost, kept: excess(cost, limits) <= 1 }),
      stopped,
      elapsedMs,
      ...(this.#checkpoint && { checkpoint: this.#checkpoint }),
    };
  }

  /** The network as it is now with its margin, and what it says: to all pairs, or to a sample of them where it is late. */
  *#finished(isLate: () => boolean): Slices<{ network: Network; training: Score; heldOut?: Score }> {
    const { closed, recipe, seed } = this.#settings;
    const asker = new Asker(new ClosedPasses(this.#memory, closed, SHARDS), closed);
    const index = closed.unknown ? closed.answers.indexOf(closed.unknown.answer) : -1;
    const margin = closed.unknown
      ? yield* chooseMarginSliced(asker, this.#examples, index, recipe.marginCost, seed)
      : 0;
    const unknown = closed.unknown && { ...closed.unknown, margin };
    const finished = { ...closed, ...(unknown && { unknown }) };
    const score = function* (
      pairs: readonly TextPair[],
      { text, textStart, after }: ClosedExamples,
      ceiling: Ceiling,
    ): Slices<Score> {
      const said = (p: number): string => {
        const question = text.subarray(textStart[p], textStart[p + 1]);
        const { answer: choice, lead } = asker.ask(question, question.length, after[p]);
        const chosen = closed.answers[choice]!;
        return unknown && lead < leastLead(finished, chosen) ? unknown.answer : chosen;
      };
      const asked: TextPair[] = [];
      const texts: string[] = [];
      yield* scatter(pairs.length, isLate, (p) => {
        asked.push(pairs[p]!);
        texts.push(said(p));
      });
      // What can be right at most is known of all pairs.
      const share = asked.length / Math.max(1, pairs.length);
      const most = { answers: ceiling.answers * share, characters: ceiling.characters * share };
      return closedScore(asked, (p) => texts[p]!, share === 1 ? ceiling : most);
    };
    const { pairs, heldOut } = this.#options;
    return {
      network: toClosedNetwork(this.#memory, finished),
      training: yield* score(pairs, this.#examples, this.#ceilings.training),
      ...(this.#heldOut && { heldOut: yield* score(heldOut, this.#heldOut, this.#ceilings.heldOut) }),
    };
  }
}

function round(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
