/** The score of a game with a stand-in for the network, by hand. */
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/model/inference.js';
import type { Game } from '../../src/model/game.js';
import { gameScore } from '../../src/trainer/game-score.js';
import { readPairs } from '../../src/trainer/pairs.js';
import { SMALL_GAME, lookupNetwork } from './lookup-network.js';

const GAME: Game = {
  limit: 20,
  secrets: [['a dog', 'puppy'], ['a bat'], ['a rock']],
  facts: ['ALIVE', 'FLIES'],
  truths: ['+-', '++', '-?'],
};
const pair = (line: string) => ({ question: line.split('|')[0]!, answer: line.split('|')[1]! });

/** @param lines question|answer|what the network makes of it */
function score(...lines: string[]) {
  const labels = new Map(lines.map((line) => [line.split('|')[0]!, line.split('|')[2]!]));
  return gameScore(GAME, lines.map(pair), (question) => labels.get(question)!);
}

describe('gameScore', () => {
  it('counts what a player hears, for each secret', () => {
    expect(score('does it live|ALIVE|ALIVE', 'is it a puppy|A DOG|A DOG', 'hello|HELLO|HELLO')).toEqual({
      ...{ secrets: 3, questions: 2, asked: 6, right: 6 },
      ...{ facts: 0, alike: 0, wrongWins: 0 },
    });
    // Another fact may be true of the same secrets: of the bat both are.
    expect(score('does it live|ALIVE|FLIES')).toMatchObject({ asked: 3, right: 1 });
    expect(score('does it live|ALIVE|HUH?')).toMatchObject({ asked: 3, right: 0 });
    expect(score('does it live|ALIVE|HELLO')).toMatchObject({ asked: 3, right: 0 });
  });

  it('takes a guess that does not name its secret for none', () => {
    expect(score('is it a dgo|A DOG|A DOG')).toMatchObject({ asked: 3, right: 0, wrongWins: 0 });
    // No for the dog and for the rock either way.
    expect(score('is it a bat|A BAT|A DOG')).toMatchObject({ asked: 3, right: 0, wrongWins: 0 });
    expect(score('is it a rock or a dog|A ROCK|A DOG')).toMatchObject({ asked: 3, right: 1, wrongWins: 1 });
  });

  it('finds wins by questions that are no guess at all', () => {
    expect(score('does it live like a dog|ALIVE|A DOG', 'i have a bat|SO|A BAT', 'hello|HELLO|A ROCK')).toMatchObject({
      ...{ questions: 1, asked: 3 },
      // Of the rock it is NO either way.
      ...{ right: 1, wrongWins: 2 },
    });
  });

  it('holds the phrasings of a fact to each other, five at most', () => {
    expect(score('does it live|ALIVE|ALIVE', 'is it living|ALIVE|FLIES', 'can it fly|FLIES|HUH?')).toMatchObject({
      facts: 3,
      // Of the bat both are true.
      alike: 1,
    });
    const six = ['1', '2', '3', '4', '5'].map((n) => `live ${n}|ALIVE|ALIVE`);
    expect(score(...six, 'live 6|ALIVE|HUH?')).toMatchObject({ facts: 3, alike: 3, right: 15, asked: 18 });
    // All wrong, and all the same.
    expect(score('a|FLIES|HUH?', 'b|FLIES|HUH?')).toMatchObject({ facts: 3, alike: 3, right: 0 });
  });

  it('asks a network, follow-ups after their answers', () => {
    const network = lookupNetwork(SMALL_GAME);
    const { pairs } = readPairs(new TextEncoder().encode(SMALL_GAME), 'g');
    const asked: (string | undefined)[] = [];
    const played = gameScore(network.closed!.game!, pairs, (question, after) => {
      if (question === 'why so friendly') asked.push(after);
      return answer(network, question, after);
    });
    expect(asked).toEqual(['HELLO']);
    expect(played).toEqual({
      ...{ secrets: 3, questions: 8, asked: 24, right: 24 },
      ...{ facts: 6, alike: 6, wrongWins: 0 },
    });
  });
});
