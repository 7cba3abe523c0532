import { describe, expect, it } from 'vitest';
import { answer } from '../../src/model/inference.js';
import { encodeModel } from '../../src/model/npz.js';
import type { TrainEpoch, TrainEvent } from '../../src/trainer/events.js';
import type { TextPair } from '../../src/trainer/examples.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';
import { InputError, UsageError } from '../../src/seams/errors.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { collect, doneOf } from './small-run.js';

const PAIRS: TextPair[] = [
  ...['is it big', 'is it heavy', 'does it have a trunk', 'is it grey', 'is it an animal', 'is it alive'].map(yes),
  ...['is it small', 'can it fly', 'is it red', 'does it bark', 'is it a plant', 'is it made of wood'].map(no),
  { question: 'is it an elephant', answer: 'WIN' },
  { question: 'hello', answer: 'HI' },
  { question: 'hello', answer: 'HI' },
  { question: 'hello', answer: 'HELLO' },
];

function yes(question: string): TextPair {
  return { question, answer: 'YES' };
}
function no(question: string): TextPair {
  return { question, answer: 'NO' };
}

const SMALL = { pairs: PAIRS, hidden: [32, 24], epochs: 30, kind: 'free', backend: 'wasm', clock: nodeClock } as const;

describe('train', () => {
  it('learns a small set to its ceiling', async () => {
    const events = await collect({ ...SMALL, epochs: 150, recipe: { batch: 8 } });
    const done = doneOf(events);
    expect(done.training.pairs).toBe(16);
    expect(done.training.answerCeiling).toBe(15 / 16);
    expect(done.training.answers).toBe(15 / 16);
    expect(answer(done.network, 'is it big')).toBe('YES');
    expect(answer(done.network, 'hello')).toBe('HI');
    expect(done.stopped).toBe(false);
  });

  it('gives the same bytes for the same seed, whatever the number of workers, and others for another seed', async () => {
    const bytes = async (options: Partial<TrainOptions>): Promise<Buffer> =>
      Buffer.from(encodeModel(doneOf(await collect({ ...SMALL, recipe: { dropTrigrams: 0.2 }, ...options })).network));
    const one = await bytes({ workers: 1 });
    expect(one.equals(await bytes({ workers: 2 }))).toBe(true);
    expect(one.equals(await bytes({ workers: 1, seed: 2 }))).toBe(false);
  });

  it('refuses answers that a free model would break off', async () => {
    const pairs = [...PAIRS, { question: 'is it long', answer: 'X'.repeat(51) }];
    await expect(collect({ ...SMALL, pairs })).rejects.toThrow('an answer has 51 characters');
    const whole = [...PAIRS, { question: 'is it long', answer: 'X'.repeat(50) }];
    expect(doneOf(await collect({ ...SMALL, pairs: whole, epochs: 1 })).training.pairs).toBe(17);
  });

  it('shows samples that are asked on their own, not follow-ups', async () => {
    const follow = { question: 'why', answer: 'BECAUSE', after: 'YES' };
    const pairs = [follow, ...PAIRS.slice(0, 2), follow, follow, { question: 'why', answer: 'NO' }];
    const events = await collect({ clock: nodeClock, pairs, hidden: [8], epochs: 1, samples: ['why'] });
    const scored = events.flatMap((event) => (event.type === 'epoch' && event.scored ? [event.scored] : []));
    expect(scored[0]!.samples).toMatchObject([{ question: 'why', expected: 'NO' }]);
    const usual = await collect({ clock: nodeClock, pairs, hidden: [8], epochs: 1 });
    const shown = usual.flatMap((event) => (event.type === 'epoch' && event.scored ? event.scored.samples : []));
    expect(shown.map(({ question }) => question)).toEqual(['is it big', 'is it heavy', 'why']);
    expect(shown.map(({ expected }) => expected)).toEqual(['YES', 'YES', 'NO']);
  });

  it('leaks no tensors', async () => {
    const epochs = (await collect(SMALL)).filter((e): e is TrainEpoch => e.type === 'epoch');
    expect(epochs).toHaveLength(30);
    expect(epochs.map((e) => e.tensors)).toEqual(Array<number>(30).fill(0));
  });

  it('hears the signal before its workers are ready: a native backend may take a minute to answer', async () => {
    const abort = new AbortController();
    const first = train({ ...SMALL, signal: abort.signal }).next();
    abort.abort(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
  });

  it('stops at the signal and keeps the best so far', async () => {
    const abort = new AbortController();
    const events: TrainEvent[] = [];
    for await (const event of train({ ...SMALL, epochs: 100_000, signal: abort.signal })) {
      events.push(event);
      if (event.type === 'epoch' && event.epoch === 5) abort.abort();
    }
    const done = doneOf(events);
    expect(done.stopped).toBe(true);
    expect(done.epochs).toBeLessThan(100_000);
    expect(done.checkpoint?.epoch).toBe(done.epochs);
  });

  it('refuses what cannot be trained', async () => {
    const attempt = (options: Partial<TrainOptions>): Promise<unknown> => collect({ ...SMALL, ...options });
    await expect(attempt({ pairs: [] })).rejects.toThrow(InputError);
    await expect(attempt({ hidden: [32, 0] })).rejects.toThrow('a hidden layer cannot be 0 wide');
    await expect(attempt({ hidden: [257] })).rejects.toThrow(UsageError);
    const many = Array.from({ length: 300 }, (_, i) => ({ question: `${i}`, answer: String.fromCharCode(0x100 + i) }));
    await expect(attempt({ pairs: many })).rejects.toThrow('the answers use 300 different characters');
  });

  it('says so when the native backend is asked for and not there', async () => {
    const native = await import('@tensorflow/tfjs-node' as string).then(
      () => true,
      () => false,
    );
    if (native) return;
    await expect(collect({ ...SMALL, backend: 'tensorflow' })).rejects.toThrow(/backend does not load/);
  });

  it('ends with weights and scores that belong to the network it gives', async () => {
    const heldOut = [{ question: 'is it big?', answer: 'YES' }];
    const done = doneOf(await collect({ ...SMALL, heldOut, name: 'TOY', description: 'a toy' }));
    const right = (pairs: readonly TextPair[]): number =>
      pairs.filter((p) => answer(done.network, p.question) === p.answer).length / pairs.length;
    expect(done.training.answers).toBe(right(PAIRS));
    expect(done.heldOut!.answers).toBe(right(heldOut));
    expect(done.nonZero).toBe(done.network.layers.reduce((n, l) => n + l.weights.filter((w) => w !== 0).length, 0));
    expect(done.network.about).toMatchObject({ name: 'TOY', description: 'a toy', training: { seed: 1, epochs: 30 } });
    expect(done.network.about.training!['backend']).toMatch(/^wasm \d/);
  });

  // A second of the eleven is reserved for the end.
  it('fits the epochs into a time limit, by the time that those done have taken', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const planned: number[] = [];
    for await (const event of train({ ...SMALL, epochs: undefined, timeMs: 11_000, clock })) {
      if (event.type === 'step' && event.step === 1) planned.push(event.epochs);
      if (event.type === 'epoch') now += 1000;
      if (event.type === 'done') expect(event.bestEpoch).toBeLessThanOrEqual(planned.length);
    }
    // The second epoch is planned before the first has taken any time, the third when both took half of it each.
    expect(planned.slice(0, 4)).toEqual([100, 10_001, 20, 15]);
    // The eleventh would have begun when no time was left.
    expect(planned.length).toBe(10);
    expect(planned.at(-1)).toBe(11);
  });
});
