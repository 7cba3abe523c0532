/**
 * What the threads of a run share: one WebAssembly memory for all numbers that kernels touch, and a few words to agree
 * by. Weights stand input by input, as a question walks the columns of its pieces:
 *
 *     | layer 1: column 0, column 1 … , biases | layer 2 … |        latent, quantised, Adam's m and v, two gradients
 *     | sums and deltas of each layer |                             for each shard, and for the main thread
 *
 * A column is filled up with zeros to a whole number of vectors.
 */
import { share } from '../examples.js';
import { CONTROL, LEG, STATS_COLUMNS, STREAM } from '../memory.js';
import { Rng } from '../rng.js';
import { SHARDS, type ClosedRecipe } from './recipe.js';

const PAGE = 65_536;
const LANES = 4;
/** 512 MB: a network of four layers as wide as any, 4,096 buckets, takes 60 MB. */
export const MAX_PAGES = 8192;

export interface Place {
  inputs: number;
  outputs: number;
  /** Floats from column to column. */
  stride: number;
  /** Index of column 0, of the biases, and of what follows. */
  weightsAt: number;
  biasesAt: number;
  end: number;
}

export function placeClosed(inputs: number, widths: readonly number[]): Place[] {
  let at = 0;
  return widths.map((outputs, index) => {
    const from = index === 0 ? inputs : widths[index - 1]!;
    const stride = Math.ceil(outputs / LANES) * LANES;
    const biasesAt = at + from * stride;
    const place = { inputs: from, outputs, stride, weightsAt: at, biasesAt, end: biasesAt + stride };
    at = place.end;
    return place;
  });
}

/** Arrays of parameters, one number each for every parameter. */
export const ARRAYS = ['latent', 'quantised', 'm', 'v', 'gradient0', 'gradient1'] as const;
export type ArrayName = (typeof ARRAYS)[number];

/** Words of `plan` of a closed model: ../memory.ts has those of every run, of `control` and of `stats`. */
export const PLAN = { ...LEG, shrink: 3 } as const;

export interface ClosedMemory {
  places: Place[];
  /** A shared WebAssembly.Memory. */
  pages: object;
  /** The step after which each column of layer 1 was last shrunk. */
  shrunk: Int32Array;
  /** For each shard, whether an example of the step uses a column, and which do. */
  used: Uint8Array[];
  uses: Int32Array[];
  /** How many `uses` has, a word for each shard. */
  useCount: Int32Array;
  /** Examples of the epoch in order; -1 is a made-up one. */
  order: Int32Array;
  stats: Float64Array;
  control: Int32Array;
  plan: Float64Array;
  /** For each pair the answer (-1: none of the set) and for each of the held-out pairs. */
  said: Int16Array;
  heldOutSaid: Int16Array;
}

interface WasmApi {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => { buffer: SharedArrayBuffer };
}

const sizeOf = (places: Place[]): number => places.at(-1)!.end;
const scratchOf = (places: Place[]): number => places.reduce((sum, { stride }) => sum + 2 * stride, 0);

export interface MemoryNeeds {
  inputs: number;
  widths: readonly number[];
  examples: number;
  pairs: number;
  heldOut: number;
}

export function createClosedMemory({ inputs, widths, examples, pairs, heldOut }: MemoryNeeds): ClosedMemory {
  const places = placeClosed(inputs, widths);
  const bytes = 4 * (ARRAYS.length * sizeOf(places) + (SHARDS + 1) * scratchOf(places));
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };
  const initial = Math.ceil(bytes / PAGE);
  // It never grows, and what it may grow to is address space taken.
  const pages = new WebAssembly.Memory({ initial, maximum: initial, shared: true });
  const words = (length: number): Int32Array => share(Int32Array, new Int32Array(length));
  const forShards = <T>(make: () => T): T[] => Array.from({ length: SHARDS }, make);
  return {
    places,
    pages,
    shrunk: words(inputs),
    used: forShards(() => share(Uint8Array, new Uint8Array(inputs))),
    uses: forShards(() => words(inputs)),
    useCount: words(SHARDS),
    order: words(examples),
    stats: share(Float64Array, new Float64Array(SHARDS * STATS_COLUMNS)),
    control: words(Object.keys(CONTROL).length),
    plan: share(Float64Array, new Float64Array(Object.keys(PLAN).length)),
    said: share(Int16Array, new Int16Array(pairs)),
    heldOutSaid: share(Int16Array, new Int16Array(heldOut)),
  };
}

/** A thread's own view of the arrays of parameters. */
export class Parameters {
  readonly #size: number;
  readonly buffer: SharedArrayBuffer;

  constructor(readonly memory: Pick<ClosedMemory, 'places' | 'pages'>) {
    this.#size = sizeOf(memory.places);
    ({ buffer: this.buffer } = memory.pages as { buffer: SharedArrayBuffer });
  }

  array(name: ArrayName): Float32Array<SharedArrayBuffer> {
    return new Float32Array(this.buffer, this.address(name), this.#size);
  }

  /** Of an array's first number, in bytes. */
  address(name: ArrayName): number {
    return 4 * ARRAYS.indexOf(name) * this.#size;
  }

  /** Sums and deltas of each layer. @param owner a shard, or SHARDS for the main thread */
  scratch(owner: number): { sums: Scratch; deltas: Scratch }[] {
    const { places } = this.memory;
    let at = 4 * (ARRAYS.length * this.#size + owner * scratchOf(places));
    const next = (stride: number): Scratch => {
      const values = new Float32Array(this.buffer, at, stride);
      const scratch = { at, values };
      at += 4 * stride;
      return scratch;
    };
    return places.map(({ stride }) => ({ sums: next(stride), deltas: next(stride) }));
  }
}

export interface Scratch {
  /** In bytes. */
  at: number;
  values: Float32Array;
}

/** Latent weights as a run begins. */
export function drawWeights(parameters: Parameters, recipe: ClosedRecipe, seed: number): void {
  const latent = parameters.array('latent');
  const rng = new Rng(seed, STREAM.weights);
  parameters.memory.places.forEach(({ inputs, outputs, stride, weightsAt }, layer) => {
    const spread = layer === 0 ? recipe.firstSpread : recipe.spread;
    for (let input = 0; input < inputs; input++)
      for (let row = 0; row < outputs; row++) latent[weightsAt + input * stride + row] = spread * normal(rng);
  });
}

/** Twelve uniform numbers make one that is near enough, and no engine's cosine or logarithm is in it: models repeat. */
function normal(rng: Rng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += rng.float();
  return sum;
}
