/**
 * What comes with the package: data sets, with what to ask a model that was trained on them, and the models.
 */
import { packagePath } from '../package.js';
import type { FileStore } from '../seams/file-store.js';
import { readPrompts } from '../trainer/pairs.js';

const FOLDER = packagePath('datasets/');

/** The names of all: each is NAME.spec, and what it was expanded to. */
export const SHIPPED_SETS = ['twenty-questions', 'small-talk', 'cpm-commands', 'adventure'] as const;

/** Sets with a trained model beside them, NAME.npz; datasets/README.md says how it was trained. */
export const SHIPPED_MODELS: readonly string[] = SHIPPED_SETS;

/** A file's name, or that of a shipped model where there is no such file: what `chat` and `build` take. */
export function modelPath(files: FileStore, name: string): string {
  return SHIPPED_MODELS.includes(name) && !files.exists(name) ? `${FOLDER}${name}.npz` : name;
}

export const MODEL_ARGUMENT = `a .npz file, or a model that comes with z80lm: ${SHIPPED_MODELS.join(', ')}`;

export interface ShippedData {
  data: { training: string; heldOut: string };
  questions: string[];
  about: { name: string; description: string; examples: string[] };
}

export function shippedData(files: FileStore, name: string): ShippedData {
  const stem = `${FOLDER}${name}`;
  return {
    data: { training: `${stem}.txt`, heldOut: `${stem}.heldout.txt` },
    questions: readPrompts(files.read(`${stem}.prompts`), `${stem}.prompts`),
    about: JSON.parse(new TextDecoder().decode(files.read(`${stem}.json`))) as ShippedData['about'],
  };
}
