/** How much work a network is at the least, whoever does it: its weights that meet an input, neither of them zero. */
import { encodeContext, encodeQuery, toBytes } from '../model/encoder.js';
import { answer, encodeInput, runLayer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { typed } from '../model/question.js';
import { forkInputs } from './fork-inputs.js';

/** Pairs of non-zero input and non-zero weight each time the network is run, on average over answers to the questions. */
export function countPairs(network: Network, questions: readonly string[]): number {
  let pairs = 0;
  let runs = 0;
  for (const question of questions) {
    for (const input of network.closed
      ? forkInputs(network, network.closed, typed(question))
      : characterInputs(network, question)) {
      runs++;
      let values = input;
      for (const layer of network.layers) {
        layer.weights.forEach((weight, at) => {
          if (weight !== 0 && values[at % layer.inputs] !== 0) pairs++;
        });
        values = runLayer(layer, values).map((value) => Math.max(0, value));
      }
    }
  }
  return pairs / runs;
}

function characterInputs(network: Network, question: string): Int16Array[] {
  const bytes = typed(question);
  const query = encodeQuery(bytes);
  const text = answer(network, bytes);
  return Array.from({ length: text.length + 1 }, (_, length) =>
    encodeInput(query, encodeContext(toBytes(text.slice(0, length)))),
  );
}
