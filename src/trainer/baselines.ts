/**
 * What a score is to be held against: the answer of the most alike training question, looked up, and always the same
 * answer. A model that knows less than the first has not learnt much beyond its data, and needs far fewer bytes.
 */
import { fold, typed } from '../model/question.js';
import type { TextPair } from './examples.js';

/** The answer that most pairs have; of equals the first. */
export function commonestAnswer(pairs: readonly TextPair[]): string {
  const counts = new Map<string, number>();
  for (const { answer } of pairs) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  let commonest = '';
  for (const [answer, count] of counts) if (count > (counts.get(commonest) ?? 0)) commonest = answer;
  return commonest;
}

/** Share of the pairs that `say` answers as they do. */
export function shareRight(
  pairs: readonly TextPair[],
  say: (question: string, after?: string) => string | undefined,
): number {
  const right = pairs.filter(({ question, answer, after }) => say(question, after) === answer).length;
  return right / Math.max(1, pairs.length);
}

/**
 * Answers as the most alike known question is answered: the one that has the largest share of letter trigrams in common
 * (Jaccard: those of both over those of either, each counted once); of equals the first, but one of the same context before one
 * of none. One that follows another answer is not looked at.
 */
export class NearestNeighbour {
  readonly #answers: string[];
  /** The answers that the questions follow. */
  readonly #after: (string | undefined)[];
  /** How many trigrams each question has. */
  readonly #sizes: Int32Array;
  /** Which questions have a trigram: only those need to be looked at. */
  readonly #having = new Map<number, number[]>();

  constructor(pairs: readonly TextPair[]) {
    this.#answers = pairs.map(({ answer }) => answer);
    this.#after = pairs.map(({ after }) => after);
    this.#sizes = new Int32Array(pairs.length);
    pairs.forEach(({ question }, index) => {
      const trigrams = trigramsOf(question);
      this.#sizes[index] = trigrams.size;
      for (const trigram of trigrams) {
        const having = this.#having.get(trigram);
        if (having) having.push(index);
        else this.#having.set(trigram, [index]);
      }
    });
  }

  /** Undefined only where nothing is known. @param after the answer before, of a follow-up */
  answer(question: string, after?: string): string | undefined {
    const trigrams = trigramsOf(question);
    const common = new Int32Array(this.#answers.length);
    for (const trigram of trigrams) for (const index of this.#having.get(trigram) ?? []) common[index]!++;
    let best = this.#after.findIndex((context) => context === undefined || context === after);
    let most = 0;
    for (let index = 0; index < common.length; index++) {
      if (common[index] === 0) continue;
      const context = this.#after[index];
      if (context !== undefined && context !== after) continue;
      const alike = common[index]! / (trigrams.size + this.#sizes[index]! - common[index]!);
      if (alike < most || (alike === most && (context === undefined || this.#after[best] === after))) continue;
      most = alike;
      best = index;
    }
    return this.#answers[best];
  }
}

/** Of the folded question with a blank before and behind it; a number each. */
function trigramsOf(question: string): Set<number> {
  const text = [0x20, ...fold(typed(question)), 0x20];
  const trigrams = new Set<number>();
  for (let at = 0; at + 3 <= text.length; at++) trigrams.add((text[at]! << 16) | (text[at + 1]! << 8) | text[at + 2]!);
  return trigrams;
}
