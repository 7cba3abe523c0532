import { describe, expect, it } from 'vitest';
import { fold, typed } from '../../src/model/question.js';
import { Rng } from '../../src/trainer/rng.js';
import { mistype, withTypos } from '../../src/trainer/typos.js';
import { latin1 } from '../../src/seams/bytes.js';

const seeds = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const once = (question: string): Set<string> =>
  new Set(seeds(2000).map((seed) => withTypos(question, 1, new Rng(seed))));

describe('withTypos', () => {
  it('gives the same for the same seed', () => {
    const errors = seeds(6).map((seed) => withTypos('where is the lamp?', 2, new Rng(seed, 1)));
    expect(errors).toMatchInlineSnapshot(`
      [
        "where ir the lamp?",
        "wwhere is the lampp?",
        "wehrfe is the lamp?",
        "where is th lamkp?",
        "were is teh lamp?",
        "whre si the lamp?",
      ]
    `);
    expect(seeds(6).map((seed) => withTypos('where is the lamp?', 2, new Rng(seed, 1)))).toEqual(errors);
  });

  it('leaves out, puts in, replaces and swaps, all of them often', () => {
    const lengths = seeds(4000).map((seed) => withTypos('where is the lamp', 1, new Rng(seed)).length - 17);
    const share = (by: number): number => lengths.filter((length) => length === by).length / lengths.length;
    expect([-1, 0, 1].map((by) => share(by).toFixed(1))).toEqual(['0.2', '0.5', '0.3']);
    const said = once('pq');
    for (const error of ['q', 'p', 'ppq', 'pqq', 'oq', 'zq', 'pa', 'qp']) expect(said, error).toContain(error);
    expect(said).not.toContain('pq');
  });

  it('never leaves a question as it was', () => {
    for (const question of ['a', 'll', 'ab', 'A ok', 'don’t', 'ő', 'őű', 'naïve'])
      expect(once(question)).not.toContain(question);
  });

  it('touches letters alone', () => {
    for (const seed of seeds(500)) {
      expect(withTypos('  12, 3?|', 3, new Rng(seed))).toBe('  12, 3?|');
      const said = withTypos('7 (ab) -- cd!', 2, new Rng(seed));
      expect(said).toMatch(/^7 \([a-z]+\) -- [a-z]+!$/);
      expect(withTypos('', 2, new Rng(seed))).toBe('');
      expect(withTypos('😀', 1, new Rng(seed))).toBe('😀');
      expect(typed(withTypos('hol vagyok, őrült 😀 здравствуй', 3, new Rng(seed))).length).toBeLessThan(60);
    }
  });
});

describe('mistype', () => {
  it('does to bytes in place what withTypos does to a string', () => {
    const question = 'what is beneath the old bridge';
    for (const seed of seeds(300)) {
      const rng = new Rng(seed);
      const text = new Uint8Array(64);
      text.set(fold(typed(question)));
      let length = question.length;
      for (let i = 0; i < 3; i++) length = mistype(text, length, rng);
      expect(latin1(text.subarray(0, length))).toBe(withTypos(question, 3, new Rng(seed)));
    }
  });

  it('keeps UTF-8 whole', () => {
    for (const seed of seeds(500)) {
      const text = new Uint8Array(65);
      const bytes = new TextEncoder().encode('где the lamp это');
      text.set(bytes);
      const said = text.subarray(0, mistype(text, bytes.length, new Rng(seed)));
      expect(new TextDecoder('utf-8', { fatal: true }).decode(said)).toMatch(/^где [a-z ]+ это$/);
    }
  });
});
