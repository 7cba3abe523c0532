/**
 * How often each column is walked, estimated by answering sample questions with the reference inference. The
 * build decides by it what to store for speed and what for size; answers never depend on it.
 */
import type { ClosedSet } from '../model/closed-set.js';
import { CONTEXT_LENGTH, COUNT_SCALE, QUERY_BUCKETS, encodeContext, encodeQuery, toBytes } from '../model/encoder.js';
import { answer, encodeInput, runLayer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { typed } from '../model/question.js';
import { forkInputs } from './fork-inputs.js';

/** For columns that the samples never touched: rare, but not free. */
const LEAST = 0.002;

const HALF = 0.5;

/** For each layer, for each input: walks each time the network is run, for a character or at a fork. */
export type Activity = Float64Array[];

export function measureActivity(network: Network, questions: readonly string[]): Activity {
  const walks = network.layers.map((layer) => new Float64Array(layer.inputs));
  let runs = 0;
  for (const question of questions)
    runs += network.closed
      ? countForks(network, network.closed, walks, question)
      : countCharacters(network, walks, question);
  // A closed model is run once per answer, or a few times: too seldom to tell from a few samples what never happens.
  const often = network.closed
    ? (count: number) => (count + HALF) / (runs + 1)
    : (count: number) => Math.max(LEAST, count / Math.max(1, runs));
  return walks.map((counts) => counts.map(often));
}

/** @returns how often the network was run */
function countCharacters(network: Network, walks: Float64Array[], question: string): number {
  const bytes = typed(question);
  const query = encodeQuery(bytes);
  // The question's columns are walked once per answer.
  query.forEach((count, bucket) => (walks[0]![bucket]! += count));
  const text = answer(network, bytes);
  for (let length = 0; length <= text.length; length++) {
    const context = encodeContext(toBytes(text.slice(0, length)));
    countContext(walks[0]!, context, length);
    countInputs(network, walks, encodeInput(query, context));
  }
  return text.length + 1;
}

/** Of the n-grams of a context only those are walked that touch the answer. */
function countContext(walks: Float64Array, context: Uint16Array, length: number): void {
  const touching = Math.min(1, (3 * length) / (3 * CONTEXT_LENGTH - 3));
  context.forEach((count, bucket) => (walks[QUERY_BUCKETS + bucket]! += count * touching));
}

/** @returns how often the network was run */
function countForks(network: Network, closed: ClosedSet, walks: Float64Array[], question: string): number {
  const inputs = forkInputs(network, closed, typed(question));
  inputs.forEach((input, i) => {
    // The question's columns are walked once per answer.
    const from = i === 0 ? 0 : closed.buckets;
    for (let column = from; column < input.length; column++) walks[0]![column]! += input[column]! / COUNT_SCALE;
    countInputs(network, walks, input);
  });
  return inputs.length;
}

function countInputs(network: Network, walks: Float64Array[], input: Int16Array): void {
  let values = input;
  network.layers.forEach((layer, index) => {
    if (index > 0) values.forEach((value, i) => (walks[index]![i]! += value > 0 ? 1 : 0));
    values = runLayer(layer, values).map((value) => Math.max(0, value));
  });
}
