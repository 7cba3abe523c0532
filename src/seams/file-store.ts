/** What a file is to be, which says how long it may be: each kind has a limit (src/host/file-limits.ts). */
export type FileKind = 'data' | 'model' | 'source' | 'program' | 'settings' | 'disk';

/**
 * The file-store seam: whole files by name. The host's store (src/host/node-files.ts) writes to a temporary
 * name and renames, so an interrupted or failing write leaves the earlier file as it was.
 */
export interface FileStore {
  /**
   * @param kind what it is to be; data unless given
   * @throws InputError naming the path and the remedy (missing, a directory, no permission, too long, no file at all)
   */
  read(path: string, kind?: FileKind): Uint8Array;
  /** Replace the file as a whole, or leave it untouched and throw InputError. Makes missing folders. */
  write(path: string, data: Uint8Array | string): void;
  exists(path: string): boolean;
}
