/** What a model's program would be like, for training towards a size or a speed: built and run, as `z80lm build` does. */
import { firmwareReader } from '../build/firmware-files.js';
import { measureProgramSliced } from '../build/measure.js';
import { buildProgramSliced, type BuildOptions, type BuiltProgram } from '../build/program.js';
import { sampleQuestions } from '../build/samples.js';
import type { Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import type { Slices } from '../seams/slices.js';
import type { Cost } from '../trainer/budget.js';
import { countWeights, nonZeroOf } from '../trainer/figures.js';
import type { Shell } from './shared.js';

/** No limit but the Z80's. */
const ANY_SIZE = 65_535;
/** A program too large for any Z80 has no size, but this is more than one holds: a byte a weight, and the code. */
const CODE_BYTES = 3_100;

/** @param maxSize of the program; a network that has no room in it is counted as small as it can be made */
export function costFunction(shell: Pick<Shell, 'files'>, maxSize: number): (network: Network) => Slices<Cost> {
  const firmware = firmwareReader(shell.files);
  return function* (network) {
    const build = function* (options: BuildOptions): Slices<BuiltProgram | undefined> {
      try {
        return yield* buildProgramSliced(network, options, firmware);
      } catch (error) {
        if (error instanceof RefusedError) return undefined;
        throw error;
      }
    };
    const built = (yield* build({ maxSize })) ?? (yield* build({ layout: 'packed', maxSize: ANY_SIZE }));
    if (!built) return { bytes: CODE_BYTES + nonZeroOf(countWeights(network)), tStates: Infinity };
    const { meanTStates } = yield* measureProgramSliced(built.program, sampleQuestions(network.about));
    return { bytes: built.program.length, tStates: meanTStates };
  };
}
