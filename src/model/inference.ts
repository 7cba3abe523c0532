/**
 * The reference inference: the arithmetic contract of docs/design.md in plain integers.
 *
 * Whatever else computes a μLM (the firmware in firmware/chat, a trainer's scoring loop) must give the same
 * bytes as this file on every input. It is written to be read, and is quick enough to score a data set:
 * only inputs that are not zero are walked.
 */
import { answerTree, type Choice, type Fork } from './answer-tree.js';
import { leastLead, type ClosedSet } from './closed-set.js';
import { COUNT_SCALE, QUERY_BUCKETS, encodeContext, encodeQuery } from './encoder.js';
import { INPUT_SIZE, MAX_ANSWER, type Layer, type Network } from './network.js';
import { countPieces } from './pieces.js';
import { fold, typed } from './question.js';

/** Every layer's accumulators are shifted right by this, rounding down. */
export const SHIFT = 2;

/** The 256 inputs of the first layer: query counts, then context counts, times 32, in 16 bits. */
export function encodeInput(query: Uint16Array, context: Uint16Array): Int16Array {
  const input = new Int16Array(INPUT_SIZE);
  query.forEach((count, i) => (input[i] = count * COUNT_SCALE));
  context.forEach((count, i) => (input[QUERY_BUCKETS + i] = count * COUNT_SCALE));
  return input;
}

/**
 * One layer before its ReLU: (bias + Σ weight·input) in wrapping 16-bit arithmetic, shifted right by 2.
 * @param input [layer.inputs], signed 16-bit
 * @returns [layer.outputs], signed 16-bit
 */
export function runLayer(layer: Layer, input: Int16Array): Int16Array {
  const active: number[] = [];
  for (let i = 0; i < layer.inputs; i++) if (input[i] !== 0) active.push(i);
  const output = new Int16Array(layer.outputs);
  for (let row = 0; row < layer.outputs; row++) {
    let sum = layer.biases[row]!;
    const base = row * layer.inputs;
    // 256 products of at most 2 * 32768 stay far inside 53 bits, so wrapping once at the end is wrapping always.
    for (const i of active) sum += layer.weights[base + i]! * input[i]!;
    output[row] = ((sum << 16) >> 16) >> SHIFT;
  }
  return output;
}

/** The outputs of the last layer: [charset.length]. */
export function runNetwork(network: Network, input: Int16Array): Int16Array {
  let values = input;
  const last = network.layers.length - 1;
  network.layers.forEach((layer, index) => {
    values = runLayer(layer, values);
    if (index < last) for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = 0;
  });
  return values;
}

/** Index of the first maximum. */
export function argmax(values: Int16Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/**
 * The model's answer to a question, without the end mark.
 * @param question text as typed, or the bytes of it that a terminal sends
 * @param after to a model that remembers, the answer before
 */
export function answer(network: Network, question: string | Uint8Array, after?: string): string {
  const bytes = typeof question === 'string' ? typed(question) : question;
  const { closed } = network;
  if (!closed) return spelledAnswer(network, bytes);
  return closed.steps === 'answers'
    ? chooseAnswer(network, closed, bytes, after)
    : chosenAnswer(network, closed, bytes);
}

/** Character by character, each from the question and those before it. */
function spelledAnswer(network: Network, question: Uint8Array): string {
  const query = encodeQuery(question);
  const produced: number[] = [];
  let text = '';
  while (text.length < MAX_ANSWER) {
    const input = encodeInput(query, encodeContext(Uint8Array.from(produced)));
    const next = argmax(runNetwork(network, input));
    if (next === network.charset.length - 1) break;
    const character = network.charset[next]!;
    produced.push(character.charCodeAt(0) & 0xff);
    text += character;
  }
  return text;
}

/** Where to go on from a fork, and by how much its output is ahead of the next best. */
export interface Decision {
  /** Index into the fork's choices. */
  choice: number;
  /** Infinity where there is no other. */
  lead: number;
}

/** The choice with the largest output; of equals the first. */
export function decide(fork: Fork, outputs: Int16Array): Decision {
  const values = fork.map(({ output }) => outputs[output]!);
  const choice = values.indexOf(Math.max(...values));
  const others = values.filter((_, i) => i !== choice);
  return { choice, lead: values[choice]! - Math.max(...others) };
}

/**
 * The inputs of a closed model's first layer: counts of pieces, then one input per fork but the first, or one per answer
 * that may be remembered, times 32.
 * @param beside the fork, or where the model remembers, the index of the answer before and one; 0 for none
 */
export function closedInput({ buckets }: ClosedSet, counts: Uint16Array, beside: number, inputs: number): Int16Array {
  const input = new Int16Array(inputs);
  counts.forEach((count, bucket) => (input[bucket] = count * COUNT_SCALE));
  if (beside > 0) input[buckets + beside - 1] = COUNT_SCALE;
  return input;
}

/**
 * Which answer a closed model of whole answers gives; the fallback, if none is far enough ahead.
 * @param question the bytes that were typed
 * @param after the answer before, to a model that remembers; of one that is none of its answers it knows nothing
 */
export function chooseAnswer(network: Network, closed: ClosedSet, question: Uint8Array, after?: string): string {
  const [fork] = answerTree(closed).forks;
  const counts = countPieces(fold(question), closed.buckets);
  const beside = closed.memory && after !== undefined ? closed.answers.indexOf(after) + 1 : 0;
  const outputs = runNetwork(network, closedInput(closed, counts, beside, network.layers[0]!.inputs));
  const { choice, lead } = decide(fork!, outputs);
  const { unknown } = closed;
  const chosen = closed.answers[choice]!;
  return unknown && lead < leastLead(closed, chosen) ? unknown.answer : chosen;
}

/** From fork to fork through the tree of answers; what comes between two is said without computing anything. */
function chosenAnswer(network: Network, closed: ClosedSet, question: Uint8Array): string {
  const { forks } = answerTree(closed);
  const counts = countPieces(fold(question), closed.buckets);
  const { inputs } = network.layers[0]!;
  let text = '';
  for (let at: number | undefined = 0; at !== undefined;) {
    const outputs = runNetwork(network, closedInput(closed, counts, at, inputs));
    const { choice, lead } = decide(forks[at]!, outputs);
    if (at === 0 && closed.unknown && lead < closed.unknown.margin) return closed.unknown.answer;
    const { says, next }: Choice = forks[at]![choice]!;
    text += says;
    at = next;
  }
  return text;
}
