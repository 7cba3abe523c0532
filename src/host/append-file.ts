/** A file of this computer that grows, each addition in one write, so that a reader sees whole lines. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Appender } from '../seams/appender.js';
import { makeFolder } from './make-folder.js';
import { explain } from './node-files.js';

/**
 * @param mode `a` adds to what is there, `w` begins anew
 * @throws InputError where the file can't be opened for writing
 */
export function appendFile(path: string, mode: 'a' | 'w' = 'a'): Appender {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw explain(path, cause, 'write');
    }
  };
  const file = attempt(() => {
    makeFolder(dirname(path));
    return openNow(path, mode);
  });
  return {
    append: (data) =>
      attempt(() => {
        const bytes = Buffer.from(data);
        const { size } = fstatSync(file);
        let done = 0;
        try {
          while (done < bytes.length) done += writeSync(file, bytes, done);
        } catch (cause) {
          if (done > 0) cutBack(file, size);
          throw cause;
        }
      }),
    close: () => attempt(() => closeSync(file)),
  };
}

/** To open a pipe without a reader would wait for one for ever. @throws ENXIO */
function openNow(path: string, mode: string): number {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return openSync(path, mode);
  const probe = openSync(path, AT_ONCE);
  try {
    return openSync(path, mode);
  } finally {
    // Not before: its reader would take it for the end.
    closeSync(probe);
  }
}

const AT_ONCE = constants.O_WRONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A full disk takes a part: better none than half a line. */
function cutBack(file: number, size: number): void {
  try {
    ftruncateSync(file, size);
  } catch {
    // A device, which keeps nothing. What went wrong first is what is worth telling.
  }
}
