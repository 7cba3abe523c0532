import { describe, expect, it } from 'vitest';
import { NearestNeighbour, commonestAnswer, shareRight } from '../../src/trainer/baselines.js';
import { splitPairs } from '../../src/trainer/holdout.js';
import { readPairs, type Pair } from '../../src/trainer/pairs.js';
import { describeShared, shared } from '../outside.js';
import { seeded } from '../random.js';

const pair = (question: string, answer: string) => ({ question, answer });

describe('the most frequent answer', () => {
  it('is the first of those that most pairs have', () => {
    expect(commonestAnswer([pair('a', 'X'), pair('b', 'Y'), pair('c', 'Z'), pair('d', 'Z'), pair('e', 'Y')])).toBe('Y');
    expect(commonestAnswer([])).toBe('');
  });

  it('has a score', () => {
    expect(shareRight([pair('a', 'X'), pair('b', 'Y'), pair('c', 'X')], () => 'X')).toBe(2 / 3);
    expect(shareRight([], () => 'X')).toBe(0);
  });
});

describe('the nearest neighbour', () => {
  const known = [pair('is it big', 'YES'), pair('is it red', 'NO'), pair('Is it RED?', 'TWIN'), pair('dig', 'HM')];
  const nearest = new NearestNeighbour(known);

  it.each([
    ['Is it -- big?!', 'YES'],
    ['is it rad', 'NO'],
    // One of three trigrams in common, and those of "dig" are few.
    ['fig', 'HM'],
    ['őrült', 'YES'],
    ['', 'YES'],
  ])('of %j has the answer %s', (question, answer) => {
    expect(nearest.answer(question)).toBe(answer);
  });

  it('is none where nothing is known', () => {
    expect(new NearestNeighbour([]).answer('is it big')).toBeUndefined();
  });

  it('looks at follow-ups of the same answer and at what follows none', () => {
    const talk = new NearestNeighbour([
      { ...pair('why not', 'LATE'), after: 'CIAO' },
      pair('why', 'WHAT'),
      { ...pair('why', 'POLITE'), after: 'HI' },
    ]);
    expect(talk.answer('why')).toBe('WHAT');
    expect(talk.answer('why', 'HI')).toBe('POLITE');
    expect(talk.answer('why', 'CIAO')).toBe('WHAT');
    expect(talk.answer('why not', 'CIAO')).toBe('LATE');
    expect(talk.answer('why not', 'HI')).toBe('POLITE');
    expect(talk.answer('', 'HI')).toBe('WHAT');
    expect(new NearestNeighbour([{ ...pair('why', 'POLITE'), after: 'HI' }]).answer('why')).toBeUndefined();
    expect(shareRight([{ ...pair('why', 'POLITE'), after: 'HI' }], (q, after) => talk.answer(q, after))).toBe(1);
  });

  it('is the one that comparing with each question finds', () => {
    const random = seeded(4);
    const words = ['big', 'red', 'bog', 'dig', 'rod', 'it', 'is', 'in', 'da', 'да'];
    const some = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => words[Math.floor(random() * words.length)]!).join(' ');
    const pairs = Array.from({ length: 200 }, (_, i) => pair(some(), String(i)));
    const trigrams = (question: string): Set<string> => {
      const text = Buffer.from(` ${question} `).toString('latin1');
      return new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, at) => text.slice(at, at + 3)));
    };
    const alike = (a: Set<string>, b: Set<string>): number => {
      const common = [...a].filter((trigram) => b.has(trigram)).length;
      return common / (a.size + b.size - common);
    };
    const quick = new NearestNeighbour(pairs);
    for (let i = 0; i < 200; i++) {
      const question = some();
      const scores = pairs.map((p) => alike(trigrams(question), trigrams(p.question)));
      expect(quick.answer(question), question).toBe(String(scores.indexOf(Math.max(...scores))));
    }
  });

  // Code that counts its own steps takes five times as long (npm run mutants).
  it.skipIf(process.env['MUTANTS_ROOM'])('of 1,000 questions among 8,000 is found in seconds', () => {
    const random = seeded(5);
    const some = (): string => Array.from({ length: 8 }, () => Math.floor(random() * 2000).toString(36)).join(' ');
    const many = new NearestNeighbour(Array.from({ length: 8000 }, () => pair(some(), 'X')));
    const before = performance.now();
    for (let i = 0; i < 1000; i++) many.answer(some());
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describeShared(
  'the nearest neighbour in data of other projects',
  ['data/talk-train.txt.gz', 'data/talk-held.txt.gz', 'data/upstream-guess.txt.gz'],
  () => {
    const load = (name: string): Pair[] => readPairs(shared(`data/${name}.txt.gz`), name).pairs;
    const right = (known: Pair[], asked: Pair[]): number => {
      const nearest = new NearestNeighbour(known);
      return Math.round(asked.length * shareRight(asked, (question) => nearest.answer(question)));
    };

    it('knows 1,398 of 1,620 questions of a talk, 86.3 %', () => {
      expect(right(load('talk-train'), load('talk-held'))).toBe(1398);
    });

    it('knows 3,230 of 3,712 held-out questions of the original 20 Questions, 87.0 %: twins are held out, too', () => {
      const { training, heldOut } = splitPairs(load('upstream-guess'), 0.125);
      expect(heldOut).toHaveLength(3712);
      expect(right(training, heldOut)).toBe(3230);
    });
  },
);
