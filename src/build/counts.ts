/**
 * The first layer in counts. Its inputs are small counts times 32, so a row's sum is 32 times a small count, which
 * the firmware can keep in a signed byte, as long as it fits: with c the sum of weight times count,
 *
 *     v = (32 c + bias) >> 2 = 8 c + (bias >> 2) = 8 (c + q) + rest,    rest in 1..8
 *
 * and v is positive exactly if c + q is not negative. The byte starts as q and shows in its sign whether the row is
 * active. How long a question may be so that no row can leave a byte, whatever its letters, is worked out here;
 * for longer ones the firmware falls back to 16 bits.
 *
 * A closed model's program settles its counts from time to time (firmware/chat/columns.asm); here it is worked out when
 * it must begin to.
 */
import { CONTEXT_LENGTH, QUERY_BUCKETS, encodeContext } from '../model/encoder.js';
import { SHIFT } from '../model/inference.js';
import type { Layer } from '../model/network.js';

/** 32 >> SHIFT */
const STEP = 8;
const CONTEXT_GRAMS = 3 * CONTEXT_LENGTH - 3;

export interface Counts {
  /** Questions of fewer trigrams than this never leave a byte; 0 if even an empty one could. */
  limit: number;
  /** What each row starts from: q, and its count for a context of eight spaces. */
  start: Int8Array;
  rest: Uint8Array;
}

/** Of a free model. @param rows the layer's rows that are in use; `longest` the most trigrams a question can have */
export function planCounts(layer: Layer, rows: readonly number[], longest: number): Counts {
  const spaces = encodeContext(new Uint8Array(0));
  const start = new Int8Array(rows.length);
  const rest = new Uint8Array(rows.length);
  let limit = longest + 1;
  rows.forEach((row, i) => {
    const weights = layer.weights.subarray(row * layer.inputs, (row + 1) * layer.inputs);
    const question = range(weights.subarray(0, QUERY_BUCKETS));
    const context = range(weights.subarray(QUERY_BUCKETS));
    const { q, rest: r } = split(layer.biases[row]!);
    const spacesCount = spaces.reduce((sum, count, bucket) => sum + count * weights[QUERY_BUCKETS + bucket]!, 0);
    const down = room(q + 128 + CONTEXT_GRAMS * context.least, -question.least);
    const up = room(127 - q - CONTEXT_GRAMS * context.most, question.most);
    limit = Math.min(limit, down, up);
    start[i] = q + spacesCount;
    rest[i] = r;
  });
  return { limit, start, rest };
}

/** The first layer of a closed model. */
export interface WideCounts {
  /** What each row starts from. */
  start: Int8Array;
  /** How many times 128 more; where there are none, no row has any. */
  highs?: Int8Array;
  rest: Uint8Array;
  /** Pieces that no row can leave its byte by, and a fork besides. */
  pieces: number;
}

/** Pieces after which settled counts, of -64 to 63, must be settled again, and a fork: 32 times -2. */
const SETTLED_PIECES = 31;

/**
 * @param rows the layer's rows that are in use
 * @param wide whether the sums are needed in 16 bits whatever is asked
 */
export function planWideCounts(layer: Layer, rows: readonly number[], wide: boolean): WideCounts {
  const splits = rows.map((row) => split(layer.biases[row]!));
  const rest = Uint8Array.from(splits, ({ rest: r }) => r);
  const pieces = rows.map((row, i) => {
    const { least, most } = range(layer.weights.subarray(row * layer.inputs, (row + 1) * layer.inputs));
    const { q } = splits[i]!;
    return Math.min(room(128 + q, -least), room(127 - q, most)) - 2;
  });
  const fewest = Math.min(...pieces);
  const start = Int8Array.from(splits, ({ q }) => q);
  if (!wide && fewest >= SETTLED_PIECES) return { start, rest, pieces: fewest };
  // (q + 64) & 127 is q + 64 - 128 * high.
  return {
    start: Int8Array.from(splits, ({ q }) => ((q + 64) & 127) - 64),
    highs: Int8Array.from(splits, ({ q }) => (q + 64) >> 7),
    rest,
    pieces: SETTLED_PIECES,
  };
}

function split(bias: number): { q: number; rest: number } {
  const offset = (bias >> SHIFT) - 1;
  const q = Math.floor(offset / STEP);
  return { q, rest: offset - STEP * q + 1 };
}

/** The least and the most that one n-gram can add. */
function range(weights: Int8Array): { least: number; most: number } {
  return { least: Math.min(0, ...weights), most: Math.max(0, ...weights) };
}

/** For fewer n-grams than this, each of at most `each`, there is room. */
function room(free: number, each: number): number {
  if (free < 0) return 0;
  return each === 0 ? Infinity : Math.floor(free / each) + 1;
}
