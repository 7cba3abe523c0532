/** A network that knows each of its answers by one question: the more pieces it shares with that, the surer it is. */
import type { ClosedSet } from '../../src/model/closed-set.js';
import { closedInputs } from '../../src/model/closed-set.js';
import type { Network } from '../../src/model/network.js';
import { pieceBuckets } from '../../src/model/pieces.js';
import { fold, typed } from '../../src/model/question.js';

const BUCKETS = 4096;

/**
 * @param questions the question of each answer
 * @param after of answers that are given only after another one: that one
 */
export function keywordNetwork(
  questions: Record<string, string>,
  rest: Omit<Partial<ClosedSet>, 'buckets' | 'steps' | 'answers'> = {},
  after: Record<string, string> = {},
): Network {
  const answers = Object.keys(questions).sort();
  const closed: ClosedSet = { buckets: BUCKETS, steps: 'answers', answers, ...rest };
  const inputs = closedInputs(closed);
  const weights = new Int8Array(answers.length * inputs);
  const biases = new Int16Array(answers.length);
  answers.forEach((answer, row) => {
    for (const bucket of pieceBuckets(fold(typed(questions[answer]!)), BUCKETS)) weights[row * inputs + bucket] = 1;
    const before = after[answer];
    if (before === undefined) return;
    // One count more than another answer to the same question if that was before, else one less.
    weights[row * inputs + BUCKETS + answers.indexOf(before)] = 1;
    biases[row] = -16;
  });
  return { layers: [{ inputs, outputs: answers.length, weights, biases }], charset: [], closed, about: {} };
}
