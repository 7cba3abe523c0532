/**
 * The reference inference: the arithmetic contract of docs/design.md in plain integers.
 *
 * Whatever else computes a μLM (the firmware in firmware/chat, a trainer's scoring loop) must give the same
 * bytes as this file on every input. It is written to be read, and is quick enough to score a data set:
 * only inputs that are not zero are walked.
 */
import { COUNT_SCALE, QUERY_BUCKETS, encodeContext, encodeQuery, toBytes } from './encoder.js';
import { INPUT_SIZE, MAX_ANSWER, type Layer, type Network } from './network.js';

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
 * @param question text as typed; code units above 255 are cut to bytes
 */
export function answer(network: Network, question: string | Uint8Array): string {
  const query = encodeQuery(typeof question === 'string' ? toBytes(question) : question);
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
