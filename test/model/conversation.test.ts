import { describe, expect, it } from 'vitest';
import { Conversation, seedFrom } from '../../src/model/conversation.js';
import type { Game } from '../../src/model/game.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { ModelError } from '../../src/seams/errors.js';
import { keywordNetwork } from './keyword-network.js';

const say = (talk: Conversation, ...questions: string[]): string[] => questions.map((question) => talk.say(question));

describe('a voice', () => {
  const network = keywordNetwork(
    { HELLO: 'hello', BYE: 'bye', AGAIN: 'pardon' },
    {
      unknown: { answer: 'HUH?', margin: 12 },
      voice: { replies: { HELLO: ['One.', 'Two.', 'Three.'], 'HUH?': ['What?', 'How?'] }, repeat: 'AGAIN' },
    },
  );

  it('takes turns per answer, and says an answer without replies as it stands', () => {
    expect(say(new Conversation(network), 'hello', 'bye', 'hello', 'hello', 'hello', 'bye')).toEqual(
      ['One.', 'BYE', 'Two.', 'Three.', 'One.', 'BYE'], // prettier-ignore
    );
  });

  it('begins its turns with the seed', () => {
    expect(say(new Conversation(network, { seed: 2 }), 'hello', 'hello', 'xyzzy')).toEqual(['Three.', 'One.', 'What?']);
    const talk = new Conversation(network);
    talk.say('hello');
    expect(talk.restart(1)).toBe('');
    expect(say(talk, 'hello', 'zzz')).toEqual(['Two.', 'How?']);
  });

  it('repeats the very text that was said last, and its own while there is none', () => {
    expect(say(new Conversation(network), 'pardon', 'hello', 'pardon', 'pardon', 'hello', 'xyzzy', 'pardon')).toEqual(
      ['AGAIN', 'One.', 'One.', 'One.', 'Two.', 'What?', 'What?'], // prettier-ignore
    );
  });

  it('breaks a long text at the last blank of the line', () => {
    const text = `${'x'.repeat(40)} ${'y'.repeat(37)} ${'z'.repeat(30)}`;
    const long = keywordNetwork({ A: 'a', B: 'b' }, { voice: { replies: { A: [text, 'x'.repeat(120)] } } });
    expect(say(new Conversation(long), 'a', 'a')).toEqual([
      `${'x'.repeat(40)} ${'y'.repeat(37)}\n${'z'.repeat(30)}`,
      'x'.repeat(120),
    ]);
  });
});

describe('a memory', () => {
  const network = keywordNetwork(
    { NO: 'alive', YES: 'big', CELLS: 'why', FAT: 'why', WHAT: 'why', 'HUH?': 'xyzzy' },
    { memory: true, unknown: { answer: 'HUH?', margin: 0 } },
    { CELLS: 'NO', FAT: 'YES' },
  );

  it('makes the same question another one after another answer, until there is one more', () => {
    expect(say(new Conversation(network), 'why', 'alive', 'why', 'why', 'big', 'why')).toEqual(
      ['WHAT', 'NO', 'CELLS', 'WHAT', 'YES', 'FAT'], // prettier-ignore
    );
  });

  it('does not hold the fallback: the subject stays', () => {
    expect(say(new Conversation(network), 'alive', 'xyzzy', 'why')).toEqual(['NO', 'HUH?', 'CELLS']);
  });

  it('is forgotten with a new seed', () => {
    const talk = new Conversation(network);
    talk.say('alive');
    talk.restart(0);
    expect(talk.say('why')).toBe('WHAT');
  });
});

describe('a game', () => {
  const game: Game = {
    limit: 4,
    secrets: [['a dog', 'puppy'], ['the moon'], ['some $& bread']],
    facts: ['ALIVE', 'BIG', 'ROUND'],
    truths: ['+?-', '-++', '--?'],
  };
  const network = keywordNetwork(
    {
      ALIVE: 'does it live',
      BIG: 'large',
      ROUND: 'like a ball',
      'A DOG': 'is it a dog or puppy',
      'THE MOON': 'is it the moon',
      HINT: 'help me please',
      'GIVE UP': 'i give up',
      AGAIN: 'another game',
      HELLO: 'how do you do',
    },
    {
      game,
      unknown: { answer: 'HUH?', margin: 16 },
      voice: { replies: { BIG: ['It is big.'], ALIVE: ['It lives.'], WIN: ['{it}! {n}.'], LOSE: ['{n}: {it}'] } },
    },
  );
  /** A game whose secret is the one that is wanted. */
  const about = (secret: string): Conversation => {
    for (let seed = 0; ; seed++) {
      const talk = new Conversation(network, { seed });
      talk.restart(seed);
      if (talk.secret === secret) return talk;
    }
  };

  it('answers by the truths of its secret, and counts', () => {
    const talk = about('a dog');
    expect(talk.prompt).toBe('1> ');
    expect(say(talk, 'does it live', 'large', 'like a ball')).toEqual(['YES', 'MAYBE', 'NO']);
    expect(talk.prompt).toBe('4> ');
  });

  it('is won by a right guess that names the secret, also in the plural, and another one begins', () => {
    const talk = about('a dog');
    talk.say('does it live');
    expect(talk.say('is it a puppy')).toBe('a dog! 2.\nNOW IT IS SOMETHING ELSE.');
    expect(talk.secret).not.toBe('a dog');
    expect(talk.prompt).toBe('1> ');
    expect(about('a dog').say('are you dogs or puppy')).toMatch(/^a dog! 1\./);
  });

  it('does not count a guess that names nothing, and says so whatever the secret is', () => {
    for (const secret of ['a dog', 'the moon']) {
      const talk = about(secret);
      expect(talk.say('is it a dgo or pupy')).toBe('PLEASE SPELL THAT AGAIN.');
      expect(talk.prompt).toBe('1> ');
    }
  });

  it('says no to a wrong guess, and counts it', () => {
    const talk = about('the moon');
    expect(talk.say('is it a dog or puppy')).toBe('NO');
    expect(talk.prompt).toBe('2> ');
  });

  it('is lost after so many questions, with the secret told', () => {
    const talk = about('some $& bread');
    expect(say(talk, 'large', 'large', 'large', 'large')).toEqual([
      'NO',
      'NO',
      'NO',
      'NO\n4: some $& bread\nNOW IT IS SOMETHING ELSE.',
    ]);
    expect(talk.prompt).toBe('1> ');
  });

  it('does not count what is no question about the secret', () => {
    const talk = about('a dog');
    expect(say(talk, 'how do you do', 'xyzzy')).toEqual(['HELLO', 'HUH?']);
    expect(talk.prompt).toBe('1> ');
  });

  it('gives hints that are true, have words and are not known yet; each counts', () => {
    const talk = about('the moon');
    expect(say(talk, 'help me please', 'help me please')).toEqual(['It is big.', 'NO MORE HINTS.']);
    expect(talk.prompt).toBe('2> ');
    const known = about('the moon');
    expect(say(known, 'large', 'help me please')).toEqual(['YES', 'NO MORE HINTS.']);
  });

  it('tells the secret to who gives up, and begins again when it is asked to', () => {
    const talk = about('a dog');
    expect(talk.say('i give up')).toBe('IT WAS a dog.\nNOW IT IS SOMETHING ELSE.');
    talk.say('large');
    expect(talk.prompt).toBe('2> ');
    expect(talk.say('another game')).toBe('NOW IT IS SOMETHING ELSE.');
    expect(talk.prompt).toBe('1> ');
  });

  it('gives nothing away to a line that it is not quite sure of, where a fact would be told', () => {
    const talk = about('a dog');
    expect(talk.say('gi')).toBe('HUH?');
    expect(talk.answered).toBe('HUH?');
    expect(talk.say('doe')).toBe('YES');
    expect(talk.say('i give up')).toMatch(/^IT WAS a dog\./);
  });

  it('never takes the same secret twice running, and comes to all', () => {
    const talk = about('a dog');
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      const before = talk.secret;
      talk.say('another game');
      expect(talk.secret).not.toBe(before);
      seen.add(talk.secret!);
    }
    expect(seen.size).toBe(3);
  });

  it('is the same with the same seed; without one, chance decides', () => {
    const played = (seed?: number, chance?: () => number): (string | undefined)[] => {
      const talk = new Conversation(network, { seed, ...(chance && { chance }) });
      return Array.from({ length: 12 }, () => {
        talk.say('another game');
        return talk.secret;
      });
    };
    expect(played(7)).toEqual(played(7));
    expect(played(7, () => 12345)).toEqual(played(7));
    let x = 0;
    expect(played(undefined, () => (x += 777))).not.toEqual(played(undefined, () => 0));
  });

  it('is the same after a file of format version 3, which older programs refuse', () => {
    const file = encodeModel(network);
    expect(decodeModel(file, 'm.npz')).toEqual(network);
    expect(new Conversation(decodeModel(file, 'm.npz'), { seed: 3 }).say('large')).toBe(
      new Conversation(network, { seed: 3 }).say('large'),
    );
  });

  it.each(['ALIVE', 'A DOG', 'HINT'])('in which %s is the fallback or repeats is refused', (answer) => {
    const closed = network.closed!;
    for (const change of [{ unknown: { answer, margin: 0 } }, { voice: { ...closed.voice!, repeat: answer } }])
      expect(() => encodeModel({ ...network, closed: { ...closed, ...change } })).toThrow('cannot be the fallback');
  });

  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `thing ${i}`);
  const broken: [string, Partial<Game>, string][] = [
    ['256 secrets', { secrets: many(256).map((name) => [name]), truths: many(256).map(() => '---') }, '256 secrets'],
    ['257 facts', { facts: many(257), truths: ['-', '-', '-'].map((c) => c.repeat(257)) }, '257 facts'],
    ['one secret', { secrets: [['a dog']], truths: ['+?-'] }, 'the game has one secret'],
    ['no questions', { limit: 0 }, 'the game has 0 questions'],
    ['a hundred questions', { limit: 100 }, 'the game has 100 questions'],
    ['truths for too few', { truths: ['+?-'] }, 'has 3 secrets, but truths for 1'],
    ['a truth too few', { truths: ['+?-', '-+', '--?'] }, 'the truths of "the moon"'],
    ['a truth that is none', { truths: ['+?-', '-+x', '--?'] }, 'the truths of "the moon"'],
    ['a name twice', { facts: ['ALIVE', 'BIG', 'A DOG'] }, 'two things called "A DOG"'],
    ['a name that moves the cursor', { secrets: [['a \x1bdog'], ['b'], ['c']] }, 'a secret is called "a \\u001bdog"'],
  ];
  it.each(broken)('with %s is refused', (_, change, message) => {
    const wrong = { ...network, closed: { ...network.closed!, game: { ...game, ...change } } };
    expect(() => encodeModel(wrong)).toThrow(ModelError);
    expect(() => encodeModel(wrong)).toThrow(message);
  });
});

describe('a seed', () => {
  it.each([
    ['/3', 3],
    ['/ 3 ', 3],
    ['/65535', 65_535],
    ['/65539', 3],
    ['/TIME 5', undefined],
    ['/3 4', undefined],
    ['/3x', undefined],
    ['/', undefined],
    ['3', undefined],
  ])('of %j is %s', (line, seed) => {
    expect(seedFrom(line)).toBe(seed);
  });
});
