/**
 * The answers that a question is learnt after. One of a dialogue has its own; any other is to be answered alike whatever was
 * said before, so each time it comes up it follows another answer, drawn by lot, but for those after which a dialogue has
 * something else for it:
 *
 *     why|WHAT ABOUT         in any context …
 *     … |NO|why|NO CELLS     … but not after NO
 */
import { latin1 } from '../../seams/bytes.js';
import type { ClosedSet } from '../../model/closed-set.js';
import type { Rng } from '../rng.js';
import type { ClosedExamples } from './examples.js';

/** Share of the questions without a context that come up as the first of a conversation. */
const FIRST = 0.25;

export class Contexts {
  /** Answers that can be remembered. */
  readonly #known: number[];
  /** For each question that dialogues have, after which answers. */
  readonly #taken = new Map<string, Set<number>>();
  readonly #takenOf: (Set<number> | undefined)[];

  constructor(
    readonly examples: ClosedExamples,
    { answers, unknown, voice }: ClosedSet,
  ) {
    this.#known = [...answers.keys()].filter((i) => answers[i] !== unknown?.answer && answers[i] !== voice?.repeat);
    const { after, text, textStart } = examples;
    const key = (pair: number): string => latin1(text.subarray(textStart[pair], textStart[pair + 1]));
    after.forEach((index, pair) => {
      if (index < 0) return;
      const taken = this.#taken.get(key(pair)) ?? new Set();
      this.#taken.set(key(pair), taken.add(index));
    });
    this.#takenOf = Array.from(after, (index, pair) => (index < 0 ? this.#taken.get(key(pair)) : undefined));
  }

  /**
   * @param pair -1 for a made-up question
   * @returns the index of an answer and one; 0 for none
   */
  draw(pair: number, rng: Rng): number {
    if (pair >= 0 && this.examples.after[pair]! >= 0) return this.examples.after[pair]! + 1;
    if (rng.float() < FIRST || this.#known.length === 0) return 0;
    const index = this.#known[rng.below(this.#known.length)]!;
    return pair >= 0 && this.#takenOf[pair]?.has(index) ? 0 : index + 1;
  }
}
