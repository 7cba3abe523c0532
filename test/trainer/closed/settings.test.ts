import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../../src/host/node-clock.js';
import { InputError, UsageError } from '../../../src/seams/errors.js';
import { CLOSED_HIDDEN, CLOSED_RECIPE, closedRate, dropFor, shapeFor } from '../../../src/trainer/closed/recipe.js';
import {
  answersOf,
  closedEpochs,
  closedSetOf,
  closedSettings,
  stepsFor,
} from '../../../src/trainer/closed/settings.js';
import type { TextPair } from '../../../src/trainer/examples.js';
import type { TrainOptions } from '../../../src/trainer/train.js';

/** So many questions for each of the answers. */
const asked = (times: number, answers: readonly string[]): TextPair[] =>
  answers.flatMap((answer, i) => Array.from({ length: times }, (_, j) => ({ question: `q${i} n${j}`, answer })));
/** Numbers of three digits to choose from: they part in half as many places as there are of them. */
const answers = (count: number): string[] => Array.from({ length: count }, (_, i) => i.toString(3).padStart(6, '0'));

describe('the answers of a closed set', () => {
  it('are those of the data and the fallback, sorted, each once', () => {
    const pairs = asked(2, ['YES', 'NO']);
    expect(answersOf(pairs, undefined)).toEqual(['NO', 'YES']);
    expect(answersOf(pairs, 'HUH?')).toEqual(['HUH?', 'NO', 'YES']);
    expect(answersOf(pairs, 'YES')).toEqual(['NO', 'YES']);
  });
});

describe('what a model chooses at', () => {
  it('is whole answers where they are few, else nothing unless characters are asked for', () => {
    expect(stepsFor(asked(3, answers(256)), {})).toBe('answers');
    expect(stepsFor(asked(3, answers(257)), {})).toBe(undefined);
    expect(stepsFor(asked(3, answers(257)), { steps: 'characters' })).toBe('characters');
    // 600 answers part in more than 256 places.
    expect(stepsFor(asked(3, answers(600)), { steps: 'characters' })).toBe(undefined);
  });

  it('does not depend on how many questions there are', () => {
    const few = asked(1, ['A', 'B', 'C']);
    expect(stepsFor(few, {})).toBe('answers');
    // The fallback may have no question of its own.
    expect(stepsFor(few, { steps: 'auto', unknown: 'HUH?' })).toBe('answers');
    expect(stepsFor(few, { steps: 'answers' })).toBe('answers');
    expect(stepsFor(few, { steps: 'characters' })).toBe('characters');
  });

  it.each(['', 'x'.repeat(121), 'A\tB', 'A\x9b2J', 'Ő'])(
    'is nothing with an answer that no terminal shows: %j',
    (text) => {
      const pairs = asked(3, ['A', text]);
      expect(stepsFor(pairs, {})).toBe(undefined);
      expect(stepsFor(pairs, { steps: 'characters' })).toBe(undefined);
      expect(stepsFor(asked(4, ['A']), { unknown: text })).toBe(undefined);
    },
  );

  it('is not what was asked for where that does not fit', () => {
    expect(stepsFor(asked(1, answers(257)), { steps: 'answers' })).toBe(undefined);
    expect(stepsFor(asked(1, answers(257)), { steps: 'characters' })).toBe('characters');
    // The fallback makes one too many.
    expect(stepsFor(asked(1, answers(256)), { steps: 'answers', unknown: 'HUH?' })).toBe(undefined);
  });
});

describe('a closed set', () => {
  it('of few pairs is one where a closed model is asked for', () => {
    const pairs = [{ question: 'is it big', answer: 'YES' }];
    for (const steps of ['auto', undefined] as const)
      expect(closedSetOf(pairs, { steps, unknown: 'HUH?' })).toEqual({
        buckets: 128,
        steps: 'answers',
        answers: ['HUH?', 'YES'],
        unknown: { answer: 'HUH?', margin: 0 },
      });
    expect(closedSetOf(pairs, {})).toEqual({ buckets: 128, steps: 'answers', answers: ['YES'] });
  });

  it('of too many answers to choose from is refused', () => {
    const many = asked(1, answers(257));
    expect(closedSetOf(many, { steps: 'characters' }).steps).toBe('characters');
    expect(() => closedSetOf(many, {})).toThrow(InputError);
    expect(() => closedSetOf(many, { steps: 'answers' })).toThrow(InputError);
    expect(() => closedSetOf(many, { steps: 'answers' })).toThrow('there are 257 different answers, too many');
    expect(() => closedSetOf(asked(1, answers(600)), {})).toThrow('there are 600 different answers, too many');
  });

  it.each(['', 'x'.repeat(121), 'A\tB', 'A\x9b2J', 'Ő'])(
    'with an answer that no terminal shows is refused: %j',
    (text) => {
      const pairs = asked(1, ['A', text]);
      expect(() => closedSetOf(pairs, {})).toThrow(InputError);
      expect(() => closedSetOf(pairs, { steps: 'characters' })).toThrow('which no terminal shows in 120 characters');
      expect(() => closedSetOf(asked(1, ['A']), { unknown: text })).toThrow(InputError);
    },
  );

  it('has a bucket for a piece, and fewer by a fifth at most, within limits', () => {
    /** "xy" is three pieces of its own, and has " x" and "y " in common with others. */
    const pairs = (count: number): TextPair[] =>
      Array.from({ length: count }, (_, i) => ({
        question: String.fromCharCode(0x61 + (i % 26), 0x61 + Math.floor(i / 26)),
        answer: 'A',
      }));
    const buckets = (count: number): number => closedSetOf(pairs(count), {}).buckets;
    expect(buckets(1)).toBe(128);
    // 26 + 2 + 3 * 45 pieces are 163, more than 1.25 times 128.
    expect(buckets(44)).toBe(128);
    expect(buckets(45)).toBe(256);
    expect(buckets(26 * 26)).toBe(2048);
    const long = Array.from({ length: 3000 }, (_, i) => ({ question: (i * 7919).toString(36), answer: 'A' }));
    expect(closedSetOf(long, {}).buckets).toBe(4096);
  });

  it('has as many buckets as it is told, if that is a power of two within limits', () => {
    const pairs = asked(3, ['A', 'B']);
    for (const buckets of [128, 4096]) expect(closedSetOf(pairs, { buckets }).buckets).toBe(buckets);
    for (const buckets of [64, 100, 8192, 0, -128, NaN, 128.5])
      expect(() => closedSetOf(pairs, { buckets })).toThrow(UsageError);
    expect(() => closedSetOf(pairs, { buckets: 100 })).toThrow('there cannot be 100 buckets');
  });
});

describe('the shape of a network', () => {
  it.each([
    [97, 28_416, [64], 512],
    [97, 32_768, [64], 512],
    [97, 32_769, [96], 1024],
    [97, 40_959, [96], 1024],
    [97, 40_960, [96], 4096],
    // With few answers there are bytes enough for buckets.
    [96, 28_416, [96], 4096],
  ])('of %i answers in %i bytes: hidden %j, at most %i buckets', (answers, bytes, hidden, mostBuckets) => {
    expect(shapeFor(answers, bytes)).toMatchObject({ hidden, mostBuckets });
  });

  it('is the usual one without a limit, and whatever is asked for', () => {
    expect(shapeFor(200)).toEqual({ hidden: CLOSED_HIDDEN, mostBuckets: 4096 });
    const answers = Array.from({ length: 100 }, (_, i) => `A${i}`);
    const budget = { limits: { bytes: 28_416 }, costOf: () => ({ bytes: 0, tStates: 0 }) };
    const pairs = asked(30, answers);
    const small = (options: Partial<TrainOptions> = {}): ReturnType<typeof closedSettings> =>
      closedSettings({ pairs, clock: nodeClock, budget, ...options });
    expect(small().hidden).toEqual([64]);
    expect(small().closed.buckets).toBeLessThanOrEqual(512);
    const asIsSaid = small({ hidden: [32], closed: { buckets: 2048 } });
    expect([asIsSaid.hidden, asIsSaid.closed.buckets]).toEqual([[32], 2048]);
  });
});

describe('the settings of a closed run', () => {
  const settings = (options: Partial<TrainOptions> = {}): ReturnType<typeof closedSettings> =>
    closedSettings({ pairs: asked(3, ['AB', 'AC', 'B']), clock: nodeClock, ...options });

  it('follow from the data', () => {
    expect(settings()).toEqual({
      seed: 1,
      hidden: CLOSED_HIDDEN,
      closed: { buckets: 128, steps: 'answers', answers: ['AB', 'AC', 'B'] },
      recipe: { ...CLOSED_RECIPE, drop: dropFor(9) },
      inputs: 128,
      outputs: 3,
    });
    // A and B, then B and C: one fork more, and three characters.
    expect(settings({ closed: { steps: 'characters' } })).toMatchObject({ inputs: 129, outputs: 3 });
  });

  it('take what is told', () => {
    const budget = { limits: { bytes: 9000 }, costOf: () => ({ bytes: 1, tStates: 1 }) };
    const told = settings({ seed: 5, hidden: [7, 256], closedRecipe: { drop: 0.5 }, budget });
    expect(told).toMatchObject({ seed: 5, hidden: [7, 256], limits: { bytes: 9000 } });
    expect(told.recipe).toEqual({ ...CLOSED_RECIPE, drop: 0.5 });
    expect(settings({ budget: { ...budget, limits: {} } }).limits).toBe(undefined);
  });

  it.each([0, 257, 1.5, -1, NaN])('refuse a layer %d wide', (width) => {
    expect(() => settings({ hidden: [16, width] })).toThrow(`a hidden layer cannot be ${width} wide`);
  });
});

describe('the length of a closed run', () => {
  it('is fewer epochs the more examples there are, within limits', () => {
    expect(closedEpochs(25_000, 128)).toBe(30);
    expect(closedEpochs(40_000, 128)).toBe(19);
    expect(closedEpochs(10_000_000, 128)).toBe(10);
    expect(closedEpochs(5000, 128)).toBe(40);
  });

  it('is one epoch where there is nothing to learn', () => {
    expect(closedEpochs(0, 128)).toBe(1);
  });

  it('is steps enough where an epoch has few', () => {
    expect(closedEpochs(10, 128)).toBe(1500);
    expect(closedEpochs(129, 128)).toBe(750);
    expect(closedEpochs(10, 5)).toBe(750);
  });
});

describe('pieces that a question loses', () => {
  it('are the fewer the more questions there are, within limits', () => {
    const drops = [1, 9, 5000, 10_000, 20_000, 100_000, 1e6].map(dropFor);
    expect(drops).toEqual([...drops].sort((a, b) => b - a));
    expect(drops[0]).toBeGreaterThan(drops.at(-1)!);
    expect(drops[0]).toBeLessThan(0.5);
    expect(drops.at(-1)).toBeGreaterThan(0);
  });
});

describe('the learning rate', () => {
  const rate = (progress: number, warmUp = 0.02): number =>
    closedRate({ ...CLOSED_RECIPE, learningRate: 0.04, warmUp }, progress);

  it('climbs to its top, and falls along half a cosine to 0', () => {
    expect([0, 0.01, 0.02, 0.51, 1].map((progress) => rate(progress))).toEqual(
      [0, 0.02, 0.04, 0.02, 0].map((value) => expect.closeTo(value, 12) as number),
    );
  });

  it('begins at its top without a warm-up', () => {
    expect(rate(0, 0)).toBe(0.04);
  });
});
