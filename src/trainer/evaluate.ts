/** How well a model knows a data set: scores against the data's own ceiling, and what it mistakes for what. */
import { answer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { asked } from '../model/question.js';
import { buildExamples, type TextPair } from './examples.js';
import { Scorer, isRight, scoreOf, type Score } from './scorer.js';

export interface Evaluation {
  score: EvaluationScore;
  /** One row an answer of the data, commonest first. */
  answers: AnswerRow[];
}

/** Of characters only a free model has a score: a closed one chooses whole answers, or long parts of them. */
export type EvaluationScore = Pick<Score, 'pairs' | 'answers' | 'answerCeiling'> &
  Partial<Score> & {
    /** Where the data has dialogues: questions on their own, and those that follow an answer. */
    single?: PartScore;
    followUps?: PartScore;
  };

/** Of a part of the pairs. */
export type PartScore = Pick<Score, 'pairs' | 'answers'>;

export interface AnswerRow {
  answer: string;
  pairs: number;
  right: number;
  /** What the model said instead, commonest first. */
  mistakes: { said: string; pairs: number }[];
}

/** Characters that the model cannot write count as wrong. */
export function evaluate(network: Network, pairs: readonly TextPair[]): Evaluation {
  return network.closed ? evaluateClosed(network, pairs) : evaluateFree(network, pairs);
}

function evaluateFree(network: Network, pairs: readonly TextPair[]): Evaluation {
  const examples = buildExamples(pairs, network.charset);
  const predicted = new Int16Array(examples.query.length);
  const scorer = new Scorer(network);
  scorer.predict(examples, 0, predicted.length, predicted);

  const rows = new AnswerRows();
  for (let path = 0; path < examples.pathPairs.length; path++) {
    const wanted = examples.answers[examples.pathAnswer[path]!]!;
    const right = isRight(examples, predicted, path);
    const said = right ? wanted : scorer.answer(examples, examples.pathQuery[path]!);
    rows.add(wanted, right, said, examples.pathPairs[path]!);
  }
  return { score: scoreOf(examples, predicted), answers: rows.sorted() };
}

function evaluateClosed(network: Network, pairs: readonly TextPair[]): Evaluation {
  /** What is one question to the network, with how often each answer is wanted of it. */
  const alike = new Map<string, { said: string; isFollowUp: boolean; wanted: Map<string, number> }>();
  for (const { question, answer: wanted, after } of pairs) {
    const key = `${after ?? ''}|${asked(question)}`;
    let group = alike.get(key);
    if (!group) {
      group = { said: answer(network, question, after), isFollowUp: after !== undefined, wanted: new Map() };
      alike.set(key, group);
    }
    group.wanted.set(wanted, (group.wanted.get(wanted) ?? 0) + 1);
  }
  const rows = new AnswerRows();
  let most = 0;
  const right = { single: 0, followUps: 0 };
  for (const { said, isFollowUp, wanted } of alike.values()) {
    most += Math.max(...wanted.values());
    for (const [text, count] of wanted) rows.add(text, text === said, said, count);
    right[isFollowUp ? 'followUps' : 'single'] += wanted.get(said) ?? 0;
  }
  const followUps = pairs.filter(({ after }) => after !== undefined).length;
  const part = (count: number, known: number): PartScore => ({ pairs: count, answers: known / Math.max(1, count) });
  return {
    score: {
      pairs: pairs.length,
      answers: (right.single + right.followUps) / pairs.length,
      answerCeiling: most / pairs.length,
      ...(followUps > 0 && {
        single: part(pairs.length - followUps, right.single),
        followUps: part(followUps, right.followUps),
      }),
    },
    answers: rows.sorted(),
  };
}

/** Collects what was said where which answer was wanted. */
class AnswerRows {
  readonly #rows = new Map<string, { pairs: number; right: number; said: Map<string, number> }>();

  add(wanted: string, right: boolean, said: string, pairs: number): void {
    let row = this.#rows.get(wanted);
    if (!row) this.#rows.set(wanted, (row = { pairs: 0, right: 0, said: new Map() }));
    row.pairs += pairs;
    if (right) row.right += pairs;
    else row.said.set(said, (row.said.get(said) ?? 0) + pairs);
  }

  sorted(): AnswerRow[] {
    const rows = [...this.#rows].map(([text, { said, ...rest }]) => ({
      answer: text,
      ...rest,
      mistakes: [...said].map(([words, count]) => ({ said: words, pairs: count })).sort((a, b) => b.pairs - a.pairs),
    }));
    return rows.sort((a, b) => b.pairs - a.pairs);
  }
}
