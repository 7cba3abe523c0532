/** What a model's program would be like, for training towards a size or a speed: built and run, as `z80lm build` does. */
import { firmwareReader } from '../build/firmware-files.js';
import { measureProgram } from '../build/measure.js';
import { DEFAULT_MAX_SIZE, buildProgram, type BuildOptions, type BuiltProgram } from '../build/program.js';
import { sampleQuestions } from '../build/samples.js';
import type { Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import type { Cost } from '../trainer/budget.js';
import type { Shell } from './shared.js';

/** More than a Z80 holds: no limit of ours. */
const ANY_SIZE = 65_535;
/** Of a program too large to be built there is no size, but this is near it: a byte a weight, and the code. */
const CODE_BYTES = 3_100;

/** @param maxSize of the program whose T-states count: networks too large for it get bit masks, which are slow */
export function costFunction(shell: Shell, maxSize = DEFAULT_MAX_SIZE): (network: Network) => Cost {
  const firmware = firmwareReader(shell.files);
  return (network) => {
    const build = (options: BuildOptions): BuiltProgram | undefined => {
      try {
        return buildProgram(network, options, firmware);
      } catch (error) {
        if (error instanceof RefusedError) return undefined;
        throw error;
      }
    };
    const sparse = build({ layout: 'sparse', maxSize: ANY_SIZE });
    const bytes = sparse?.program.length ?? CODE_BYTES + nonZero(network);
    const best = sparse && bytes <= maxSize ? sparse : (build({ maxSize }) ?? sparse);
    const tStates = best ? measureProgram(best.program, sampleQuestions(network.about)).meanTStates : Infinity;
    return { bytes, tStates };
  };
}

function nonZero(network: Network): number {
  return network.layers.reduce((sum, { weights }) => sum + weights.reduce((n, w) => n + (w === 0 ? 0 : 1), 0), 0);
}
