/**
 * Pairs as a closed model learns them: a question is its folded text, kept as text because each time it comes up it is
 * distorted anew (distortion.ts), and an example asks for the right choice at one fork on the way to its answer.
 *
 *     pair 7  "is it big" | NO        steps 'answers':     fork 0 → NO
 *
 * All arrays are shared memory, so that worker threads read one copy.
 */
import { answerTree, wayTo } from '../../model/answer-tree.js';
import type { ClosedSet } from '../../model/closed-set.js';
import { fold, typed } from '../../model/question.js';
import { latin1, toBytes } from '../../seams/bytes.js';
import { atOnce, mapSliced, type Slices } from '../../seams/slices.js';
import { share, type TextPair } from '../examples.js';
import { foreignQuestionsSliced } from '../foreign.js';
import { STREAM } from '../memory.js';
import { Rng } from '../rng.js';

/** Folded questions: number q is bytes textStart[q] to textStart[q + 1]. */
export interface Texts {
  text: Uint8Array;
  textStart: Int32Array;
}

/** The texts are the pairs' questions. */
export interface ClosedExamples extends Texts {
  /** Each pair's answer, as an index into the set's; -1 if it is none of them. */
  answer: Int16Array;
  /** For each example its pair, its fork, and the fork's right choice. A pair's first example is at fork 0. */
  pair: Int32Array;
  fork: Int16Array;
  choice: Int16Array;
  /** Each pair's choice at fork 0. */
  first: Int16Array;
  /** Each pair's answer before, as an index into the set's; -1 where there is none, or the model remembers none. */
  after: Int16Array;
}

/** A fork, and the choice to make at it. */
export interface Choosing {
  fork: number;
  choice: number;
}

/** What is to be learnt on the way to an answer: where there is no choice, there is nothing. */
export function choicesTo(closed: ClosedSet, answer: string): Choosing[] {
  const { forks } = answerTree(closed);
  return wayTo(closed, answer).filter(({ fork }) => forks[fork]!.length > 1);
}

/** Pairs with an answer that is not in the set have no example, and count as wrong. */
export function buildClosedExamples(pairs: readonly TextPair[], closed: ClosedSet): ClosedExamples {
  return atOnce(buildClosedExamplesSliced(pairs, closed));
}

export function* buildClosedExamplesSliced(pairs: readonly TextPair[], closed: ClosedSet): Slices<ClosedExamples> {
  const indexOf = new Map(closed.answers.map((answer, index) => [answer, index]));
  const choices = yield* mapSliced(closed.answers, (answer) => choicesTo(closed, answer));
  const firsts = yield* mapSliced(closed.answers, (answer) => wayTo(closed, answer)[0]!.choice);
  const answer = pairs.map((pair) => indexOf.get(pair.answer) ?? -1);
  const examples = { pair: [] as number[], fork: [] as number[], choice: [] as number[] };
  answer.forEach((index, p) => {
    for (const { fork, choice } of choices[index] ?? []) {
      examples.pair.push(p);
      examples.fork.push(fork);
      examples.choice.push(choice);
    }
  });
  const folded = yield* mapSliced(pairs, ({ question }) => fold(typed(question)));
  return {
    ...textsOf(folded),
    answer: share(Int16Array, answer),
    pair: share(Int32Array, examples.pair),
    fork: share(Int16Array, examples.fork),
    choice: share(Int16Array, examples.choice),
    after: share(
      Int16Array,
      pairs.map(({ after }) => (closed.memory && after !== undefined ? (indexOf.get(after) ?? -1) : -1)),
    ),
    first: share(
      Int16Array,
      answer.map((index) => firsts[index] ?? -1),
    ),
  };
}

function textsOf(folded: readonly Uint8Array[]): Texts {
  const start = [0];
  for (const bytes of folded) start.push(start.at(-1)! + bytes.length);
  const text = share(Uint8Array, new Uint8Array(start.at(-1)!));
  folded.forEach((bytes, q) => text.set(bytes, start[q]!));
  return { text, textStart: share(Int32Array, start) };
}

/** Of questions made up for a run, at most: they are drawn from again and again. */
const MOST_FOREIGN = 20_000;

/** Questions about something else, made up from the set's own. */
export function foreignTexts(examples: ClosedExamples, wanted: number, seed: number): Texts {
  return atOnce(foreignTextsSliced(examples, wanted, seed));
}

export function* foreignTextsSliced(
  { text, textStart, answer, after }: ClosedExamples,
  wanted: number,
  seed: number,
): Slices<Texts> {
  // What follows something says the same in many pairs: of its halves, put together, it would come out again.
  const plain = [...answer.keys()].filter((pair) => after[pair]! < 0);
  const questions = yield* mapSliced(plain, (pair) => latin1(text.subarray(textStart[pair], textStart[pair + 1])));
  const rng = new Rng(seed, STREAM.foreign);
  const count = Math.min(MOST_FOREIGN, wanted);
  const made = yield* foreignQuestionsSliced(questions, (index) => answer[plain[index]!]!, count, rng);
  return textsOf(made.map(toBytes));
}
