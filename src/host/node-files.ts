/** The file store of the host computer: whole files, written to a temporary name and renamed. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';

/** What the operating system's refusals mean to a user. */
const REASONS: Record<string, { message: string; hint: string }> = {
  ENOENT: { message: 'there is no such file', hint: 'check the name and the folder you are in' },
  EISDIR: { message: 'this is a folder, not a file', hint: 'name a file inside it' },
  ENOTDIR: { message: 'part of the path is a file, not a folder', hint: 'check the path' },
  EACCES: {
    message: 'permission denied',
    hint: 'the file or its folder belongs to somebody else; choose another place',
  },
  EPERM: { message: 'permission denied', hint: 'the system does not allow that there; choose another place' },
  ELOOP: { message: 'symbolic links lead in a circle', hint: 'check the links on the path' },
  ENAMETOOLONG: { message: 'the name is too long', hint: 'choose a shorter one' },
  EROFS: { message: 'the file system is read-only', hint: 'choose another place' },
  ENOSPC: { message: 'the disk is full', hint: 'free some space; the earlier file, if any, is untouched' },
};

/** The operating system's refusal in words; anything else is a defect of ours and passes as it is. */
export function explain(path: string, cause: unknown): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return cause;
  const reason = REASONS[code];
  return new InputError(reason?.message ?? (cause as Error).message, { where: path, hint: reason?.hint, cause });
}

/** Take back what was begun. Where nothing could be written nothing can be removed, and the first failure is the one to tell. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Not there, or not ours to look at.
  }
}

export const nodeFiles: FileStore = {
  read(path) {
    try {
      return new Uint8Array(readFileSync(path));
    } catch (cause) {
      throw explain(path, cause);
    }
  },
  write(path, data) {
    // Beside the target, so that the rename stays on one file system; the process id keeps two runs apart.
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary, data);
      renameSync(temporary, path);
    } catch (cause) {
      discard(temporary);
      throw explain(path, cause);
    }
  },
  exists: existsSync,
};
