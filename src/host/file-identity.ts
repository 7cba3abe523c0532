/**
 * Which file a path means, so that two paths can be compared: `s.asm`, `./s.asm`, a symbolic link to it, a hard link, and
 * on file systems that do not tell letter case, `S.ASM` are one file.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** There, two names that differ in letter case only make one new file. */
const FOLDS_CASE = process.platform === 'win32' || process.platform === 'darwin';

/**
 * @returns the same text for the same file; for one that is not there yet, its place. undefined for what is no file (a
 *   device, a pipe) or cannot be looked at: there is nothing to be lost.
 */
export function fileIdentity(path: string): string | undefined {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return placeOf(path);
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Of a file that is not there: the folder that is, and the rest of the path. */
function placeOf(path: string): string {
  let folder = dirname(resolve(path));
  let rest = basename(path);
  for (; !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder))
    rest = join(basename(folder), rest);
  const place = join(realpathSync(folder), rest);
  return FOLDS_CASE ? place.toLowerCase() : place;
}
