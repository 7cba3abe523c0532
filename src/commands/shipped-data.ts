/**
 * What comes with the package: data sets, with what to ask a model that was trained on them, and the models.
 */
import { InputError } from '../seams/errors.js';
import type { Machine } from '../machines/machine.js';
import { SCM } from '../machines/scm.js';
import { ZX48 } from '../machines/zx48.js';
import { packagePath } from '../package.js';
import type { FileStore } from '../seams/file-store.js';
import { readPrompts } from '../trainer/pairs.js';
import { closest } from '../z80asm/suggest.js';

const FOLDER = packagePath('datasets/');

/** The names of all: each is NAME.spec, and what it was expanded to. */
export const SHIPPED_SETS = ['twenty-questions', 'small-talk', 'cpm-commands', 'adventure'] as const;

/** Sets with a trained model beside them, NAME.npz; datasets/README.md says how it was trained. */
export const SHIPPED_MODELS: readonly string[] = SHIPPED_SETS;

export interface SmallModel {
  /** NAME-28k, whose file is NAME-28k.npz. */
  name: string;
  set: (typeof SHIPPED_SETS)[number];
  /** The machine that it was trained for. */
  machine: Machine;
}

/** The same for machines that have no room for those: NAME-28k.npz, from large to small. */
export const SMALL_MODELS: readonly SmallModel[] = [
  ...(['twenty-questions', 'small-talk'] as const).map((set) => ({ name: `${set}-37k`, set, machine: ZX48 })),
  ...SHIPPED_SETS.map((set) => ({ name: `${set}-28k`, set, machine: SCM })),
];

/**
 * A file's name, or that of a shipped model where there is no such file: what `chat`, `eval` and `build` take.
 * @throws InputError for a bare name that is neither, with the one that is near
 */
export function modelPath(files: FileStore, name: string): string {
  return shippedPath(files, name, 'model', [...SHIPPED_MODELS, ...SMALL_MODELS.map((small) => small.name)], 'npz');
}

/** The same for training data: what `train`, `eval`, `data` and `--data` take. */
export function dataPath(files: FileStore, name: string): string {
  return shippedPath(files, name, 'data', SHIPPED_SETS, 'txt');
}

function shippedPath(files: FileStore, name: string, what: string, shipped: readonly string[], type: string): string {
  if (files.exists(name)) return name;
  if (shipped.includes(name)) return `${FOLDER}${name}.${type}`;
  // A path, or a name with an ending, is meant to be a file.
  if (!/^[\w-]+$/.test(name)) return name;
  const near = closest(name, shipped);
  throw new InputError(`there is no such file, and no such ${what} comes with z80lm`, {
    where: name,
    hint: near === undefined ? `${shipped.join(', ')} come with it` : `did you mean ${near}?`,
  });
}

/**
 * The names of the shipped models of a set, the best first: one of them has room on every machine. Any other model's
 * name is the only one.
 */
export function modelSizes(files: FileStore, name: string): string[] {
  if (!SHIPPED_MODELS.includes(name) || files.exists(name)) return [name];
  return [name, ...SMALL_MODELS.filter(({ set }) => set === name).map((small) => small.name)];
}

export const MODEL_ARGUMENT = `a .npz file, or a model that comes with z80lm: ${SHIPPED_MODELS.join(', ')}`;

export const DATA_ARGUMENT = `files of question|answer lines, or sets that come with z80lm: ${SHIPPED_SETS.join(', ')}`;

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
