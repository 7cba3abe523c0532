/**
 * The shipped models on each machine, for docs/machines.md: npx tsx scripts/machine-table.ts
 *
 * Each set is built for each machine from the largest of its models that fits there, and asked its first held-out
 * questions in the emulator. test/datasets/machines.test.ts holds the page to it.
 */
import { pathToFileURL } from 'node:url';
import { firmwareReader } from '../src/build/firmware-files.js';
import { buildProgram, TooLargeError, type BuiltProgram } from '../src/build/program.js';
import { startTalkOn } from '../src/build/talk.js';
import { modelPath, modelSizes, shippedData, SHIPPED_SETS } from '../src/commands/shipped-data.js';
import { nodeFiles } from '../src/host/node-files.js';
import { MACHINES } from '../src/machines/index.js';
import type { Machine } from '../src/machines/machine.js';
import { decodeModel } from '../src/model/npz.js';
import { grouped, percent } from '../src/seams/words.js';
import { evaluate } from '../src/trainer/evaluate.js';
import { readPairs, type Pair } from '../src/trainer/pairs.js';

/** Questions that are asked of each program. */
const ASKED = 100;
/** Those that a game takes before another begins. */
const PER_GAME = 15;

function* machineRows(): Generator<string> {
  for (const set of SHIPPED_SETS) {
    const { data } = shippedData(nodeFiles, set);
    const { pairs } = readPairs(nodeFiles.read(data.heldOut), data.heldOut);
    for (const machine of MACHINES) {
      const { name, built, right } = largest(set, machine, pairs);
      const { character, first } = speedOf(machine, built, pairs.slice(0, ASKED));
      const cells = [
        `\`${set}\``,
        `\`${machine.name}\``,
        `\`${name}\``,
        grouped(built.program.length),
        percent(right),
        grouped(Math.round(character)),
        (machine.clockHz / character).toFixed(0),
        `${((1000 * first) / machine.clockHz).toFixed(0)} ms`,
      ];
      yield `| ${cells.join(' | ')} |`;
    }
  }
}

/** The set's largest model that has room on the machine, and the share of held-out pairs that it gets right. */
function largest(
  set: string,
  machine: Machine,
  pairs: readonly Pair[],
): { name: string; built: BuiltProgram; right: number } {
  for (const name of modelSizes(nodeFiles, set)) {
    const path = modelPath(nodeFiles, name);
    const network = decodeModel(nodeFiles.read(path), path);
    try {
      const built = buildProgram(network, { machine }, firmwareReader(nodeFiles));
      return { name, built, right: evaluate(network, pairs).score.answers };
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
    }
  }
  throw new Error(`no model of ${set} fits on ${machine.name}`);
}

/** Mean T-states of a character, and from the question to the first of its answer. */
function speedOf(
  machine: Machine,
  { file }: BuiltProgram,
  pairs: readonly Pair[],
): { character: number; first: number } {
  const talk = startTalkOn(machine, file);
  let [characters, all, first] = [0, 0, 0];
  pairs.forEach(({ question }, i) => {
    if (i % PER_GAME === 0) talk.ask('/1');
    const { tStates } = talk.ask(question);
    characters += tStates.length;
    for (const spent of tStates) all += spent;
    first += tStates[0]!;
  });
  return { character: all / characters, first: first / pairs.length };
}

export const machineTable = (): string[] => [...machineRows()];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const row of machineTable()) process.stdout.write(`${row}\n`);
