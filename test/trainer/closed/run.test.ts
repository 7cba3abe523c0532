import { describe, expect, it } from 'vitest';
import { answer } from '../../../src/model/inference.js';
import { decodeModel, encodeModel } from '../../../src/model/npz.js';
import type { Network } from '../../../src/model/network.js';
import { UsageError } from '../../../src/seams/errors.js';
import type { TrainDone, TrainEpoch, TrainEvent } from '../../../src/trainer/events.js';
import type { TextPair } from '../../../src/trainer/examples.js';
import { collect, doneOf, runToEnd } from '../small-run.js';
import { CLOSED_RUN, STEADY } from './small-closed.js';

const epochsOf = (events: TrainEvent[]): TrainEpoch[] => events.filter((e): e is TrainEpoch => e.type === 'epoch');
const bytes = (network: Network): Buffer => Buffer.from(encodeModel(network));

/** Share of the pairs that the network itself answers right. */
const right = (network: Network, pairs: readonly TextPair[]): number =>
  pairs.filter((pair) => answer(network, pair.question) === pair.answer).length / pairs.length;

describe('training of a closed model', () => {
  it('learns a handful of pairs, and tells how it goes', async () => {
    const samples = ['play a song', 'what else'];
    const heldOut = ['play a song for me', 'play what'].map((question) => ({ question, answer: 'LA LA LA' }));
    const events = await collect({ ...CLOSED_RUN, samples, heldOut });
    expect(events[0]).toEqual({
      type: 'start',
      backend: 'own kernels',
      workers: 1,
      pairs: 12,
      heldOutPairs: 2,
      examples: 12,
      widths: [128, 16, 3],
      parameters: 129 * 16 + 17 * 3,
    });
    const done = doneOf(events);
    expect(done).toMatchObject({ stopped: false, bestEpoch: 60, epochs: 60 });
    expect(done.training).toMatchObject({ pairs: 12, answers: 1, answerCeiling: 1, characters: 1 });
    expect(right(done.network, CLOSED_RUN.pairs)).toBe(1);
    expect(done.network.closed!.unknown).toBe(undefined);

    const epochs = epochsOf(events);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([...Array(60).keys()].map((e) => e + 1));
    epochs.forEach(({ progress }, e) => expect(progress).toBeCloseTo((e + 1) / 60, 9));
    expect(epochs.at(-1)!.progress).toBe(1);
    // Ten times in a run, and at the end.
    const scored = epochs.filter((epoch) => epoch.scored).map(({ epoch }) => epoch);
    expect(scored).toHaveLength(10);
    expect(scored.at(-1)).toBe(60);
    const last = epochs.at(-1)!;
    expect(last.scored!.training).toEqual(done.training);
    expect(last.scored!.heldOut).toEqual(done.heldOut);
    expect(done.heldOut!.answers).toBe(right(done.network, heldOut));
    for (const { integerAccuracy, floatAccuracy, overflow } of epochs) {
      for (const share of [integerAccuracy, floatAccuracy, overflow.peak]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(overflow.wrapped).toBe(0);
    }
    expect(last.scored!.samples).toEqual([
      { question: 'play a song', expected: 'LA LA LA', answer: 'LA LA LA' },
      { question: 'what else', expected: '', answer: answer(done.network, 'what else') },
    ]);
    expect(last.loss).toBeLessThan(epochs[0]!.loss);
    expect(last.nonZero).toBe(done.nonZero);
    expect(last.weightCounts.flat().reduce((a, b) => a + b, 0)).toBe(128 * 16 + 16 * 3);
  });

  it.each([
    { epochs: 25, evaluations: 10, at: [3, 5, 8, 10, 13, 15, 18, 20, 23, 25] },
    { epochs: 30, evaluations: 10, at: [3, 6, 9, 12, 15, 18, 21, 24, 27, 30] },
    { epochs: 3, evaluations: 10, at: [1, 2, 3] },
  ])('is scored at even distances: $evaluations times in $epochs epochs', async ({ epochs, evaluations, at }) => {
    const events = await collect({ ...CLOSED_RUN, epochs, closedRecipe: { ...STEADY, batch: 12, evaluations } });
    const scored = epochsOf(events).filter((epoch) => epoch.scored);
    expect(scored.map(({ epoch }) => epoch)).toEqual(at);
  });

  it('ends with weights, scores and facts that belong to the network it gives', async () => {
    const heldOut = [
      { question: 'what time is it now', answer: '12:00' },
      { question: 'what time is it now', answer: 'NEVER' },
    ];
    const closed = { unknown: 'HUH?' };
    const done = await runToEnd({ ...CLOSED_RUN, epochs: 20, heldOut, closed, name: 'TOY', description: 'a toy' });
    expect(done.training.answers).toBe(right(done.network, CLOSED_RUN.pairs));
    expect(done.heldOut!.answers).toBe(right(done.network, heldOut));
    expect(done.heldOut!.answerCeiling).toBe(0.5);
    expect(done.nonZero).toBe(done.network.layers.reduce((n, l) => n + l.weights.filter((w) => w !== 0).length, 0));
    expect(done.network.closed!.answers).toEqual(['12:00', 'HUH?', 'LA LA LA', 'ON THE TABLE']);
    expect(done.network.closed!.unknown!.margin).toBeGreaterThanOrEqual(0);
    expect(done.network.about).toMatchObject({
      name: 'TOY',
      description: 'a toy',
      training: { backend: 'own kernels', seed: 1, epochs: 20, epoch: 20, batch: 4, pairs: 12, heldOutPairs: 2 },
    });
    // The .npz is the network.
    expect(decodeModel(encodeModel(done.network), 'toy.npz')).toEqual(done.network);
  });

  it('gives the same bytes for the same seed, whatever the number of workers, and others for another seed', async () => {
    // An odd batch: one shard gets more than the other.
    const options = { ...CLOSED_RUN, epochs: 8, closedRecipe: { ...STEADY, batch: 5, madeUp: 0.2, weights: 500 } };
    for (const closed of [{ unknown: 'HUH?' }, { steps: 'characters' }] as const) {
      const alone = await runToEnd({ ...options, closed });
      const one = bytes(alone.network);
      // No more work than there are shards.
      const many = await collect({ ...options, closed, workers: 9 });
      expect(many[0]).toMatchObject({ workers: 2 });
      expect(one.equals(bytes(doneOf(many).network))).toBe(true);
      // Nor do the numbers behind the weights differ, by which later ones would.
      expect(doneOf(many).checkpoint).toEqual(alone.checkpoint);
      if ('unknown' in closed)
        expect(one.equals(bytes((await runToEnd({ ...options, closed, seed: 2 })).network))).toBe(false);
    }
  });

  it('decides nothing by held-out pairs', async () => {
    const options = { ...CLOSED_RUN, epochs: 12, closed: { buckets: 128, unknown: 'HUH?' } };
    const heldOut = [{ question: 'what time is it now', answer: 'HUH?' }];
    const [without, beside] = [await runToEnd(options), await runToEnd({ ...options, heldOut })];
    const core = ({ network }: TrainDone): Buffer => bytes({ ...network, about: {} });
    expect(core(without).equals(core(beside))).toBe(true);
    expect(without.network.closed).toEqual(beside.network.closed);
  });
});

describe('towards limits, a closed model', () => {
  // Wide, so that there are more weights than a few questions need.
  const WIDE = { ...CLOSED_RUN, closedRecipe: { ...STEADY, batch: 4, firstSpread: 0.4, weights: 1000 } };
  const costOf = (network: Network): { bytes: number; tStates: number } => {
    const weights = network.layers.reduce((n, l) => n + l.weights.filter((w) => w !== 0).length, 0);
    return { bytes: 6000 + weights, tStates: 1000 * weights };
  };

  it('comes to fewer weights for a smaller program', async () => {
    const run = (bytes: number): Promise<TrainDone> => runToEnd({ ...WIDE, budget: { limits: { bytes }, costOf } });
    const [wide, tight] = [await run(9000), await run(6300)];
    expect(wide.cost).toEqual(costOf(wide.network));
    expect(wide.kept).toBe(true);
    // Room for all that are left by themselves, and for 300.
    expect(wide.nonZero).toBeGreaterThan(450);
    expect(tight.nonZero).toBeLessThan(350);
    expect(tight.kept).toBe(tight.cost!.bytes <= 6300);
    expect(tight.training.answers).toBe(1);
  });

  it('lowers its goal until it is quick enough', async () => {
    const options = { ...WIDE, budget: { limits: { tStates: 400_000 }, costOf } };
    const events = await collect(options);
    const done = doneOf(events);
    expect(done.cost!.tStates).toBe(1000 * done.nonZero);
    expect(done.kept).toBe(true);
    expect(done.nonZero).toBeGreaterThan(250);
    expect(done.training.answers).toBe(1);
    for (const { scored } of epochsOf(events)) if (scored) expect(scored.cost!.tStates).toBeGreaterThan(0);
    // And goes on with the goal that it has come to.
    const { checkpoint: resume } = await runToEnd(options, 40);
    expect(bytes((await runToEnd({ ...options, resume })).network).equals(bytes(done.network))).toBe(true);
  });

  it.each([300_000, 400_000])('gets below %d T-states, as a third of the weights suffices', async (tStates) => {
    const closedRecipe = { ...WIDE.closedRecipe, weights: 800 };
    const done = await runToEnd({ ...WIDE, closedRecipe, budget: { limits: { tStates }, costOf } });
    expect(done.cost!.tStates).toBeLessThanOrEqual(tStates);
    // But not by far.
    expect(done.cost!.tStates).toBeGreaterThan(0.6 * tStates);
  });

  it('whose limits come without a cost function is refused', async () => {
    const { checkpoint } = await runToEnd({ ...CLOSED_RUN, epochs: 2, budget: { limits: { bytes: 9000 }, costOf } }, 1);
    const attempt = runToEnd({ ...CLOSED_RUN, resume: checkpoint });
    await expect(attempt).rejects.toThrow(UsageError);
  });
});
