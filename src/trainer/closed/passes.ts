/**
 * One example through the network, forwards and backwards. Forwards are the model's own integers, in float32, which holds
 * them exactly; only the rounding after each layer is left out while learning. Backwards, quantisation counts as the
 * identity (straight-through estimator). Sums are kept divided by 4, as inference shifts them by 2.
 */
import { answerTree, type AnswerTree } from '../../model/answer-tree.js';
import type { ClosedSet } from '../../model/closed-set.js';
import { COUNT_SCALE } from '../../model/encoder.js';
import { SHIFT } from '../../model/inference.js';
import type { Pieces, Target } from './distortion.js';
import { createKernels, type Kernels } from './kernels.js';
import type { ClosedRecipe } from './recipe.js';
import { Parameters, type ClosedMemory, type Place, type Scratch } from './memory.js';

const QUARTER = 1 / (1 << SHIFT);
/** What one count of a piece adds to a sum, for a weight of 1. */
const COUNT = COUNT_SCALE * QUARTER;

/** Bytes. */
const FLOAT = 4;

/** What a step adds up. */
export interface Tally {
  loss: number;
  right: number;
  /** Of the few examples that are watched. */
  watched: number;
  floatRight: number;
  /** Largest sum, as a share of 32768, and how many wrapped, of how many. */
  peak: number;
  wrapped: number;
  sums: number;
}

/** Half of what a sum can hold. */
const RANGE = 0x8000;

export class ClosedPasses {
  readonly kernels: Kernels;
  readonly parameters: Parameters;
  readonly tree: AnswerTree;
  readonly #places: Place[];
  readonly #quantised: Float32Array;
  #gradient!: Float32Array;
  #layers!: { sums: Scratch; deltas: Scratch }[];
  /** Where the weights begin that `outputs` multiplies with, and the gradients, in bytes. */
  #weightsAt: number;
  #gradientsAt = 0;

  /** @param owner whose scratch to use: a shard, or SHARDS for the main thread, which only asks */
  constructor(
    readonly memory: ClosedMemory,
    readonly closed: ClosedSet,
    owner: number,
  ) {
    this.parameters = new Parameters(memory);
    this.kernels = createKernels(memory.pages);
    this.tree = answerTree(closed);
    this.#places = memory.places;
    this.#quantised = this.parameters.array('quantised');
    this.#weightsAt = this.parameters.address('quantised');
    this.own(owner);
  }

  /** Go on with another shard. */
  own(owner: number): void {
    const name = owner === 1 ? 'gradient1' : 'gradient0';
    this.#gradient = this.parameters.array(name);
    this.#gradientsAt = this.parameters.address(name);
    this.#layers = this.parameters.scratch(owner);
  }

  /** Outputs for a question at the fork that its pieces name; valid until the next call. */
  outputs(pieces: Pieces, exact: boolean): Float32Array {
    const { kernels } = this;
    const first = this.#places[0]!;
    const { at } = this.#layers[0]!.sums;
    this.#begin(first, this.#layers[0]!.sums);
    const columns = this.#weightsAt + FLOAT * first.weightsAt;
    for (let i = 0; i < pieces.length; i++) {
      const column = columns + FLOAT * first.stride * pieces.column[i]!;
      kernels.add(at, column, pieces.count[i]! * COUNT, first.stride);
    }
    if (exact) roundDown(this.#layers[0]!.sums.values);
    for (let layer = 1; layer < this.#places.length; layer++) {
      const place = this.#places[layer]!;
      const { values } = this.#layers[layer - 1]!.sums;
      const { sums } = this.#layers[layer]!;
      this.#begin(place, sums);
      let column = this.#weightsAt + FLOAT * place.weightsAt;
      for (let input = 0; input < place.inputs; input++, column += FLOAT * place.stride) {
        const value = values[input]!;
        if (value > 0) kernels.add(sums.at, column, value * QUARTER, place.stride);
      }
      if (exact) roundDown(sums.values);
    }
    return this.#layers.at(-1)!.sums.values;
  }

  /**
   * How far the weights before quantisation have come apart from those after it, and how near sums come to the 16 bits
   * they have: looked at for a few examples a step.
   */
  watch(pieces: Pieces, target: Target, tally: Tally): void {
    this.outputs(pieces, false);
    this.#places.forEach(({ outputs }, layer) => {
      const { values } = this.#layers[layer]!.sums;
      for (let row = 0; row < outputs; row++) {
        const share = Math.abs(values[row]! / QUARTER) / RANGE;
        if (share > tally.peak) tally.peak = share;
        if (share >= 1) tally.wrapped++;
      }
      tally.sums += outputs;
    });
    this.#weightsAt = this.parameters.address('latent');
    const outputs = this.outputs(pieces, false);
    this.#weightsAt = this.parameters.address('quantised');
    const choices = this.tree.forks[target.fork]!;
    const wanted = outputs[choices[target.choice]!.output]!;
    tally.watched++;
    if (choices.every(({ output }) => outputs[output]! <= wanted)) tally.floatRight++;
  }

  #begin({ biasesAt, stride }: Place, { values }: Scratch): void {
    for (let row = 0; row < stride; row++) values[row] = this.#quantised[biasesAt + row]! * QUARTER;
  }

  /**
   * Learn from one example: its gradient is added to the shard's.
   * @param used which columns of layer 1 have been touched, and their list; returns its new length
   */
  learn(
    pieces: Pieces,
    target: Target,
    { temperature, smoothing }: Pick<ClosedRecipe, 'temperature' | 'smoothing'>,
    tally: Tally,
    used: { marks: Uint8Array; list: Int32Array; length: number },
  ): void {
    const { kernels } = this;
    const outputs = this.outputs(pieces, false);
    this.#loss(outputs, target, temperature, smoothing, tally);
    for (let layer = this.#places.length - 1; layer > 0; layer--) {
      const place = this.#places[layer]!;
      const { deltas } = this.#layers[layer]!;
      const before = this.#layers[layer - 1]!;
      this.#addBiases(place, deltas);
      for (let input = 0; input < place.inputs; input++) {
        const value = before.sums.values[input]!;
        if (value <= 0) {
          before.deltas.values[input] = 0;
          continue;
        }
        const at = FLOAT * (place.weightsAt + input * place.stride);
        const gradient = this.#gradientsAt + at;
        const sum = kernels.back(gradient, this.#weightsAt + at, deltas.at, value * QUARTER, place.stride);
        before.deltas.values[input] = sum * QUARTER;
      }
    }
    const first = this.#places[0]!;
    const { deltas } = this.#layers[0]!;
    this.#addBiases(first, deltas);
    for (let i = 0; i < pieces.length; i++) {
      const column = pieces.column[i]!;
      if (used.marks[column] === 0) {
        used.marks[column] = 1;
        used.list[used.length++] = column;
      }
      const gradient = this.#gradientsAt + FLOAT * (first.weightsAt + column * first.stride);
      kernels.add(gradient, deltas.at, pieces.count[i]! * COUNT, first.stride);
    }
  }

  #addBiases({ biasesAt, stride }: Place, { values }: Scratch): void {
    for (let row = 0; row < stride; row++) this.#gradient[biasesAt + row]! += values[row]!;
  }

  /** Softmax over a fork's choices against its target, into the last layer's deltas. */
  #loss(outputs: Float32Array, target: Target, temperature: number, smoothing: number, tally: Tally): void {
    const choices = this.tree.forks[target.fork]!;
    const deltas = this.#layers.at(-1)!.deltas.values;
    deltas.fill(0);
    let most = -Infinity;
    let best = 0;
    choices.forEach(({ output }, choice) => {
      if (outputs[output]! > most) {
        most = outputs[output]!;
        best = choice;
      }
    });
    let sum = 0;
    for (const { output } of choices) sum += deltas[output] = Math.exp((outputs[output]! - most) / temperature);
    const even = smoothing / choices.length;
    choices.forEach(({ output }, choice) => {
      const likely = deltas[output]! / sum;
      let wanted = even;
      if (choice === target.choice) wanted += (1 - smoothing) * target.kept;
      if (target.kept < 1 && choice === target.other) wanted += (1 - smoothing) * (1 - target.kept);
      if (choice === target.choice) tally.loss -= Math.log(likely + 1e-9);
      deltas[output] = likely - wanted;
    });
    if (best === target.choice) tally.right++;
  }
}

/** As inference does it: sums wrap at 16 bits, then lose their last two. */
function roundDown(values: Float32Array): void {
  for (let row = 0; row < values.length; row++) values[row] = (((values[row]! / QUARTER) << 16) >> 16) >> SHIFT;
}
