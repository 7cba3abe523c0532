import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fold, typed } from '../../src/model/question.js';
import { FOREIGN_KINDS, foreignQuestions, type ForeignKind } from '../../src/trainer/foreign.js';
import { FOREIGN_WORDS, TEMPLATES } from '../../src/trainer/foreign-words.js';
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
const make = (count: number, ...kinds: ForeignKind[]): string[] =>
  foreignQuestions(SMALL, answerOf, count, new Rng(1), kinds);

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

  it('are of each kind', () => {
    expect(FOREIGN_KINDS.map((kind) => make(3, kind).length)).toEqual([3, 3, 3, 3]);
  });

  it('halve two questions of different answers', () => {
    const starts = SMALL.map((q) => q.split(' ')).map((w) => w.slice(0, Math.ceil(w.length / 2)).join(' '));
    const ends = SMALL.map((q) => q.split(' ')).map((w) => w.slice(Math.floor(w.length / 2)).join(' '));
    const all = make(50, 'halves');
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

  it('keep the way to ask and lose what is asked', () => {
    const all = make(40, 'swapped');
    expect(all.filter((question) => /delete|paper/.test(question))).toEqual([]);
    expect(all.some((question) => question.startsWith('please '))).toBe(true);
  });

  it('have words that the set does not know', () => {
    const about = ['the nurse painted a kettle', 'nurses'];
    const all = foreignQuestions(about, (i) => i, 500, new Rng(2), ['sentences']);
    expect(all.filter((question) => /\b(nurses?|kettles?)\b/.test(question))).toEqual([]);
  });

  it('are fewer where there are no more, and none of no kind or no set', () => {
    expect(foreignQuestions(['yes'], () => 0, 10, new Rng(1), ['halves'])).toEqual([]);
    expect(foreignQuestions([], () => 0, 10, new Rng(1), ['halves', 'swapped'])).toEqual([]);
    expect(make(10)).toEqual([]);
    expect(make(0, 'mash')).toEqual([]);
  });
});

describe('words for them', () => {
  const lists = Object.entries(FOREIGN_WORDS);

  it.each(lists)('%s: single folded words, each once', (_name, words) => {
    expect(words.filter((word) => !/^[a-z0-9]+$/.test(word))).toEqual([]);
    expect(new Set<string>(words).size).toBe(words.length);
  });

  it('are enough', () => {
    expect(lists.reduce((sum, [, words]) => sum + words.length, 0)).toBeGreaterThan(400);
    expect(TEMPLATES.length).toBeGreaterThanOrEqual(60);
  });

  it('fit the templates', () => {
    const names = [...lists.map(([name]) => name), 'nouns'];
    for (const template of TEMPLATES)
      for (const [, name] of template.matchAll(/\{(.*?)\}/g)) expect(names).toContain(name);
    expect(TEMPLATES.filter((template) => !/^[a-z{} ]+$/.test(template))).toEqual([]);
  });
});
