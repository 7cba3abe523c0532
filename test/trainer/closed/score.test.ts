import { describe, expect, it } from 'vitest';
import { ceilingOf, closedScore } from '../../../src/trainer/closed/score.js';

const PAIRS = [
  // One question to the model, three ways to write it: YES twice, YELL once.
  { question: 'is it big', answer: 'YES' },
  { question: 'Is it BIG?', answer: 'YES' },
  { question: "is  it 'big'", answer: 'YELL' },
  { question: 'is it old', answer: 'NO' },
];

describe('the ceiling of closed models', () => {
  it('is what the commonest answer gets of questions that fold to the same', () => {
    // Answers: two of three, and one. Characters: YES (4) twice and the YE of YELL, then NO and its end.
    expect(ceilingOf(PAIRS)).toEqual({ answers: 3, characters: 4 + 4 + 2 + 3 });
  });

  it('of characters may be with a rarer answer', () => {
    const pairs = ['X', 'X', 'ABCDEFGH', 'ABCDEFGI'].map((answer) => ({ question: 'a', answer }));
    expect(ceilingOf(pairs)).toEqual({ answers: 2, characters: 9 + 7 });
  });

  it('is everything where nothing contradicts, and nothing where there is nothing', () => {
    const pairs = ['a', 'b', 'c'].map((question) => ({ question, answer: question }));
    expect(ceilingOf(pairs)).toEqual({ answers: 3, characters: 6 });
    expect(ceilingOf([])).toEqual({ answers: 0, characters: 0 });
  });
});

describe('the score of closed models', () => {
  const score = (said: string[]): object => closedScore(PAIRS, (p) => said[p]!, ceilingOf(PAIRS));

  it('has shares of answers, of characters with their ends, and what bounds them', () => {
    expect(score(['YES', 'YES', 'YES', 'NO'])).toEqual({
      pairs: 4,
      // YES and its end twice, YELL and its end, NO and its end.
      characterCount: 16,
      answers: 3 / 4,
      characters: 13 / 16,
      answerCeiling: 3 / 4,
      characterCeiling: 13 / 16,
    });
  });

  it('counts characters up to the first wrong one, and the end where all is right', () => {
    expect(score(['YES', 'YELL', 'YELL', 'NOT'])).toMatchObject({ answers: 2 / 4, characters: (4 + 2 + 5 + 2) / 16 });
    expect(score(['', 'YE', 'XES', 'N'])).toMatchObject({ answers: 0, characters: (0 + 2 + 0 + 1) / 16 });
  });

  it('of nothing is 0', () => {
    expect(closedScore([], () => '', ceilingOf([]))).toMatchObject({ pairs: 0, answers: 0, characters: 0 });
  });
});
