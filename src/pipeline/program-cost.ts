/** What a model's program would be like, for training towards a size or a speed: built and run, as `z80lm build` does. */
import { firmwareReader } from '../build/firmware-files.js';
import { measureProgramSliced } from '../build/measure.js';
import { buildProgramSliced, TooLargeError } from '../build/program.js';
import { sampleQuestions } from '../build/samples.js';
import type { Machine } from '../machines/machine.js';
import type { Network } from '../model/network.js';
import type { FileStore } from '../seams/file-store.js';
import type { Slices } from '../seams/slices.js';
import type { Cost } from '../trainer/budget.js';

/** @param maxSize of the program; a network that has no room in it is counted as small as it can be made; one that the machine has no room for has no speed */
export function costFunction(files: FileStore, machine: Machine, maxSize: number): (network: Network) => Slices<Cost> {
  const firmware = firmwareReader(files);
  return function* (network) {
    let least = 0;
    // What is too large for the limit may still run.
    for (const wishes of [{ maxSize }, { layout: 'packed', maxSize: Infinity }] as const)
      try {
        const built = yield* buildProgramSliced(network, { machine, ...wishes }, firmware);
        const { meanTStates } = yield* measureProgramSliced(built.file, sampleQuestions(network.about), machine);
        return { bytes: built.program.length, tStates: meanTStates };
      } catch (error) {
        if (!(error instanceof TooLargeError)) throw error;
        ({ least } = error);
      }
    return { bytes: least, tStates: Infinity };
  };
}
