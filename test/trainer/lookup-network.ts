/** A closed model without training: it chooses the answer whose questions have most pieces in common with what is asked. */
import type { ClosedSet } from '../../src/model/closed-set.js';
import { closedInputs } from '../../src/model/closed-set.js';
import type { Network } from '../../src/model/network.js';
import { pieceBuckets } from '../../src/model/pieces.js';
import { fold, typed } from '../../src/model/question.js';
import { readPairs } from '../../src/trainer/pairs.js';
import { playOf } from '../../src/trainer/play.js';

const BUCKETS = 1024;

/** @param text a file of pairs, head and all */
export function lookupNetwork(text: string): Network {
  const file = readPairs(new TextEncoder().encode(text), 'lookup.txt');
  const { pairs, unknown } = file;
  const answers = [...new Set(pairs.map(({ answer }) => answer))].sort();
  const closed: ClosedSet = {
    buckets: BUCKETS,
    steps: 'answers',
    answers,
    ...(unknown !== undefined && { unknown: { answer: unknown, margin: 1 } }),
    ...(pairs.some(({ after }) => after !== undefined) && { memory: true }),
    ...playOf([file]),
  };
  const inputs = closedInputs(closed);
  const weights = new Int8Array(answers.length * inputs);
  for (const { question, answer, after } of pairs) {
    const row = answers.indexOf(answer) * inputs;
    for (const bucket of pieceBuckets(fold(typed(question)), BUCKETS)) weights[row + bucket] = 1;
    if (after !== undefined) weights[row + BUCKETS + answers.indexOf(after)] = 1;
  }
  return {
    layers: [{ inputs, outputs: answers.length, weights, biases: new Int16Array(answers.length) }],
    charset: [],
    closed,
    about: { name: 'LOOKUP' },
  };
}

/** A game of three secrets, with a dialogue. */
export const SMALL_GAME = `unknown: HUH?
reply HELLO: Hello. / Again?
reply NO: No.
reply ALIVE: It is alive.
repeat: AGAIN?
game: 3
secret a dog, puppy: animal, pet
secret a bat: animal
secret a rock:
fact ALIVE: animal
fact FLIES: bat, ?rock
is it alive|ALIVE
does it live|ALIVE
can it fly|FLIES
has it wings|FLIES
is it a dog|A DOG
is it a puppy|A DOG
is it a bat|A BAT
is it a rock|A ROCK
tell me more please|HINT
i give up|GIVE UP
hello|HELLO
what did you say|AGAIN?
hello|HELLO|why so friendly|MANNERS
`;
