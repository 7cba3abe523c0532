/** Scores of a closed model, with typing errors, and of questions about other things. */
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/model/inference.js';
import { evaluate } from '../../src/trainer/evaluate.js';
import { othersScore, typoScores } from '../../src/trainer/hardship.js';
import { readQuestions } from '../../src/trainer/pairs.js';
import { Rng } from '../../src/trainer/rng.js';
import { withTypos } from '../../src/trainer/typos.js';
import type { Network } from '../../src/model/network.js';
import { randomNetwork } from '../build/random-network.js';
import { huhNetwork } from './huh-network.js';
import { lookupNetwork } from './lookup-network.js';

const pair = (text: string) => ({ question: text.split('|')[0]!, answer: text.split('|')[1]! });
const PAIRS = ['big|B', 'Big?|B', 'big|A', 'cat|A', 'what|HUH?'].map(pair);

/** Says something else to nearly everything. */
function freeNetwork(): Network {
  const network = randomNetwork(77, { widths: [24, 12], density: 0.4, biasReach: 300 });
  network.charset = [...'ABCDEFGHIJK', '\0'];
  return network;
}

describe('evaluate on a closed model', () => {
  it('scores whole answers, what it cannot tell apart as one question', () => {
    const network = huhNetwork();
    expect(['big', 'cat', 'what'].map((question) => answer(network, question))).toEqual(['B', 'HUH?', 'HUH?']);
    expect(evaluate(network, PAIRS)).toEqual({
      score: { pairs: 5, answers: 3 / 5, answerCeiling: 4 / 5 },
      answers: [
        { answer: 'B', pairs: 2, right: 2, mistakes: [] },
        {
          answer: 'A',
          pairs: 2,
          right: 0,
          mistakes: [
            { said: 'B', pairs: 1 },
            { said: 'HUH?', pairs: 1 },
          ],
        },
        { answer: 'HUH?', pairs: 1, right: 1, mistakes: [] },
      ],
    });
  });
});

describe('evaluate on a model that remembers', () => {
  const network = lookupNetwork(
    'unknown: HUH?\nhello|HI\nwhy|WHAT\nbye|CIAO\nhello|HI|why|POLITE\nbye|CIAO|why|LATE\n',
  );
  const pairs = [
    { question: 'why', answer: 'WHAT' },
    { question: 'hello', answer: 'HI' },
    { question: 'bye', answer: 'HI' },
    { question: 'why', answer: 'POLITE', after: 'HI' },
    { question: 'why', answer: 'LATE', after: 'HI' },
    { question: 'why', answer: 'LATE', after: 'CIAO' },
  ];

  it('tells single questions from follow-ups, which are asked after their answer', () => {
    expect(evaluate(network, pairs).score).toEqual({
      pairs: 6,
      answers: 3 / 6,
      answerCeiling: 5 / 6,
      // "why" alone has three answers that are equally likely.
      single: { pairs: 3, answers: 1 / 3 },
      followUps: { pairs: 3, answers: 2 / 3 },
    });
    const single = pairs.filter(({ after }) => after === undefined);
    expect(evaluate(network, single).score).toEqual({ pairs: 3, answers: 1 / 3, answerCeiling: 1 });
  });

  it('mistypes follow-ups after their answer, too', () => {
    const follow = [{ question: 'why', answer: 'LATE', after: 'CIAO' }];
    const alone = follow.map(({ question, answer: wanted }) => ({ question, answer: wanted }));
    expect(typoScores(network, follow, [0], 1)).toEqual([{ errors: 0, answers: 1 }]);
    expect(typoScores(network, alone, [0], 1)).toEqual([{ errors: 0, answers: 0 }]);
  });
});

describe('typoScores', () => {
  const network = freeNetwork();
  const questions = Array.from({ length: 200 }, (_, i) => `is thing ${i} as big as thing ${i * i}`);
  const pairs = questions.map((question) => ({ question, answer: answer(network, question) }));

  it('are of the questions with that many errors, the same for the same seed', () => {
    const scores = typoScores(network, pairs, [1, 2], 1);
    expect(scores).toEqual(
      [1, 2].map((errors) => {
        const rng = new Rng(1, errors);
        const right = pairs.filter((p) => answer(network, withTypos(p.question, errors, rng)) === p.answer);
        return { errors, answers: right.length / 200 };
      }),
    );
    expect(scores).toMatchInlineSnapshot(`
      [
        {
          "answers": 0.945,
          "errors": 1,
        },
        {
          "answers": 0.92,
          "errors": 2,
        },
      ]
    `);
    expect(typoScores(network, pairs, [2], 1)).toEqual([scores[1]]);
    expect(typoScores(network, pairs, [1], 2)).not.toEqual([scores[0]]);
  });
});

describe('othersScore', () => {
  it('counts what is refused among others, and among what it should know', () => {
    const network = huhNetwork();
    const { answers } = evaluate(network, PAIRS);
    expect(othersScore(network, answers, ['bus', 'when is it', 'where'], 'HUH?')).toEqual({
      unknown: 'HUH?',
      questions: 3,
      refused: 2,
      good: 4,
      lost: 1,
    });
  });

  it('takes a free model that says its answer to what it does not know like any other', () => {
    const network = freeNetwork();
    const questions = Array.from({ length: 200 }, (_, i) => `is thing ${i}`);
    const unknown = answer(network, questions[0]!);
    const other = questions.find((question) => answer(network, question) !== unknown)!;
    const known = evaluate(network, [pair(`${questions[0]!}|X`), pair(`${other}|${answer(network, other)}`)]).answers;
    const score = othersScore(network, known, [questions[0]!, other], unknown);
    expect(score).toEqual({ unknown, questions: 2, refused: 1, good: 2, lost: 1 });
  });
});

describe('readQuestions', () => {
  const read = (text: string): string[] => readQuestions(new TextEncoder().encode(text), 'o.txt');

  it('takes pairs or prompts', () => {
    expect(read('# others\nis it big|YES\nhol vagy ő|NO\n')).toEqual(['is it big', 'hol vagy ő']);
    expect(read('is it big\nwhere is é\n')).toEqual(['is it big', 'where is é']);
    expect(read(`is it big |${'x'.repeat(60)}\nwhy\n|no question\n`)).toEqual(['is it big', 'why']);
  });

  it('refuses a file without one', () => {
    expect(() => read('# nothing\n')).toThrow('there is not one prompt in the file');
  });
});
