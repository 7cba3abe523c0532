/**
 * Rows of hidden layers that can be left out without changing any answer:
 *
 * - those that are 0 after ReLU whatever is typed: their bias is at most 3, no weight adds to them, and they cannot
 *   wrap to something positive either;
 * - those that no row which is left gives any weight.
 */
import { COUNT_SCALE } from '../model/encoder.js';
import { SHIFT } from '../model/inference.js';
import type { Layer, Network } from '../model/network.js';
import { inputBounds, type InputBounds } from './bounds.js';

const LEAST = -0x8000;
/** The largest bias that the shift makes 0. */
const NOTHING = (1 << SHIFT) - 1;

/**
 * For each layer the rows to keep, in their order; at least one.
 * @param longest bytes of a line
 */
export function neededRows(network: Network, longest: number): number[][] {
  const { layers } = network;
  const bounds = inputBounds(network, longest);
  const all = layers.map((layer) => Array.from({ length: layer.outputs }, (_, row) => row));
  const kept = all.map((rows, l) => {
    if (l === layers.length - 1) return rows;
    if (l === 0) return rows.filter((row) => !isDead(layers[0]!, row, () => lowestCount(bounds)));
    if (l === 1) return rows.filter((row) => !isDead(layers[1]!, row, () => lowestSecond(layers, row, bounds)));
    return rows;
  });
  for (let l = layers.length - 2; l >= 0; l--) {
    const next = layers[l + 1]!;
    const used = kept[l]!.filter((row) =>
      kept[l + 1]!.some((reader) => next.weights[reader * next.inputs + row] !== 0),
    );
    kept[l] = used.length > 0 ? used : all[l]!.slice(0, 1);
  }
  return kept;
}

/** @param lowest a bound, from below, on what the row's weights can add to its bias */
function isDead(layer: Layer, row: number, lowest: () => number): boolean {
  const weights = layer.weights.subarray(row * layer.inputs, (row + 1) * layer.inputs);
  return layer.biases[row]! <= NOTHING && weights.every((w) => w <= 0) && layer.biases[row]! + lowest() >= LEAST;
}

/** Every n-gram could hit a -2. */
function lowestCount({ pieces, others }: InputBounds): number {
  return -2 * COUNT_SCALE * (pieces + others);
}

/**
 * A second-layer row takes |weight| times the outputs of first-layer rows; each of those is at most its +1 hits
 * times 32, and its bias, shifted. So each n-gram takes at most what its +1 column holds for the row.
 */
function lowestSecond(layers: readonly Layer[], row: number, bounds: InputBounds): number {
  const [first, second] = [layers[0]!, layers[1]!];
  let biases = 0;
  const hits = new Float64Array(first.inputs);
  for (let j = 0; j < second.inputs; j++) {
    const taken = -second.weights[row * second.inputs + j]!;
    if (taken === 0) continue;
    // Beyond these the first layer itself could wrap, and nothing would be known.
    if (Math.abs(first.biases[j]!) - lowestCount(bounds) > 0x7fff) return -Infinity;
    biases += taken * (Math.abs(first.biases[j]!) + 1);
    for (let input = 0; input < first.inputs; input++)
      if (first.weights[j * first.inputs + input]! > 0) hits[input]! += taken;
  }
  const question = Math.max(0, ...hits.subarray(0, bounds.question));
  const others = Math.max(0, ...hits.subarray(bounds.question));
  return -((COUNT_SCALE >> SHIFT) * (bounds.pieces * question + bounds.others * others) + biases);
}
