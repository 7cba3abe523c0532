/**
 * What a drive is made of: a folder of the host with whole files in it. The host's is in src/host/node-folder.ts, one
 * in memory for tests in test/fakes/memory-folder.ts.
 *
 * Files are read and written as a whole, so that whatever happens no file is ever half-written. A slice of a disk image is one too
 * (src/emu/disk/image-folder.ts); what only such a drive has is optional here.
 */
export interface Folder {
  /** The plain files, in a stable order; anything else in the folder does not exist for CP/M. */
  list(): FolderFile[];
  /** The first bytes of a file, at most so many; without `most`, all. @throws FolderRefusal */
  read(name: string, most?: number): Uint8Array;
  /** Make or replace a file. @throws FolderRefusal, and the earlier file is untouched */
  write(name: string, bytes: Uint8Array): void;
  /** @throws FolderRefusal */
  remove(name: string): void;
  /** @throws FolderRefusal */
  rename(from: string, to: string): void;
  /** Keep a file's attributes; without this they live as long as the machine. @throws FolderRefusal */
  setAttributes?(name: string, attributes: { readOnly: boolean; system: boolean }): void;
  /** May files be made and changed here? */
  writable(): boolean;
  /** Bytes that still fit; with a file's name, that it can have when it is replaced. */
  free(instead?: string): number;
  /** The folder inside this one for a user area; with `make`, made when it is missing. */
  sub(name: string, make: boolean): Folder | undefined;
  /** Where not every name can be: what the n-th version beside a file is called, n from 1. */
  beside?(name: string, n: number): string;
  /** Bytes that all files together can have, where that is not as good as endless. */
  readonly capacity?: number;
}

export interface FolderFile {
  name: string;
  size: number;
  readOnly: boolean;
  /** Not shown by DIR; where the host has no place for it, as on this computer, absent. */
  system?: boolean;
}

/** The host would not do it: no permission, no space, gone. The BDOS turns it into its error code. */
export class FolderRefusal extends Error {}
