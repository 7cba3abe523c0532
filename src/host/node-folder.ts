/**
 * A folder of this computer as a CP/M drive. Only plain files directly in it can be reached: names come from its own
 * listing or have passed the 8.3 check, and symbolic links are not followed.
 */
import { accessSync, closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statfsSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { FolderRefusal, type Folder, type FolderFile } from '../emu/cpm/folder.js';
import { InputError } from '../seams/errors.js';
import { renamePatiently, replaceFile } from './replace-file.js';

/** @throws InputError where there is no such folder */
export function nodeFolder(path: string): Folder {
  if (!lstatSync(path, { throwIfNoEntry: false })) throw noFolder(path, 'there is no such folder');
  try {
    readdirSync(path);
  } catch {
    throw noFolder(path, 'this is no folder that can be read');
  }
  return new NodeFolder(path);
}

function noFolder(path: string, message: string): InputError {
  return new InputError(message, { where: path, hint: 'name an existing folder, as in --drive B=./work' });
}

/** Whatever the name stands for by now: no link is followed, and nothing is waited for. Windows knows neither flag. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const WRITE_BITS = { owner: 0o200, all: 0o222 };

class NodeFolder implements Folder {
  constructor(private readonly path: string) {}

  list(): FolderFile[] {
    const files: FolderFile[] = [];
    for (const entry of attempt(() => readdirSync(this.path, { withFileTypes: true }))) {
      if (!entry.isFile()) continue;
      const stat = lstatSync(join(this.path, entry.name), { throwIfNoEntry: false });
      if (stat) files.push({ name: entry.name, size: stat.size, readOnly: (stat.mode & WRITE_BITS.owner) === 0 });
    }
    return files.sort((x, y) => (x.name < y.name ? -1 : 1));
  }

  read(name: string, most = Infinity): Uint8Array {
    return attempt(() => {
      const file = openSync(this.at(name), READ_FLAGS);
      try {
        const stat = fstatSync(file);
        if (!stat.isFile()) throw new FolderRefusal('not a plain file');
        const bytes = new Uint8Array(Math.min(stat.size, most));
        let length = 0;
        while (length < bytes.length) {
          const more = readSync(file, bytes, length, bytes.length - length, length);
          if (more === 0) break;
          length += more;
        }
        return bytes.slice(0, length);
      } finally {
        closeSync(file);
      }
    });
  }

  write(name: string, bytes: Uint8Array): void {
    const target = this.at(name);
    attempt(() => {
      const earlier = lstatSync(target, { throwIfNoEntry: false });
      if (earlier && !earlier.isFile()) throw new FolderRefusal('not a plain file');
      replaceFile(target, bytes);
    });
  }

  remove(name: string): void {
    attempt(() => rmSync(this.at(name)));
  }

  rename(from: string, to: string): void {
    attempt(() => renamePatiently(this.at(from), this.at(to)));
  }

  /** Read-only is the host's own; system files have no place there. */
  setAttributes(name: string, { readOnly }: { readOnly: boolean }): void {
    attempt(() => {
      const file = openSync(this.at(name), READ_FLAGS);
      try {
        const { mode } = fstatSync(file);
        const isReadOnly = (mode & WRITE_BITS.owner) === 0;
        if (isReadOnly !== readOnly) fchmodSync(file, readOnly ? mode & ~WRITE_BITS.all : mode | WRITE_BITS.owner);
      } finally {
        closeSync(file);
      }
    });
  }

  writable(): boolean {
    try {
      accessSync(this.path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }

  free(): number {
    const { bavail, bsize } = attempt(() => statfsSync(this.path));
    return bavail * bsize;
  }

  sub(name: string, make: boolean): Folder | undefined {
    const path = this.at(name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return new NodeFolder(path);
    if (stat || !make) return undefined;
    attempt(() => mkdirSync(path));
    return new NodeFolder(path);
  }

  private at(name: string): string {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) throw new FolderRefusal('no file name');
    return join(this.path, name);
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new FolderRefusal(String(error.code));
    throw error;
  }
}
