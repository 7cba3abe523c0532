import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/model/npz.js';
import { InputError } from '../../src/seams/errors.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/trainer/checkpoint.js';
import type { TrainDone } from '../../src/trainer/events.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';
import { nodeClock } from '../../src/host/node-clock.js';

const PAIRS = ['is it big', 'is it red', 'can it fly', 'has it legs', 'is it old', 'do you eat it'].map(
  (question, i) => ({
    question,
    answer: ['YES', 'NO', 'MAYBE'][i % 3]!,
  }),
);
const OPTIONS = {
  pairs: PAIRS,
  hidden: [16],
  epochs: 12,
  recipe: { dropTrigrams: 0.2 },
  backend: 'wasm',
  clock: nodeClock,
} as const;

/** Train, and stop after an epoch if told to. */
async function run(options: TrainOptions, stopAfter?: number): Promise<TrainDone> {
  const abort = new AbortController();
  for await (const event of train({ ...options, signal: abort.signal })) {
    if (event.type === 'epoch' && event.epoch === stopAfter) abort.abort();
    if (event.type === 'done') return event;
  }
  throw new Error('no end');
}

async function interrupted(): Promise<Checkpoint> {
  const { checkpoint } = await run(OPTIONS, 5);
  return checkpoint!;
}

describe('checkpoint', () => {
  it('goes on to the same bytes as a run without a break', async () => {
    const checkpoint = decodeCheckpoint(encodeCheckpoint(await interrupted()), 'x.ckpt');
    expect(checkpoint.epoch).toBeGreaterThanOrEqual(5);
    expect(checkpoint.epoch).toBeLessThan(12);
    // Seed, widths and length come from the checkpoint, not from the options.
    const resumed = await run({
      pairs: PAIRS,
      resume: checkpoint,
      seed: 99,
      hidden: [8],
      clock: nodeClock,
      backend: 'wasm',
    });
    const whole = await run(OPTIONS);
    expect(resumed.epochs).toBe(12);
    expect(Buffer.from(encodeModel(resumed.network)).equals(encodeModel(whole.network))).toBe(true);
    expect(resumed.checkpoint!.latent).toEqual(whole.checkpoint!.latent);
  });

  it('refuses other data', async () => {
    const resume = await interrupted();
    const options = { ...OPTIONS, pairs: [...PAIRS, { question: 'is it new', answer: 'NO' }], resume };
    await expect(run(options)).rejects.toThrow(/data is not what the checkpoint was trained on/);
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
