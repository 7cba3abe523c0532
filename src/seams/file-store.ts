/**
 * The file-store seam: whole files by name. The host's store (src/host/node-files.ts) writes to a temporary
 * name and renames, so an interrupted or failing write leaves the earlier file as it was.
 */
export interface FileStore {
  /** @throws InputError naming the path and the remedy (missing, a directory, no permission) */
  read(path: string): Uint8Array;
  /** Replace the file as a whole, or leave it untouched and throw InputError. Makes missing folders. */
  write(path: string, data: Uint8Array | string): void;
  exists(path: string): boolean;
}
