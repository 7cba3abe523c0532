/** Runs that are cut off, and the one that goes on from them. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { nodeRunFolders } from '../../src/host/node-run-folders.js';
import { RunHistory, type Trained } from '../../src/pipeline/run-history.js';
import { trainRun } from '../../src/pipeline/training.js';
import { CLOSED_RUN } from '../trainer/closed/small-closed.js';

it('a run that comes to its end leaves no checkpoint of those that it went on from, and every one of others', async () => {
  const out = mkdtempSync(join(tmpdir(), 'z80lm-training-'));
  const history = new RunHistory(nodeFiles, nodeRunFolders, out);
  /** @returns the epoch that it went on from, and what it came to. @param until it is stopped after so many epochs */
  const run = async (data: string, until?: number): Promise<[from: number, trained: Trained | undefined]> => {
    const abort = new AbortController();
    const work = { options: { ...CLOSED_RUN, epochs: 6 }, inputs: { data }, anew: false, history, files: nodeFiles };
    const events = trainRun({ ...work, clock: nodeClock, signal: abort.signal });
    for (let from = 0; ;) {
      const { done, value } = await events.next();
      if (done) return [from, value];
      if (value.type !== 'training') continue;
      if (value.event.type === 'start') from = value.event.takenUp?.epoch ?? 0;
      if (value.event.type === 'epoch' && value.event.epoch === until) abort.abort(new Error('stopped'));
    }
  };
  const checkpoints = (): string[] =>
    history.all().flatMap(({ name, folder }) => (existsSync(join(folder, 'model.ckpt')) ? [name] : []));
  try {
    expect(await run('B', 1)).toEqual([0, undefined]);
    expect(await run('A', 2)).toEqual([0, undefined]);
    expect(await run('A', 4)).toEqual([2, undefined]);
    expect(checkpoints()).toEqual(['run-001', 'run-002', 'run-003']);
    expect(await run('A')).toEqual([4, expect.objectContaining({ run: 'run-004' })]);
    expect(checkpoints()).toEqual(['run-001']);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
