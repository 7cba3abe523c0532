/** What is left of a score when people mistype, and what a model makes of questions that it cannot know about. */
import type { Network } from '../model/network.js';
import { evaluate, type AnswerRow } from './evaluate.js';
import type { TextPair } from './examples.js';
import { Rng } from './rng.js';
import { withTypos } from './typos.js';

export interface TypoScore {
  /** Typing errors in each question. */
  errors: number;
  /** Share of whole answers right, 0..1. */
  answers: number;
}

/** Scores with so many seeded typing errors in each question; the same seed, the same errors. */
export function typoScores(
  network: Network,
  pairs: readonly TextPair[],
  errors: readonly number[],
  seed: number,
): TypoScore[] {
  return errors.map((count) => {
    const rng = new Rng(seed, count);
    const mistyped = pairs.map((pair) => ({ ...pair, question: withTypos(pair.question, count, rng) }));
    return { errors: count, answers: evaluate(network, mistyped).score.answers };
  });
}

export interface OthersScore {
  /** What the model says where it does not know. */
  unknown: string;
  /** Questions about other things, and how many of them are answered so. */
  questions: number;
  refused: number;
  /** Pairs of the data that have another answer, and how many of their questions are answered so nevertheless. */
  good: number;
  lost: number;
}

/**
 * How well a model tells what it knows about from what it does not.
 * @param known what it says to questions of its data, from `evaluate`
 */
export function othersScore(
  network: Network,
  known: readonly AnswerRow[],
  others: readonly string[],
  unknown: string,
): OthersScore {
  const asked = evaluate(
    network,
    others.map((question) => ({ question, answer: unknown })),
  );
  const good = known.filter(({ answer }) => answer !== unknown);
  const lost = good.flatMap(({ mistakes }) => mistakes).filter(({ said }) => said === unknown);
  const sum = (rows: readonly { pairs: number }[]): number => rows.reduce((total, { pairs }) => total + pairs, 0);
  return {
    unknown,
    questions: others.length,
    refused: asked.answers.reduce((total, { right }) => total + right, 0),
    good: sum(good),
    lost: sum(lost),
  };
}
