/** A closed set of answers, which is what a model of format version 2 has instead of a charset. */
import { answerTree } from './answer-tree.js';
import { MAX_ANSWER, MAX_WIDTH } from './limits.js';

/** What is chosen at a fork of the tree of answers. */
export const STEPS = ['answers', 'characters'] as const;
export const LEAST_BUCKETS = 128;
export const MOST_BUCKETS = 4096;
/** A fork's number is one byte. */
export const MOST_FORKS = 256;

export interface ClosedSet {
  /** Buckets for a question's pieces: a power of two, 128 to 4,096. */
  buckets: number;
  steps: (typeof STEPS)[number];
  /** All that the model can say, sorted, each once; characters of one byte, none a control character. */
  answers: string[];
  /** What it says to a question about something else. */
  unknown?: {
    answer: string;
    /** By how much the best choice at the first fork must be ahead of the next for the model to trust it. */
    margin: number;
  };
}

/** Inputs of the first layer: a bucket each, then a fork each but the first. */
export function closedInputs(closed: ClosedSet): number {
  return closed.buckets + answerTree(closed).forks.length - 1;
}

export function closedOutputs(closed: ClosedSet): number {
  return answerTree(closed).outputs;
}

/** Whether a closed model can have it for an answer: no character of it moves a terminal. */
export const isSayable = (answer: string): boolean =>
  answer.length >= 1 && answer.length <= MAX_ANSWER && /^[ -~\xa0-\xff]*$/.test(answer);

/** @param fail throws */
export function checkClosed({ buckets, steps, answers, unknown }: ClosedSet, fail: (message: string) => never): void {
  if (!Number.isInteger(Math.log2(buckets)) || buckets < LEAST_BUCKETS || buckets > MOST_BUCKETS)
    fail(`${buckets} buckets; their number is a power of two from ${LEAST_BUCKETS} to ${MOST_BUCKETS}`);
  if (answers.length === 0) fail('the model has no answers');
  const bad = answers.find((answer) => !isSayable(answer));
  if (bad !== undefined)
    fail(`an answer is ${JSON.stringify(bad)}, which no terminal shows in ${MAX_ANSWER} characters`);
  if (answers.some((answer, i) => i > 0 && !(answers[i - 1]! < answer))) fail('the answers are not sorted, each once');
  if (unknown && !isSayable(unknown.answer)) fail(`the answer to other questions is ${JSON.stringify(unknown.answer)}`);
  const { forks, outputs } = answerTree({ buckets, steps, answers });
  if (outputs > MAX_WIDTH) fail(`${outputs} answers to choose from, where ${MAX_WIDTH} is the most`);
  if (forks.length > MOST_FORKS) fail(`the answers part in ${forks.length} places, where ${MOST_FORKS} is the most`);
}
