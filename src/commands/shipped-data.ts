/**
 * What comes with the package: data sets, with what to ask a model that was trained on them, and two models.
 */
import { fileURLToPath } from 'node:url';
import type { FileStore } from '../seams/file-store.js';

const FOLDER = fileURLToPath(new URL('../../datasets/', import.meta.url));

/** The names of all: each is NAME.spec, and what it was expanded to. */
export const SHIPPED_SETS = ['twenty-questions', 'small-talk', 'cpm-commands', 'adventure'] as const;

/** Sets with a trained model beside them, NAME.npz; datasets/README.md says how it was trained. */
export const SHIPPED_MODELS: readonly string[] = ['cpm-commands', 'adventure'];

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
  const text = (suffix: string): string => new TextDecoder().decode(files.read(`${FOLDER}${name}${suffix}`));
  return {
    data: { training: `${FOLDER}${name}.txt`, heldOut: `${FOLDER}${name}.heldout.txt` },
    questions: questionLines(text('.prompts')),
    about: JSON.parse(text('.json')) as ShippedData['about'],
  };
}

/** A line each; empty ones and comments are left out. */
export function questionLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
