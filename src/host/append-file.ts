/** A file of this computer that grows, each addition in one write, so that a reader sees whole lines. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Appender } from '../seams/appender.js';
import { makeFolder } from './make-folder.js';
import { explain } from './node-files.js';

/** @throws InputError where the file can't be opened for writing */
export function appendFile(path: string): Appender {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw explain(path, cause, 'write');
    }
  };
  const file = attempt(() => {
    makeFolder(dirname(path));
    return openSync(path, 'a');
  });
  return {
    append: (text) =>
      attempt(() => {
        const bytes = Buffer.from(text);
        const before = fstatSync(file).size;
        let done = 0;
        try {
          while (done < bytes.length) done += writeSync(file, bytes, done);
        } catch (cause) {
          // A full disk takes a part: better none than half a line.
          ftruncateSync(file, before);
          throw cause;
        }
      }),
    close: () => closeSync(file),
  };
}
