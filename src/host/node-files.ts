/** The file store of the host computer: whole files, each replaced at once (replace-file.ts). */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { grouped } from '../seams/words.js';
import { FILE_LIMITS, PIPE_PATIENCE } from './file-limits.js';
import { makeFolder } from './make-folder.js';
import { readWholeFile } from './read-file.js';
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
  EIO: { message: 'the device failed to read it', hint: 'copy it to another place, or from another medium' },
  DEVICE: { message: 'this is a device, not a file', hint: 'name a file, or a pipe as in <(cat /dev/...)' },
  SILENT_PIPE: {
    message: `nothing came through this pipe for ${PIPE_PATIENCE.silenceMs / 1000} s`,
    hint: 'is its other end open, and does somebody write there?',
  },
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
  EDQUOT: { message: 'your share of the disk is used up', hint: 'free some space, or choose another place' },
  EIO: { message: 'the device failed to write it', hint: 'choose another place' },
  ENXIO: { message: 'nobody reads from this pipe', hint: 'start its reader first' },
  EPIPE: { message: 'the reader of this pipe has gone', hint: 'see what ended it' },
  FULL_PIPE: {
    message: `nobody took what was written to this pipe for ${PIPE_PATIENCE.silenceMs / 1000} s`,
    hint: 'see what its reader does',
  },
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
  read: (path, kind = 'data') =>
    explained(path, 'read', () => {
      const { mostBytes, name } = FILE_LIMITS[kind];
      try {
        return readWholeFile(path, mostBytes);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'TOO_LONG') throw cause;
        throw new InputError(`this has more than ${grouped(mostBytes)} bytes, which is too long for ${name}`, {
          where: path,
          hint: `name ${name}`,
          cause,
        });
      }
    }),
  write: (path, data) =>
    explained(path, 'write', () => {
      makeFolder(dirname(path));
      replaceFile(path, data);
    }),
  exists: existsSync,
};

/** Room on the disk that a result needs at least: models, pictures and reports have some hundred KB. */
const LEAST_ROOM = 1024 * 1024;

/**
 * Before work that takes long: can its result be written there? Asks for rights and room, and tries; nothing stays.
 * @param leastBytes room that it takes
 * @throws InputError as `write` would
 */
export function mustBeWritable(path: string, leastBytes = LEAST_ROOM): void {
  explained(path, 'write', () => {
    const earlier = replaceable(path);
    if (earlier?.isFile() === false) return;
    let folder = dirname(earlier ? realpathSync(path) : resolve(path));
    // Of what `write` would make, the part that is there.
    while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw refusal('ENOTDIR');
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { blocks, bavail, bsize, files, ffree } = statfsSync(folder);
    // A file system that counts nothing, such as those made by programs, says 0 of 0.
    const isFull = (blocks > 0 && bavail * bsize < leastBytes) || (files > 0 && ffree === 0);
    if (isFull) throw refusal('ENOSPC');
    // Rights say little to root, and nothing on the file systems that the kernel makes: only trying tells.
    const trial = join(folder, `.z80lm.${process.pid}.tmp`);
    // A link that somebody put there is not followed.
    rmSync(trial, { force: true });
    closeSync(openSync(trial, 'wx'));
    rmSync(trial);
  });
}

const refusal = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'access' });
