/** docs/machines.md says what building and asking the shipped models on each machine gives. */
import { expect, it } from 'vitest';
import { machineTable } from '../../scripts/machine-table.js';
import { ownText } from '../../scripts/own-text.js';
import { modelPath, modelSizes, SHIPPED_SETS, SMALL_MODELS } from '../../src/commands/shipped-data.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { MACHINES } from '../../src/machines/index.js';
import { decodeModel } from '../../src/model/npz.js';
import { shippedData } from '../../src/commands/shipped-data.js';

const page = ownText(new URL('../../docs/machines.md', import.meta.url));

it('shows sizes, answers and speeds as they are', () => {
  const rows = machineTable();
  expect(rows).toHaveLength(SHIPPED_SETS.length * MACHINES.length);
  expect(page.split('\n').filter((line) => /^\| `[a-z-]+` \| `\w+` \|/.test(line))).toEqual(rows);
}, 300_000);

it('each set has a model for the smallest machine, which knows what it is', () => {
  for (const set of SHIPPED_SETS) expect(modelSizes(nodeFiles, set)).toContain(`${set}-28k`);
  for (const { name, set } of SMALL_MODELS) {
    const path = modelPath(nodeFiles, name);
    const { about } = decodeModel(nodeFiles.read(path), path);
    expect(about.name).toBe(shippedData(nodeFiles, set).about.name);
  }
});

it("a file of a model's name is that model, and has one size", () => {
  expect(modelSizes(nodeFiles, 'other.npz')).toEqual(['other.npz']);
});
