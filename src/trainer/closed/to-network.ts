/** The network that a run has come to: exactly the integers that its passes multiply with. */
import type { ClosedSet } from '../../model/closed-set.js';
import type { Layer, Network } from '../../model/network.js';
import { Parameters, type ClosedMemory, type Place } from './memory.js';

export function toClosedNetwork(memory: Pick<ClosedMemory, 'places' | 'pages'>, closed: ClosedSet): Network {
  const quantised = new Parameters(memory).array('quantised');
  return { layers: memory.places.map((place) => layerOf(place, quantised)), charset: [], closed, about: {} };
}

/** Columns as training has them to rows as models do. */
function layerOf({ inputs, outputs, stride, weightsAt, biasesAt }: Place, quantised: Float32Array): Layer {
  const weights = new Int8Array(inputs * outputs);
  for (let input = 0; input < inputs; input++)
    for (let row = 0; row < outputs; row++)
      weights[row * inputs + input] = quantised[weightsAt + input * stride + row]!;
  return { inputs, outputs, weights, biases: Int16Array.from(quantised.subarray(biasesAt, biasesAt + outputs)) };
}
