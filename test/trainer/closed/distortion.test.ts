import { describe, expect, it } from 'vitest';
import { answerTree } from '../../../src/model/answer-tree.js';
import { pieceBuckets } from '../../../src/model/pieces.js';
import { Distorter, Pieces } from '../../../src/trainer/closed/distortion.js';
import { buildClosedExamples, choicesTo, type Texts } from '../../../src/trainer/closed/examples.js';
import type { ClosedRecipe } from '../../../src/trainer/closed/recipe.js';
import { Rng } from '../../../src/trainer/rng.js';
import { latin1 } from '../../../src/seams/bytes.js';
import { counts, expected } from './counted.js';
import { PLAIN, bytesOf, closedSet } from './small-closed.js';

const PAIRS = [
  { question: 'red green blue pink', answer: 'COLOURS' },
  { question: 'one two three', answer: 'NUMBERS' },
  { question: 'yes no', answer: 'WORDS' },
  { question: 'hello', answer: 'WORDS' },
];
const BUCKETS = 4096;
const CLOSED = { ...closedSet('answers', 'COLOURS', 'HUH?', 'NUMBERS', 'WORDS'), buckets: BUCKETS };
const HUH = 1;
const ABOUT_ELSE = ['yes green', 'who', 'x'.repeat(120)];
const FOREIGN: Texts = {
  text: bytesOf(ABOUT_ELSE.join('')),
  textStart: Int32Array.of(0, 9, 12, 132),
};

const distorter = (recipe: Partial<ClosedRecipe>, pairs = PAIRS): Distorter =>
  new Distorter(buildClosedExamples(pairs, CLOSED), FOREIGN, { ...PLAIN, ...recipe }, [{ fork: 0, choice: HUH }]);

/** Which of the texts these pieces are of. */
function textOf(pieces: Pieces, candidates: readonly string[]): string | undefined {
  const wanted = JSON.stringify([...counts(pieces)].sort(([a], [b]) => a - b));
  return candidates.find((text) => JSON.stringify([...expected(text, BUCKETS)].sort(([a], [b]) => a - b)) === wanted);
}

describe('distorting', () => {
  it('leaves a question as it is where nothing is asked for', () => {
    const pieces = new Pieces(BUCKETS);
    const target = distorter({}).draw(1, pieces, new Rng(1));
    expect(target).toMatchObject({ fork: 0, choice: 2, kept: 1 });
    expect(counts(pieces)).toEqual(expected('one two three', BUCKETS));
  });

  it('comes to the same for the same numbers', () => {
    const draw = (seed: number, pieces: Pieces): unknown => {
      const target = { ...distorter({ typos: 0.5, drop: 0.2, mixed: 0.5 }).draw(0, pieces, new Rng(seed)) };
      return [target, [...counts(pieces)]];
    };
    const used = new Pieces(BUCKETS);
    for (let seed = 0; seed < 50; seed++) expect(draw(seed, used)).toEqual(draw(seed, new Pieces(BUCKETS)));
    expect(draw(1, used)).not.toEqual(draw(2, used));
  });

  it('puts typing errors into about as many questions as asked', () => {
    const pieces = new Pieces(BUCKETS);
    const mistyping = distorter({ typos: 0.3, secondTypo: 0 });
    const rng = new Rng(5);
    const clean = JSON.stringify([...expected(PAIRS[0]!.question, BUCKETS).keys()].sort());
    let wrong = 0;
    for (let i = 0; i < 2000; i++) {
      mistyping.draw(0, pieces, rng);
      if (JSON.stringify([...counts(pieces).keys()].sort()) !== clean) wrong++;
    }
    expect(wrong / 2000).toBeCloseTo(0.3, 1);
  });

  it('puts a second one into those only', () => {
    const lengths = (recipe: Partial<ClosedRecipe>): Set<number> => {
      const pieces = new Pieces(BUCKETS);
      const all = new Set<number>();
      const rng = new Rng(5);
      for (let i = 0; i < 300; i++) {
        distorter(recipe).draw(3, pieces, rng);
        all.add([...counts(pieces).values()].reduce((a, b) => a + b, 0));
      }
      return all;
    };
    // "hello" has 11 pieces, one letter more or less two more or less.
    expect([...lengths({ typos: 0, secondTypo: 1 })]).toEqual([11]);
    expect([...lengths({ typos: 1, secondTypo: 0 })].sort((a, b) => a - b)).toEqual([9, 11, 13]);
    expect([...lengths({ typos: 1, secondTypo: 1 })].sort((a, b) => a - b)).toEqual([7, 9, 11, 13, 15]);
  });

  it('mixes in a half of another at most, and as much of its answer', () => {
    const pieces = new Pieces(BUCKETS);
    const mixing = distorter({ mixed: 1 });
    const rng = new Rng(3);
    const seen = new Set<number>();
    let [least, most] = [1, 0];
    for (let i = 0; i < 400; i++) {
      const { choice, other, kept } = mixing.draw(1, pieces, rng);
      expect(choice).toBe(2);
      expect(kept).toBeGreaterThan(0.5);
      expect(kept).toBeLessThanOrEqual(1);
      [least, most] = [Math.min(least, kept), Math.max(most, kept)];
      seen.add(other);
      const now = counts(pieces);
      const fits = PAIRS.filter(({ answer }) => CLOSED.answers[other] === answer).some(({ question }) => {
        const both = expected(PAIRS[1]!.question, BUCKETS, kept);
        for (const [bucket, count] of expected(question, BUCKETS, 1 - kept))
          both.set(bucket, (both.get(bucket) ?? 0) + count);
        return both.size === now.size && [...both].every(([bucket, n]) => Math.abs(now.get(bucket)! - n) < 1e-5);
      });
      expect(fits).toBe(true);
    }
    expect(seen).toEqual(new Set([0, 2, 3]));
    expect(least).toBeLessThan(0.52);
    expect(most).toBeGreaterThan(0.98);
  });

  it('mixes in nothing whose answer is none of the set', () => {
    const strange = [PAIRS[0]!, { question: 'one two three', answer: 'SOMETHING ELSE' }];
    const mixing = distorter({ mixed: 1 }, strange);
    const pieces = new Pieces(BUCKETS);
    const rng = new Rng(3);
    let alone = 0;
    for (let i = 0; i < 50; i++) {
      const { kept, other } = mixing.draw(0, pieces, rng);
      if (kept < 1) expect(other).toBe(0);
      else alone++;
      // Itself, or nothing.
      expect([...counts(pieces).keys()].sort()).toEqual([...expected(PAIRS[0]!.question, BUCKETS).keys()].sort());
    }
    expect(alone).toBeGreaterThan(10);
  });

  it('mixes in about as many as asked, and none at later forks', () => {
    const pieces = new Pieces(BUCKETS);
    const rng = new Rng(4);
    const mixing = distorter({ mixed: 0.4 });
    let mixed = 0;
    for (let i = 0; i < 2000; i++) if (mixing.draw(0, pieces, rng).kept < 1) mixed++;
    expect(mixed / 2000).toBeCloseTo(0.4, 1);

    const spelled = { ...closedSet('characters', 'AB', 'AC', 'B'), buckets: BUCKETS };
    const pairs = spelled.answers.map((answer) => ({ question: `say ${answer}`, answer }));
    const examples = buildClosedExamples(pairs, spelled);
    const [at] = [...examples.fork.keys()].filter((e) => examples.fork[e] === 1);
    const always = new Distorter(examples, FOREIGN, { ...PLAIN, mixed: 1 }, []);
    for (let i = 0; i < 50; i++) {
      expect(always.draw(at!, pieces, rng)).toMatchObject({ fork: 1, choice: 0, kept: 1 });
      expect([...counts(pieces)].at(-1)).toEqual([BUCKETS, 1]);
    }
  });
});

describe('a made-up question', () => {
  it('is any of those about something else, and gets the fallback', () => {
    const making = distorter({ mixed: 1 });
    const pieces = new Pieces(BUCKETS);
    const rng = new Rng(11);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 60; i++) {
      expect(making.draw(-1, pieces, rng)).toMatchObject({ fork: 0, choice: HUH, kept: 1 });
      seen.add(textOf(pieces, ABOUT_ELSE));
    }
    expect(seen).toEqual(new Set(ABOUT_ELSE));
  });

  it('is asked at every fork where the fallback has a choice', () => {
    // The end or B, then the end, C or D.
    const spelled = { ...closedSet('characters', 'A', 'AB', 'ABC', 'ABD'), buckets: BUCKETS };
    const fallback = choicesTo(spelled, 'AB');
    expect(fallback.map(({ fork }) => answerTree(spelled).forks[fork]!.length)).toEqual([2, 3]);
    const examples = buildClosedExamples([{ question: 'x', answer: 'A' }], spelled);
    const making = new Distorter(examples, FOREIGN, { ...PLAIN, mixed: 1 }, fallback);
    const pieces = new Pieces(BUCKETS);
    const rng = new Rng(12);
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const { fork, choice, kept } = making.draw(-1, pieces, rng);
      expect(kept).toBe(1);
      expect([...counts(pieces).keys()].filter((column) => column >= BUCKETS)).toEqual(
        fork === 0 ? [] : [BUCKETS + fork - 1],
      );
      seen.add(JSON.stringify({ fork, choice }));
    }
    expect([...seen].sort()).toEqual(fallback.map((choosing) => JSON.stringify(choosing)).sort());
  });

  it('has typing errors and loses pieces as any other', () => {
    const pieces = new Pieces(BUCKETS);
    distorter({ drop: 1 }).draw(-1, pieces, new Rng(1));
    expect(pieces.length).toBe(0);
    const typing = distorter({ typos: 1, secondTypo: 0 });
    for (let seed = 0; seed < 50; seed++) {
      typing.draw(-1, pieces, new Rng(seed));
      expect(textOf(pieces, ABOUT_ELSE)).toBe(undefined);
    }
  });
});

describe('the longest of questions', () => {
  it('gets no longer by typing errors', () => {
    const pairs = [126, 127].map((length) => ({ question: 'abcd '.repeat(26).slice(0, length), answer: 'WORDS' }));
    const mistyping = distorter({ typos: 1, secondTypo: 1 }, pairs);
    const pieces = new Pieces(BUCKETS);
    const seen = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      mistyping.draw(seed % 2, pieces, new Rng(seed));
      seen.add([...counts(pieces).values()].reduce((a, b) => a + b, 0));
    }
    // Of n bytes there are 2 n + 1 pieces.
    expect([...seen].sort((a, b) => a - b)).toEqual([124, 125, 126, 127].map((length) => 2 * length + 1));
  });

  it('with two typing errors, and another as long mixed in, has room', () => {
    const letters = (from: number): string =>
      latin1(Uint8Array.from({ length: 127 }, (_, i) => 0x61 + ((from + i * i * 7 + (i >> 3)) % 26)));
    const pairs = [
      { question: letters(0), answer: 'COLOURS' },
      { question: letters(9), answer: 'NUMBERS' },
    ];
    const long = distorter({ mixed: 1, typos: 1, secondTypo: 1 }, pairs);
    const pieces = new Pieces(BUCKETS);
    for (let seed = 0; seed < 100; seed++) {
      long.draw(seed % 2, pieces, new Rng(seed));
      long.draw(-1, pieces, new Rng(seed));
      expect(pieces.length).toBeLessThanOrEqual(pieces.column.length);
      expect([...counts(pieces).keys()].every((column) => column < BUCKETS)).toBe(true);
    }
    expect(pieceBuckets(bytesOf(letters(0)), BUCKETS)).toHaveLength(255);
  });
});
