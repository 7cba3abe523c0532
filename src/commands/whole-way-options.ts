/** What the two commands that go the whole way, `demo` and `tui`, have in common: data, options and their checks. */
import type { Command } from 'commander';
import { MACHINE_NAMES, machineNamed } from '../machines/index.js';
import { frequency, seedOf } from './shared.js';
import { decidedLater } from './values.js';
import { epochsOf, widths, workersOf } from './training-flags.js';

/** The shipped data that they begin with. */
export const DATASET = 'twenty-questions';
export interface WholeWayFlags {
  out: string;
  epochs?: string;
  hidden?: string;
  seed: string;
  workers?: string;
  machine: string;
  clock?: string;
}

export function wholeWayOptions(command: Command): Command {
  return command
    .option('--out <folder>', 'where the model, the program and the transcripts go', 'out')
    .option(
      '--epochs <n>',
      'times to go through the data: fewer is quicker and worse (default: what its size calls for)',
    )
    .option('--hidden <widths>', 'widths of the hidden layers (default: what suits data and machine)')
    .option('--seed <n>', 'another seed, another model', '1')
    .addOption(decidedLater('--workers <n>', 'threads that train', 'one per core'))
    .option('--machine <machine>', `what the program is to run on: ${MACHINE_NAMES.join(', ')}`, 'cpm')
    .addOption(
      decidedLater('--clock <frequency>', "the board's clock, and the prediction's", "the machine's usual one"),
    );
}

/** @throws UsageError */
export function wholeWaySettings({ out, epochs, hidden, seed, workers, machine: named, clock }: WholeWayFlags) {
  const machine = machineNamed(named);
  return {
    machine,
    outDir: out,
    training: {
      ...(epochs !== undefined && { epochs: epochsOf(epochs) }),
      ...(hidden !== undefined && { hidden: widths('a width in --hidden', hidden) }),
      seed: seedOf(seed),
      workers: workersOf(workers),
    },
    clockHz: clock === undefined ? machine.clockHz : frequency(clock),
  };
}
