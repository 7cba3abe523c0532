/**
 * What to ask a program when nobody says: questions of its own kind. In this order:
 *
 *     a set that comes with z80lm     its banner has the set's description; what belongs to the set is asked
 *     the model beside it             MY.npz, my.npz or model.npz beside MY.COM; what it answers well is asked
 *     any other                       what anybody would ask
 */
import { dirname, extname, basename, join } from 'node:path';
import { sampleQuestions } from '../build/samples.js';
import { titleOf } from '../build/texts.js';
import type { ModelAbout } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import { latin1 } from '../seams/bytes.js';
import { Z80lmError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import type { MachineProgram } from './board-lane.js';
import { SHIPPED_SETS, shippedData } from './shipped-data.js';

export interface OwnQuestions {
  questions: string[];
  /** Which they are, for the user. */
  words: string;
}

/** @param path the program's file */
export function ownQuestions(files: FileStore, { image }: MachineProgram, path: string): OwnQuestions {
  const text = oneLine(latin1(image.bytes));
  for (const name of SHIPPED_SETS) {
    const { questions, about } = shippedData(files, name);
    if (says(text, about)) return { questions, words: `the questions of ${name}, which it was made of` };
  }
  for (const model of besides(path)) {
    const about = aboutOf(files, model);
    if (about?.examples && says(text, about))
      return { questions: sampleQuestions(about), words: `what ${model} answers well` };
  }
  return { questions: sampleQuestions({}), words: 'what anybody would ask: nothing here tells what it knows' };
}

/** The banner is broken into lines. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** The name may be another one in the program (build --name); the description is the model's. */
function says(text: string, about: ModelAbout): boolean {
  const description = oneLine(about.description ?? '').trim();
  return text.includes(description || titleOf(about, undefined));
}

function besides(path: string): string[] {
  const stem = basename(path, extname(path));
  return [...new Set([stem, stem.toLowerCase(), stem.toUpperCase(), 'model'])].map((name) =>
    join(dirname(path), `${name}.npz`),
  );
}

/** Whatever lies there: only a model tells what it knows. */
function aboutOf(files: FileStore, model: string): ModelAbout | undefined {
  try {
    return files.exists(model) ? decodeModel(files.read(model, 'model'), model).about : undefined;
  } catch (error) {
    if (!(error instanceof Z80lmError)) throw error;
    return undefined;
  }
}
