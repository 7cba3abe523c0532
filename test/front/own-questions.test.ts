/** Whatever a program was made of, it is asked questions of its own kind. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { ownQuestions } from '../../src/commands/own-questions.js';
import { modelPath, SHIPPED_SETS, shippedData } from '../../src/commands/shipped-data.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { CPM } from '../../src/machines/cpm.js';
import { MACHINES, machineNamed } from '../../src/machines/index.js';
import type { Network } from '../../src/model/network.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';

const firmware = firmwareReader(nodeFiles);
const read = (name: string): Network => {
  const path = modelPath(nodeFiles, name);
  return decodeModel(nodeFiles.read(path), path);
};
const program = (network: Network, machineName = 'cpm', name?: string) => {
  const machine = machineNamed(machineName);
  const built = buildProgram(network, { machine, ...(name !== undefined && { name }) }, firmware);
  return { name: `X.${machine.file.type}`, bytes: built.file, machine, image: machine.file.decode(built.file, 'X') };
};

describe('what a program is asked', () => {
  it.each(SHIPPED_SETS)('%s: the questions of its set, under any name, and one of them on every machine', (name) => {
    const network = read(`${name}-28k`);
    for (const machine of name === 'adventure' ? MACHINES : [CPM])
      expect(ownQuestions(nodeFiles, program(network, machine.name, 'OTHER'), 'X')).toEqual({
        questions: shippedData(nodeFiles, name).questions,
        words: `the questions of ${name}, which it was made of`,
      });
  });

  it("a program of the user's own: what the model beside it answers well, if it is of that model", () => {
    const folder = mkdtempSync(join(tmpdir(), 'z80lm-own-'));
    const about = { name: 'MINE', description: 'I know two things.', examples: ['what is one', 'what is two'] };
    const mine = program({ ...read('adventure-28k'), about });
    const path = join(folder, 'MINE.COM');
    const anybody = ownQuestions(nodeFiles, mine, path);
    expect(anybody.words).toBe('what anybody would ask: nothing here tells what it knows');
    expect(anybody.questions).toContain('how are you');
    // A model of something else, and a file that is none.
    writeFileSync(join(folder, 'mine.npz'), encodeModel(read('small-talk-28k')));
    writeFileSync(join(folder, 'MINE.npz'), 'no model');
    expect(ownQuestions(nodeFiles, mine, path)).toEqual(anybody);
    writeFileSync(join(folder, 'mine.npz'), encodeModel({ ...read('adventure-28k'), about }));
    expect(ownQuestions(nodeFiles, mine, path)).toEqual({
      questions: about.examples,
      words: `what ${join(folder, 'mine.npz')} answers well`,
    });
  });
});
