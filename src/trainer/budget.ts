/**
 * Training towards a program that is small or quick enough. Whenever the whole model is scored, a cost function that
 * the caller brings says what its program would be like, and the pressure on weights and activations follows:
 *
 *     pressure  x (cost / limit)^3, within bounds     1 is the recipe's own pull, and never less
 *
 * The number of weights follows the pull within a few epochs, so this settles just below the limit.
 */
import type { Network } from '../model/network.js';
import type { Slices } from '../seams/slices.js';

export interface Cost {
  /** Of the program. */
  bytes: number;
  /** A character, on average. */
  tStates: number;
}

export interface Budget {
  limits: Partial<Cost>;
  /** Must give the same for the same network: the run depends on it. In slices where it takes long. */
  costOf: (network: Network) => Cost | Slices<Cost>;
}

/** What a network's program would be like. */
export function* costSliced({ costOf }: Budget, network: Network): Slices<Cost> {
  const cost = costOf(network);
  return 'next' in cost ? yield* cost : cost;
}

/** Aim below the limit, as the last epochs of a run change little. */
const AIM = 0.99;
/** Much of a program does not shrink with its weights, and those take epochs to follow. */
const GAIN = 3;
const MOST_CHANGE = 1.35;
const MOST_PRESSURE = 12;
/** Before this part of the run the weights have not found their number. */
export const PRESS_FROM = 0.1;

/** Cost by limit, of the limit that is furthest from being kept; 1 and less keeps all. */
export function excess(cost: Cost, limits: Partial<Cost>): number {
  const ratio = (key: keyof Cost): number => (limits[key] === undefined ? 0 : cost[key] / limits[key]);
  const bytes = ratio('bytes');
  // The build fills a program up to its limit with quick columns: how near it comes to it says nothing.
  return Math.max(bytes <= 1 ? Math.min(bytes, AIM) : bytes, ratio('tStates'));
}

export function nextPressure(pressure: number, over: number): number {
  const change = Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, (over / AIM) ** GAIN));
  return Math.min(MOST_PRESSURE, Math.max(1, pressure * change));
}
