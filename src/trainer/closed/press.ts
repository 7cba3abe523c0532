/**
 * How hard weights are pulled to 0. A network soon has far more of them than a program has room for; their number falls
 * to the goal between two points of the run, first fast and then slower, and the pull follows:
 *
 *     weights  ▁▁▁▁╲                 shrink  x (weights / wanted now)^3, within bounds, after each epoch
 *                   ╲▁▁▁▁
 *              0   0.1   0.8   1
 */
import type { ClosedRecipe } from './recipe.js';

export interface Press {
  shrink: number;
  /** Weights when the fall began. */
  from: number;
}

/** After this, the learning rate is too small for weights to come and go. */
const SETTLED = 0.95;
const MOST_CHANGE = 1.5;
/** Epochs for which that is enough: with fewer, each may change more. */
const USUAL_EPOCHS = 50;
const LEAST_SHRINK = 1e-4;
const MOST_SHRINK = 10;

/**
 * @param progress of the run, 0..1
 * @param weights that are not zero now
 * @param goal how many there should be at the end
 */
export function nextPress(
  { shrink, from }: Press,
  { pressFrom, pressUntil }: ClosedRecipe,
  progress: number,
  weights: number,
  goal: number,
  epochs: number,
): Press {
  if (progress < pressFrom || from === 0) return { shrink, from: weights };
  if (progress >= SETTLED) return { shrink, from };
  const fallen = Math.min(1, (progress - pressFrom) / (pressUntil - pressFrom));
  const wanted = Math.max(goal, 1 / ((1 - fallen) / from + fallen / goal));
  const bound = 1 + (MOST_CHANGE - 1) * Math.max(1, USUAL_EPOCHS / epochs);
  const over = weights / wanted;
  // No power function: models repeat on every engine.
  const change = Math.min(bound, Math.max(1 / bound, over * over * over));
  return { shrink: Math.min(MOST_SHRINK, Math.max(LEAST_SHRINK, shrink * change)), from };
}
