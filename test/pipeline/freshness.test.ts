/** Which stages run again: those whose inputs have changed, and also those whose inputs changed while they ran. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { nodeRunFolders } from '../../src/host/node-run-folders.js';
import { SCM } from '../../src/machines/scm.js';
import { ZX48 } from '../../src/machines/zx48.js';
import { Pipeline, type PipelineOptions } from '../../src/pipeline.js';
import type { PipelineEvent } from '../../src/pipeline/events.js';
import { whyWords } from '../../src/pipeline/standing.js';

const QUESTIONS = ['hello'];

let folder: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-pipeline-'));
  data = join(folder, 'talk.txt');
  writeFileSync(data, 'hello|HI\ngood bye|BYE\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(): PipelineOptions {
  return {
    data: { training: data },
    training: { hidden: [8], epochs: 1, seed: 1, workers: 1, name: 'TALK', samples: QUESTIONS },
    questions: QUESTIONS,
    outDir: folder,
    programName: 'TALK.COM',
    clockHz: 7_372_800,
    remember: true,
  };
}

function newPipeline(): Pipeline {
  const noBoard = (): never => {
    throw new Error('these tests have no board');
  };
  return new Pipeline(options(), {
    files: nodeFiles,
    folders: nodeRunFolders,
    clock: nodeClock,
    openBoard: noBoard,
    boardTarget: noBoard,
  });
}

/** Run as far as the emulator. @returns the stages that ran */
async function run(pipeline: Pipeline, onEvent: (event: PipelineEvent) => void = () => {}): Promise<string[]> {
  const ran: string[] = [];
  for await (const event of pipeline.run({ to: 'emulate', signal: new AbortController().signal })) {
    if (event.type === 'stage') ran.push(event.stage);
    onEvent(event);
  }
  return ran;
}

function states(pipeline: Pipeline): string {
  return pipeline
    .states()
    .slice(0, 4)
    .map(({ state }) => state)
    .join(' ');
}

describe('for another machine', () => {
  it('it makes the program that the machine takes, in what memory there is', async () => {
    const pipeline = newPipeline();
    await run(pipeline);
    pipeline.options = { ...options(), machine: SCM, programName: 'TALK.HEX' };
    const costs: unknown[] = [];
    const ran = await run(pipeline, (event) => {
      if (event.type === 'training' && event.event.type === 'done') costs.push(event.event.cost?.bytes);
    });
    // Training has something to aim at now.
    expect(ran).toEqual(['train', 'build', 'emulate']);
    const image = SCM.file.decode(readFileSync(join(folder, 'TALK.HEX')), 'TALK.HEX');
    expect(image.origin).toBe(0x8000);
    expect(image.bytes.length).toBe(costs[0]);
    expect(pipeline.made('emulate')!.exchanges[0]!.answer).not.toBe('');
  });

  it('ends with the emulator where no line leads to it', async () => {
    const pipeline = newPipeline();
    pipeline.options = { ...options(), machine: ZX48, programName: 'TALK.TAP', clockHz: ZX48.clockHz };
    const ran: string[] = [];
    for await (const event of pipeline.run({ signal: new AbortController().signal }))
      if (event.type === 'stage') ran.push(event.stage);
    expect(ran).toEqual(['data', 'train', 'build', 'emulate']);
    expect(existsSync(join(folder, 'TALK.TAP'))).toBe(true);
    expect(pipeline.plan({}).map(({ stage }) => stage)).not.toContain('flash');
  });
});

describe('the stages of the pipeline', () => {
  it('run once, and not again while nothing has changed', async () => {
    const pipeline = newPipeline();
    expect(states(pipeline)).toBe('never never never never');
    expect(await run(pipeline)).toEqual(['data', 'train', 'build', 'emulate']);
    expect(states(pipeline)).toBe('fresh fresh fresh fresh');
    expect(await run(pipeline)).toEqual([]);
  });

  it('run again from the first whose settings have changed', async () => {
    const pipeline = newPipeline();
    await run(pipeline);
    pipeline.options = { ...options(), layout: 'packed' };
    // What the emulator was asked was the program of before.
    expect(states(pipeline)).toBe('fresh fresh stale stale');
    const plan = pipeline.plan({ to: 'emulate' });
    expect(plan.map(({ stage, why }) => `${stage}: ${whyWords(why)}`)).toEqual([
      'build: changed: layout as usual, now "packed"',
      'emulate: build has to run first',
    ]);
    expect(await run(pipeline)).toEqual(['build', 'emulate']);
  });

  it('remember a training in the next session', async () => {
    await run(newPipeline());
    expect(await run(newPipeline())).toEqual(['data', 'build', 'emulate']);
  });

  it('are stale when the data was edited while they trained on it, in the next session, too', async () => {
    const pipeline = newPipeline();
    await run(pipeline, (event) => {
      if (event.type === 'training' && event.event.type === 'start') writeFileSync(data, 'hello|HO\n');
    });
    expect(states(pipeline)).toBe('stale stale stale stale');
    expect(await run(newPipeline())).toEqual(['data', 'train', 'build', 'emulate']);
    // That session has left a run on the new data.
    expect(await run(pipeline)).toEqual(['data', 'build', 'emulate']);
  });

  it('are those of before when a training was stopped: its model has not taken their place', async () => {
    const pipeline = newPipeline();
    await run(pipeline);
    const stop = new AbortController();
    const again = async (): Promise<void> => {
      for await (const event of pipeline.run({ to: 'train', again: ['train'], signal: stop.signal }))
        if (event.type === 'training' && event.event.type === 'epoch') stop.abort(new Error('stopped'));
    };
    const before = readFileSync(join(folder, 'model.npz'));
    await expect(again()).rejects.toThrow('stopped');
    expect(readFileSync(join(folder, 'model.npz'))).toEqual(before);
    expect(states(pipeline)).toBe('fresh fresh fresh fresh');
    expect(await run(pipeline)).toEqual([]);
  });

  it('go on from where a training was cut off, and make what it would have made', async () => {
    const options_ = (outDir: string): PipelineOptions => ({ ...options(), outDir, training: { ...options().training, epochs: 6 } }); // prettier-ignore
    const [cut, whole] = [newPipeline(), newPipeline()];
    cut.options = options_(join(folder, 'cut'));
    whole.options = options_(join(folder, 'whole'));
    const stop = new AbortController();
    const told: PipelineEvent[] = [];
    const until = async (): Promise<void> => {
      for await (const event of cut.run({ to: 'train', signal: stop.signal })) {
        told.push(event);
        if (event.type === 'training' && event.event.type === 'epoch') stop.abort(new Error('stopped'));
      }
    };
    await expect(until()).rejects.toThrow('stopped');
    // Nothing was there before, and what was cut off does not count either.
    expect(existsSync(join(folder, 'cut/model.npz'))).toBe(false);
    expect(existsSync(join(folder, 'cut/runs/run-001/model.npz'))).toBe(true);
    expect(told.filter(({ type }) => type === 'model-kept')).toMatchObject([{ run: 'run-001', outcome: 'stopped' }]);
    expect(told.at(-1)).toMatchObject({ type: 'stage-stopped', stage: 'train', left: false });
    const starts: unknown[] = [];
    await run(cut, (event) => {
      if (event.type === 'training' && event.event.type === 'start') starts.push(event.event.takenUp);
    });
    expect(starts).toMatchObject([{ epochs: 6 }]);
    await run(whole);
    expect(readFileSync(join(folder, 'cut/model.npz'))).toEqual(readFileSync(join(folder, 'whole/model.npz')));
  });
});
