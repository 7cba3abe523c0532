/** What `train` says of a model's program is what `build` then writes. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { CPM } from '../../src/machines/cpm.js';
import { DEFAULT_MAX_SIZE } from '../../src/model/limits.js';
import { SHIPPED_MODELS, modelPath } from '../../src/commands/shipped-data.js';
import { costFunction } from '../../src/pipeline/program-cost.js';
import { commandFiles } from '../../src/host/command-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import type { Network } from '../../src/model/network.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { atOnce } from '../../src/seams/slices.js';
import type { Cost } from '../../src/trainer/budget.js';
import { runToEnd, SMALL_RUN } from '../trainer/small-run.js';

const costInSlices = costFunction(commandFiles(), CPM, DEFAULT_MAX_SIZE);
const costOf = (network: Network): Cost => atOnce(costInSlices(network));

/** The length of the .COM that `z80lm build FILE` writes. */
function built(file: Uint8Array): number {
  return buildProgram(decodeModel(file, 'x.npz'), {}, firmwareReader(nodeFiles)).program.length;
}

describe('the size that a training ends with', () => {
  it("is the built program's, its name and description included", async () => {
    const done = await runToEnd({
      ...SMALL_RUN,
      epochs: 40,
      name: 'A NAME OF SOME LENGTH',
      description: 'what it is, in more words than one would think that a banner has room for: it is a byte a letter',
      budget: { limits: { bytes: DEFAULT_MAX_SIZE }, costOf },
    });
    expect(done.cost!.bytes).toBe(built(encodeModel(done.network)));
    // As every model had it that was given no texts.
    expect(costOf({ ...done.network, about: {} }).bytes).toBeLessThan(done.cost!.bytes);
  });

  it.each(SHIPPED_MODELS)("is the built program's, for %s", (name) => {
    const file = nodeFiles.read(modelPath(nodeFiles, name));
    expect(costOf(decodeModel(file, name)).bytes).toBe(built(file));
  });
});
