/**
 * How a command line names a disk image: the file, and behind colons its format, where that is not to be guessed, and the slice.
 *
 *     card.img   card.img:2   card.img:hd512   card.img:hd512:2
 */
import { FORMAT_NAMES, type FormatName } from '../emu/disk/formats.js';
import { openDiskImage, type DiskImage } from '../emu/disk/image.js';
import { openImageFile, type OpenImage } from '../host/image-file.js';
import type { CommandFiles } from '../host/command-files.js';

export const IMAGE_SYNTAX = `a disk image; IMAGE:2 is its slice 2, and a format (${FORMAT_NAMES.join(', ')}) can stand before that`;

export interface ImageName {
  path: string;
  format: FormatName | undefined;
  slice: number | undefined;
}

/** @param exists a file whose name ends like this is meant itself */
export function imageName(text: string, exists: (path: string) => boolean): ImageName {
  const name: ImageName = { path: text, format: undefined, slice: undefined };
  const cut = (end: RegExp): string | undefined => {
    const match = exists(name.path) ? null : end.exec(name.path);
    if (match) name.path = match[1]!;
    return match?.[2];
  };
  const slice = cut(/^(.+):(\d{1,3})$/);
  if (slice !== undefined) name.slice = Number(slice);
  name.format = cut(new RegExp(`^(.+):(${FORMAT_NAMES.join('|')})$`, 'i'))?.toLowerCase() as FormatName | undefined;
  return name;
}

export interface NamedImage {
  name: ImageName;
  image: DiskImage;
  storage: OpenImage;
}

/** @throws InputError where it is none, or there is no such file. The caller closes it. */
export function openNamed(text: string, files: CommandFiles, mayWrite: boolean): NamedImage {
  const name = imageName(text, (path) => files.exists(path));
  const storage = openImageFile(name.path, mayWrite);
  try {
    files.reads(name.path);
    return { name, storage, image: openDiskImage(storage, name.path, name.format) };
  } catch (error) {
    storage.close();
    throw error;
  }
}
