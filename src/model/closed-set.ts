/** A closed set of answers, which is what a model of format version 2 has instead of a charset. */
import { answerTree } from './answer-tree.js';
import { ACTION_LEAD, GAME_TEXT_NAMES, checkGame, meaningOf, type Game } from './game.js';
import { MAX_WIDTH } from './limits.js';
import { MAX_REPLY, checkVoice, isReply, type Voice } from './voice.js';

/** What is chosen at a fork of the tree of answers. */
export const STEPS = ['answers', 'characters'] as const;
export const LEAST_BUCKETS = 128;
export const MOST_BUCKETS = 4096;
/** A fork's number is one byte. */
export const MOST_FORKS = 256;
/** Things that a model with a voice has to say: their number is one byte, and one more stands for none. */
const MOST_SLOTS = 255;

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
  /** Whether the network sees, beside the question, which answer it gave last: an input each. Of whole answers only. */
  memory?: true;
  /** What is said for answers, and the game that they belong to. Of whole answers only. */
  voice?: Voice;
  game?: Game;
}

/** Inputs of the first layer: a bucket each, then a fork each but the first, or an answer each to remember. */
export function closedInputs(closed: ClosedSet): number {
  return closed.buckets + (closed.memory ? closed.answers.length : answerTree(closed).forks.length - 1);
}

/** Whether it says other things than its answers as they stand, or remembers what it said. */
export const isLively = ({ memory, voice, game }: ClosedSet): boolean => !!(memory ?? voice ?? game);

/** Whether an answer means something to the game. */
const isOfGame = (game: Game, answer: string): boolean => meaningOf(game, answer).kind !== 'plain';

/** By how much an answer must be ahead of the next for the fallback not to be said instead. */
export function leastLead({ unknown, game }: ClosedSet, answer: string): number {
  if (!unknown) return 0;
  const isAction = game !== undefined && meaningOf(game, answer).kind === 'action';
  return isAction ? Math.max(ACTION_LEAD, unknown.margin) : unknown.margin;
}

/** How many things a program has a number for, of one byte: answers, the fallback, and what a game says. */
export function slotCount({ answers, unknown, game }: ClosedSet): number {
  const fallback = unknown && !answers.includes(unknown.answer) ? 1 : 0;
  return answers.length + fallback + (game ? GAME_TEXT_NAMES.length : 0);
}

export function closedOutputs(closed: ClosedSet): number {
  return answerTree(closed).outputs;
}

/** Whether a closed model can have it for an answer: no character of it moves a terminal. */
export const isSayable = (answer: string): boolean =>
  answer.length >= 1 && answer.length <= MAX_REPLY && /^[ -~\xa0-\xff]*$/.test(answer);

/** @param fail throws */
export function checkClosed(closed: ClosedSet, fail: (message: string) => never): void {
  const { buckets, steps, answers, unknown, voice, game } = closed;
  if (!Number.isInteger(Math.log2(buckets)) || buckets < LEAST_BUCKETS || buckets > MOST_BUCKETS)
    fail(`${buckets} buckets; their number is a power of two from ${LEAST_BUCKETS} to ${MOST_BUCKETS}`);
  if (answers.length === 0) fail('the model has no answers');
  const bad = answers.find((answer) => !isSayable(answer));
  if (bad !== undefined)
    fail(`an answer is ${JSON.stringify(bad)}, which no terminal shows in ${MAX_REPLY} characters`);
  if (answers.some((answer, i) => i > 0 && !(answers[i - 1]! < answer))) fail('the answers are not sorted, each once');
  if (unknown && !isSayable(unknown.answer)) fail(`the answer to other questions is ${JSON.stringify(unknown.answer)}`);
  const { forks, outputs } = answerTree({ buckets, steps, answers });
  if (outputs > MAX_WIDTH) fail(`${outputs} answers to choose from, where ${MAX_WIDTH} is the most`);
  if (forks.length > MOST_FORKS) fail(`the answers part in ${forks.length} places, where ${MOST_FORKS} is the most`);
  if (!isLively(closed)) return;
  if (steps !== 'answers') fail('a model that remembers, has replies or plays a game chooses whole answers');
  const foreign = [...answers, ...(unknown ? [unknown.answer] : [])].find((answer) => !isReply(answer));
  if (foreign !== undefined)
    fail(`an answer is ${JSON.stringify(foreign)}, and only one in ASCII can be said by turns`);
  if (voice) checkVoice(voice, answers, fail);
  if (game) {
    checkGame(game, fail);
    const both = [unknown?.answer, voice?.repeat].find((answer) => answer !== undefined && isOfGame(game, answer));
    if (both !== undefined)
      fail(
        `${JSON.stringify(both)} is a fact, a secret or an action of the game, and cannot be the fallback or repeat`,
      );
  }
  if (slotCount(closed) > MOST_SLOTS)
    fail(
      `there are ${slotCount(closed)} things to say, with the fallback and a game's texts, where ${MOST_SLOTS} is the most`,
    );
}
