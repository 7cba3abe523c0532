/** Folders of runs on this computer, see src/pipeline/run-history.ts. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunFolders } from '../seams/run-folders.js';
import { makeFolder } from './make-folder.js';
import { explain } from './node-files.js';

export const nodeRunFolders: RunFolders = {
  list(path) {
    if (!existsSync(path)) return [];
    try {
      return readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    } catch (cause) {
      throw explain(path, cause, 'read');
    }
  },
  make(path) {
    try {
      makeFolder(dirname(path));
      mkdirSync(path);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path)) return false;
      throw explain(path, cause, 'write');
    }
  },
  remove(path) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (cause) {
      throw explain(path, cause, 'write');
    }
  },
};
