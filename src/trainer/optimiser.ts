/**
 * Adam, shrinkage and quantisation of a range of the parameters, in one go over shared memory. It takes about as long
 * as TensorFlow.js takes for Adam alone (`npm run bench -- train`), and each worker can do a part of it.
 *
 * Weights.  latent u, in quantisation steps, kept in [-2.5, 1.5] so that a weight at the edge can still turn back.
 *           integer pass: q = -2, -1, 0 or +1, nearest to u, but 0 inside the dead zone
 *           float pass:   u clipped to [-2, 1]
 * Biases.   latent b; integer pass: 128 b rounded to a whole number; float pass: 128 b.
 *
 * Both are stored divided by 4: the layer's shift by 2 is folded into what multiplies, which is exact in float32.
 */
import { PLAN, type Memory } from './memory.js';
import type { Recipe } from './recipe.js';

/** One unit of the first layer's counts is 32 in its input, and 128 in the accumulator that is then shifted by 2. */
const BIAS_SCALE = 128;
/** The shift by 2. */
export const FOLDED = 0.25;
const LOWEST = -2.5;
const HIGHEST = 1.5;
const BIAS_LIMIT = 32767 / BIAS_SCALE;

/** The integer weight that a latent weight stands for. */
function quantise(latent: number, deadZone: number): number {
  return Number(latent >= deadZone) - Number(latent <= -deadZone) - Number(latent < -1.5);
}

/**
 * One step for the parameters from..to.
 * @param step counts from 1, for Adam's bias correction
 * @param rate learning rate of this step; 0 only quantises
 */
export function updateParameters(
  memory: Memory,
  recipe: Recipe,
  from: number,
  to: number,
  step: number,
  rate: number,
): void {
  for (const layer of memory.layers) {
    const weights = [Math.max(from, layer.weightsAt), Math.min(to, layer.biasesAt)] as const;
    const biases = [Math.max(from, layer.biasesAt), Math.min(to, layer.end)] as const;
    if (rate > 0) {
      adam(memory, recipe, ...weights, step, rate);
      adam(memory, recipe, ...biases, step, rate);
    }
    quantiseWeights(memory, recipe, ...weights, rate * recipe.shrink * memory.plan[PLAN.pressure]!);
    quantiseBiases(memory, ...biases);
  }
}

function adam(memory: Memory, recipe: Recipe, from: number, to: number, step: number, rate: number): void {
  const { latent, adamM: m, adamV: v, gradients } = memory;
  const { beta1, beta2, epsilon } = recipe;
  sumShards(gradients, from, to);
  const gradient = gradients[0]!;
  const correctM = 1 / (1 - beta1 ** step);
  const correctV = 1 / (1 - beta2 ** step);
  for (let i = from; i < to; i++) {
    const g = gradient[i]!;
    const mi = (m[i] = m[i]! + (1 - beta1) * (g - m[i]!));
    const vi = (v[i] = v[i]! + (1 - beta2) * (g * g - v[i]!));
    latent[i] = latent[i]! - (rate * (mi * correctM)) / (Math.sqrt(vi * correctV) + epsilon);
  }
}

/** Add the shards' gradients up in the first, always in the same order. */
function sumShards([first, ...others]: Float32Array[], from: number, to: number): void {
  for (const other of others) for (let i = from; i < to; i++) first![i]! += other[i]!;
}

/**
 * `(|x - a| - |x - b| + a + b) / 2` clips x to a..b. Branches that random weights make unforeseeable, and Math.min and
 * Math.max, take four times as long here.
 */
function quantiseWeights(memory: Memory, recipe: Recipe, from: number, to: number, shrink: number): void {
  const { latent, integer, float } = memory;
  const { deadZone } = recipe;
  for (let i = from; i < to; i++) {
    let u = latent[i]!;
    u -= (Math.abs(u + shrink) - Math.abs(u - shrink)) / 2;
    u = (Math.abs(u - LOWEST) - Math.abs(u - HIGHEST) + LOWEST + HIGHEST) / 2;
    latent[i] = u;
    integer[i] = FOLDED * quantise(u, deadZone);
    float[i] = (FOLDED * (Math.abs(u + 2) - Math.abs(u - 1) - 1)) / 2;
  }
}

function quantiseBiases(memory: Memory, from: number, to: number): void {
  const { latent, integer, float } = memory;
  for (let i = from; i < to; i++) {
    const b = Math.min(BIAS_LIMIT, Math.max(-BIAS_LIMIT, latent[i]!));
    latent[i] = b;
    integer[i] = FOLDED * Math.round(b * BIAS_SCALE);
    float[i] = FOLDED * b * BIAS_SCALE;
  }
}
