/**
 * Files that need not be there: the settings in this folder, the boards that doctor knows, symbols beside a program.
 * A missing one is nothing to speak of. One that cannot be looked at (a home folder that belongs to somebody else, a
 * path through a file) is one remark, and the command goes on as if it were missing.
 */
import type { FileKind, FileStore } from '../seams/file-store.js';
import { InputError } from '../seams/errors.js';

/** @returns the bytes, or undefined if they cannot be had; `remark` hears why, unless there is simply no such file */
export function readOptional(
  files: FileStore,
  path: string,
  remark: (line: string) => void = () => {},
  kind: FileKind = 'settings',
): Uint8Array | undefined {
  try {
    return files.read(path, kind);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    if (code !== 'ENOENT') remark(`${path} is ignored: ${error.message}`);
    return undefined;
  }
}
