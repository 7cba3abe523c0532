/**
 * A network rearranged for the Z80, with the same answers to every question that can be typed:
 *
 * - what a free model's first layer gets from a context of eight spaces is folded into its biases
 *   (firmware/chat/encode.asm takes away what an answer breaks);
 * - rows that cannot matter are left out, with the next layer's columns that they would have fed (needed.ts);
 * - rows of hidden layers that have many weights in common are paired: those weights are summed once, in a
 *   shared row, and the firmware adds its sum to both. Order of addition does not matter in wrapping arithmetic.
 */
import { COUNT_SCALE, QUERY_BUCKETS, encodeContext } from '../model/encoder.js';
import type { Layer, Network } from '../model/network.js';
import { MAX_QUESTION } from '../model/question.js';
import type { Activity } from './activity.js';
import { planCounts, planWideCounts, type Counts, type WideCounts } from './counts.js';
import { neededRows } from './needed.js';
import { inCommon, pairRows, type Pair } from './pairing.js';

/** The longest question the firmware takes is MAX_LINE in chat.asm. */
export { MAX_QUESTION };

/** One input's weights: the rows it is added to and subtracted from; a -2 is in `minus` twice. */
export interface Column {
  plus: number[];
  minus: number[];
}

export interface PlannedLayer {
  /** Rows that are outputs; the shared ones follow them. */
  rows: number;
  /** Rows 2i and 2i+1, for i below `shared`, get row `rows + i` added. */
  shared: number;
  /** [rows + shared] */
  biases: Int16Array;
  /** For each input, in the order of the rows of the layer before, its weights without sharing: [inputs][rows]. */
  weights: Int8Array[];
  /** The same as lists, with shared rows. */
  columns: Column[];
  /** The network's number of each row, and of each column. */
  origin: number[];
  inputs: number[];
  /** In a free model's first layer, where others follow. */
  counts?: Counts;
  /** In a closed model's first layer. */
  wideCounts?: WideCounts;
}

export interface PlanOptions {
  /** Order rows of hidden layers by how often they are active, the busiest first; without it, leave them as they are. */
  activity?: Activity;
  /** First of all come rows that are paired, where `activity` says that their weights in common are used enough. */
  share?: boolean;
}

export function planNetwork(network: Network, options: PlanOptions = {}): PlannedLayer[] {
  const planned: PlannedLayer[] = [];
  const needed = neededRows(network, MAX_QUESTION);
  network.layers.forEach((layer, index) => {
    const last = index === network.layers.length - 1;
    const inputs = planned.at(-1)?.origin ?? Array.from({ length: layer.inputs }, (_, i) => i);
    const biases = index === 0 && !network.closed ? biasesAfterSpaces(layer) : layer.biases;
    let origin = needed[index]!;
    // Sharing pays for columns that are walked for every character, which the first layer's are not.
    const { activity, share } = options;
    const pairs = activity && share && index > 0 && !last ? pairRows(layer, origin, inputs, activity[index]!) : [];
    const paired = pairs.flatMap(({ rows }) => rows);
    const others = origin.filter((row) => !paired.includes(row));
    const busy = last ? undefined : activity?.[index + 1];
    if (busy) others.sort((a, b) => busy[b]! - busy[a]! || a - b);
    origin = [...paired, ...others];
    const plannedLayer = planLayer(layer, biases, origin, inputs, pairs);
    if (index === 0 && network.closed) plannedLayer.wideCounts = planWideCounts(layer, origin, last);
    // A first layer that is also the last needs its sums as they are.
    else if (index === 0 && !last) plannedLayer.counts = planCounts(layer, origin, MAX_QUESTION);
    planned.push(plannedLayer);
  });
  return planned;
}

function planLayer(layer: Layer, biases: Int16Array, origin: number[], inputs: number[], pairs: Pair[]): PlannedLayer {
  const rows = origin.length;
  const weights = inputs.map((input) => Int8Array.from(origin, (row) => layer.weights[row * layer.inputs + input]!));
  const columns = weights.map((column): Column => {
    const own = Int8Array.from(column);
    const lists: Column = { plus: [], minus: [] };
    pairs.forEach((_, i) => {
      const common = inCommon(own[2 * i]!, own[2 * i + 1]!);
      own[2 * i]! -= common;
      own[2 * i + 1]! -= common;
      list(lists, rows + i, common);
    });
    own.forEach((weight, row) => list(lists, row, weight));
    return lists;
  });
  const allBiases = new Int16Array(rows + pairs.length);
  origin.forEach((row, i) => (allBiases[i] = biases[row]!));
  return { rows, shared: pairs.length, biases: allBiases, weights, columns, origin, inputs };
}

/** List a row by its weight. */
export function list({ plus, minus }: Column, row: number, weight: number): void {
  if (weight > 0) plus.push(row);
  for (let w = weight; w < 0; w++) minus.push(row);
}

/** First-layer biases with the context of an empty answer added. */
function biasesAfterSpaces(layer: Layer): Int16Array {
  const counts = encodeContext(new Uint8Array(0));
  return Int16Array.from(layer.biases, (bias, row) => {
    let sum = bias;
    counts.forEach((count, bucket) => {
      sum += COUNT_SCALE * count * layer.weights[row * layer.inputs + QUERY_BUCKETS + bucket]!;
    });
    return sum;
  });
}
