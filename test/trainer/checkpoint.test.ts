import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/model/npz.js';
import { InputError } from '../../src/seams/errors.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/trainer/checkpoint.js';
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
