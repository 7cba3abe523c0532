/**
 * A note beside the model of what it was trained on. Training takes minutes, so it is the one stage whose result is
 * known again in the next session.
 */
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import type { FileStore } from '../seams/file-store.js';
import type { TrainFigures } from './events.js';
import { hashOf } from './hash.js';

interface TrainingNote {
  /** Hash of data and settings. */
  inputs: string;
  /** Hash of the model that the note is about. */
  model: string;
  figures: TrainFigures;
  elapsedMs: number;
}

/** What the training stage made, from what, and in what time. */
export interface Trained {
  inputs: string;
  made: { network: Network; model: Uint8Array; figures: TrainFigures };
  elapsedMs: number;
}

/** Where the pipeline writes its model, in its folder. */
export const MODEL = 'model.npz';
const NOTE = 'model.trained.json';

export function writeTrainingNote(files: FileStore, folder: string, { inputs, made, elapsedMs }: Trained): void {
  const note: TrainingNote = { inputs, model: hashOf(made.model)!, figures: made.figures, elapsedMs };
  files.write(`${folder}/${NOTE}`, `${JSON.stringify(note)}\n`);
}

/** @returns undefined where there is no note, or none about the model that is there */
export function readTrainingNote(files: FileStore, folder: string): Trained | undefined {
  const [modelPath, notePath] = [`${folder}/${MODEL}`, `${folder}/${NOTE}`];
  if (!files.exists(modelPath) || !files.exists(notePath)) return undefined;
  try {
    const {
      inputs,
      model: hash,
      figures,
      elapsedMs,
    } = JSON.parse(new TextDecoder().decode(files.read(notePath))) as TrainingNote;
    const model = files.read(modelPath);
    if (hashOf(model) !== hash) return undefined;
    return { inputs, made: { network: decodeModel(model, modelPath), model, figures }, elapsedMs };
  } catch {
    // A note or model that cannot be read is as good as none: the stage runs again.
    return undefined;
  }
}
