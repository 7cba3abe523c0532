/** No model is lost to another: each run has a folder, and only what may takes the place of the model that counts. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/host/node-files.js';
import { nodeRunFolders } from '../../src/host/node-run-folders.js';
import { keptWords } from '../../src/pipeline/kept-words.js';
import type { TrainFigures } from '../../src/pipeline/events.js';
import {
  RUNS_KEPT,
  RunHistory,
  expectedTrainingMs,
  type Outcome,
  type Replace,
  type Run,
} from '../../src/pipeline/run-history.js';

let out: string;
let history: RunHistory;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'z80lm-runs-'));
  history = new RunHistory(nodeFiles, nodeRunFolders, out);
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const score = (answers: number) => ({ pairs: 10, characterCount: 40, answers, characters: answers, answerCeiling: 1, characterCeiling: 1 }); // prettier-ignore
const figures = (answers: number, heldOut?: number): TrainFigures => ({
  backend: 'test',
  training: score(answers),
  ...(heldOut !== undefined && { heldOut: score(heldOut) }),
  bestEpoch: 4,
  epochs: 4,
  rounds: 4,
  nonZero: 1,
  stopped: false,
  elapsedMs: 1000,
});
const text = (path: string): string => readFileSync(join(out, path), 'utf8');

interface Wishes {
  data?: string;
  epochs?: string;
  heldOut?: number;
  outcome?: Outcome;
}

/** A run whose model is just its words. */
function ran(model: string, answers: number, { data = 'A', epochs, heldOut, outcome = 'finished' }: Wishes = {}): Run {
  const run = history.begin({ data, hidden: '[8]', ...(epochs !== undefined && { epochs }) });
  return history.keep(run, Buffer.from(model), { outcome, figures: figures(answers, heldOut), elapsedMs: 1000 });
}
const settle = (run: Run, replace: Replace) => history.settle(run, readFileSync(`${run.folder}/model.npz`), replace);

describe('the model that counts', () => {
  it('is the first whole one', () => {
    expect(settle(ran('first', 0.5), 'better')).toEqual({ inPlace: true, before: undefined });
    expect(text('model.npz')).toBe('first');
    expect(text('runs/run-001/model.npz')).toBe('first');
    expect(history.inPlace()?.name).toBe('run-001');
  });

  it.each([
    ['a worse one of the same data', 0.9, undefined, false],
    ['one as good on what it was taught, and worse on what is unseen', 1, 0.4, false],
    ['one as good on both', 1, 0.5, true],
    ['one that is better on what is unseen', 1, 0.6, true],
  ])('against %s', (_what, answers, heldOut, inPlace) => {
    settle(ran('good', 1, { heldOut: 0.5 }), 'better');
    const settled = settle(ran('other', answers, { epochs: '1', ...(heldOut !== undefined && { heldOut }) }), 'better');
    expect([settled.inPlace, settled.before?.name]).toEqual([inPlace, 'run-001']);
    expect(text('model.npz')).toBe(inPlace ? 'other' : 'good');
    expect(text('runs/run-001/model.npz')).toBe('good');
    expect(text('runs/run-002/model.npz')).toBe('other');
  });

  it('gives way to a worse one that the user asked for, and stays in its folder', () => {
    settle(ran('good', 1), 'finished');
    expect(settle(ran('bad', 0), 'finished').inPlace).toBe(true);
    expect([text('model.npz'), text('runs/run-001/model.npz')]).toEqual(['bad', 'good']);
  });

  it('gives way to one of other data, which cannot be compared', () => {
    settle(ran('good', 1), 'better');
    expect(settle(ran('bad', 0, { data: 'B' }), 'better').inPlace).toBe(true);
  });

  it('that no run has made is kept as a run before another takes its place', () => {
    writeFileSync(join(out, 'model.npz'), 'by hand');
    const { inPlace, before } = settle(ran('new', 1), 'better');
    expect([inPlace, before?.name, before?.outcome]).toEqual([true, 'run-002', 'found']);
    expect([text('model.npz'), text('runs/run-002/model.npz')]).toEqual(['new', 'by hand']);
  });
});

describe('the runs', () => {
  it('are as many as are kept: the oldest go, but not the one that counts, nor the best', () => {
    ran('best', 1);
    settle(ran('counts', 0.8), 'finished');
    for (let i = 0; i < RUNS_KEPT + 3; i++) ran(`try ${i}`, 0.1);
    history.prune('run-017');
    const left = readdirSync(join(out, 'runs')).sort();
    expect(left).toHaveLength(RUNS_KEPT);
    expect(left.slice(0, 3)).toEqual(['run-001', 'run-002', 'run-008']);
    expect(left.at(-1)).toBe('run-017');
  });

  it('that have made the same are there once', () => {
    ran('same', 1);
    ran('same', 1);
    history.prune('run-002');
    expect(readdirSync(join(out, 'runs'))).toEqual(['run-002']);
  });

  it('whose process was killed are there with what they were made from, and are not taken for whole', () => {
    history.begin({ data: 'A' });
    ran('cut', 1, { outcome: 'stopped' });
    expect(history.all().map(({ name, outcome }) => [name, outcome])).toEqual([
      ['run-001', 'running'],
      ['run-002', 'stopped'],
    ]);
    expect(history.find({ data: 'A', hidden: '[8]' })).toBeUndefined();
    expect(existsSync(join(out, 'model.npz'))).toBe(false);
  });

  it('with a damaged note, or a model that is not the noted one, are none', () => {
    const run = ran('model', 1);
    writeFileSync(`${run.folder}/model.npz`, 'another');
    expect(history.load(run)).toBeUndefined();
    writeFileSync(`${run.folder}/run.json`, '{');
    expect(history.all()).toEqual([]);
    // Its name is not given twice.
    expect(history.begin(undefined).name).toBe('run-002');
  });

  it('tell how long another may take, where the data and the widths are the same', () => {
    ran('four epochs', 1, { epochs: '4' });
    const expected = (more: Record<string, string>) => expectedTrainingMs(history.all(), { data: 'A', hidden: '[8]', ...more }); // prettier-ignore
    expect(expected({ epochs: '4' })).toBe(1000);
    expect(expected({ epochs: '8', seed: '2' })).toBe(2000);
    expect(expected({})).toBeUndefined();
    expect(expected({ epochs: '4', hidden: '[16]' })).toBeUndefined();
  });
});

describe('what is said of a model', () => {
  it('that was cut off: where it is, and how to go on', () => {
    const folder = 'out/runs/run-002';
    const words = keptWords({
      type: 'model-kept',
      run: 'run-002',
      folder,
      outcome: 'stopped',
      training: score(0.5),
      inPlace: false,
      before: undefined,
      checkpoint: `${folder}/model.ckpt`,
    });
    expect(words).toContain('run-002 was cut off: what it had come to (50.0% of the answers right) is out/runs/run-002/model.npz'); // prettier-ignore
    expect(words).toContain('the next run of the same data and settings goes on from there');
  });
});
