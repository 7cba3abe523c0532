/** Figures that a run reports, from the workers' statistics and from a network. */
import { answer } from '../model/inference.js';
import { WEIGHTS, type Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import { eachSliced, type Slices } from '../seams/slices.js';
import type { Overflow } from './events.js';
import type { TextPair } from './examples.js';
import { STATS, STATS_COLUMNS } from './memory.js';

/**
 * Where one number is none, all soon are, and a network of them says nothing that was learnt.
 * @param numbers of the network
 * @throws RefusedError
 */
export function checkNumbers(what: string, numbers: Iterable<number>, epoch: number): void {
  for (const number of numbers)
    if (!Number.isFinite(number))
      throw new RefusedError(`the network's numbers are lost: ${what} is ${number} in epoch ${epoch}`, {
        hint: 'train with another --seed, or a smaller learning rate where you set one; nothing was written',
      });
}

export function sumColumn(stats: Float64Array, column: number): number {
  let sum = 0;
  for (let at = column; at < stats.length; at += STATS_COLUMNS) sum += stats[at]!;
  return sum;
}

export function overflowOf(stats: Float64Array): Overflow {
  let peak = 0;
  for (let at = STATS.peak; at < stats.length; at += STATS_COLUMNS) peak = Math.max(peak, stats[at]!);
  const all = Math.max(1, sumColumn(stats, STATS.accumulators));
  return { peak, wrapped: sumColumn(stats, STATS.wrapped) / all };
}

/** [layer][value, in the order of WEIGHTS] */
export function countWeights({ layers }: Network): number[][] {
  return layers.map(({ weights }) => {
    const counts = WEIGHTS.map(() => 0);
    for (const w of weights) counts[w - WEIGHTS[0]]!++;
    return counts;
  });
}

export function nonZeroOf(weightCounts: number[][]): number {
  return weightCounts.flat().reduce((sum, count, i) => sum + (WEIGHTS[i % WEIGHTS.length] === 0 ? 0 : count), 0);
}

/**
 * For help texts: the first question of each of the five commonest answers that the model answers right.
 * @param isLate whether those that were found must do
 */
export function* goodQuestionsSliced(
  network: Network,
  pairs: readonly TextPair[],
  isLate = (): boolean => false,
): Slices<string[]> {
  const byAnswer = new Map<string, string[]>();
  yield* eachSliced(pairs, ({ question, answer: text }) => {
    const questions = byAnswer.get(text);
    if (questions) questions.push(question);
    else byAnswer.set(text, [question]);
  });
  const commonest = [...byAnswer].sort((a, b) => b[1].length - a[1].length).slice(0, 5);
  const good: string[] = [];
  for (const [text, questions] of commonest)
    for (const question of questions.slice(0, 20)) {
      yield;
      if (isLate()) return good;
      if (answer(network, question) !== text) continue;
      good.push(question);
      break;
    }
  return good;
}
