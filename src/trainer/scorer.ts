/**
 * Scoring a data set with the integer model, in plain typed arrays: the arithmetic of src/model/inference.ts (a test
 * holds them together), arranged for many examples. Walks only non-zero weights of non-zero inputs, and adds the two
 * halves of the first layer from sums that are made once a query and once a context.
 */
import { COUNT_SCALE, QUERY_BUCKETS } from '../model/encoder.js';
import { SHIFT } from '../model/inference.js';
import type { Layer, Network } from '../model/network.js';
import type { Examples, SparseRows } from './examples.js';

/** A layer's non-zero weights by input: input i has the entries start[i] to start[i + 1]. */
interface Columns {
  outputs: number;
  biases: Int16Array;
  start: Int32Array;
  row: Uint8Array;
  weight: Int8Array;
}

export class Scorer {
  readonly #layers: Columns[];

  constructor(network: Network) {
    this.#layers = network.layers.map(columnsOf);
  }

  /** The next character of each example from..to, as an index into the charset; into `predicted` at the same places. */
  predict(examples: Examples, from: number, to: number, predicted: Int16Array): void {
    const [first, ...rest] = this.#layers as [Columns, ...Columns[]];
    const contextSums: (Int32Array | undefined)[] = [];
    const querySums = new Int32Array(first.outputs);
    const sums = rest.map((layer) => new Int32Array(layer.outputs));
    const firstSums = new Int32Array(first.outputs);
    let query = -1;
    for (let e = from; e < to; e++) {
      if (examples.query[e] !== query) {
        query = examples.query[e]!;
        querySums.set(first.biases);
        addRow(first, examples.queries, query, 0, querySums);
      }
      const context = examples.context[e]!;
      let contextPart = contextSums[context];
      if (!contextPart) {
        contextPart = contextSums[context] = new Int32Array(first.outputs);
        addRow(first, examples.contexts, context, QUERY_BUCKETS, contextPart);
      }
      for (let i = 0; i < firstSums.length; i++) firstSums[i] = querySums[i]! + contextPart[i]!;
      let values = firstSums;
      rest.forEach((layer, index) => {
        const next = sums[index]!;
        next.set(layer.biases);
        for (let i = 0; i < values.length; i++) {
          const value = shifted(values[i]!);
          if (value > 0) addColumn(layer, i, value, next);
        }
        values = next;
      });
      let best = 0;
      for (let c = 1; c < values.length; c++) if (shifted(values[c]!) > shifted(values[best]!)) best = c;
      predicted[e] = best;
    }
  }
}

/** Wrap to 16 bits, then shift. Wrapping once at the end is wrapping always: 256 products of 16 bits fit 32. */
function shifted(sum: number): number {
  return ((sum << 16) >> 16) >> SHIFT;
}

function addColumn(layer: Columns, input: number, value: number, sums: Int32Array): void {
  const { row, weight } = layer;
  const end = layer.start[input + 1]!;
  for (let k = layer.start[input]!; k < end; k++) sums[row[k]!]! += weight[k]! * value;
}

function addRow(layer: Columns, rows: SparseRows, row: number, bucket: number, sums: Int32Array): void {
  for (let k = rows.start[row]!; k < rows.start[row + 1]!; k++)
    addColumn(layer, bucket + rows.index[k]!, rows.count[k]! * COUNT_SCALE, sums);
}

function columnsOf(layer: Layer): Columns {
  const start = new Int32Array(layer.inputs + 1);
  const row: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < layer.inputs; i++) {
    for (let r = 0; r < layer.outputs; r++) {
      const w = layer.weights[r * layer.inputs + i]!;
      if (w === 0) continue;
      row.push(r);
      weight.push(w);
    }
    start[i + 1] = row.length;
  }
  return {
    outputs: layer.outputs,
    biases: layer.biases,
    start,
    row: Uint8Array.from(row),
    weight: Int8Array.from(weight),
  };
}

/** How much of a data set a model gets right. Shares, 0..1. */
export interface Score {
  /** Pairs and characters (end marks included) that the shares are of. */
  pairs: number;
  characterCount: number;
  /** Whole answers right. */
  answers: number;
  /** Characters right, each asked for after the right ones before it. */
  characters: number;
  /** The most any model could get: the same question sometimes has different answers. */
  answerCeiling: number;
  characterCeiling: number;
}

/** @param predicted next character of each example, from Scorer.predict */
export function scoreOf(examples: Examples, predicted: Int16Array): Score {
  let charactersRight = 0;
  let characterCeiling = 0;
  let characterCount = 0;
  for (let e = 0; e < examples.query.length; e++) {
    let most = 0;
    let right = 0;
    for (let k = examples.targetStart[e]!; k < examples.targetStart[e + 1]!; k++) {
      const part = examples.share[k]!;
      if (examples.target[k] === predicted[e]) right = part;
      if (part > most && examples.target[k]! >= 0) most = part;
    }
    const weight = examples.weight[e]!;
    characterCount += weight;
    charactersRight += right * weight;
    characterCeiling += most * weight;
  }
  let pairs = 0;
  let answersRight = 0;
  const mostOf = new Map<number, number>();
  for (let path = 0; path < examples.pathPairs.length; path++) {
    const count = examples.pathPairs[path]!;
    const query = examples.pathQuery[path]!;
    pairs += count;
    if (isRight(examples, predicted, path)) answersRight += count;
    mostOf.set(query, Math.max(mostOf.get(query) ?? 0, count));
  }
  const answerCeiling = [...mostOf.values()].reduce((a, b) => a + b, 0);
  return {
    pairs,
    characterCount,
    answers: answersRight / pairs,
    characters: charactersRight / characterCount,
    answerCeiling: answerCeiling / pairs,
    characterCeiling: characterCeiling / characterCount,
  };
}

/** Would the model, asked the path's question, give the path's answer? */
export function isRight(examples: Examples, predicted: Int16Array, path: number): boolean {
  for (let k = examples.pathStart[path]!; k < examples.pathStart[path + 1]!; k++)
    if (predicted[examples.pathExample[k]!] !== examples.pathTarget[k]) return false;
  return true;
}
