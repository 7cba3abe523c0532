import { describe, expect, it } from 'vitest';
import { answerTree } from '../../../src/model/answer-tree.js';
import { answer, closedInput, decide, runNetwork } from '../../../src/model/inference.js';
import type { Network } from '../../../src/model/network.js';
import { encodeModel } from '../../../src/model/npz.js';
import { countPieces } from '../../../src/model/pieces.js';
import { fold, typed } from '../../../src/model/question.js';
import { latin1 } from '../../../src/seams/bytes.js';
import type { TrainDone, TrainEvent } from '../../../src/trainer/events.js';
import type { TextPair } from '../../../src/trainer/examples.js';
import { STREAM } from '../../../src/trainer/memory.js';
import { Rng } from '../../../src/trainer/rng.js';
import { train, type TrainOptions } from '../../../src/trainer/train.js';
import { withTypos } from '../../../src/trainer/typos.js';
import { runToEnd } from '../small-run.js';
import { CLOSED_RUN, bytesOf, STEADY } from './small-closed.js';

const LONG =
  'when the wind is in the east then it is neither good for man nor beast, and when it is in the west it is best';
const ODD: TextPair[] = [
  { question: '...!?', answer: 'NOTHING' },
  { question: `${LONG} `.repeat(2).slice(0, 127), answer: 'LONG' },
  // Longer than a line: the rest is not heard.
  { question: 'x'.repeat(300), answer: 'X'.repeat(50) },
  { question: 'да', answer: 'YES' },
  { question: 'нет', answer: 'NO' },
  { question: 'Őrült?', answer: 'MAD' },
  { question: 'a', answer: '\xff' },
  { question: '7', answer: ' ' },
];

/** Every question is answered right by the network, and no score says otherwise. */
function expectLearnt({ network, training }: TrainDone, pairs: readonly TextPair[]): void {
  expect(pairs.map(({ question }) => answer(network, question))).toEqual(pairs.map((pair) => pair.answer));
  expect(training).toMatchObject({ answers: 1, characters: 1, answerCeiling: 1, pairs: pairs.length });
  // It is a model that can be written.
  expect(() => encodeModel(network)).not.toThrow();
}

/** As margin.ts chooses it, by the reference inference alone. */
function marginOf(network: Network, pairs: readonly TextPair[], seed: number, cost: number): number {
  const closed = network.closed!;
  const { inputs } = network.layers[0]!;
  const [fork] = answerTree(closed).forks;
  const rng = new Rng(seed, STREAM.margin);
  const leads: number[] = [];
  for (let i = 0; i < 4000; i++) {
    const { question, answer: wanted } = pairs[rng.below(pairs.length)]!;
    const text = bytesOf(withTypos(latin1(fold(typed(question))), 2, rng));
    const outputs = runNetwork(network, closedInput(closed, countPieces(text, closed.buckets), 0, inputs));
    const { choice, lead } = decide(fork!, outputs);
    if (closed.answers[choice] === wanted) leads.push(lead);
  }
  return leads.sort((a, b) => a - b)[Math.floor(leads.length * cost)]!;
}

/** As few questions are learnt by heart, without much that is made of them. */
const BY_HEART = {
  ...CLOSED_RUN,
  hidden: [32],
  epochs: 300,
  closedRecipe: { ...STEADY, batch: 4, mixed: 0, drop: 0, typos: 0 },
};

describe('closed models learn', () => {
  it.each(['answers', 'characters'] as const)('questions and answers of any kind, by %s', async (steps) => {
    expectLearnt(await runToEnd({ ...BY_HEART, pairs: ODD, closed: { buckets: 128, steps } }), ODD);
  });

  it('answers that begin alike, by characters', async () => {
    const pairs = ['A', 'AB', 'ABC', 'B', 'BCD', 'BCE'].map((text) => ({
      question: `say ${text} twice`,
      answer: text,
    }));
    // They part in five places.
    const done = await runToEnd({
      ...BY_HEART,
      pairs,
      hidden: [24, 16],
      closed: { buckets: 128, steps: 'characters' },
    });
    expectLearnt(done, pairs);
    expect(done.network.layers.map(({ inputs }) => inputs)).toEqual([128 + 4, 24, 16]);
  });

  it('without a hidden layer', async () => {
    const done = await runToEnd({ ...BY_HEART, hidden: [] });
    expect(done.network.layers).toHaveLength(1);
    expectLearnt(done, CLOSED_RUN.pairs);
  });

  it('what contradicts itself up to its ceiling', async () => {
    const pairs = [
      ...CLOSED_RUN.pairs,
      { question: 'Play a song!', answer: 'LA LA LA' },
      { question: 'play a song', answer: 'NO' },
    ];
    const { training } = await runToEnd({ ...BY_HEART, pairs });
    expect(training).toMatchObject({ answers: 13 / 14, answerCeiling: 13 / 14 });
  });

  it.each([
    { title: 'one pair', pairs: ODD.slice(5, 6), closed: { buckets: 128 } },
    { title: 'one pair by characters', pairs: ODD.slice(5, 6), closed: { buckets: 128, steps: 'characters' } },
    { title: 'one pair, and a fallback', pairs: ODD.slice(5, 6), closed: { buckets: 128, unknown: 'HUH?' } },
    { title: 'a question of nothing', pairs: ODD.slice(0, 1), closed: { buckets: 128 } },
    { title: 'one answer to many', pairs: CLOSED_RUN.pairs.slice(0, 4), closed: { buckets: 128, unknown: '12:00' } },
  ] as const)('$title', async ({ pairs, closed }) => {
    expectLearnt(await runToEnd({ ...BY_HEART, pairs, closed, epochs: 30 }), pairs);
  });

  it('at once what has one answer', async () => {
    const pairs = CLOSED_RUN.pairs.slice(0, 4);
    for (const closed of [{}, { unknown: '12:00' }, { steps: 'characters' }] as const) {
      const events: TrainEvent[] = [];
      for await (const event of train({ ...CLOSED_RUN, pairs, closed, epochs: undefined })) events.push(event);
      expect(events.map(({ type }) => type)).toEqual(['start', 'epoch', 'done']);
      expect(events[0]).toMatchObject({ examples: 0 });
      expectLearnt(events.at(-1) as TrainDone, pairs);
    }
  });

  it('to spell a fallback that begins as other answers do', async () => {
    const pairs = [
      ...CLOSED_RUN.pairs.slice(0, 8),
      ...['am i late', 'is it noon', 'is it night', 'are we on time'].map((question) => ({
        question,
        answer: 'ON TIME',
      })),
    ];
    const closedRecipe = { ...STEADY, batch: 8, madeUp: 0.5 };
    const closed = { steps: 'characters', unknown: 'ON THE MOON' } as const;
    const { network } = await runToEnd({ ...CLOSED_RUN, pairs, closed, closedRecipe, epochs: 200 });
    const { unknown, ...rest } = network.closed!;
    expect(unknown).toMatchObject({ answer: 'ON THE MOON' });
    // Not only where the margin decides.
    const spelling = { ...network, closed: rest };
    const others = ['what is the lamp', 'tell me the late', 'is it my lamp', 'where is the time', 'am i the lamp'];
    expect(others.map((question) => answer(spelling, question))).toContain('ON THE MOON');
  });

  it('to say the fallback to what is something else', async () => {
    const more = Array.from({ length: 4 }, () => CLOSED_RUN.pairs).flat();
    const closedRecipe = { ...STEADY, batch: 8, madeUp: 0.3, marginCost: 0.05 };
    const options = { ...CLOSED_RUN, pairs: more, closed: { buckets: 128, unknown: 'HUH?' }, closedRecipe };
    let done: TrainDone | undefined;
    for await (const event of train(options)) {
      // 48 questions, and 14 that are made up.
      if (event.type === 'step') expect(event.steps).toBe(8);
      if (event.type === 'done') done = event;
    }
    if (!done) throw new Error('no end');
    expect(done.training.answers).toBeGreaterThan(0.9);
    const others = ['zzz qqq', 'what is the lamp', 'play the time', 'where is the song', 'xyzzy'];
    const { network } = done;
    expect(others.map((question) => answer(network, question))).toContain('HUH?');
    const { margin } = network.closed!.unknown!;
    expect(margin).toBeGreaterThan(0);
    expect(margin).toBe(marginOf(network, more, 1, 0.05));
  });
});

describe('a closed run of so much time', () => {
  it('has as many epochs as fit, and comes near the end of its schedule', async () => {
    // A second of the eleven is reserved for the end.
    let now = 0;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const options: TrainOptions = { ...CLOSED_RUN, epochs: undefined, timeMs: 11_000, clock };
    const planned: number[] = [];
    let progress = 0;
    for await (const event of train(options)) {
      if (event.type === 'step' && event.step === 1) planned.push(event.epochs);
      if (event.type === 'done') expect(event).toMatchObject({ stopped: false, epochs: 10 });
      if (event.type !== 'epoch') continue;
      expect(event.progress).toBeGreaterThan(progress);
      progress = event.progress;
      now += 1000;
    }
    // The second epoch is planned before the first has taken any time, the third when both took half of it each.
    expect(planned.slice(0, 4)).toEqual([50, 10_001, 20, 15]);
    // The eleventh would have begun when no time was left.
    expect(planned.length).toBe(10);
    expect(progress).toBeGreaterThan(0.8);
  });
});
