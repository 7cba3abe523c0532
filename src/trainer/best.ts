/**
 * The best model of a run: the one with the most whole answers right on the training pairs, of those that keep the
 * limits if there are any. Held-out scores stand beside it and decide nothing.
 */
import type { ModelAbout, Network } from '../model/network.js';
import type { Slices } from '../seams/slices.js';
import { costSliced, excess, type Budget, type Cost } from './budget.js';
import type { Best } from './checkpoint.js';
import type { TextPair } from './examples.js';
import { goodQuestionsSliced } from './figures.js';

export class BestKeeper {
  #best: Best | undefined;
  #cost: Cost | undefined;

  /**
   * @param limits of the program; without them nothing costs anything
   * @param texts of the finished model: they are bytes of its program
   */
  constructor(
    readonly pairs: readonly TextPair[],
    readonly limits: Partial<Cost> | undefined,
    readonly budget: Budget | undefined,
    readonly texts: Pick<ModelAbout, 'name' | 'description'> = {},
  ) {}

  get best(): Best | undefined {
    return this.#best;
  }

  /** What the best one's program is like, of a run towards limits. */
  get cost(): Cost | undefined {
    return this.#cost;
  }

  /** What the network's program would be like. */
  *costOf(network: Network): Slices<Cost | undefined> {
    if (!this.budget || !this.limits) return undefined;
    return yield* costSliced(this.budget, { ...network, about: yield* this.about(network) });
  }

  /** What the finished model says about itself: the build puts it into the program, and measures with its examples. */
  *about(network: Network, isLate?: () => boolean): Slices<ModelAbout> {
    return { ...this.texts, examples: yield* goodQuestionsSliced(network, this.pairs, isLate) };
  }

  /** Cost by limit; 1 and less keeps all. */
  excessOf(cost: Cost): number {
    return excess(cost, this.limits ?? {});
  }

  /** Of a checkpoint. */
  *restore(best: Best | undefined): Slices<void> {
    this.#best = best;
    this.#cost = best && (yield* this.costOf(best.network));
  }

  /** Keep it if it is the best yet: limits come first, then whole answers, then characters; of equals the later. */
  offer(candidate: Best, cost: Cost | undefined): boolean {
    const before = this.#best?.training;
    const { training } = candidate;
    const gain = before
      ? this.#over(this.#cost) - this.#over(cost) ||
        training.answers - before.answers ||
        training.characters - before.characters
      : 0;
    if (gain < 0) return false;
    this.#best = candidate;
    this.#cost = cost;
    return true;
  }

  #over(cost: Cost | undefined): number {
    return cost ? Math.max(1, this.excessOf(cost)) : 1;
  }
}
