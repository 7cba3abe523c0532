/** Drive A: of a virtual board in a file of this computer, so that it is there again the next time. */
import type { Drive } from '../emu/board/disk.js';
import { InputError } from '../seams/errors.js';
import { mustBeWritable, nodeFiles } from './node-files.js';

export interface DiskFile {
  /** The disk's bytes; the board changes them in place. */
  readonly image: Drive['bytes'];
  /** Write the file if anything has changed. @throws InputError */
  save(): void;
}

/**
 * @param fresh the disk where there is no file yet
 * @throws InputError where the file can't be read or written, or is no image of such a disk
 */
export function openDiskFile(path: string, fresh: Uint8Array): DiskFile {
  const isNew = !nodeFiles.exists(path);
  const image = isNew ? fresh : nodeFiles.read(path, 'disk');
  if (image.length !== fresh.length)
    throw new InputError(`this is no image of the board's drive A:, which has ${fresh.length} bytes`, {
      where: path,
      hint: 'name a file that does not exist yet, or one that this board has made',
    });
  // Now rather than when everything is lost: can it be written?
  if (isNew) nodeFiles.write(path, image);
  else mustBeWritable(path);
  let saved = image.slice();
  return {
    image,
    save() {
      if (Buffer.compare(saved, image) === 0) return;
      nodeFiles.write(path, image);
      saved = image.slice();
    },
  };
}
