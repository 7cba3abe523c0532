/** A disk image in a file of this computer, read and written in place: a card's image has hundreds of megabytes. */
import { closeSync, fdatasyncSync, fstatSync, lstatSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'; // prettier-ignore
import { basename, dirname, join } from 'node:path';
import { FolderRefusal } from '../emu/cpm/folder.js';
import { UNWRITTEN, type DiskStorage } from '../emu/disk/storage.js';
import { InputError } from '../seams/errors.js';
import { explain } from './node-files.js';
import { renamePatiently } from './replace-file.js';

export interface OpenImage extends DiskStorage {
  close(): void;
}

/**
 * What may not be written is opened for reading only.
 * @throws InputError where there is no such file, or it is a device
 */
export function openImageFile(path: string, mayWrite = true): OpenImage {
  try {
    if (!statSync(path).isFile()) throw notAFile(path);
    const { file, readOnly } = opened(path, mayWrite);
    if (fstatSync(file).isFile()) return new FileImage(file, readOnly);
    closeSync(file);
    throw notAFile(path);
  } catch (cause) {
    throw explain(path, cause, 'read');
  }
}

/**
 * A new image, there as a whole or not at all.
 * @param fill writes what is in it
 * @throws InputError where there is a file of that name, or none can be made
 */
export function makeImageFile(path: string, fill: (storage: DiskStorage) => void): void {
  if (lstatSync(path, { throwIfNoEntry: false }))
    throw new InputError('there is a file of that name', { where: path, hint: 'name another, or remove it first' });
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    rmSync(beside, { force: true });
    const image = new FileImage(openSync(beside, 'wx+'), false);
    try {
      fill(image);
    } finally {
      image.close();
    }
    renamePatiently(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw explain(path, cause, 'write');
  }
}

const notAFile = (path: string): InputError =>
  new InputError('this is no file', {
    where: path,
    hint: "copy a card to a file first, with your system's tool for that (dd if=... of=card.img), and back afterwards",
  });

function opened(path: string, mayWrite: boolean): { file: number; readOnly: boolean } {
  const toRead = (): { file: number; readOnly: boolean } => ({ file: openSync(path, 'r'), readOnly: true });
  if (!mayWrite) return toRead();
  try {
    return { file: openSync(path, 'r+'), readOnly: false };
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return toRead();
  }
}

class FileImage implements OpenImage {
  constructor(
    private readonly file: number,
    readonly readOnly: boolean,
  ) {}

  get size(): number {
    return attempt(() => fstatSync(this.file).size);
  }

  read(at: number, length: number): Uint8Array {
    return attempt(() => {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const more = readSync(this.file, bytes, done, length - done, at + done);
        if (more === 0) break;
        done += more;
      }
      return bytes.fill(UNWRITTEN, done);
    });
  }

  write(at: number, bytes: Uint8Array): void {
    if (this.readOnly) throw new FolderRefusal('the image may not be written');
    attempt(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.file, bytes, done, bytes.length - done, at + done);
    });
  }

  settle(): void {
    attempt(() => fdatasyncSync(this.file));
  }

  close(): void {
    closeSync(this.file);
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new FolderRefusal(`the image: ${String(error.code)}`);
    throw error;
  }
}
