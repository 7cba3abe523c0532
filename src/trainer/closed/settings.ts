/** What a run that trains a closed model is to be: which answers, how many buckets, how long. */
import { answerTree } from '../../model/answer-tree.js';
import {
  LEAST_BUCKETS,
  closedInputs,
  closedOutputs,
  MOST_BUCKETS,
  MOST_FORKS,
  checkClosed,
  isSayable,
  type ClosedSet,
} from '../../model/closed-set.js';
import type { Game } from '../../model/game.js';
import { MAX_WIDTH } from '../../model/network.js';
import { pieceBuckets } from '../../model/pieces.js';
import { fold, typed } from '../../model/question.js';
import { broken, isReply, type Voice } from '../../model/voice.js';
import { InputError, UsageError } from '../../seams/errors.js';
import { atOnce, eachSliced, type Slices } from '../../seams/slices.js';
import type { TextPair } from '../examples.js';
import { commonSettings, type CommonSettings } from '../settings.js';
import type { TrainOptions } from '../train.js';
import { recipeFor, shapeFor, type ClosedRecipe } from './recipe.js';

export interface ClosedSettings extends CommonSettings {
  closed: ClosedSet;
  recipe: ClosedRecipe;
  /** Of the network: pieces and forks in, choices out. */
  inputs: number;
  outputs: number;
}

/** What the caller may say of a closed model; all else follows from the data. */
export interface ClosedWishes {
  steps?: ClosedSet['steps'] | 'auto' | undefined;
  buckets?: number | undefined;
  /** The answer to questions about something else. */
  unknown?: string | undefined;
  /** What it says for its answers, and the game that they belong to (play.ts). */
  voice?: Voice | undefined;
  game?: Game | undefined;
}

/** Different pieces that share a bucket, at most, on average: with twice as many it was a point worse on talk. */
const PIECES_A_BUCKET = 1.25;
/** Enough to number pieces without one taking another's place. */
const WIDE = 1 << 16;

/** Times that a question comes up in a run: fewer where there are many. */
const DEFAULT_WORK = 750_000;
const LEAST_EPOCHS = 10;
const MOST_EPOCHS = 40;
/** But a handful of pairs is a step an epoch, and a network needs this many steps to move. */
const LEAST_STEPS = 1500;

/** The answers of the data, and the fallback. */
export function answersOf(pairs: readonly TextPair[], unknown: string | undefined): string[] {
  return [...new Set([...pairs.map(({ answer }) => answer), ...(unknown === undefined ? [] : [unknown])])].sort();
}

/**
 * At which steps a model chooses among the data's answers; undefined where they are too many, or one is none that a closed
 * model can say. By itself it is whole answers or nothing: of 300 answers a model that spells them learns more than one that
 * chooses characters.
 */
export function stepsFor(
  pairs: readonly TextPair[],
  { steps = 'auto', unknown }: ClosedWishes,
): ClosedSet['steps'] | undefined {
  const answers = answersOf(pairs, unknown);
  if (!answers.every(isSayable)) return undefined;
  return fittingSteps(answers, steps);
}

/** The steps that are wished for, if the answers are few enough to choose from; by itself, whole answers. */
function fittingSteps(answers: string[], wanted: ClosedSet['steps'] | 'auto'): ClosedSet['steps'] | undefined {
  const steps = wanted === 'auto' ? 'answers' : wanted;
  const { forks, outputs } = answerTree({ buckets: LEAST_BUCKETS, steps, answers });
  return outputs <= MAX_WIDTH && forks.length <= MOST_FORKS ? steps : undefined;
}

/** Whether the data asks for what only a closed model has: memory, a voice or a game. */
export function isLivelyData(pairs: readonly TextPair[], { voice, game }: ClosedWishes): boolean {
  return voice !== undefined || game !== undefined || pairs.some(({ after }) => after !== undefined);
}

/** @throws UsageError for a number of buckets that is none, InputError for answers that cannot be said or chosen from */
export function closedSetOf(pairs: readonly TextPair[], wishes: ClosedWishes): ClosedSet {
  return atOnce(closedSetSliced(pairs, wishes));
}

function* closedSetSliced(pairs: readonly TextPair[], wishes: ClosedWishes, bytes?: number): Slices<ClosedSet> {
  const { unknown } = wishes;
  const answers = answersOf(pairs, unknown);
  const { mostBuckets } = shapeFor(answers.length, bytes);
  const buckets = wishes.buckets ?? (yield* bucketsFor(pairs, mostBuckets));
  if (!Number.isInteger(Math.log2(buckets)) || buckets < LEAST_BUCKETS || buckets > MOST_BUCKETS)
    throw new UsageError(`there cannot be ${buckets} buckets`, {
      hint: `give a power of two from ${LEAST_BUCKETS} to ${MOST_BUCKETS}`,
    });
  // A closed model is wanted, however few questions an answer has.
  const steps = fittingSteps(answers, wishes.steps ?? 'auto');
  if (!steps)
    throw new InputError(`there are ${answers.length} different answers, too many to choose from`, {
      hint: 'train a model that spells its answers (--free), or give the data fewer answers',
    });
  const { voice = steps === 'answers' ? longAnswers(answers) : undefined, game } = wishes;
  const closed: ClosedSet = {
    buckets,
    steps,
    answers,
    ...(unknown !== undefined && { unknown: { answer: unknown, margin: 0 } }),
    ...(pairs.some(({ after }) => after !== undefined) && { memory: true }),
    ...(voice && { voice }),
    ...(game && { game }),
  };
  // Before it is trained, not when it is written.
  checkClosed(closed, (message) => {
    throw new InputError(message);
  });
  return closed;
}

/** Answers longer than a line are replies: those are broken at a blank. */
function longAnswers(answers: readonly string[]): Voice | undefined {
  return answers.some((answer) => broken(answer) !== answer) && answers.every(isReply) ? { replies: {} } : undefined;
}

function* bucketsFor(pairs: readonly TextPair[], most: number): Slices<number> {
  const pieces = new Set<number>();
  yield* eachSliced(pairs, ({ question }) => {
    for (const piece of pieceBuckets(fold(typed(question)), WIDE)) pieces.add(piece);
  });
  let buckets = LEAST_BUCKETS;
  while (buckets < most && buckets * PIECES_A_BUCKET < pieces.size) buckets *= 2;
  return buckets;
}

/** @param examples that an epoch takes; none if there is but one answer */
export function closedEpochs(examples: number, batch: number): number {
  if (examples === 0) return 1;
  const byWork = Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, Math.round(DEFAULT_WORK / examples)));
  return Math.max(byWork, Math.ceil(LEAST_STEPS / Math.ceil(examples / batch)));
}

/** @throws UsageError for widths that are none and for limits without a cost function, InputError for answers that make no set */
export function closedSettings(options: TrainOptions): ClosedSettings {
  return atOnce(closedSettingsSliced(options));
}

export function* closedSettingsSliced(options: TrainOptions): Slices<ClosedSettings> {
  const resume = options.resume?.kind === 'closed' ? options.resume : undefined;
  const bytes = options.budget?.limits.bytes;
  const closed = resume?.closed ?? (yield* closedSetSliced(options.pairs, options.closed ?? {}, bytes));
  return {
    ...commonSettings(options, resume, shapeFor(closed.answers.length, bytes).hidden),
    closed,
    recipe: resume?.recipe ?? { ...recipeFor(options.pairs.length, closed.answers.length), ...options.closedRecipe },
    inputs: closedInputs(closed),
    outputs: closedOutputs(closed),
  };
}
