import { describe, expect, it } from 'vitest';
import { answer } from '../../src/model/inference.js';
import { encodeModel } from '../../src/model/npz.js';
import { InputError } from '../../src/seams/errors.js';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
  type FreeCheckpoint,
} from '../../src/trainer/checkpoint.js';
import type { TrainDone } from '../../src/trainer/events.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';
import { SMALL_RUN, runToEnd } from './small-run.js';

const OPTIONS = {
  ...SMALL_RUN,
  epochs: 12,
  recipe: { dropTrigrams: 0.2 },
} as const;

async function interrupted(): Promise<Checkpoint> {
  const { checkpoint } = await runToEnd(OPTIONS, 5);
  return checkpoint!;
}

/** Told to stop as soon as it has begun. */
async function stoppedAtOnce(options: TrainOptions): Promise<TrainDone> {
  const abort = new AbortController();
  for await (const event of train({ ...options, signal: abort.signal })) {
    if (event.type === 'start') abort.abort(new Error('stopped'));
    if (event.type === 'done') return event;
  }
  throw new Error('no end');
}

describe('checkpoint', () => {
  it('goes on to the same bytes as a run without a break', async () => {
    const checkpoint = decodeCheckpoint(encodeCheckpoint(await interrupted()), 'x.ckpt');
    expect(checkpoint.epoch).toBeGreaterThanOrEqual(5);
    expect(checkpoint.epoch).toBeLessThan(12);
    // Seed, widths and length come from the checkpoint, not from the options.
    const resumed = await runToEnd({
      pairs: SMALL_RUN.pairs,
      resume: checkpoint,
      seed: 99,
      hidden: [8],
      clock: SMALL_RUN.clock,
      backend: 'wasm',
    });
    const whole = await runToEnd(OPTIONS);
    expect(resumed.epochs).toBe(12);
    expect(Buffer.from(encodeModel(resumed.network)).equals(encodeModel(whole.network))).toBe(true);
    expect(resumed.checkpoint!.latent).toEqual(whole.checkpoint!.latent);
  });

  it('goes on with other held-out pairs, and scores those', async () => {
    const options = { ...OPTIONS, epochs: 2, recipe: { dropTrigrams: 0.2, evaluations: 2 } };
    const unfinished = (await runToEnd({ ...options, heldOut: [{ question: 'can it fly', answer: 'MAYBE' }] }, 1))
      .checkpoint;
    expect((unfinished as FreeCheckpoint).best!.heldOut!.pairs).toBe(1);
    for (const heldOut of [[{ question: 'is it big', answer: 'no' }, ...SMALL_RUN.pairs], []]) {
      const done = await stoppedAtOnce({ ...options, heldOut, unfinished });
      const right = heldOut.filter(({ question, answer: wanted }) => answer(done.network, question) === wanted);
      const count = heldOut.length || undefined;
      expect([done.heldOut?.pairs, done.heldOut?.answers]).toEqual([count, count && right.length / count]);
      expect((done.checkpoint as FreeCheckpoint).best!.heldOut?.pairs).toBe(count);
    }
  });

  it('is where it was if the run that goes on is stopped before it has finished an epoch', async () => {
    const checkpoint = await interrupted();
    expect((await stoppedAtOnce({ ...OPTIONS, resume: checkpoint })).checkpoint).toEqual(checkpoint);
  });

  it('refuses other data', async () => {
    const resume = await interrupted();
    const options = { ...OPTIONS, pairs: [...SMALL_RUN.pairs, { question: 'is it new', answer: 'NO' }], resume };
    await expect(runToEnd(options)).rejects.toThrow(/data is not what the checkpoint was trained on/);
  });

  it('refuses files that are none, with the name and a hint', async () => {
    const bytes = encodeCheckpoint(await interrupted());
    for (const broken of [new Uint8Array(), bytes.slice(0, 1000), new TextEncoder().encode('hello')]) {
      const attempt = (): Checkpoint => decodeCheckpoint(broken, 'x.ckpt');
      expect(attempt).toThrow(InputError);
      expect(attempt).toThrow(/no checkpoint that can be resumed/);
    }
  });
});
