/**
 * What a μLM is, as data: layers of 2-bit weights and 16-bit biases, and what their outputs stand for:
 *
 *     free      (format version 1)  the characters of a charset; an answer may be anything
 *     closed    (format versions 2 and 3)  the choices where the answers of a closed set part (answer-tree.ts)
 *
 * The arithmetic that gives it meaning is in inference.ts, its file form in npz.ts.
 */
import { ModelError } from '../seams/errors.js';
import { MAX_ANSWER, MAX_WIDTH } from './limits.js';
import { checkClosed, closedInputs, closedOutputs, type ClosedSet } from './closed-set.js';

/** The weights a 2-bit code can stand for. */
export const WEIGHTS = [-2, -1, 0, 1] as const;
/** Inputs of a free model's first layer: 128 query buckets, then 128 context buckets. */
export const INPUT_SIZE = 256;
export { MAX_ANSWER, MAX_WIDTH };

export interface Layer {
  inputs: number;
  outputs: number;
  /** Row-major [outputs][inputs], each of {-2,-1,0,+1}. */
  weights: Int8Array;
  /** [outputs] */
  biases: Int16Array;
}

export interface Network {
  layers: Layer[];
  /** Of a free model, one entry per output of the last layer; the last is '\0', the end of an answer. Else empty. */
  charset: string[];
  /** Of a closed model. */
  closed?: ClosedSet;
  /** Facts about the model that arithmetic does not need: name, description, how it was trained. */
  about: ModelAbout;
}

/** Our `_about` key in the .npz; every field may be missing, as in files of the original project. */
export interface ModelAbout {
  name?: string;
  description?: string;
  /** Questions it answers well, for help texts. */
  examples?: string[];
  /** How it was trained: backend, seed, scores. */
  training?: Record<string, string | number>;
}

/**
 * Check that the layers fit each other, the charset and the contract.
 * @throws ModelError naming the layer and the first thing wrong with it
 */
export function checkNetwork(network: Network, where?: string): void {
  const fail = (message: string, hint?: string): never => {
    throw new ModelError(message, { where, hint });
  };
  if (network.layers.length === 0) fail('the model has no layers');
  const { closed } = network;
  if (closed) checkClosed(closed, fail);
  let width = closed ? closedInputs(closed) : INPUT_SIZE;
  network.layers.forEach((layer, index) => {
    const name = `layer ${index + 1}`;
    if (layer.inputs !== width)
      fail(`${name} takes ${layer.inputs} inputs, but ${index ? `layer ${index} has` : 'the encoder gives'} ${width}`);
    if (layer.outputs < 1 || layer.outputs > MAX_WIDTH)
      fail(
        `${name} is ${layer.outputs} wide`,
        `a layer may have 1 to ${MAX_WIDTH} outputs: an index must fit one Z80 byte`,
      );
    if (layer.weights.length !== layer.inputs * layer.outputs)
      fail(`${name} has ${layer.weights.length} weights, not ${layer.outputs} x ${layer.inputs}`);
    if (layer.biases.length !== layer.outputs) fail(`${name} has ${layer.biases.length} biases, not ${layer.outputs}`);
    const bad = layer.weights.findIndex((w) => w < -2 || w > 1);
    if (bad >= 0)
      fail(
        `${name} has a weight ${layer.weights[bad]} at row ${Math.floor(bad / layer.inputs)}, column ${bad % layer.inputs}`,
        'weights must be -2, -1, 0 or 1: quantise the model before saving it',
      );
    width = layer.outputs;
  });
  if (closed) {
    const outputs = closedOutputs(closed);
    if (width !== outputs) fail(`the last layer has ${width} outputs, but the answers part in ${outputs} ways`);
    return;
  }
  if (network.charset.length !== width)
    fail(`the charset has ${network.charset.length} characters, but the last layer has ${width} outputs`);
  if (network.charset.at(-1) !== '\0') fail('the last entry of the charset is not NUL, the end of an answer');
}
