/** How training of closed models goes, as numbers. docs/training.md has the measured effect of each. */
import { MOST_BUCKETS } from '../../model/closed-set.js';
import { DEFAULT_MAX_SIZE } from '../../model/limits.js';

/** The numbers of a run. */
export interface ClosedRecipe {
  /** Examples a step. */
  batch: number;
  /** Adam's step at the top of the schedule, in quantisation steps (a weight of +1 is one away from 0). */
  learningRate: number;
  /** Share of the run over which the rate climbs to its top; from there it falls along an S to 0. */
  warmUp: number;
  /** Adam's decay rates and the term that keeps it from dividing by zero. */
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Latent weights start normally distributed with this standard deviation, of layer 1 and of the others. */
  firstSpread: number;
  spread: number;
  /** Outputs are divided by this before the softmax. */
  temperature: number;
  /** Share of the target that all choices of a fork have in common. */
  smoothing: number;
  /** Share of the questions that come up with one typing error, and of those the share that have two. */
  typos: number;
  secondTypo: number;
  /** Share of a question's pieces that it loses, by lot, each time it comes up; see dropFor. */
  drop: number;
  /** Share of the questions that come up with a part of another one in them, of at most a half. */
  mixed: number;
  /** Questions made up of two halves that are to get the fallback, as a share of the questions. */
  madeUp: number;
  /** Weights that are not zero at the end, about; fewer where the program's limits are tighter. */
  weights: number;
  /** Pull of weights to 0 at the start of the run, as a share of the learning rate; it is adjusted for `weights`. */
  shrink: number;
  /** The number of weights falls from here on, and is to be reached there; shares of the run. */
  pressFrom: number;
  pressUntil: number;
  /** Of right answers to mistyped questions, the share that the margin may cost. */
  marginCost: number;
  /** Times in a run that the whole integer model is scored. */
  evaluations: number;
}

export const CLOSED_RECIPE: ClosedRecipe = {
  batch: 128,
  learningRate: 0.02,
  warmUp: 0.02,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  firstSpread: 0.2,
  spread: 0.5,
  temperature: 40,
  smoothing: 0.15,
  typos: 0.3,
  secondTypo: 0.3,
  drop: 0.3,
  mixed: 0.4,
  madeUp: 0.075,
  weights: 24_000,
  shrink: 0.01,
  pressFrom: 0.1,
  pressUntil: 0.8,
  marginCost: 0.007,
  evaluations: 10,
};

export const CLOSED_HIDDEN = [96];

/** So that sums round the same whatever the number of workers, a batch is always cut into this many parts. */
export const SHARDS = 2;

/**
 * A set with more answers than a network of the usual size has hidden units is hard enough as it is: questions that come up
 * less distorted, and fewer that are made up, teach it more.
 */
export const MANY_ANSWERS = 96;
export const FOR_MANY = { mixed: 0.2, drop: 0.05, madeUp: 0.03 } as const satisfies Partial<ClosedRecipe>;

/** What is not learnt but chosen: widths of the hidden layers, and the most buckets. */
export interface Shape {
  hidden: readonly number[];
  mostBuckets: number;
}

const USUAL_SHAPE: Shape = { hidden: CLOSED_HIDDEN, mostBuckets: MOST_BUCKETS };
/**
 * Shapes of models with many answers for programs of at most so many bytes, the smallest first. A bucket's column costs a byte before it has any weight, and
 * a hidden unit some for each answer: where bytes are few, weights do more with them. docs/training.md has the figures.
 */
const SMALL_SHAPES: readonly (Shape & { bytes: number })[] = [
  { bytes: 32_768, hidden: [64], mostBuckets: 512 },
  { bytes: DEFAULT_MAX_SIZE - 1, hidden: [96], mostBuckets: 1024 },
];

/**
 * @param answers different ones; with few, a small program has bytes enough for its buckets
 * @param bytes of the program, at the most
 */
export function shapeFor(answers: number, bytes = DEFAULT_MAX_SIZE): Shape {
  const small = answers > MANY_ANSWERS ? SMALL_SHAPES.find((shape) => bytes <= shape.bytes) : undefined;
  return small ?? USUAL_SHAPE;
}

/** The recipe for so many pairs with so many different answers. */
export function recipeFor(pairs: number, answers: number): ClosedRecipe {
  return { ...CLOSED_RECIPE, drop: dropFor(pairs), ...(answers > MANY_ANSWERS && FOR_MANY) };
}

/** Few questions are soon known by heart, and are to lose more of their pieces than many. */
export function dropFor(pairs: number): number {
  return Math.min(0.3, Math.max(0.1, 2000 / pairs));
}

/** Learning rate at `progress` (0..1) through the run. */
export function closedRate({ learningRate, warmUp }: ClosedRecipe, progress: number): number {
  if (progress < warmUp) return (learningRate * progress) / warmUp;
  const done = (progress - warmUp) / (1 - warmUp);
  // As half a cosine, to 1 %, without any engine's cosine in it: models repeat.
  return learningRate * (1 - done) * (1 - done) * (1 + 2 * done);
}
