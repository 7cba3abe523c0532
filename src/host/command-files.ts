/**
 * The files of one command: a store that knows what the command has read and what it is going to write, and never writes
 * over the former, nor one output over another. Every command has it as `shell.files`, so none needs code of its own;
 * one that works for long says at the start what it will write (`willWrite`), and what is wrong with that is found then.
 */
import { resolve } from 'node:path';
import { UsageError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { fileIdentity } from './file-identity.js';
import { mustBeWritable, nodeFiles } from './node-files.js';

/** What will be written, by the option that names it: { '-o': 'x.com', '--html': undefined }. What is undefined is not wanted. */
export type Outputs = Readonly<Record<string, string | undefined>>;

export interface CommandFiles extends FileStore {
  /**
   * Before any work: none of these files was read, or will be, no two of them are the same, and each place has the rights
   * and the room for it. Nothing is made.
   * @throws UsageError, or InputError as `write` would
   */
  willWrite(outputs: Outputs): void;
  /** A file that is read, or kept open, without this store: it is not to be written over either. */
  reads(path: string): void;
  /** This command means to read that file and to write it anew, such as a history that it adds to. To be said before it is read. */
  mayReplace(path: string): void;
}

interface Output {
  path: string;
  option: string | undefined;
}

/** @param store where the files are */
export function commandFiles(store: FileStore = nodeFiles): CommandFiles {
  // All by identity, so that another name of the same file is found.
  const inputs = new Map<string, string>();
  const declared = new Map<string, Output>();
  const written = new Map<string, Output>();
  const replaceable = new Set<string>();

  const check = (id: string, output: Output): void => {
    const input = inputs.get(id);
    if (input !== undefined) throw overInput(output, input);
    const others = [declared.get(id), written.get(id)];
    const other = others.find((one) => one !== undefined && !isSame(one, output));
    if (other !== undefined) throw overOutput(output, other);
  };
  const reads = (path: string): void => {
    const id = fileIdentity(path);
    if (id === undefined || replaceable.has(id) || written.has(id)) return;
    const output = declared.get(id);
    if (output !== undefined) throw overInput(output, path);
    inputs.set(id, path);
  };
  return {
    exists: (path) => store.exists(path),
    reads,
    read: (path, kind) => {
      const bytes = store.read(path, kind);
      reads(path);
      return bytes;
    },
    write: (path, data) => {
      const id = fileIdentity(path);
      if (id === undefined) return store.write(path, data);
      const output: Output = { path, option: declared.get(id)?.option };
      check(id, output);
      store.write(path, data);
      // Under the old name there is a new file now.
      const now = fileIdentity(path) ?? id;
      written.set(now, output);
      if (declared.delete(id)) declared.set(now, output);
      if (replaceable.has(id)) replaceable.add(now);
    },
    mayReplace: (path) => {
      const id = fileIdentity(path);
      // What was read for another end already is an input all the same.
      if (id !== undefined && !inputs.has(id)) replaceable.add(id);
    },
    willWrite: (outputs) => {
      const wanted = Object.entries(outputs).flatMap(([option, path]) => (path === undefined ? [] : { option, path }));
      for (const output of wanted) {
        const id = fileIdentity(output.path);
        if (id === undefined) continue;
        check(id, output);
        declared.set(id, output);
      }
      for (const { path } of wanted) mustBeWritable(path);
    },
  };
}

/** The same output again, as when a checkpoint is written anew; not two options that name one file. */
function isSame(one: Output, other: Output): boolean {
  return one.option === other.option && resolve(one.path) === resolve(other.path);
}

function overInput({ path, option }: Output, input: string): UsageError {
  const also = path === input ? '' : ` (as ${input})`;
  return new UsageError(`this file is read${also}, and would be written over`, {
    where: path,
    hint: `name another file ${option === undefined ? 'for the output' : `with ${option}`}`,
  });
}

function overOutput({ path, option }: Output, other: Output): UsageError {
  const what = other.option ?? other.path;
  return new UsageError(`${option ?? 'this'} and ${what} are the same file`, {
    where: path,
    hint: 'give each output a file of its own',
  });
}
