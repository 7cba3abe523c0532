import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fold, typed } from '../../src/model/question.js';
import { foreignQuestions } from '../../src/trainer/foreign.js';
import { readPairs } from '../../src/trainer/pairs.js';
import { Rng } from '../../src/trainer/rng.js';

const folded = (text: string): string => new TextDecoder().decode(fold(typed(text)));

/** Few words, each with one answer, so that what is made of them can be told by eye. */
const SMALL = [
  'please show me the files',
  'please delete the letter',
  'please the letter on paper',
  'the files on paper',
  'show all files',
];
const ANSWERS = [0, 1, 2, 2, 0];
const answerOf = (index: number): number => ANSWERS[index]!;
const make = (count: number): string[] => foreignQuestions(SMALL, answerOf, count, new Rng(1));

describe('questions about something else', () => {
  const file = readPairs(readFileSync('datasets/cpm-commands.txt'), 'cpm-commands.txt');
  const questions = file.pairs.map(({ question }) => folded(question));
  const answers = [...new Set(file.pairs.map(({ answer }) => answer))];
  const made = (seed: number): string[] =>
    foreignQuestions(questions, (i) => answers.indexOf(file.pairs[i]!.answer), 2000, new Rng(seed));

  it('are as many as wanted, folded, each once, and none of the set', () => {
    const all = made(5);
    expect(all).toHaveLength(2000);
    expect(new Set(all).size).toBe(2000);
    expect(all.filter((question) => question !== folded(question))).toEqual([]);
    const own = new Set(questions);
    expect(all.filter((question) => own.has(question))).toEqual([]);
  });

  it('depend on the random numbers alone', () => {
    expect(made(5)).toEqual(made(5));
    expect(made(5)).not.toEqual(made(6));
  });

  it('halve two questions of different answers', () => {
    const starts = SMALL.map((q) => q.split(' ')).map((w) => w.slice(0, Math.ceil(w.length / 2)).join(' '));
    const ends = SMALL.map((q) => q.split(' ')).map((w) => w.slice(Math.floor(w.length / 2)).join(' '));
    const all = make(50);
    expect(all.length).toBeGreaterThan(2);
    for (const question of all) {
      const from = SMALL.map((_, i) => i);
      const parts = from.flatMap((a) => from.map((b) => ({ a, b, text: `${starts[a]} ${ends[b]}` })));
      expect(parts.some(({ a, b, text }) => text === question && answerOf(a) !== answerOf(b))).toBe(true);
    }
    // Two wishes at once are none; this would be one.
    expect(all).toContain('please show me letter on paper');
    expect(all).not.toContain('please delete all files');
  });

  it('are no longer than what can be typed', () => {
    /** Of words that say nothing, and one in the middle that says all. */
    const about = (word: string): string => [...Array(20).fill('xx'), word, ...Array(20).fill('xx')].join(' ');
    const made = (...words: string[]): string[] => foreignQuestions(words.map(about), (i) => i, 5, new Rng(1));
    expect(made('abc', 'def').map(({ length }) => length)).toEqual([127, 127]);
    expect(made('abcd', 'defg')).toEqual([]);
  });

  it('are fewer where there are no more, and none of no set', () => {
    const few = make(1000);
    expect(few.length).toBeLessThan(20);
    expect(foreignQuestions(['yes'], () => 0, 10, new Rng(1))).toEqual([]);
    expect(foreignQuestions([], () => 0, 10, new Rng(1))).toEqual([]);
    expect(make(0)).toEqual([]);
  });
});
