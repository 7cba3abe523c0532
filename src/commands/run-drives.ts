/** The drives of `z80lm run`: folders of this computer, and slices of disk images. */
import { DRIVES } from '../emu/cpm/disks.js';
import type { Folder } from '../emu/cpm/folder.js';
import type { CommandFiles } from '../host/command-files.js';
import { nodeFolder } from '../host/node-folder.js';
import { UsageError } from '../seams/errors.js';
import { plainText } from '../seams/plain.js';
import { counted } from '../seams/words.js';
import { openNamed, type NamedImage } from './image-name.js';

export interface DriveChoices {
  /** `B=work` */
  drive: string[];
  /** `B=card.img:2`, or an image whose slices go to the letters that are free. */
  disk: string[];
  /** The program's folder; without one there is no program, and A: is free for an image. */
  home: string | undefined;
}

export interface Drives {
  drives: (Folder | undefined)[];
  /** Close the images. */
  close(): void;
}

/** @throws UsageError, InputError for what is no folder and no image */
export function openDrives(
  { drive, disk, home }: DriveChoices,
  files: CommandFiles,
  remark: (words: string) => void,
): Drives {
  const drives: (Folder | undefined)[] = [];
  const images: NamedImage[] = [];
  const close = (): void => images.forEach(({ storage }) => storage.close());
  const take = (letter: number, folder: Folder, option: string): void => {
    if (drives[letter])
      throw new UsageError(`${option}: drive ${letterOf(letter)} is given twice`, {
        hint: 'give each a letter of its own',
      });
    drives[letter] = folder;
  };
  try {
    for (const text of drive) {
      const { letter, name } = withLetter(text);
      if (letter === undefined)
        throw new UsageError(`--drive is ${JSON.stringify(text)}`, {
          hint: 'give a letter and a folder: --drive B=work',
        });
      // The later one counts, so that what a script has can be overruled.
      drives[letter] = nodeFolder(name);
    }
    const free: NamedImage[] = [];
    for (const text of disk) {
      const { letter, name } = withLetter(text);
      const named = openNamed(name, files, true);
      images.push(named);
      if (letter === undefined) free.push(named);
      else take(letter, mounted(named, named.name.slice ?? 0, remark), '--disk');
    }
    if (home !== undefined) drives[0] ??= nodeFolder(home);
    for (const named of free) spread(named, drives, remark);
    drives[0] ??= nodeFolder('.');
    return { drives, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The slice that was named, or all that have a directory, onto the letters that are free. */
function spread(named: NamedImage, drives: (Folder | undefined)[], remark: (words: string) => void): void {
  const { image, name } = named;
  const slices = name.slice === undefined ? image.formatted() : [name.slice];
  // Says what is wrong with the first, where there is none.
  if (slices.length === 0) image.fileSystem(0);
  const given: string[] = [];
  for (let letter = 0; letter < DRIVES && given.length < slices.length; letter++) {
    if (drives[letter]) continue;
    const slice = slices[given.length]!;
    drives[letter] = mounted(named, slice, remark);
    given.push(image.slices === 1 ? letterOf(letter) : `${letterOf(letter)} slice ${slice}`);
  }
  const left = slices.length - given.length;
  remark(
    `${plainText(name.path)} (${image.format.name}): ${given.join(', ') || 'no drive'}` +
      (left > 0
        ? `; ${counted(left, 'slice')} more than letters: name one as in --disk C=${plainText(name.path)}:${slices.at(-1)!}`
        : ''),
  );
}

function mounted({ image, storage, name }: NamedImage, slice: number, remark: (words: string) => void): Folder {
  const where = image.slices === 1 ? plainText(name.path) : `${plainText(name.path)}:${slice}`;
  const folder = image.folder(slice);
  const { length } = image.fileSystem(slice).faults();
  if (length > 0) remark(`${where}: ${counted(length, 'fault')} in its directory, which z80lm disk info tells`);
  if (storage.readOnly) remark(`${where}: the image may not be written, and so cannot the drive`);
  return folder;
}

function withLetter(text: string): { letter: number | undefined; name: string } {
  const match = /^([A-Pa-p]):?=(.+)$/.exec(text);
  return match
    ? { letter: match[1]!.toUpperCase().charCodeAt(0) - 0x41, name: match[2]! }
    : { letter: undefined, name: text };
}

const letterOf = (letter: number): string => `${String.fromCharCode(0x41 + letter)}:`;
