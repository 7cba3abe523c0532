/** The training stage: a run with a folder of its own, in which its model stays whatever becomes of it. */
import { encodeModel } from '../model/npz.js';
import type { Clock } from '../seams/clock.js';
import type { FileStore } from '../seams/file-store.js';
import { Z80lmError } from '../seams/errors.js';
import { encodeCheckpoint, type Checkpoint } from '../trainer/checkpoint.js';
import type { TrainDone } from '../trainer/events.js';
import { train, type TrainOptions } from '../trainer/train.js';
import type { ModelKept, PipelineEvent } from './events.js';
import { CHECKPOINT, MODEL, type Run, type RunHistory, type Trained } from './run-history.js';
import type { Ingredients } from './standing.js';

export interface TrainingWork {
  options: Omit<TrainOptions, 'signal' | 'clock'>;
  inputs: Ingredients;
  /** Begin from nothing, though a run of these data and settings was cut off. */
  anew: boolean;
  history: RunHistory;
  files: FileStore;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Train and keep what comes of it in the run's folder; out/model.npz is not touched here.
 * @returns undefined where the run was cut off
 */
export async function* trainRun(work: TrainingWork): AsyncGenerator<PipelineEvent, Trained | undefined> {
  const { options, inputs, anew, history, clock, signal } = work;
  // Before this run has a folder, in which there is none yet.
  const unfinished = anew ? undefined : history.unfinished(inputs);
  const run = history.begin(inputs);
  const checkpoints = new Checkpoints(work, run);
  let backend = '';
  let kept: Trained | undefined;
  let learnt = false;
  try {
    for await (const event of train({ ...options, unfinished, keep: checkpoints.keep, signal, clock })) {
      if (event.type === 'start') backend = event.backend;
      if (event.type === 'done') {
        // Before it is told: a stage that was left by then has no other moment.
        const trained = keep(work, run, event, backend);
        learnt = true;
        yield { type: 'training', event };
        yield { type: 'file', path: `${run.folder}/${MODEL}`, bytes: trained.made.model.length };
        if (event.stopped) yield cutOff(run, trained, event.checkpoint !== undefined);
        else kept = trained;
      } else yield { type: 'training', event };
    }
  } finally {
    // With a checkpoint it can go on, whatever ended it.
    if (!learnt && !checkpoints.kept) history.drop(run);
  }
  return kept;
}

/** Checkpoints follow each other no faster, milliseconds: a run of seconds writes one or two, and loses seconds. */
const KEEP_EVERY_MS = 2_000;

/** Of a run that is on: what a killed process leaves, and the next run goes on from. */
class Checkpoints {
  kept = false;
  #keptMs = -Infinity;
  #failed = false;

  constructor(
    private readonly work: TrainingWork,
    private readonly run: Run,
  ) {}

  readonly keep = (checkpoint: Checkpoint): void => {
    const { clock, files } = this.work;
    if (this.#failed || clock.now() - this.#keptMs < KEEP_EVERY_MS) return;
    try {
      files.write(`${this.run.folder}/${CHECKPOINT}`, encodeCheckpoint(checkpoint));
      this.kept = true;
    } catch (error) {
      // No reason to lose the run: there may be room again when its model is written, and else that tells it.
      if (!(error instanceof Z80lmError)) throw error;
      this.#failed = true;
    }
    this.#keptMs = clock.now();
  };
}

function keep({ inputs, history, files }: TrainingWork, run: Run, done: TrainDone, backend: string): Trained {
  const { type: _type, network, checkpoint, ...rest } = done;
  const figures = { backend, ...rest };
  const model = encodeModel(network);
  const outcome = done.stopped ? 'stopped' : 'finished';
  if (done.stopped && checkpoint) files.write(`${run.folder}/${CHECKPOINT}`, encodeCheckpoint(checkpoint));
  history.keep(run, model, { outcome, figures, elapsedMs: done.elapsedMs });
  // Not before its model is there.
  if (!done.stopped) history.forgetCheckpoints(run, inputs);
  return { run: run.name, inputs, made: { network, model, figures }, elapsedMs: done.elapsedMs };
}

function cutOff(run: Run, { made: { figures } }: Trained, canGoOn: boolean): ModelKept {
  const { training, heldOut } = figures;
  return {
    type: 'model-kept',
    run: run.name,
    folder: run.folder,
    outcome: 'stopped',
    training,
    ...(heldOut && { heldOut }),
    inPlace: false,
    before: undefined,
    ...(canGoOn && { checkpoint: `${run.folder}/${CHECKPOINT}` }),
  };
}
