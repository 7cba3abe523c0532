/**
 * Scoring a data set with the integer model, in plain typed arrays: the arithmetic of src/model/inference.ts (a test
 * holds them together), arranged for many examples. Walks only non-zero weights of non-zero inputs, and adds the two
 * halves of the first layer from sums that are made once a query and once a context.
 */
import {
  CONTEXT_BUCKETS,
  CONTEXT_LENGTH,
  COUNT_SCALE,
  QUERY_BUCKETS,
  encodeContext,
  toBytes,
} from '../model/encoder.js';
import { SHIFT } from '../model/inference.js';
import { MAX_ANSWER, type Layer, type Network } from '../model/network.js';
import { RowTable, type Examples, type SparseRows } from './examples.js';

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
  readonly #charset: string[];
  /** Room for each layer's accumulators. */
  readonly #sums: Int32Array[];
  /** A context's part of the first layer, by the characters it is made of. */
  readonly #contextParts = new Map<string, Int32Array>();
  /** And by their number in examples, of those that were asked last. */
  #known: { examples: Examples | undefined; parts: (Int32Array | undefined)[] } = { examples: undefined, parts: [] };

  constructor(network: Network) {
    this.#layers = network.layers.map(columnsOf);
    this.#sums = network.layers.map((layer) => new Int32Array(layer.outputs));
    this.#charset = network.charset;
  }

  /** The next character of each example from..to, as an index into the charset; into `predicted` at the same places. */
  predict(examples: Examples, from: number, to: number, predicted: Int16Array): void {
    if (this.#known.examples !== examples) this.#known = { examples, parts: [] };
    const contextParts = this.#known.parts;
    let query = -1;
    let queryPart: Int32Array = new Int32Array();
    for (let e = from; e < to; e++) {
      if (examples.query[e] !== query) {
        query = examples.query[e]!;
        queryPart = this.#firstLayer(examples.queries, query, 0);
      }
      const context = examples.context[e]!;
      contextParts[context] ??= this.#firstLayer(examples.contexts, context, QUERY_BUCKETS);
      predicted[e] = this.#next(queryPart, contextParts[context]!);
    }
  }

  /** The model's whole answer to a query of the examples, as inference.ts' `answer` gives it. */
  answer(examples: Examples, query: number): string {
    const queryPart = this.#firstLayer(examples.queries, query, 0);
    let text = '';
    while (text.length < MAX_ANSWER) {
      const next = this.#next(queryPart, this.#contextPart(text.slice(-CONTEXT_LENGTH)));
      if (next === this.#charset.length - 1) break;
      text += this.#charset[next]!;
    }
    return text;
  }

  #contextPart(tail: string): Int32Array {
    let part = this.#contextParts.get(tail);
    if (!part) {
      const rows = new RowTable(CONTEXT_BUCKETS);
      rows.row(encodeContext(toBytes(tail)));
      this.#contextParts.set(tail, (part = this.#firstLayer(rows.rows(), 0, QUERY_BUCKETS)));
    }
    return part;
  }

  /** Products of a row of counts with the first layer's weights, summed. */
  #firstLayer(rows: SparseRows, row: number, bucket: number): Int32Array {
    const [first] = this.#layers as [Columns];
    const sums = new Int32Array(first.outputs);
    for (let k = rows.start[row]!; k < rows.start[row + 1]!; k++)
      addColumn(first, bucket + rows.index[k]!, rows.count[k]! * COUNT_SCALE, sums);
    return sums;
  }

  /** The next character, given both halves of the first layer. */
  #next(queryPart: Int32Array, contextPart: Int32Array): number {
    let values = this.#sums[0]!;
    const { biases } = this.#layers[0]!;
    for (let i = 0; i < values.length; i++) values[i] = biases[i]! + queryPart[i]! + contextPart[i]!;
    for (let index = 1; index < this.#layers.length; index++) {
      const layer = this.#layers[index]!;
      const next = this.#sums[index]!;
      next.set(layer.biases);
      for (let i = 0; i < values.length; i++) {
        const value = shifted(values[i]!);
        if (value > 0) addColumn(layer, i, value, next);
      }
      values = next;
    }
    let best = 0;
    for (let c = 1; c < values.length; c++) if (shifted(values[c]!) > shifted(values[best]!)) best = c;
    return best;
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
    const weight = examples.weight[e]!;
    characterCount += weight;
    let most = 0;
    for (let k = examples.targetStart[e]!; k < examples.targetStart[e + 1]!; k++) {
      const count = Math.round(examples.share[k]! * weight);
      if (examples.target[k] === predicted[e]) charactersRight += count;
      if (count > most && examples.target[k]! >= 0) most = count;
    }
    characterCeiling += most;
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
