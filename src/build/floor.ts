/** How much work a network is at the least, whoever does it: its weights that meet an input, neither of them zero. */
import { encodeContext, encodeQuery, toBytes } from '../model/encoder.js';
import { answer, encodeInput, runLayer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { typed } from '../model/question.js';

/** Pairs of non-zero input and non-zero weight for a character, on average over the answers to the questions. */
export function countPairs(network: Network, questions: readonly string[]): number {
  let pairs = 0;
  let characters = 0;
  for (const question of questions) {
    const text = answer(network, question);
    for (let length = 0; length <= text.length; length++) {
      characters++;
      let values = encodeInput(encodeQuery(typed(question)), encodeContext(toBytes(text.slice(0, length))));
      for (const layer of network.layers) {
        layer.weights.forEach((weight, at) => {
          if (weight !== 0 && values[at % layer.inputs] !== 0) pairs++;
        });
        values = runLayer(layer, values).map((value) => Math.max(0, value));
      }
    }
  }
  return pairs / characters;
}
