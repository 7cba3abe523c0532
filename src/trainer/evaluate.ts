/** How well a model knows a data set: scores against the data's own ceiling, and what it mistakes for what. */
import type { Network } from '../model/network.js';
import { buildExamples, type TextPair } from './examples.js';
import { Scorer, isRight, scoreOf, type Score } from './scorer.js';

export interface Evaluation {
  score: Score;
  /** One row an answer of the data, commonest first. */
  answers: AnswerRow[];
}

export interface AnswerRow {
  answer: string;
  pairs: number;
  right: number;
  /** What the model said instead, commonest first. */
  mistakes: { said: string; pairs: number }[];
}

/** Characters that the model cannot write count as wrong. */
export function evaluate(network: Network, pairs: readonly TextPair[]): Evaluation {
  const examples = buildExamples(pairs, network.charset);
  const predicted = new Int16Array(examples.query.length);
  const scorer = new Scorer(network);
  scorer.predict(examples, 0, predicted.length, predicted);

  const counts = examples.answers.map(() => ({ pairs: 0, right: 0, said: new Map<string, number>() }));
  for (let path = 0; path < examples.pathPairs.length; path++) {
    const of = counts[examples.pathAnswer[path]!]!;
    const pairsOfPath = examples.pathPairs[path]!;
    of.pairs += pairsOfPath;
    if (isRight(examples, predicted, path)) of.right += pairsOfPath;
    else {
      const said = scorer.answer(examples, examples.pathQuery[path]!);
      of.said.set(said, (of.said.get(said) ?? 0) + pairsOfPath);
    }
  }
  const answers = counts.map(({ said, ...rest }, index) => ({
    answer: examples.answers[index]!,
    ...rest,
    mistakes: [...said].map(([text, count]) => ({ said: text, pairs: count })).sort((a, b) => b.pairs - a.pairs),
  }));
  return { score: scoreOf(examples, predicted), answers: answers.sort((a, b) => b.pairs - a.pairs) };
}
