/** What the stages are, and what they tell whoever shows them: the command line and the terminal UI. */
import type { BuiltProgram } from '../build/program.js';
import type { Timing } from '../hil/answer-times.js';
import type { Comparison } from '../hil/compare.js';
import type { Exchange } from '../hil/transcript.js';
import type { LoadProgress } from '../seams/target.js';
import type { DataStats } from '../trainer/data-stats.js';
import type { TrainDone, TrainEvent } from '../trainer/events.js';
import type { Score } from '../trainer/scorer.js';
import type { Why } from './standing.js';

/** In the order in which they run. */
export const STAGES = ['data', 'train', 'build', 'emulate', 'flash', 'compare', 'time'] as const;
export type Stage = (typeof STAGES)[number];

/** Which of the two is speaking. */
export type Side = 'emulator' | 'board';

export type PipelineEvent =
  | { type: 'stage'; stage: Stage; title: string }
  | { type: 'stage-done'; stage: Stage; elapsedMs: number }
  /** Not run: its inputs are those of its last run. */
  | { type: 'stage-fresh'; stage: Stage; elapsedMs: number }
  /** Stopped by the user. left: it did not end within the grace, and goes on unseen until what it waits for comes */
  | { type: 'stage-stopped'; stage: Stage; afterMs: number; left: boolean }
  | { type: 'data'; stats: DataStats; heldOutPairs: number }
  | { type: 'training'; event: TrainEvent }
  | ModelKept
  | { type: 'file'; path: string; bytes: number }
  | { type: 'built'; built: BuiltProgram }
  /** @param remark of the virtual board: why its line is of another kind than usual */
  | { type: 'board'; path: string; remark?: string }
  | { type: 'load'; side: Side; progress: LoadProgress }
  | { type: 'console'; side: Side; bytes: Uint8Array }
  | { type: 'answered'; side: Side; exchange: Exchange }
  | { type: 'compared'; comparison: Comparison }
  | { type: 'timed'; timing: Timing }
  | { type: 'summary'; summary: PipelineSummary };

/** What became of a run's model. */
export interface ModelKept {
  type: 'model-kept';
  run: string;
  /** Where it is in any case, out/runs/run-001 */
  folder: string;
  outcome: 'finished' | 'stopped';
  training: Score;
  heldOut?: Score;
  /** It is out/model.npz now. */
  inPlace: boolean;
  /** The run whose model was there before it, or still is, and its share of right answers where that is known. */
  before: { run: string; answers: number | undefined } | undefined;
  /** From which a cut-off run goes on. */
  checkpoint?: string;
}

export interface Transfer {
  bytes: number;
  /** The time of the transfer alone. */
  ms: number;
  /** Blocks that were repeated. */
  retries: number;
}

/** What a training leaves beside the network. */
export type TrainFigures = { backend: string } & Omit<TrainDone, 'type' | 'network' | 'checkpoint'>;

export interface PipelineSummary extends Omit<Timing, 'characters'> {
  equal: boolean;
  training: Pick<TrainFigures, 'backend' | 'training' | 'heldOut' | 'nonZero' | 'elapsedMs'>;
  programBytes: number;
  /** Where the model, the program and what was said are. */
  folder: string;
  transfer: Transfer;
  comparison: Comparison;
}

export interface StageState {
  stage: Stage;
  /** never: not run yet; stale: what it was made from has changed since, or a stage before it is to run again. */
  state: 'fresh' | 'stale' | 'never';
  /** Of one that is stale. */
  why?: Why;
  /** Of its last run. */
  elapsedMs: number | undefined;
}
