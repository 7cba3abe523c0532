/** Networks with a voice, a memory and a game that no training would give, and what one would say to them. */
import { closedInputs, type ClosedSet } from '../../src/model/closed-set.js';
import { GAME_TEXT_NAMES, guessOf, type Game } from '../../src/model/game.js';
import type { Network } from '../../src/model/network.js';
import type { Voice } from '../../src/model/voice.js';
import { seeded } from '../random.js';
import { randomClosed } from './random-closed.js';

const WORDS =
  'the a of transistor memory I have never been so sure about it small Z80 and not yet, my friend. why?'.split(' ');
const NAMES = [
  'a dog',
  'the moon',
  'an ice cream',
  'Z80',
  'a dog house',
  'grass',
  'x',
  'some bread',
  'a bus',
  'an $& owl',
];

export interface LivelyShape {
  seed: number;
  memory: boolean;
  voice: boolean;
  game: boolean;
  unknown: boolean;
}

export function randomLively({ seed, memory, voice, game, unknown }: LivelyShape): Network {
  const random = seeded(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const text = (most: number): string => {
    const words = Array.from({ length: 1 + upTo(20) }, () => WORDS[upTo(WORDS.length)]!);
    return (
      words
        .join(' ')
        .slice(0, 1 + upTo(most))
        .trim() || 'x'
    );
  };
  const plain = Array.from({ length: 2 + upTo(8) }, (_, i) => `ANSWER ${i}`);
  const repeat = voice && upTo(2) === 0 ? plain[upTo(plain.length)] : undefined;
  const played = game ? randomGame(upTo) : undefined;
  const guesses = (played?.secrets ?? []).map(guessOf).filter(() => upTo(5) > 0);
  const actions = game ? ['HINT', 'GIVE UP', 'AGAIN'].filter(() => upTo(4) > 0) : [];
  const fallback = unknown && upTo(2) === 0 ? ['HUH?'] : [];
  const answers = [...plain, ...(played?.facts ?? []), ...guesses, ...actions, ...fallback].sort();
  const replies: Voice['replies'] = {};
  for (const name of [...answers, ...GAME_TEXT_NAMES, 'HUH?'])
    if (upTo(2) === 0) {
      const marks = GAME_TEXT_NAMES.some((own) => own === name) ? ['{it}', '{n}', '', '{it} {n}{it}'][upTo(4)]! : '';
      replies[name] = Array.from({ length: 1 + upTo(4) }, () => `${text(108)}${marks}`);
    }
  const closed: ClosedSet = {
    buckets: 128 << upTo(4),
    steps: 'answers',
    answers,
    ...(unknown && { unknown: { answer: 'HUH?', margin: [0, 20, 90][upTo(3)]! } }),
    ...(memory && { memory: true as const }),
    ...(voice && { voice: { replies, ...(repeat !== undefined && { repeat }) } }),
    ...(played && { game: played }),
  };
  const hidden = [8 + upTo(60)];
  const made = randomClosed(
    seed,
    {
      buckets: closed.buckets,
      hidden,
      answers: answers.length,
      steps: 'answers',
      density: [0.2, 0.5],
      biasReach: 300,
    },
    answers,
  );
  const first = made.layers[0]!;
  const inputs = closedInputs(closed);
  const weights = new Int8Array(first.outputs * inputs);
  for (let row = 0; row < first.outputs; row++) {
    weights.set(first.weights.subarray(row * first.inputs, (row + 1) * first.inputs), row * inputs);
    // What was said before should often decide.
    for (let input = first.inputs; input < inputs; input++) weights[row * inputs + input] = upTo(4) - 2;
  }
  made.layers[0] = { ...first, inputs, weights };
  return { ...made, closed };
}

function randomGame(upTo: (n: number) => number): Game {
  const secrets = NAMES.filter(() => upTo(3) > 0).slice(0, 8);
  while (secrets.length < 2) secrets.push(`thing ${secrets.length}`);
  const facts = Array.from({ length: 1 + upTo(11) }, (_, i) => `FACT ${i}`);
  return {
    limit: 1 + upTo(12),
    secrets: secrets.map((name) => [name, ...(upTo(2) ? [`${name.split(' ').at(-1)!}let`] : [])]),
    facts,
    truths: secrets.map(() => facts.map(() => '-+?'[upTo(3)]!).join('')),
  };
}

/** What is asked: words, names of secrets, more than one, and next to nothing. */
export function randomQuestion(random: () => number): string {
  const upTo = (n: number): number => Math.floor(random() * n);
  const name = NAMES[upTo(NAMES.length)]!;
  const words = Array.from({ length: upTo(7) }, () => WORDS[upTo(WORDS.length)]!).join(' ');
  return [`is it ${name}`, `${name}s?`, words, `${words} ${name} ${words}`, 'y', '??', `the ${name}let`, words][
    upTo(8)
  ]!;
}
