/** Makes folders, one after the other. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * The folder, and those on the way to it that are missing. Not by Node's `recursive`: below a folder where none can be made
 * (/proc/1, which a service may have as its home) that tries for ever, and on a read-only file system it says ENOENT.
 * @throws what the system says of the first that cannot be made
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let folder = resolve(path);
  for (; !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const one of missing)
    try {
      mkdirSync(one);
    } catch (error) {
      // Another process was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
}
