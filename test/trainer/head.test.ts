import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/seams/errors.js';
import { gameFrom } from '../../src/trainer/game-lines.js';
import { headText } from '../../src/trainer/head.js';
import { readPairs, scanPairs } from '../../src/trainer/pairs.js';
import { playOf } from '../../src/trainer/play.js';

const read = (...lines: string[]) => readPairs(new TextEncoder().encode(lines.join('\n')), 'd.txt');
const scan = (...lines: string[]) => scanPairs(new TextEncoder().encode(lines.join('\n')), 'd.txt');

const GAME = [
  'game: 20',
  'secret a dog, puppy: Animal, pet',
  'secret a penguin: animal, bird',
  'secret the moon: far',
  'fact ALIVE: animal',
  'fact flies: bird, -penguin, ?the moon',
  'fact FAR: far, ?animal, dog',
];

describe('the lines before the first pair', () => {
  it('are replies, what repeats, and a game, in any order; cases and accents as answers have them', () => {
    const { head, pairs, folds } = read('repeat: again', 'unknown: huh?', 'Reply héllo: Très bien. / Ok /', 'a|HELLO');
    expect(head).toEqual({
      unknown: { answer: 'HUH?', line: 2 },
      replies: [{ answer: 'HELLO', texts: ['Tres bien.', 'Ok'], line: 3 }],
      repeat: { answer: 'AGAIN', line: 1 },
    });
    expect(pairs).toHaveLength(1);
    expect(folds.map(({ from }) => from)).toEqual(['é', 'è']);
  });

  it('come out of a file as they went in', () => {
    const lines = ['unknown: HUH?', 'reply HI: Hello. / You again?', 'repeat: AGAIN', ...GAME];
    expect(headText(read(...lines, 'a|B').head)).toEqual([
      ...lines.slice(0, 4),
      'secret a dog, puppy: animal, pet',
      ...lines.slice(5, 8),
      'fact FLIES: bird, -penguin, ?moon',
      'fact FAR: far, ?animal, dog',
    ]);
  });

  it('with a bar are pairs, as in files of old', () => {
    expect(read('reply hi: there|YES', 'game: 20|NO', 'fact: x|A').pairs.map(({ answer }) => answer)).toEqual(
      ['YES', 'NO', 'A'], // prettier-ignore
    );
  });

  it.each([
    ['reply HI:', 'no text in "reply HI:"'],
    [`reply HI: ${'x'.repeat(121)}`, 'a reply to HI has 121 characters'],
    [`reply HI: ${Array.from({ length: 17 }, (_, i) => i).join(' / ')}`, 'HI has 17 replies'],
    ['reply HI: a\nreply hi: b', 'a second "reply HI", after line 1'],
    ['repeat:', '"repeat:" names no answer'],
    ['repeat: A\nrepeat: B', 'a second "repeat:"'],
    ['game: many', 'a game of many'],
    ['game: 0', 'a game of 0'],
    ['game: 100', 'a game of 100'],
    ['game: 20\ngame: 21', 'a second "game:"'],
    ['secret : animal', 'no names in "secret : animal"'],
    ['fact : animal', 'no name in "fact : animal"'],
    ['a|B\nreply HI: there', '"reply" after a pair'],
  ])('are wrong as %j', (text, message) => {
    const { badLines } = scan(...text.split('\n'));
    expect(badLines).toMatchObject([{ line: text.split('\n').length, message }]);
  });
});

describe('a game of lines', () => {
  it('has a truth for each secret and fact: a name beats traits, and all else is no', () => {
    const { game, faults } = gameFrom(read(...GAME, 'a|B').head.game!);
    expect(faults).toEqual([]);
    expect(game).toEqual({
      limit: 20,
      secrets: [['a dog', 'puppy'], ['a penguin'], ['the moon']],
      facts: ['ALIVE', 'FLIES', 'FAR'],
      truths: ['+-+', '+-?', '-?+'],
    });
  });

  it.each([
    [['secret a dog: animal', 'secret a cat: animal', 'fact X: dog'], 'no game', 'error'],
    [['game: 20', 'secret a dog: animal', 'fact X: animal'], 'few secrets', 'error'],
    [['game: 20', 'secret a dog: a', 'secret a cat', 'fact X: a'], 'no facts', 'warning'],
    [['game: 20', 'secret a dog: a, b', 'secret a cat: b', 'fact X: a, -b, cat'], 'facts contradict', 'error'],
    [['game: 20', 'secret a dog: a', 'secret A Dog: b', 'fact X: a', 'fact Y: b'], 'twice', 'error'],
    [['game: 20', 'secret a dog: a', 'secret a cat', 'fact X: a, owl', 'fact Y: cat'], 'nothing named', 'warning'],
    [['game: 20', 'secret a dog: a', 'secret a cat: a', 'fact X: a'], 'no difference', 'warning'],
  ])('%j has the fault "%s"', (lines, kind, level) => {
    const { faults } = gameFrom(scan(...lines).head.game!);
    expect(faults.map((fault) => [fault.kind, fault.level])).toContainEqual([kind, level]);
  });

  it('that cannot be played is refused with its line', () => {
    const file = scan('# a game', 'game: 20', 'secret a dog: a', 'fact X: a');
    expect(() => playOf([file])).toThrow(InputError);
    try {
      playOf([file]);
    } catch (error) {
      expect(error).toMatchObject({
        where: 'd.txt:2',
        message: 'the game has one secret, so there is nothing to guess',
      });
    }
  });
});

describe('files that are read together', () => {
  it('join their replies, and must not differ', () => {
    const one = read('reply A: x', 'repeat: R', 'a|A');
    expect(playOf([one, read('reply B: y', 'a|A')])).toEqual({
      voice: { replies: { A: ['x'], B: ['y'] }, repeat: 'R' },
    });
    expect(playOf([one, one])).toEqual({ voice: { replies: { A: ['x'] }, repeat: 'R' } });
    expect(() => playOf([one, read('reply A: z', 'a|A')])).toThrow('reply A');
    expect(() => playOf([one, read('repeat: Q', 'a|A')])).toThrow('repeat');
    expect(() => playOf([read(...GAME, 'a|A'), read(...GAME.slice(1), 'game: 21', 'a|A')])).toThrow('game');
    expect(playOf([read('a|A')])).toEqual({});
  });
});
