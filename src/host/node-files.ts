/** The file store of the host computer: whole files, each replaced at once (replace-file.ts). */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { makeFolder } from './make-folder.js';
import { replaceable, replaceFile } from './replace-file.js';

interface Reason {
  message: string;
  hint: string;
}
const DENIED = 'permission denied';
const NOT_A_FOLDER: Reason = { message: 'part of the path is a file, not a folder', hint: 'check the path' };
const HELD: Reason = {
  message: 'another program has the file open, or may alone write it',
  hint: 'close what has it open, then try again; or choose another place',
};
const CIRCLE: Reason = { message: 'symbolic links lead in a circle', hint: 'check the links on the path' };
const TOO_LONG: Reason = { message: 'the name is too long', hint: 'choose a shorter one' };

/** What the operating system's refusals mean to a user who wants to read. */
const READING: Readonly<Record<string, Reason>> = {
  ENOENT: { message: 'there is no such file', hint: 'check the name and the folder you are in' },
  EISDIR: { message: 'this is a folder, not a file', hint: 'name a file inside it' },
  ENOTDIR: NOT_A_FOLDER,
  EACCES: { message: DENIED, hint: 'ask its owner for the right to read it, or copy it as a user who may' },
  EPERM: { message: DENIED, hint: 'the system keeps this program from reading it; copy it to another place' },
  EBUSY: HELD,
  ELOOP: CIRCLE,
  ENAMETOOLONG: TOO_LONG,
};

/** The same for one who wants to write. */
const WRITING: Readonly<Record<string, Reason>> = {
  ENOENT: { message: 'there is no such folder', hint: 'check the path' },
  EISDIR: READING['EISDIR']!,
  ENOTDIR: NOT_A_FOLDER,
  EEXIST: NOT_A_FOLDER,
  READ_ONLY_FILE: { message: 'the file is read-only', hint: 'make it writable, or choose another name' },
  EACCES: { message: DENIED, hint: 'you may not write in this place; choose another' },
  EPERM: { message: DENIED, hint: 'you may not write in this place; choose another' },
  EBUSY: HELD,
  ELOOP: CIRCLE,
  ENAMETOOLONG: TOO_LONG,
  EROFS: { message: 'the file system is read-only', hint: 'choose another place' },
  ENOSPC: { message: 'the disk is full', hint: 'free some space; the earlier file, if any, is untouched' },
};
/** There it is also what comes of a file that somebody has open. */
const WRITING_ON_WINDOWS: typeof WRITING = { ...WRITING, EACCES: HELD, EPERM: HELD };

/** The operating system's refusal in words; anything else is a defect of ours and passes as it is. */
export function explain(
  path: string,
  cause: unknown,
  aim: 'read' | 'write',
  platform: string = process.platform,
): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return cause;
  const reason = (aim === 'read' ? READING : platform === 'win32' ? WRITING_ON_WINDOWS : WRITING)[code];
  return new InputError(reason?.message ?? (cause as Error).message, { where: path, hint: reason?.hint, cause });
}

function explained<T>(path: string, aim: 'read' | 'write', work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw explain(path, cause, aim);
  }
}

export const nodeFiles: FileStore = {
  read: (path) => explained(path, 'read', () => new Uint8Array(readFileSync(path))),
  write: (path, data) =>
    explained(path, 'write', () => {
      makeFolder(dirname(path));
      replaceFile(path, data);
    }),
  exists: existsSync,
};

/**
 * Before work that takes long: can its result be written there? Nothing is made.
 * @throws InputError as `write` would
 */
export function mustBeWritable(path: string): void {
  explained(path, 'write', () => {
    if (replaceable(path)?.isFile() === false) return;
    let folder = dirname(resolve(path));
    // Of what `write` would make, the part that is there.
    while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR', syscall: 'access' });
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}
