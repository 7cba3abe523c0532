/** What the whole way needs to know of training data that the user has named: what to ask, and what the program is called. */
import { basename, extname, relative } from 'node:path';
import type { FileStore } from '../seams/file-store.js';
import { readPairs, readPrompts } from '../trainer/pairs.js';
import { dataPath, SHIPPED_SETS, shippedData } from './shipped-data.js';

export interface NamedData {
  data: { training: string; heldOut?: string };
  questions: string[];
  /** The program's, of at most eight letters and digits. */
  name: string;
  description: string;
}

/** So many of the data's own questions are asked, unless others are given. */
const OWN_QUESTIONS = 5;

/** A set that comes with z80lm, with its own questions and words. */
export function shippedSet(files: FileStore, set: string): NamedData {
  const { data, questions, about } = shippedData(files, set);
  const { training, heldOut } = data;
  return {
    data: { training: near(training), heldOut: near(heldOut) },
    questions,
    name: about.name,
    description: about.description,
  };
}

/**
 * @param given a file of pairs, or the name of a shipped set
 * @param prompts a file of what to ask
 * @throws InputError where a file cannot be read, or is no such data
 */
export function namedData(files: FileStore, given: string, prompts?: string): NamedData {
  const path = dataPath(files, given);
  const set = SHIPPED_SETS.find((name) => shippedData(files, name).data.training === path);
  const named = set === undefined ? ownData(files, path) : shippedSet(files, set);
  return prompts === undefined ? named : { ...named, questions: readPrompts(files.read(prompts), prompts) };
}

function ownData(files: FileStore, path: string): NamedData {
  const { pairs } = readPairs(files.read(path), path);
  const letters = basename(path, extname(path)).toUpperCase().replace(/[^A-Z0-9]/g, ''); // prettier-ignore
  return {
    data: { training: path },
    questions: pairs.slice(0, OWN_QUESTIONS).map(({ question }) => question),
    name: letters.slice(0, 8) || 'CHAT',
    description: '',
  };
}

/** As people write paths: from where they are, if that is shorter. */
function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}
