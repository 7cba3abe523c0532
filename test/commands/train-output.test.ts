/** What a training leaves, and what it never takes away. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointFile, writeModel } from '../../src/commands/train-output.js';
import type { Shell } from '../../src/commands/shared.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { encodeModel } from '../../src/model/npz.js';
import type { Network } from '../../src/model/network.js';
import { InputError } from '../../src/seams/errors.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/trainer/checkpoint.js';
import type { TrainDone, TrainStart } from '../../src/trainer/events.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';
import { runToEnd } from '../trainer/small-run.js';
import { CLOSED_RUN } from '../trainer/closed/small-closed.js';

let folder: string;
let good: Network;
let poor: Network;
let begun: TrainDone;
const path = (name: string): string => join(folder, name);
const OPTIONS: TrainOptions = { ...CLOSED_RUN, epochs: 30 };

function shell(files = nodeFiles): { shell: Shell; notes: string[] } {
  const notes: string[] = [];
  return { notes, shell: { files, note: (line = '') => void notes.push(line) } as unknown as Shell };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-output-'));
  good = (await runToEnd({ ...CLOSED_RUN, epochs: 60 })).network;
  poor = { ...good, layers: good.layers.map((layer) => ({ ...layer, weights: new Int8Array(layer.weights.length) })) };
  begun = await runToEnd(OPTIONS, 20);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a model that is written', () => {
  const write = (name: string, network: Network, stopped: boolean, by: Shell): Promise<string> =>
    writeModel(by, path(name), { network, stopped }, CLOSED_RUN.pairs);

  it('nor one of other answers', async () => {
    const { shell: by, notes } = shell();
    const other = { ...good, closed: { ...good.closed!, answers: good.closed!.answers.map((a) => `${a}S`) } };
    expect(await write('o.npz', good, false, by)).toBe(path('o.npz'));
    expect(await write('o.npz', other, true, by)).toBe(path('o-cut-off.npz'));
    expect(notes.at(-1)).toContain('it knows other answers; this run was cut off');
    expect(await write('o.npz', other, false, by)).toBe(path('o.npz'));
  });

  it('never replaces a better one where its run was cut off', async () => {
    const { shell: by, notes } = shell();
    expect(await write('a.npz', good, false, by)).toBe(path('a.npz'));
    expect(notes).toEqual([]);
    expect(await write('a.npz', poor, true, by)).toBe(path('a-cut-off.npz'));
    expect(Buffer.from(encodeModel(good)).equals(readFileSync(path('a.npz')))).toBe(true);
    expect(Buffer.from(encodeModel(poor)).equals(readFileSync(path('a-cut-off.npz')))).toBe(true);
    expect(notes).toEqual([
      `${path('a.npz')} stays as it was: it answers 100.0% of these pairs right, this one 33.3%, which was cut off and is ` +
        `written as ${path('a-cut-off.npz')}`,
    ]);
  });

  it('replaces it where its run came to the end, and says so; a worse one, and what is no model, without a word', async () => {
    const { shell: by, notes } = shell();
    await write('b.npz', good, false, by);
    expect(await write('b.npz', poor, false, by)).toBe(path('b.npz'));
    expect(notes).toEqual([
      `${path('b.npz')} was better before: it answered 100.0% of these pairs right, this one 33.3%`,
    ]);
    expect(await write('b.npz', good, true, by)).toBe(path('b.npz'));
    expect(await write('b.npz', good, true, by)).toBe(path('b.npz'));
    writeFileSync(path('b.npz'), 'no model');
    expect(await write('b.npz', poor, true, by)).toBe(path('b.npz'));
    expect(notes).toHaveLength(1);
  });
});

describe('the checkpoint of a run', () => {
  /** Train with what lies there, up to the first event. */
  async function start(
    file: CheckpointFile,
    options: TrainOptions,
    ...by: [resumed?: string | undefined, isFresh?: boolean]
  ): Promise<{ start: TrainStart; network: Network }> {
    let first: TrainStart | undefined;
    for await (const event of train({ ...options, unfinished: file.unfinished(...by), keep: file.keep })) {
      if (event.type === 'start') file.began((first = event));
      if (event.type === 'done') return { start: first!, network: event.network };
    }
    throw new Error('no end');
  }
  const leave = (name: string, checkpoint: Checkpoint = begun.checkpoint!): void =>
    writeFileSync(path(name), encodeCheckpoint(checkpoint));

  it('of the same data and settings is gone on from, to the same bytes', async () => {
    leave('c.ckpt');
    const { shell: by, notes } = shell();
    const { start: first, network } = await start(new CheckpointFile(by, path('c.npz')), OPTIONS);
    expect(first.takenUp).toEqual({ epoch: begun.epochs, epochs: 30 });
    expect(notes).toEqual([
      `${path('c.ckpt')}: an unfinished run of the same data and settings, ${begun.epochs} of 30 epochs done: going on from ` +
        'there (--fresh starts anew)',
    ]);
    const whole = await runToEnd(OPTIONS);
    expect(Buffer.from(encodeModel(network)).equals(encodeModel(whole.network))).toBe(true);
  });

  it.each<[string, Partial<TrainOptions>]>([
    ['another seed', { seed: 2 }],
    ['another length', { epochs: 31 }],
    ['other data', { pairs: CLOSED_RUN.pairs.slice(1) }],
    ['other widths', { hidden: [8] }],
    ['another kind', { kind: 'free', backend: 'wasm', epochs: 2, hidden: [8] }],
  ])('of %s is put aside', async (name, options) => {
    const stem = name.replaceAll(' ', '-');
    leave(`${stem}.ckpt`);
    writeFileSync(path(`${stem}-unfinished.ckpt`), 'taken');
    const { shell: by, notes } = shell();
    const { start: first } = await start(new CheckpointFile(by, path(`${stem}.npz`)), { ...OPTIONS, ...options });
    expect(first.takenUp).toBeUndefined();
    const aside = path(`${stem}-unfinished-2.ckpt`);
    expect(notes).toEqual([
      `${path(`${stem}.ckpt`)} is of an unfinished run with other data or settings: it is kept as ${aside}; go on with ` +
        `--resume ${aside}`,
    ]);
    expect(decodeCheckpoint(readFileSync(aside), aside)).toEqual(begun.checkpoint);
  });

  it.each([
    ['--resume of another', 'f'],
    ['--fresh', undefined],
  ])('is put aside by %s, too', async (_what, other) => {
    const stem = other ? 'resumed' : 'fresh';
    leave(`${stem}.ckpt`);
    const { shell: by, notes } = shell();
    const file = new CheckpointFile(by, path(`${stem}.npz`));
    // Of the same data and settings, even.
    const resume = other ? { ...begun.checkpoint!, epoch: 1 } : undefined;
    const { start: first } = await start(file, { ...OPTIONS, resume }, other && path(other), !other);
    expect(first.takenUp?.epoch).toBe(other && 1);
    const aside = path(`${stem}-unfinished.ckpt`);
    expect(notes).toEqual([
      `${path(`${stem}.ckpt`)} is of another unfinished run: it is kept as ${aside}; go on with --resume ${aside}`,
    ]);
    expect(decodeCheckpoint(readFileSync(aside), aside)).toEqual(begun.checkpoint);
  });

  it('is not put aside where --resume names it, however it is written', async () => {
    leave('g.ckpt');
    const { shell: by, notes } = shell();
    const file = new CheckpointFile(by, path('g.npz'));
    const { start: first } = await start(file, { ...OPTIONS, resume: begun.checkpoint }, relative('', path('g.ckpt')));
    expect(first.takenUp?.epoch).toBe(begun.epochs);
    expect(notes).toEqual([]);
    expect(existsSync(path('g-unfinished.ckpt'))).toBe(false);
  });

  it('that is none is told of and replaced; at the end there is none', async () => {
    writeFileSync(path('d.ckpt'), 'no checkpoint');
    const { shell: by, notes } = shell();
    const file = new CheckpointFile(by, path('d.npz'));
    await start(file, OPTIONS);
    expect(notes).toEqual([expect.stringMatching(/d\.ckpt: this is no checkpoint .*; this run replaces it$/)]);
    expect(decodeCheckpoint(readFileSync(path('d.ckpt')), 'd').epoch).toBeGreaterThan(0);
    expect(file.end({ ...begun, stopped: true })).toBe(true);
    expect(file.end({ ...begun, stopped: false })).toBe(false);
    expect(existsSync(path('d.ckpt'))).toBe(false);
  });

  it('that cannot be written is told of once, and is no end of the run', async () => {
    const write = (where: string): never => {
      throw new InputError('the disk is full', { where });
    };
    const { shell: by, notes } = shell({ ...nodeFiles, write });
    const file = new CheckpointFile(by, path('e.npz'));
    file.keep(begun.checkpoint!);
    file.keep(begun.checkpoint!);
    expect(notes).toEqual([`${path('e.ckpt')}: the disk is full: going on without a checkpoint`]);
  });
});
