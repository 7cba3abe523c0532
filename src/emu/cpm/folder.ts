/**
 * What a drive is made of: a folder of the host with whole files in it. The host's is in src/host/node-folder.ts, one
 * in memory for tests in test/fakes/memory-folder.ts.
 *
 * Files are read and written as a whole, so that whatever happens no file is ever half-written.
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
  /** Bytes that still fit. */
  free(): number;
  /** The folder inside this one for a user area; with `make`, made when it is missing. */
  sub(name: string, make: boolean): Folder | undefined;
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
