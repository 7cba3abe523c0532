/**
 * What a shard's examples put into the network: each its question's and its context's counts, times 32, less the
 * trigrams that the lot takes from the question, and with a part of another question in it (mix.ts).
 */
import { COUNT_SCALE, QUERY_BUCKETS } from '../model/encoder.js';
import { INPUT_SIZE } from '../model/network.js';
import type { Examples } from './examples.js';
import { STREAM } from './memory.js';
import type { Mixes } from './mix.js';
import type { Recipe } from './recipe.js';
import { Rng } from './rng.js';

/**
 * @param draw names the random numbers of the shard's step
 * @returns [256][examples], whole numbers
 */
export function inputsOf(
  rows: Int32Array,
  mixes: Mixes,
  examples: Examples,
  { dropTrigrams }: Recipe,
  seed: number,
  draw: number,
): Float32Array {
  const { queries, contexts, query, context } = examples;
  const inputs = new Float32Array(INPUT_SIZE * rows.length);
  const rng = new Rng(seed, STREAM.drop, draw);
  const left = (count: number): number => {
    let kept = count;
    if (dropTrigrams > 0) for (let i = 0; i < count; i++) if (rng.float() < dropTrigrams) kept--;
    return kept;
  };
  const ask = (example: number, share: number, column: number): void => {
    const row = query[example]!;
    for (let k = queries.start[row]!; k < queries.start[row + 1]!; k++)
      inputs[queries.index[k]! * rows.length + column]! += left(queries.count[k]!) * share * COUNT_SCALE;
  };
  rows.forEach((example, column) => {
    const kept = mixes.kept[column]!;
    ask(example, kept, column);
    if (kept < 1) ask(mixes.partner[column]!, 1 - kept, column);
    const row = context[example]!;
    for (let k = contexts.start[row]!; k < contexts.start[row + 1]!; k++)
      inputs[(QUERY_BUCKETS + contexts.index[k]!) * rows.length + column] = contexts.count[k]! * COUNT_SCALE;
  });
  return inputs;
}
