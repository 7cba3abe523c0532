/**
 * The loss of a shard's outputs: cross-entropy against each example's distribution of next characters, which is two
 * examples' where they are mixed.
 */
import { COUNT_SCALE } from '../model/encoder.js';
import type { Examples } from './examples.js';
import type { Mixes } from './mix.js';
import type { Recipe } from './recipe.js';

export interface Loss {
  /** Derivatives of the loss by the outputs, [classes][examples]. */
  errors: Float32Array;
  /**
   * Sums over the characters that the shard stands for, but those asked for with mixed questions: how many, their loss
   * (nats), how many are right.
   */
  characters: number;
  loss: number;
  right: number;
  /** For each example 1 if its loss is about the least possible; a mixed one is hard. */
  easy: Uint8Array;
}

/**
 * @param outputs of the last layer, [classes][examples]
 * @param rows the examples
 * @param mixes what they are mixed with
 * @param easy the examples that were easy when last seen: each stands for the epochs that it did not come up in
 * @param share factor of the derivatives
 */
export function lossOf(
  outputs: Float32Array,
  rows: Int32Array,
  mixes: Mixes,
  examples: Examples,
  recipe: Recipe,
  easy: Uint8Array,
  share: number,
): Loss {
  const { targetStart, target, weight } = examples;
  const classes = examples.charset.length;
  const columns = rows.length;
  const scale = recipe.sharpness / COUNT_SCALE;
  const result: Loss = {
    errors: new Float32Array(outputs.length),
    characters: 0,
    loss: 0,
    right: 0,
    easy: new Uint8Array(columns),
  };
  const { errors } = result;
  const p = new Float64Array(classes);
  for (let column = 0; column < columns; column++) {
    const example = rows[column]!;
    let best = 0;
    for (let c = 1; c < classes; c++) if (outputs[c * columns + column]! > outputs[best * columns + column]!) best = c;
    const top = outputs[best * columns + column]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += p[c] = Math.exp((outputs[c * columns + column]! - top) * scale);

    const w = weight[example]! * (easy[example] === 1 ? recipe.easyEvery : 1);
    const pull = w * share * scale;
    for (let c = 0; c < classes; c++) errors[c * columns + column] = (p[c]! / sum) * pull;
    const aim = (at: number, part: number): void => {
      for (let k = targetStart[at]!; k < targetStart[at + 1]!; k++)
        errors[target[k]! * columns + column]! -= examples.share[k]! * part * pull;
    };
    const kept = mixes.kept[column]!;
    aim(example, kept);
    if (kept < 1) {
      aim(mixes.partner[column]!, 1 - kept);
      continue;
    }
    let loss = 0;
    let least = 0;
    for (let k = targetStart[example]!; k < targetStart[example + 1]!; k++) {
      const c = target[k]!;
      const part = examples.share[k]!;
      loss -= part * Math.log(Math.max(p[c]! / sum, 1e-12));
      least -= part * Math.log(part);
      if (c === best) result.right += part * w;
    }
    result.characters += w;
    result.loss += loss * w;
    result.easy[column] = loss - least < recipe.easyBelow ? 1 : 0;
  }
  return result;
}
