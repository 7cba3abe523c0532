/** The network that a run has come to: exactly the integers that its integer pass multiplies with. */
import type { Network } from '../model/network.js';
import type { Memory } from './memory.js';
import { FOLDED } from './optimiser.js';

/** @param charset of the last layer's outputs */
export function toNetwork(memory: Pick<Memory, 'layers' | 'integer'>, charset: string[]): Network {
  return {
    layers: memory.layers.map(({ inputs, outputs, weightsAt, biasesAt, end }) => ({
      inputs,
      outputs,
      weights: Int8Array.from(memory.integer.subarray(weightsAt, biasesAt), (w) => w / FOLDED),
      biases: Int16Array.from(memory.integer.subarray(biasesAt, end), (b) => b / FOLDED),
    })),
    charset,
    about: {},
  };
}
