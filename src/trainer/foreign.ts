/**
 * Questions about something else, made up for a training set. Its own questions say where its answers are; these say
 * where they end, so that a model learns to admit that it does not know. Each is two halves of the set's:
 *
 *     show me the | on drive b      two questions in one: the words are the set's, the sense is not
 *
 * None is sure to be foreign, as nobody here understands English: what the set knows is kept out as far as words tell.
 * Everyday sentences, strange words in the set's questions and keys by lot were tried, too: a model that learnt from
 * those recognised fewer questions about something else.
 */
import { MAX_QUESTION } from '../model/question.js';
import { atOnce, eachSliced, mapSliced, type Slices } from '../seams/slices.js';
import type { Rng } from './rng.js';

/** Attempts for each question wanted; a small set has only so many halves. */
const PATIENCE = 20;
/** Attempts between two yields. */
const TRIES = 256;

/**
 * @param questions the set's, folded (src/model/question.ts)
 * @param answersOf the number of a question's answer
 * @returns questions as folded, each once, none of them the set's; fewer than `count` where there are no more
 */
export function foreignQuestions(
  questions: readonly string[],
  answersOf: (index: number) => number,
  count: number,
  rng: Rng,
): string[] {
  return atOnce(foreignQuestionsSliced(questions, answersOf, count, rng));
}

export function* foreignQuestionsSliced(
  questions: readonly string[],
  answersOf: (index: number) => number,
  count: number,
  rng: Rng,
): Slices<string[]> {
  if (questions.length === 0 || count === 0) return [];
  const known = yield* knownSet(questions, answersOf);
  const own = new Set(questions);
  const made = new Set<string>();
  for (let tries = 0; made.size < count && tries < PATIENCE * count; tries++) {
    if (tries % TRIES === 0) yield;
    const question = halves(known, rng);
    if (question !== undefined && question.length <= MAX_QUESTION && !own.has(question)) made.add(question);
  }
  return [...made];
}

/** How many pairs a word must be in before its answers are believed. */
const DOUBT = 2;

/** The set, and how much each of its words says about the answer. */
class KnownSet {
  /** @param told for each word what `telling` gives; `split` the questions in words */
  constructor(
    private readonly told: ReadonlyMap<string, number>,
    private readonly split: readonly (readonly string[])[],
    readonly answerOf: (index: number) => number,
  ) {}

  get size(): number {
    return this.split.length;
  }

  wordsOf(index: number): readonly string[] {
    return this.split[index]!;
  }

  /** In nats: how far the answers of the questions with this word are from the answers of all. */
  telling(word: string): number {
    return this.told.get(word) ?? 0;
  }

  /** Where a question's most telling word is. */
  keyOf(words: readonly string[]): number {
    return words.reduce((best, word, at) => (this.telling(word) > this.telling(words[best]!) ? at : best), 0);
  }
}

function* knownSet(questions: readonly string[], answerOf: (index: number) => number): Slices<KnownSet> {
  const split = yield* mapSliced(questions, (question) => question.split(' '));
  const all = new Map<number, number>();
  const byWord = new Map<string, Map<number, number>>();
  yield* eachSliced(split, (words, index) => {
    const answer = answerOf(index);
    add(all, answer);
    for (const word of new Set(words)) {
      const counts = byWord.get(word) ?? new Map<number, number>();
      add(counts, answer);
      byWord.set(word, counts);
    }
  });
  const told = new Map<string, number>();
  yield* eachSliced(byWord, ([word, counts]) => told.set(word, divergence(counts, all, questions.length)));
  return new KnownSet(told, split, answerOf);
}

function add(counts: Map<number, number>, answer: number): void {
  counts.set(answer, (counts.get(answer) ?? 0) + 1);
}

/** Kullback and Leibler's, of a word's answers from the answers of all; a rare word's count for less. */
function divergence(counts: Map<number, number>, all: Map<number, number>, total: number): number {
  let [n, sum] = [0, 0];
  for (const count of counts.values()) n += count;
  for (const [answer, count] of counts) sum += (count / n) * Math.log((count / n) * (total / all.get(answer)!));
  return (sum * n) / (n + DOUBT);
}

/**
 * The words of two questions with different answers, the first half of one and the second of the other. Both halves must
 * have their question's key word, or neither: with one alone, `please show me | on paper` would still ask for it.
 */
function halves(known: KnownSet, rng: Rng): string | undefined {
  const [a, b] = [rng.below(known.size), rng.below(known.size)];
  if (known.answerOf(a) === known.answerOf(b)) return undefined;
  const [first, second] = [known.wordsOf(a), known.wordsOf(b)];
  const [end, start] = [Math.ceil(first.length / 2), Math.floor(second.length / 2)];
  if (known.keyOf(first) < end !== known.keyOf(second) >= start) return undefined;
  return [...first.slice(0, end), ...second.slice(start)].join(' ');
}
