/**
 * One shard of a step in TensorFlow.js: the integer pass, the float pass beside it, and the gradients of both.
 *
 * Integer pass. All values are whole numbers in float32, and every sum stays below 2^24, so it computes exactly what
 * src/model/inference.ts computes, wrap and shift included:
 *
 *     z = (W/4)·x + b/4          the 16-bit accumulator / 4, before rounding
 *     z = z wrapped into [-8192, 8192)
 *     y = floor(z), then ReLU
 *
 * Backwards, floor, wrap and the quantisation of W and b count as the identity (straight-through estimators), ReLU as
 * itself. Where an accumulator came near the end of its range, a pull back joins the gradient.
 *
 * Float pass. The same with W and b unrounded and no floor.
 *
 * Values stand one example a column. So every product is a plain `matMul(a, b)` whose right side is a narrow batch:
 * the WASM backend multiplies transposed matrices at a twelfth of the speed, and packs the right side anew each time
 * (docs/training-free.md). Hence also the gradients by hand: the automatic ones transpose.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { COUNT_SCALE } from '../model/encoder.js';
import { INPUT_SIZE } from '../model/network.js';
import type { TensorFlow } from './backend.js';
import type { Examples } from './examples.js';
import { inputsOf } from './inputs.js';
import { lossOf, type Loss } from './loss.js';
import { PLAN, STATS, STATS_COLUMNS, type LayerPlace, type Memory } from './memory.js';
import { Mixer, type Mixes } from './mix.js';
import type { Recipe } from './recipe.js';

/** Accumulators / 4 wrap into ± this. */
const WRAP = 8192;

interface Pass {
  rows: Int32Array;
  /** Of the shard; the two passes see the same. */
  mixes: Mixes;
  /** Factor of its derivatives; 0 for a pass that only looks. */
  share: number;
  isInteger: boolean;
  /** Whether its gradient is the first of the shard's, or adds to it. */
  isFirst: boolean;
  /** Names the random numbers of the shard's step. */
  draw: number;
}

interface Layers {
  weights: Tensor2D[];
  biases: Tensor2D[];
}

/** One forward pass. */
interface Forward {
  /** What went into each layer: [inputs][examples]. */
  inputs: Tensor2D[];
  /** Each layer before floor and ReLU: accumulators / 4. */
  sums: Tensor2D[];
  /** The largest of them in each layer, as a share of the 16-bit range; integer pass only. */
  peaks: number[];
  outputs: Tensor2D;
}

export class Passes {
  readonly #mixer: Mixer;

  constructor(
    readonly tf: TensorFlow,
    readonly memory: Memory,
    readonly examples: Examples,
    readonly recipe: Recipe,
    readonly seed: number,
  ) {
    this.#mixer = new Mixer(examples, recipe, seed);
  }

  /**
   * Run a shard and leave its gradients in memory.gradients[shard], its figures in memory.stats.
   * @param rows the examples, as a part of memory.order
   * @param batch examples of the whole step
   * @param integerShare share of the gradient that comes from the integer pass, see recipe.ts
   * @param step steps done before, which decides what is dropped and mixed
   */
  run(shard: number, rows: Int32Array, batch: number, integerShare: number, step: number): void {
    const draw = step * this.recipe.shards + shard;
    const gradient = this.memory.gradients[shard]!;
    // Nothing to multiply: the WASM backend does not refuse that, it leaves what stood in its memory, and says so on stderr.
    if (rows.length === 0) return void gradient.fill(0);
    const stats = this.memory.stats.subarray(shard * STATS_COLUMNS, (shard + 1) * STATS_COLUMNS);
    const { floatShare, floatWatch } = this.recipe;
    const floats = integerShare < 1 ? Math.ceil(rows.length * floatShare) : Math.min(rows.length, floatWatch);
    // The float pass sees fewer examples; each counts for as many more. Once its share is 0 it goes forwards only.
    const scale = ((1 - integerShare) * rows.length) / Math.max(1, floats) / batch;
    const mixes = this.#mixer.mix(rows, draw);
    const common = { rows, mixes, draw };
    const float = { ...common, rows: rows.subarray(0, floats), share: scale, isInteger: false, isFirst: true };
    const integer = {
      ...common,
      share: integerShare / batch,
      isInteger: true,
      isFirst: floats === 0 || scale === 0,
    };
    this.tf.tidy(() => {
      if (floats > 0) {
        const { characters, right } = this.#pass(float, gradient);
        stats[STATS.floatCharacters]! += characters;
        stats[STATS.floatRight]! += right;
      }
      const { characters, right, loss, easy } = this.#pass(integer, gradient, stats);
      stats[STATS.characters]! += characters;
      stats[STATS.integerRight]! += right;
      stats[STATS.loss]! += loss;
      rows.forEach((example, column) => (this.memory.easy[example] = easy[column]!));
    });
  }

  #pass({ rows, mixes, share, isInteger, isFirst, draw }: Pass, gradient: Float32Array, stats?: Float64Array): Loss {
    const { memory, examples, recipe, seed } = this;
    const layers = this.#upload(isInteger ? memory.integer : memory.float);
    const inputs = inputsOf(rows, mixes, examples, recipe, seed, draw);
    const input = this.tf.tensor2d(inputs, [INPUT_SIZE, rows.length]);
    const forward = this.#forward(layers, input, isInteger);
    const outputs = forward.outputs.dataSync() as Float32Array;
    const loss = lossOf(outputs, rows, mixes, examples, recipe, memory.easy, share);
    if (stats) this.#countOverflow(forward, stats);
    if (share > 0) this.#backward(layers, forward, loss.errors, share, gradient, isFirst);
    return loss;
  }

  #upload(parameters: Float32Array): Layers {
    const { tf, memory } = this;
    const tensor = (from: number, to: number, shape: [number, number]): Tensor2D =>
      tf.tensor2d(parameters.subarray(from, to), shape);
    return {
      weights: memory.layers.map((l) => tensor(l.weightsAt, l.biasesAt, [l.outputs, l.inputs])),
      biases: memory.layers.map((l) => tensor(l.biasesAt, l.end, [l.outputs, 1])),
    };
  }

  #forward(layers: Layers, input: Tensor2D, isInteger: boolean): Forward {
    const { tf } = this;
    const last = layers.weights.length - 1;
    const forward: Forward = { inputs: [], sums: [], peaks: [], outputs: input };
    layers.weights.forEach((weights, index) => {
      forward.inputs.push(forward.outputs);
      let sums: Tensor2D = tf.add(tf.matMul(weights, forward.outputs), layers.biases[index]!);
      forward.sums.push(sums);
      if (isInteger) {
        const peak = this.#peak(sums);
        forward.peaks.push(peak);
        // Wrapping is rare, so the price of looking is all that is usually paid.
        sums = tf.floor(peak < 1 ? sums : this.#wrap(sums));
      }
      forward.outputs = index < last ? tf.relu(sums) : sums;
    });
    return forward;
  }

  /** The largest accumulator, as a share of its range. */
  #peak(sums: Tensor2D): number {
    const { tf } = this;
    return Math.max(tf.max(sums).dataSync()[0]!, -tf.min(sums).dataSync()[0]!) / WRAP;
  }

  /** Wrap as 16 bits do. */
  #wrap(sums: Tensor2D): Tensor2D {
    const { tf } = this;
    const turns = tf.floor(tf.div(tf.add(sums, WRAP), 2 * WRAP));
    return tf.sub(sums, tf.mul(turns, 2 * WRAP));
  }

  #countOverflow({ sums, peaks }: Forward, stats: Float64Array): void {
    const { tf } = this;
    sums.forEach((layer, index) => {
      const peak = peaks[index]!;
      stats[STATS.peak] = Math.max(stats[STATS.peak]!, peak);
      stats[STATS.accumulators]! += layer.size;
      if (peak >= 1) stats[STATS.wrapped]! += tf.sum(tf.greaterEqual(tf.abs(layer), WRAP)).dataSync()[0]!;
    });
  }

  #backward(
    layers: Layers,
    forward: Forward,
    errors: Float32Array,
    share: number,
    gradient: Float32Array,
    isFirst: boolean,
  ): void {
    const { tf, memory, recipe } = this;
    const activity = (memory.plan[PLAN.activity]! * share) / COUNT_SCALE;
    let delta: Tensor2D = tf.tensor2d(errors, forward.outputs.shape);
    for (let index = memory.layers.length - 1; index >= 0; index--) {
      const layer = memory.layers[index]!;
      if ((forward.peaks[index] ?? 0) > recipe.overflowMargin)
        delta = tf.add(delta, this.#pull(forward.sums[index]!, share));
      const input = forward.inputs[index]!;
      addTo(gradient, layer, tf.matMul(delta, tf.transpose(input)), tf.sum(delta, 1), isFirst);
      if (index === 0) return;
      const back: Tensor2D = tf.matMul(tf.transpose(layers.weights[index]!), delta);
      // An output of 0 passed nothing on: ReLU's slope there is 0.
      delta = tf.mul(activity > 0 ? tf.add(back, activity) : back, tf.step(input));
    }
  }

  /** Derivative of the overflow penalty: (excess over the margin)² / 2, in ranges. */
  #pull(sums: Tensor2D, share: number): Tensor2D {
    const { tf, recipe } = this;
    const excess = tf.relu(tf.sub(tf.div(tf.abs(sums), WRAP), recipe.overflowMargin));
    return tf.mul(tf.mul(excess, tf.sign(sums)), recipe.overflowPull * share);
  }
}

/** Adam takes no notice of constant factors, so those of the scales (1/4, 128/4) are left out. */
function addTo(gradient: Float32Array, layer: LayerPlace, weights: Tensor, biases: Tensor, first: boolean): void {
  const put = (values: Float32Array, at: number): void => {
    if (first) gradient.set(values, at);
    else for (let i = 0; i < values.length; i++) gradient[at + i]! += values[i]!;
  };
  put(weights.dataSync() as Float32Array, layer.weightsAt);
  put(biases.dataSync() as Float32Array, layer.biasesAt);
}
