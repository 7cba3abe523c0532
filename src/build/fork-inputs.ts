/** What a closed network is run with on the way to an answer: as in src/model/inference.ts, but seen from outside. */
import { answerTree } from '../model/answer-tree.js';
import type { ClosedSet } from '../model/closed-set.js';
import { closedInput, decide, runNetwork } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { countPieces } from '../model/pieces.js';
import { fold } from '../model/question.js';

/**
 * The first layer's inputs, once for each fork that the answer comes to.
 * @param question typed bytes
 */
export function forkInputs(network: Network, closed: ClosedSet, question: Uint8Array): Int16Array[] {
  const { forks } = answerTree(closed);
  const counts = countPieces(fold(question), closed.buckets);
  const inputs: Int16Array[] = [];
  for (let at: number | undefined = 0; at !== undefined;) {
    const input = closedInput(closed, counts, at, network.layers[0]!.inputs);
    inputs.push(input);
    const { choice, lead } = decide(forks[at]!, runNetwork(network, input));
    if (at === 0 && closed.unknown && lead < closed.unknown.margin) break;
    at = forks[at]![choice]!.next;
  }
  return inputs;
}
