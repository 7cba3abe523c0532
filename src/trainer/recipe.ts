/**
 * How training goes, as numbers. `docs/training-free.md` has the measured effect of each.
 */
export interface Recipe {
  /** Examples a step. */
  batch: number;
  /** Parts that a batch is cut into, whatever the number of workers, so that sums round the same everywhere. */
  shards: number;
  /** Adam's step at the top of the schedule, in quantisation steps (a weight of +1 is one away from 0). */
  learningRate: number;
  /** Share of the run over which the rate climbs to its top; from there it falls along half a cosine to 0. */
  warmUp: number;
  /** Adam's decay rates and the term that keeps it from dividing by zero. */
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Latent weights start evenly spread over ± this. */
  initialSpread: number;
  /** A latent weight nearer to 0 than this is quantised to 0. */
  deadZone: number;
  /** Latent weights shrink by this share of the learning rate each step: what pays for no character becomes 0. */
  shrink: number;
  /**
   * Where T-states are limited, what an active hidden unit costs, nats for each unit of a character count, at pressure
   * 2 (budget.ts).
   */
  activity: number;
  /** Logits are outputs / 32 times this. */
  sharpness: number;
  /** Share of the gradient that comes from the integer pass when the run begins. */
  integerFrom: number;
  /** Share of the run after which it all comes from the integer pass. */
  floatUntil: number;
  /** Share of each shard that goes through the float pass too, until then. */
  floatShare: number;
  /** Examples of each shard that still do so afterwards, forwards only, to see how far the two have come apart. */
  floatWatch: number;
  /** Share of its question's trigrams that an example loses, by lot, each time it comes up. */
  dropTrigrams: number;
  /** Share of the first characters that are asked for with a part of another question in the question (mix.ts). */
  mixed: number;
  /** An example is easy while its loss is no more than this (nats) above the least possible. */
  easyBelow: number;
  /** Easy examples come up in one of so many epochs, chosen by lot, and count for as many then. */
  easyEvery: number;
  /** Accumulators beyond this share of the 16-bit range are pulled back. */
  overflowMargin: number;
  /** Weight of that pull. */
  overflowPull: number;
  /** Times in a run that the whole integer model is scored. */
  evaluations: number;
}

export const RECIPE: Recipe = {
  batch: 128,
  shards: 2,
  learningRate: 0.02,
  warmUp: 0.02,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  initialSpread: 0.8,
  deadZone: 0.5,
  shrink: 0.012,
  activity: 0.0003,
  sharpness: 0.5,
  integerFrom: 0.5,
  floatUntil: 0.3,
  floatShare: 0.25,
  floatWatch: 8,
  dropTrigrams: 0,
  mixed: 0.5,
  easyBelow: 0.005,
  easyEvery: 4,
  overflowMargin: 0.9,
  overflowPull: 1,
  evaluations: 20,
};

export const DEFAULT_HIDDEN = [256, 128];

/** Learning rate at `progress` (0..1) through the run: linear warm-up, then half a cosine down to 0. */
export function learningRate(recipe: Recipe, progress: number): number {
  const climb = recipe.warmUp > 0 ? Math.min(1, progress / recipe.warmUp) : 1;
  return recipe.learningRate * climb * 0.5 * (1 + Math.cos(Math.PI * progress));
}

/**
 * Progressive quantisation: the share of the gradient that comes from the integer pass. It grows from `integerFrom`,
 * while the float weights find a direction, to 1 at `floatUntil`; from there on only the real network counts.
 */
export function integerShare(recipe: Recipe, progress: number): number {
  if (recipe.floatShare === 0 || progress >= recipe.floatUntil) return 1;
  return recipe.integerFrom + ((1 - recipe.integerFrom) * progress) / recipe.floatUntil;
}
