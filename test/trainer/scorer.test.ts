import { describe, expect, it } from 'vitest';
import { encodeContext, encodeQuery, toBytes } from '../../src/model/encoder.js';
import { answer, argmax, encodeInput, runNetwork } from '../../src/model/inference.js';
import { INPUT_SIZE, type Network } from '../../src/model/network.js';
import { decodeModel } from '../../src/model/npz.js';
import { evaluate } from '../../src/trainer/evaluate.js';
import { buildExamples, charsetOf, type TextPair } from '../../src/trainer/examples.js';
import { readPairs } from '../../src/trainer/pairs.js';
import { Rng } from '../../src/trainer/rng.js';
import { Scorer, scoreOf } from '../../src/trainer/scorer.js';
import { describeShared, shared } from '../outside.js';

function randomPairs(rng: Rng, count: number): TextPair[] {
  const word = (letters: string, most: number): string =>
    Array.from({ length: 1 + rng.below(most) }, () => letters[rng.below(letters.length)]!).join('');
  // Answers end in the pair's number, so that each tells its question.
  return Array.from({ length: count }, (_, i) => ({
    question: word('aBc de?', 30),
    answer: `${word('ABCDE !', 12)}${i}`,
  }));
}

/** Dense weights and large biases, so that accumulators wrap. */
function randomNetwork(rng: Rng, charset: string[]): Network {
  const widths = [...Array.from({ length: rng.below(4) }, () => 1 + rng.below(256)), charset.length];
  let inputs = INPUT_SIZE;
  const layers = widths.map((outputs) => {
    const layer = {
      inputs,
      outputs,
      weights: Int8Array.from({ length: inputs * outputs }, () => rng.below(4) - 2),
      biases: Int16Array.from({ length: outputs }, () => rng.below(65536) - 32768),
    };
    inputs = outputs;
    return layer;
  });
  return { layers, charset, about: {} };
}

describe('Scorer', () => {
  it('agrees with the reference inference on 40 random networks, character by character and answer by answer', () => {
    const rng = new Rng(7);
    for (let round = 0; round < 40; round++) {
      const pairs = randomPairs(rng, 20);
      const charset = charsetOf(pairs);
      const network = randomNetwork(rng, charset);
      const examples = buildExamples(pairs, charset);
      const predicted = new Int16Array(examples.query.length).fill(-9);
      const scorer = new Scorer(network);
      scorer.predict(examples, 0, 5, predicted);
      scorer.predict(examples, 5, predicted.length, predicted);

      const expected = new Map<number, number>();
      for (let path = 0, k = 0; path < examples.pathPairs.length; path++) {
        const query = examples.pathQuery[path]!;
        const text = examples.answers[examples.pathAnswer[path]!]!;
        const { question } = pairs.find((p) => p.answer === text)!;
        expect(scorer.answer(examples, query)).toBe(answer(network, question));
        for (let at = 0; k < examples.pathStart[path + 1]!; k++, at++) {
          const input = encodeInput(encodeQuery(toBytes(question)), encodeContext(toBytes(text.slice(0, at))));
          expected.set(examples.pathExample[k]!, argmax(runNetwork(network, input)));
        }
      }
      expect(expected.size).toBe(predicted.length);
      expect([...predicted]).toEqual(Array.from(predicted, (_, e) => expected.get(e)));
    }
  });

  it('bounds what can be right where a question has several answers', () => {
    const pairs = [
      { question: 'hello', answer: 'HI' },
      { question: 'HELLO', answer: 'HI' },
      { question: ' hello', answer: 'HO' },
      { question: 'bye', answer: 'HI' },
    ];
    const examples = buildExamples(pairs, charsetOf(pairs));
    // hello: H, then I (2 of 3) or O (1 of 3), then the end after HI and after HO; bye: H, I, end.
    expect([...examples.weight].sort()).toEqual([1, 1, 1, 1, 2, 3, 3]);
    const all = Int16Array.from(examples.query, (_, e) => examples.target[examples.targetStart[e]!]!);
    expect(scoreOf(examples, all)).toEqual({
      pairs: 4,
      characterCount: 12,
      answers: 3 / 4,
      characters: 11 / 12,
      answerCeiling: 3 / 4,
      characterCeiling: 11 / 12,
    });
  });

  it('counts characters that the model cannot write as wrong', () => {
    const pairs = [{ question: 'a', answer: 'AB' }];
    const examples = buildExamples(pairs, ['A', '\0']);
    expect([...examples.target]).toEqual([0, -1, 1]);
    expect(scoreOf(examples, Int16Array.from([0, 0, 1])).characters).toBeCloseTo(2 / 3);
    expect(scoreOf(examples, Int16Array.from([0, 0, 1])).answers).toBe(0);
  });
});

describeShared(
  'evaluate on a model of the original project',
  ['models/upstream-tinychat.npz', 'data/upstream-tinychat.txt.gz'],
  () => {
    it("gives the original small-talk model's score and confusions on its own training text", () => {
      const network = decodeModel(shared('models/upstream-tinychat.npz'), 'upstream-tinychat.npz');
      const { pairs } = readPairs(shared('data/upstream-tinychat.txt.gz'), 'upstream-tinychat.txt');
      const { score, answers } = evaluate(network, pairs);
      expect(score.pairs).toBe(3002);
      const right = pairs.filter((pair) => answer(network, pair.question) === pair.answer).length;
      expect(score.answers).toBe(right / 3002);
      expect(right).toBe(1106);
      expect(answers[0]).toMatchObject({ answer: 'OK', pairs: 287, right: 174 });
      for (const row of answers)
        expect(
          row.mistakes.reduce((sum, m) => sum + m.pairs, row.right),
          row.answer,
        ).toBe(row.pairs);
    });
  },
);

it('the ceiling is what one answer per question can get, and one character per context', () => {
  const pairs = ['a b|YES', 'a b|YES', 'a b|NO', 'c d|NO'].map((line) => {
    const [question, answer] = line.split('|') as [string, string];
    return { question, answer };
  });
  const examples = buildExamples(pairs, charsetOf(pairs));
  const wrong = new Int16Array(examples.query.length).fill(-2);
  expect(scoreOf(examples, wrong)).toEqual({
    pairs: 4,
    characterCount: 4 + 4 + 3 + 3,
    answers: 0,
    characters: 0,
    answerCeiling: 3 / 4,
    // The N of the third: its O and its end are alone in their contexts.
    characterCeiling: 13 / 14,
  });
});
