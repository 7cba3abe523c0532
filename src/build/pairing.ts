/** Which rows of a layer to pair, so that weights they have in common are added once for both. */
import type { Layer } from '../model/network.js';

/** Two rows, and how many list entries the pair saves the firmware for each character. */
export interface Pair {
  rows: [number, number];
  saved: number;
}

/** Accumulator indices are a byte, shared rows included. */
const MAX_INDEX = 256;
/** A pair costs the firmware 164 T-states for each character, and an entry saved saves about 42. */
const WORTHWHILE = 4;

/** The part of two weights that can be summed once for both. */
export function inCommon(a: number, b: number): number {
  if (a > 0 && b > 0) return 1;
  return a < 0 && b < 0 ? Math.max(a, b) : 0;
}

/**
 * Greedy matching by weights in common.
 * @param rows the layer's rows that are in use
 * @param inputs the layer's inputs that are in use
 * @param activity for each of the layer's inputs, how often it is walked for each character
 */
export function pairRows(layer: Layer, rows: number[], inputs: number[], activity: Float64Array): Pair[] {
  const room = MAX_INDEX - rows.length;
  const candidates: Pair[] = [];
  const lists = rows.map((row) => inputs.map((input) => layer.weights[row * layer.inputs + input]!));
  const weight = inputs.map((input) => activity[input]!);
  lists.forEach((a, i) => {
    for (let j = i + 1; j < lists.length; j++) {
      const b = lists[j]!;
      let saved = 0;
      for (let k = 0; k < a.length; k++) {
        const common = inCommon(a[k]!, b[k]!);
        if (common !== 0) saved += (common < 0 ? -common : common) * weight[k]!;
      }
      if (saved >= WORTHWHILE) candidates.push({ rows: [rows[i]!, rows[j]!], saved });
    }
  });
  candidates.sort((a, b) => b.saved - a.saved || a.rows[0] - b.rows[0] || a.rows[1] - b.rows[1]);
  const taken = new Set<number>();
  const pairs: Pair[] = [];
  for (const pair of candidates) {
    if (pairs.length >= room) break;
    if (pair.rows.some((row) => taken.has(row))) continue;
    pair.rows.forEach((row) => taken.add(row));
    pairs.push(pair);
  }
  // The firmware adds two at a time.
  return pairs.slice(0, pairs.length & ~1);
}
