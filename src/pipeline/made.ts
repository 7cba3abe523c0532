/** What the stages make, and what is noted of it. */
import type { BuiltProgram } from '../build/program.js';
import type { Timing } from '../hil/answer-times.js';
import type { Comparison } from '../hil/compare.js';
import type { Transcript } from '../hil/transcript.js';
import type { Network } from '../model/network.js';
import type { Pair } from '../trainer/pairs.js';
import type { Play } from '../trainer/play.js';
import type { Stage, TrainFigures, Transfer } from './events.js';
import type { Ingredients } from './standing.js';

/** What each stage makes. */
export interface Made {
  data: { pairs: Pair[]; heldOut: Pair[]; unknown?: string; play: Play };
  train: { network: Network; model: Uint8Array; figures: TrainFigures; run: string };
  build: BuiltProgram;
  emulate: Transcript;
  flash: Transfer;
  compare: { measured: Transcript; comparison: Comparison };
  time: Timing;
}

export interface Result<S extends Stage> {
  /** What it was made from. */
  inputs: Ingredients;
  made: Made[S];
  elapsedMs: number;
  /** Tells runs with the same inputs apart, where a run is more than its inputs: on a board. */
  serial: number;
}
