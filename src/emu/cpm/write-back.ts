/**
 * What a program wrote goes to the host's file: in the place of what the program had read, and of nothing else.
 *
 *     the host's file now         what happens
 *     as the program found it     is replaced as a whole
 *     equal to what was written   nothing
 *     gone                        is made
 *     changed meanwhile           stays; what was written lies beside it as NAME.TYP.from-cpm
 *
 * A run that is cut off (Ctrl-C, a limit, a crash, no more input) leaves files in whatever state they were in, so then
 * an earlier file stays in any case, and what was written lies beside it.
 */
import type { Folder, FolderFile } from './folder.js';

/** Names of what is written beside a file, unless the folder has its own; no CP/M names, so programs don't see them. */
const BESIDE = '.from-cpm';

/** A file as the program found it: its first bytes, and the host's size. `undefined` where it made it. */
export interface Original {
  bytes: Uint8Array;
  size: number;
}

export interface Written {
  /** The file's name on the host, and what is there now under it. */
  name: string;
  there: FolderFile | undefined;
  bytes: Uint8Array;
  original: Original | undefined;
  isCutOff: boolean;
}

/** @returns the name beside, if that is where it went. @throws FolderRefusal */
export function writeBack(folder: Folder, { name, there, bytes, original, isCutOff }: Written): string | undefined {
  if (there) {
    // A byte more than was found: one that has grown is another file.
    const now = folder.read(there.name, Math.max(bytes.length, original?.bytes.length ?? 0) + 1);
    if (isSame(now, bytes)) return undefined;
    const isAsFound = there.size === (original?.size ?? 0) && isSame(now, original?.bytes ?? new Uint8Array(0), true);
    const isPrecious = isCutOff && there.size > 0;
    if (!isAsFound || isPrecious) {
      const taken = new Set(folder.list().map((file) => file.name));
      const nameOf = (n: number): string =>
        folder.beside?.(name, n) ?? (n === 1 ? name + BESIDE : `${name}${BESIDE}-${n}`);
      let n = 1;
      while (taken.has(nameOf(n))) n++;
      const beside = nameOf(n);
      folder.write(beside, bytes);
      return beside;
    }
  }
  folder.write(name, bytes);
  return undefined;
}

/** @param prefix the second is all of it that was kept */
function isSame(a: Uint8Array, b: Uint8Array, prefix = false): boolean {
  if (a.length !== b.length && !(prefix && a.length > b.length)) return false;
  return b.every((byte, i) => byte === a[i]);
}

/** What is said of a file that could not take the place of the one that was there. */
export function besideWords(name: string, beside: string, isCutOff: boolean): string {
  return isCutOff
    ? `${name} was not closed: it is as it was, and what the program wrote lies beside it in ${beside}`
    : `${name} was changed on this computer meanwhile: it stays, and what the program wrote lies beside it in ${beside}`;
}
