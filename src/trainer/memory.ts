/**
 * What all workers of a training run share: parameters, Adam's state, gradients, scores, and the words they
 * synchronise on. One flat array holds the parameters of all layers, each layer's weights row by row ([outputs]
 * [inputs], as in the model), then its biases:
 *
 *     | weights 1 | biases 1 | weights 2 | biases 2 | …
 */
import { INPUT_SIZE } from '../model/network.js';
import { share, type Examples } from './examples.js';
import { Rng } from './rng.js';
import type { Recipe } from './recipe.js';

/** Where a layer's numbers stand in the flat arrays. */
export interface LayerPlace {
  inputs: number;
  outputs: number;
  weightsAt: number;
  biasesAt: number;
  end: number;
}

export function placeLayers(hidden: readonly number[], classes: number): LayerPlace[] {
  let at = 0;
  let inputs = INPUT_SIZE;
  return [...hidden, classes].map((outputs) => {
    const biasesAt = at + inputs * outputs;
    const place = { inputs, outputs, weightsAt: at, biasesAt, end: biasesAt + outputs };
    at = place.end;
    inputs = outputs;
    return place;
  });
}

/** Words of `control`. */
export const CONTROL = {
  /** Workers that have reached the barrier, and how often it has opened. */
  waiting: 0,
  opened: 1,
  /** Set by the main thread: leave as soon as possible. */
  stop: 2,
  /** The first worker's copy of it, taken while all stand at a barrier, so that all leave at the same step. */
  stopAgreed: 3,
  /** Epochs that the main thread has given leave for, or -1 when the run is over. */
  epochs: 4,
  /** Examples in `order`. */
  taken: 5,
  /** Set by the main thread: the most examples that the epoch may take, of those in `order` the first; 0 for all. */
  most: 6,
  /** Set by any worker that left its part of the questions unasked, as asked to stop: the epoch has no score. */
  unscored: 7,
} as const;

/** Words of `plan` of every run: progress (0..1) at the begin and the end of the epoch, and 1 if it ends with scoring. */
export const LEG = { begin: 0, end: 1, scored: 2 } as const;

/** Words of `plan` of a free model. */
export const PLAN = {
  ...LEG,
  /** The shrinkage's factor, and what activity costs: the recipe's own are 1 and 0 (budget.ts). */
  pressure: 3,
  activity: 4,
} as const;

/** Columns of `stats`, one row per shard. Sums since the epoch began. */
export const STATS = {
  /** Asked for; of a closed model, choices. */
  characters: 0,
  loss: 1,
  integerRight: 2,
  floatCharacters: 3,
  floatRight: 4,
  /** Largest accumulator since the epoch began, as a share of 32768. */
  peak: 5,
  /** Accumulators that wrapped, and all there were. */
  wrapped: 6,
  accumulators: 7,
} as const;
export const STATS_COLUMNS = 8;

export interface Memory {
  layers: LayerPlace[];
  /** Latent parameters: weights in quantisation steps, biases in units of one character count (128 of the accumulator's). */
  latent: Float32Array;
  adamM: Float32Array;
  adamV: Float32Array;
  /** What the integer pass multiplies with: quantised weights / 4 and whole biases / 4, so that the shift by 2 is in them. */
  integer: Float32Array;
  /** The same of the float pass: latent values, clipped but not rounded. */
  float: Float32Array;
  /** Summed gradients of each shard: [shards][parameters]. */
  gradients: Float32Array[];
  /** The examples that the epoch takes, in order; control has how many. */
  order: Int32Array;
  /** 1 for each example that was easy when it came up last. */
  easy: Uint8Array;
  /** The integer model's next character for each example, training and held-out. */
  predicted: Int16Array;
  heldOutPredicted: Int16Array;
  stats: Float64Array;
  control: Int32Array;
  /** What the main thread says of the epoch it gives leave for, see PLAN. */
  plan: Float64Array;
}

export function createMemory(
  recipe: Recipe,
  hidden: readonly number[],
  seed: number,
  examples: Examples,
  heldOut: Examples | undefined,
): Memory {
  const layers = placeLayers(hidden, examples.charset.length);
  const size = layers.at(-1)!.end;
  const floats = (): Float32Array => share(Float32Array, new Float32Array(size));
  const memory: Memory = {
    layers,
    latent: floats(),
    adamM: floats(),
    adamV: floats(),
    integer: floats(),
    float: floats(),
    gradients: Array.from({ length: recipe.shards }, floats),
    order: share(Int32Array, new Int32Array(examples.query.length)),
    easy: share(Uint8Array, new Uint8Array(examples.query.length)),
    predicted: share(Int16Array, new Int16Array(examples.query.length)),
    heldOutPredicted: share(Int16Array, new Int16Array(heldOut?.query.length ?? 0)),
    stats: share(Float64Array, new Float64Array(recipe.shards * STATS_COLUMNS)),
    control: share(Int32Array, new Int32Array(Object.keys(CONTROL).length)),
    plan: share(Float64Array, new Float64Array(Object.keys(PLAN).length)),
  };
  memory.plan[PLAN.pressure] = 1;
  const rng = new Rng(seed, STREAM.weights);
  for (const { weightsAt, biasesAt } of layers)
    for (let i = weightsAt; i < biasesAt; i++) memory.latent[i] = (rng.float() * 2 - 1) * recipe.initialSpread;
  return memory;
}

/** What a stream of random numbers is for: the generator's second seed. */
export const STREAM = { weights: 1, order: 2, drop: 3, mix: 4, foreign: 5, margin: 6 } as const;

/**
 * Wait until all workers are here. Sleeps in the kernel; the cost of a wake-up is small beside a step.
 * @param workers how many there are
 */
export function barrier(control: Int32Array, workers: number): void {
  if (workers === 1) return;
  const opened = Atomics.load(control, CONTROL.opened);
  if (Atomics.add(control, CONTROL.waiting, 1) === workers - 1) {
    Atomics.store(control, CONTROL.waiting, 0);
    Atomics.add(control, CONTROL.opened, 1);
    Atomics.notify(control, CONTROL.opened);
  } else {
    while (Atomics.load(control, CONTROL.opened) === opened) Atomics.wait(control, CONTROL.opened, opened);
  }
}
