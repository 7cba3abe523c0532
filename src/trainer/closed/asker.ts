/** What the network that is being trained says, whole answers by its exact integers, as src/model/inference.ts does. */
import { answerTree, wayTo } from '../../model/answer-tree.js';
import type { ClosedSet } from '../../model/closed-set.js';
import { Pieces } from './distortion.js';
import type { ClosedPasses } from './passes.js';

export interface Said {
  /** Index into the set's answers. */
  answer: number;
  /** By how much the best choice at the first fork is ahead of the next. */
  lead: number;
}

export class Asker {
  readonly #pieces: Pieces;
  /** For each fork, for each choice that completes an answer, which. */
  readonly #leaves: number[][];

  constructor(
    readonly passes: ClosedPasses,
    readonly closed: ClosedSet,
  ) {
    this.#pieces = new Pieces(closed.buckets);
    this.#leaves = answerTree(closed).forks.map(() => []);
    closed.answers.forEach((answer, index) => {
      const { fork, choice } = wayTo(closed, answer).at(-1)!;
      this.#leaves[fork]![choice] = index;
    });
  }

  /**
   * @param text folded; `length` bytes of it are the question
   * @param after index of the answer before, to a model that remembers; -1 for none
   */
  ask(text: Uint8Array, length: number, after = -1): Said {
    const { forks } = this.passes.tree;
    let lead = Infinity;
    for (let at = 0; ;) {
      this.#pieces.clear();
      this.#pieces.addText(text, length, 1);
      this.#pieces.addBeside(this.closed.memory ? after + 1 : at);
      const outputs = this.passes.outputs(this.#pieces, true);
      const fork = forks[at]!;
      let [best, most, next] = [0, -Infinity, -Infinity];
      for (let choice = 0; choice < fork.length; choice++) {
        const value = outputs[fork[choice]!.output]!;
        if (value > most) [next, most, best] = [most, value, choice];
        else if (value > next) next = value;
      }
      if (at === 0) lead = most - next;
      const { next: further } = fork[best]!;
      if (further === undefined) return { answer: this.#leaves[at]![best]!, lead };
      at = further;
    }
  }
}
