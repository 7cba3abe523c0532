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
 * A closed model's program sees it when a row leaves its byte (firmware/chat/columns.asm), so nothing is proved for one.
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

/** For a closed model: what each row starts from, in 16 bits. */
export interface WideCounts {
  start: Int16Array;
  rest: Uint8Array;
}

export function planWideCounts(layer: Layer, rows: readonly number[]): WideCounts {
  const splits = rows.map((row) => split(layer.biases[row]!));
  return { start: Int16Array.from(splits, ({ q }) => q), rest: Uint8Array.from(splits, ({ rest }) => rest) };
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
