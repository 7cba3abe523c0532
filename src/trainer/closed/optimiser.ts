/**
 * Adam on the sum of the shards' gradients, with each weight pulled to 0 by a share of the learning rate in every step.
 * Layer 1 has a column for each piece of text, of which a batch uses a third: the others are let be, and shrink for all the
 * steps that they missed when they are used again, or when the epoch ends. So what is seldom asked for earns its weights
 * seldom, and loses them like all others: rare columns become empty first.
 */
import type { Kernels } from './kernels.js';
import { ARRAYS, Parameters, type ArrayName, type ClosedMemory, type Place } from './memory.js';
import { SHARDS, type ClosedRecipe } from './recipe.js';

/** Biases count in this, so that Adam's steps move them as weights: layer 1's in counts, the others' in usual inputs. */
const FIRST_BIAS = 32;
const BIAS = 64;
const LIMIT = 0x7fff;
/**
 * The least weight of layer 1 and of the others. In layer 1's columns a -2 takes two bytes and two steps, as a -1 listed
 * twice; without it nothing was lost on any set that was tried.
 */
export const FIRST_LOWEST = -1;
const LOWEST = -2;
/** Weights that a worker takes at a time, in floats. */
const BLOCK = 1024;

export class ClosedOptimiser {
  readonly #addresses: Record<ArrayName, number>;
  readonly #latent: Float32Array;
  readonly #quantised: Float32Array;
  readonly #m: Float32Array;
  readonly #v: Float32Array;
  readonly #gradients: Float32Array[];
  #step = 0;
  /** Adam's decay rates to the power of the step. */
  #power1 = 1;
  #power2 = 1;
  #rate = 0;
  #scale = 0;

  constructor(
    readonly memory: ClosedMemory,
    readonly kernels: Kernels,
    readonly recipe: ClosedRecipe,
    readonly index: number,
    readonly workers: number,
  ) {
    const parameters = new Parameters(memory);
    this.#addresses = Object.fromEntries(ARRAYS.map((name) => [name, parameters.address(name)])) as Record<
      ArrayName,
      number
    >;
    this.#latent = parameters.array('latent');
    this.#quantised = parameters.array('quantised');
    this.#m = parameters.array('m');
    this.#v = parameters.array('v');
    this.#gradients = [parameters.array('gradient0'), parameters.array('gradient1')];
  }

  /**
   * This worker's part of a step: every weight and bias belongs to one of them, whichever shards used it.
   * @param step from 1
   * @param rate Adam's step
   * @param shrink share of it by which weights shrink
   */
  update(step: number, rate: number, shrink: number): void {
    const { beta1, beta2 } = this.recipe;
    // One factor after the other, as the power function of one engine is not the next one's: models repeat.
    for (; this.#step < step; this.#step++) {
      this.#power1 *= beta1;
      this.#power2 *= beta2;
    }
    this.#rate = rate / (1 - this.#power1);
    this.#scale = 1 / Math.sqrt(1 - this.#power2);
    this.#columns(step, rate * shrink);
    this.memory.places.forEach((place, layer) => {
      if (layer > 0) this.#blocks(place, rate * shrink);
      if ((layer + this.index) % this.workers === 0) this.#biases(place, layer === 0 ? FIRST_BIAS : BIAS);
    });
  }

  #columns(step: number, pull: number): void {
    const { memory, workers, index } = this;
    const { weightsAt, stride } = memory.places[0]!;
    for (let shard = 0; shard < SHARDS; shard++) {
      const uses = memory.uses[shard]!;
      for (let i = 0; i < memory.useCount[shard]!; i++) {
        const column = uses[i]!;
        // The first shard that used it has it in its list.
        if (column % workers !== index || (shard > 0 && memory.used[0]![column] === 1)) continue;
        const missed = step - memory.shrunk[column]!;
        memory.shrunk[column] = step;
        this.#run(weightsAt + column * stride, stride, pull * missed, FIRST_LOWEST);
      }
    }
  }

  #blocks({ weightsAt, biasesAt }: Place, decay: number): void {
    for (let at = weightsAt, block = 0; at < biasesAt; at += BLOCK, block++)
      if (block % this.workers === this.index) this.#run(at, Math.min(BLOCK, biasesAt - at), decay, LOWEST);
  }

  #run(at: number, count: number, decay: number, lowest: number): void {
    const { latent, quantised, m, v, gradient0, gradient1 } = this.#addresses;
    const { beta1, beta2, epsilon } = this.recipe;
    const offset = 4 * at;
    this.kernels.update(
      latent + offset,
      quantised + offset,
      m + offset,
      v + offset,
      gradient0 + offset,
      gradient1 + offset,
      count,
      1 - beta1,
      1 - beta2,
      this.#rate,
      this.#scale,
      epsilon,
      decay,
      lowest,
    );
  }

  #biases({ biasesAt, end }: Place, unit: number): void {
    const { beta1, beta2, epsilon } = this.recipe;
    const [one, two] = this.#gradients as [Float32Array, Float32Array];
    for (let at = biasesAt; at < end; at++) {
      const g = one[at]! + two[at]!;
      one[at] = two[at] = 0;
      this.#m[at]! += (1 - beta1) * (g - this.#m[at]!);
      this.#v[at]! += (1 - beta2) * (g * g - this.#v[at]!);
      this.#latent[at]! -= (this.#rate * this.#m[at]!) / (Math.sqrt(this.#v[at]!) * this.#scale + epsilon);
      this.#quantised[at] = rounded(this.#latent[at]!, unit);
    }
  }

  /** Forget which columns the step used; each worker does so for its own shards, when all have updated. */
  forget(shard: number): void {
    const { memory } = this;
    const uses = memory.uses[shard]!;
    for (let i = 0; i < memory.useCount[shard]!; i++) memory.used[shard]![uses[i]!] = 0;
    memory.useCount[shard] = 0;
  }

  /** Shrink this worker's part of the columns for the steps that they missed: all are even then. */
  catchUp(step: number, pull: number): void {
    const { memory, workers, index } = this;
    const { weightsAt, stride, inputs } = memory.places[0]!;
    for (let column = index; column < inputs; column += workers) {
      const missed = step - memory.shrunk[column]!;
      memory.shrunk[column] = step;
      if (missed === 0) continue;
      const offset = 4 * (weightsAt + column * stride);
      const { latent, quantised } = this.#addresses;
      this.kernels.shrink(latent + offset, quantised + offset, stride, pull * missed, FIRST_LOWEST);
    }
  }
}

/** What all parameters come to, from their latent values alone: after a checkpoint was read. */
export function requantise(parameters: Parameters): void {
  const latent = parameters.array('latent');
  const quantised = parameters.array('quantised');
  parameters.memory.places.forEach(({ weightsAt, biasesAt, end }, layer) => {
    const unit = layer === 0 ? FIRST_BIAS : BIAS;
    const lowest = layer === 0 ? FIRST_LOWEST : LOWEST;
    for (let at = weightsAt; at < biasesAt; at++)
      quantised[at] = Math.max(lowest, Math.min(1, nearestEven(latent[at]!)));
    for (let at = biasesAt; at < end; at++) quantised[at] = rounded(latent[at]!, unit);
  });
}

const rounded = (latent: number, unit: number): number => Math.max(-LIMIT, Math.min(LIMIT, Math.round(latent * unit)));

/** As the kernels round: halves to the even neighbour. */
function nearestEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
