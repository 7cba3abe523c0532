/** The training stage: a run with a folder of its own, in which its model stays whatever becomes of it. */
import { encodeModel } from '../model/npz.js';
import type { Clock } from '../seams/clock.js';
import type { FileStore } from '../seams/file-store.js';
import { encodeCheckpoint } from '../trainer/checkpoint.js';
import type { TrainDone } from '../trainer/events.js';
import { train, type TrainOptions } from '../trainer/train.js';
import type { ModelKept, PipelineEvent } from './events.js';
import { CHECKPOINT, MODEL, type Run, type RunHistory, type Trained } from './run-history.js';
import type { Ingredients } from './standing.js';

export interface TrainingWork {
  options: Omit<TrainOptions, 'signal' | 'clock'>;
  inputs: Ingredients;
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
  const { options, inputs, history, clock, signal } = work;
  const run = history.begin(inputs);
  let backend = '';
  let kept: Trained | undefined;
  let learnt = false;
  try {
    for await (const event of train({ ...options, signal, clock })) {
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
    if (!learnt) history.drop(run);
  }
  return kept;
}

function keep({ inputs, history, files }: TrainingWork, run: Run, done: TrainDone, backend: string): Trained {
  const { type: _type, network, checkpoint, ...rest } = done;
  const figures = { backend, ...rest };
  const model = encodeModel(network);
  const outcome = done.stopped ? 'stopped' : 'finished';
  if (done.stopped && checkpoint) files.write(`${run.folder}/${CHECKPOINT}`, encodeCheckpoint(checkpoint));
  history.keep(run, model, { outcome, figures, elapsedMs: done.elapsedMs });
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
