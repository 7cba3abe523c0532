/**
 * Drive A: of a virtual board in a file of this computer, so that it is there again the next time.
 *
 * The file is replaced as a whole (replace-file.ts), so a board that is killed leaves the disk as it was at the last save, as a
 * real one does whose power goes. What somebody else has made of the file meanwhile stays: then the board's disk is kept
 * beside it, as NAME.from-board.
 */
import { statSync } from 'node:fs';
import type { Drive } from '../emu/board/disk.js';
import { InputError } from '../seams/errors.js';
import { mustBeWritable, nodeFiles } from './node-files.js';

export interface DiskFile {
  /** The disk's bytes; the board changes them in place. */
  readonly image: Drive['bytes'];
  /** Write the file if anything has changed. @throws InputError where it can't be written; the next call tries again */
  save(): void;
  /** Where it is kept: another place than was asked for, once the file has been changed by somebody else. */
  readonly path: string;
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
  let place = path;
  let mark = markOf(place);
  return {
    image,
    get path() {
      return place;
    },
    save() {
      if (Buffer.compare(saved, image) === 0) return;
      const now = markOf(place);
      if (now !== undefined && now !== mark) place = freeName(path);
      nodeFiles.write(place, image);
      saved = image.slice();
      mark = markOf(place);
    },
  };
}

/** Another one, and somebody has written the file. */
function markOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

function freeName(path: string): string {
  let name = `${path}.from-board`;
  for (let n = 2; nodeFiles.exists(name); n++) name = `${path}.from-board-${n}`;
  return name;
}
