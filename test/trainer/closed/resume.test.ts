import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../src/model/npz.js';
import { InputError } from '../../../src/seams/errors.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../../src/trainer/checkpoint.js';
import type { TrainDone } from '../../../src/trainer/events.js';
import { train, type TrainOptions } from '../../../src/trainer/train.js';
import { runToEnd } from '../small-run.js';
import { CLOSED_RUN, STEADY } from './small-closed.js';

const OPTIONS = {
  ...CLOSED_RUN,
  epochs: 6,
  closed: { buckets: 128, unknown: 'HUH?' },
  closedRecipe: { ...STEADY, batch: 4, weights: 400 },
};

/** Train, and stop in the middle of the epoch after so many. */
async function stopWithin(options: TrainOptions, epoch: number): Promise<TrainDone> {
  const abort = new AbortController();
  for await (const event of train({ ...options, signal: abort.signal })) {
    // By then the next epoch has its leave.
    if (event.type === 'epoch' && event.epoch === epoch) setImmediate(() => abort.abort(new Error('stopped')));
    if (event.type === 'done') return event;
  }
  throw new Error('no end');
}

const written = (checkpoint: Checkpoint | undefined): Checkpoint =>
  decodeCheckpoint(encodeCheckpoint(checkpoint!), 'x.ckpt');

const bytes = (done: TrainDone): Buffer => Buffer.from(encodeModel(done.network));

describe('a closed run that goes on', () => {
  it('comes to the bytes of one without a break, by one worker or two', async () => {
    // So many steps an epoch that the signal comes in the middle of one.
    const pairs = Array.from({ length: 20 }, (_, i) =>
      CLOSED_RUN.pairs.map(({ question, answer }) => ({ question: `${question} ${i}`, answer })),
    ).flat();
    const options = { ...OPTIONS, pairs, closedRecipe: { ...OPTIONS.closedRecipe, batch: 1 } };
    const whole = await runToEnd(options);
    // Late, the press is on, and most weights are 0.
    for (const [after, workers] of [
      [2, 1],
      [5, 2],
    ] as const) {
      const stopped = await stopWithin({ ...options, workers }, after);
      expect(stopped.stopped).toBe(true);
      const checkpoint = written(stopped.checkpoint);
      expect(checkpoint.epoch).toBeGreaterThanOrEqual(after);
      // Seed, widths, answers and length come from the checkpoint, not from the options.
      const { clock } = OPTIONS;
      const resumed = await runToEnd({ pairs, clock, resume: checkpoint, seed: 99, hidden: [8], workers: 3 - workers });
      expect(resumed.epochs).toBe(6);
      expect(bytes(resumed).equals(bytes(whole))).toBe(true);
      expect(resumed.checkpoint).toEqual(whole.checkpoint);
    }
  });

  it('and is stopped before it has finished an epoch is where it was', async () => {
    const { checkpoint, network } = await runToEnd({ ...OPTIONS, workers: 2 }, 3);
    const abort = new AbortController();
    const events = train({ ...OPTIONS, resume: checkpoint, signal: abort.signal });
    expect((await events.next()).value).toMatchObject({ type: 'start', takenUp: { epoch: 3 } });
    abort.abort(new Error('stopped'));
    const { value: done } = await events.next();
    expect(done).toMatchObject({ type: 'done', stopped: true, epochs: 3, network: { layers: network.layers } });
    expect(done).toMatchObject({ checkpoint });
    await events.return();
  });

  it('is written as it was', async () => {
    const { checkpoint } = await runToEnd({ ...OPTIONS, epochs: 2 }, 1);
    expect(written(checkpoint)).toEqual(checkpoint);
    expect(checkpoint).toMatchObject({
      kind: 'closed',
      hidden: [16],
      seed: 1,
      closed: { buckets: 128, steps: 'answers', unknown: { answer: 'HUH?', margin: 0 } },
    });
  });

  it('is refused with other data', async () => {
    const { checkpoint } = await runToEnd({ ...OPTIONS, epochs: 2 }, 1);
    const [first, ...rest] = CLOSED_RUN.pairs;
    for (const pairs of [
      rest,
      [...rest, first!],
      [{ ...first!, answer: 'LA LA LA' }, ...rest],
      [{ ...first!, question: 'what is the tim' }, ...rest],
    ]) {
      const attempt = runToEnd({ ...OPTIONS, pairs, resume: checkpoint });
      await expect(attempt).rejects.toThrow(InputError);
      await expect(attempt).rejects.toThrow('the data is not what the checkpoint was trained on');
    }
    // Capitals make no other question.
    const capitals = [{ ...first!, question: first!.question.toUpperCase() }, ...rest];
    expect((await runToEnd({ ...OPTIONS, pairs: capitals, resume: checkpoint })).stopped).toBe(false);
  });

  it('is refused where the file is broken', async () => {
    const { checkpoint } = await runToEnd({ ...OPTIONS, epochs: 2 }, 1);
    const whole = encodeCheckpoint(checkpoint!);
    const entries = unzipSync(whole);
    const changed = (change: (run: Record<string, unknown>) => object): Uint8Array => {
      const run = JSON.parse(new TextDecoder().decode(entries['run.json'])) as Record<string, unknown>;
      return zipSync({ ...entries, 'run.json': new TextEncoder().encode(JSON.stringify({ ...run, ...change(run) })) });
    };
    const { 'latent.f32': _, ...noLatent } = entries;
    const broken = {
      cut: whole.slice(0, whole.length / 2),
      'without weights': zipSync(noLatent),
      'with weights of another network': changed(() => ({ hidden: [17] })),
      'with too few weights': zipSync({ ...entries, 'adam-v.f32': entries['adam-v.f32']!.slice(4) }),
      'of another version': changed(() => ({ format: 'z80lm checkpoint of a closed model 99' })),
      'with answers out of order': changed((run) => {
        const closed = run['closed'] as { answers: string[] };
        return { closed: { ...closed, answers: closed.answers.toReversed() } };
      }),
      'with a width that is none': changed(() => ({ hidden: [0] })),
      'without a place in the schedule': changed(() => ({ progress: undefined })),
    };
    for (const [title, file] of Object.entries(broken)) {
      const attempt = (): Checkpoint => decodeCheckpoint(file, 'x.ckpt');
      expect(attempt, title).toThrow(InputError);
      expect(attempt, title).toThrow(/no checkpoint that can be resumed|cannot be resumed/);
    }
  });
});

describe('the signal', () => {
  it.each([
    { title: 'before it', when: (abort: () => void) => abort() },
    { title: 'while workers start', when: (abort: () => void) => void setImmediate(abort) },
  ])("ends a run that has not taken a step with the signal's reason, $title", async ({ when }) => {
    const abort = new AbortController();
    const drain = async (): Promise<void> => {
      for await (const event of train({ ...OPTIONS, workers: 2, signal: abort.signal })) {
        expect(event.type).toBe('start');
        when(() => abort.abort(new Error('stopped')));
      }
    };
    await expect(drain()).rejects.toThrow('stopped');
  });

  it('that came before the run ends it, too', async () => {
    const events = train({ ...OPTIONS, signal: AbortSignal.abort(new Error('stopped')) });
    await expect(events.next()).rejects.toThrow('stopped');
  });

  it('keeps what was learnt, and the last whole epoch to go on from', async () => {
    const done = await stopWithin({ ...OPTIONS, epochs: 100_000 }, 3);
    expect(done.stopped).toBe(true);
    expect(done.epochs).toBeGreaterThanOrEqual(3);
    expect(done.checkpoint!.epoch).toBe(done.epochs);
    expect(done.network.about.training!['epoch']).toBe(done.epochs);
  });

  it('need not come: who stops listening ends the run', async () => {
    for await (const event of train({ ...OPTIONS, epochs: 100_000, workers: 2 })) if (event.type === 'epoch') break;
  });
});
