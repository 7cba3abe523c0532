/** A closed model that says B to what begins with a "b", and HUH? to nearly everything else. */
import type { Network } from '../../src/model/network.js';
import { pieceBuckets } from '../../src/model/pieces.js';

export function huhNetwork(): Network {
  const weights = new Int8Array(2 * 128);
  const [bucket] = pieceBuckets(Uint8Array.of(0x62), 128);
  weights[128 + bucket!] = 1;
  return {
    // Outputs 2 and 8 for a "b", 2 and 0 otherwise: ahead by 6 or by 2.
    layers: [{ inputs: 128, outputs: 2, weights, biases: Int16Array.of(8, 0) }],
    charset: [],
    closed: { buckets: 128, steps: 'answers', answers: ['A', 'B'], unknown: { answer: 'HUH?', margin: 4 } },
    about: { name: 'HUH' },
  };
}
