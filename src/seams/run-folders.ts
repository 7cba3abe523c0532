/** The seam for folders that each belong to one run; the host's is src/host/node-run-folders.ts. */
export interface RunFolders {
  /** Names of the folders directly in it; none where it is not there. @throws InputError where it cannot be read */
  list(path: string): string[];
  /** Make a folder that nobody has made yet, and those above it. @returns false where it is there. @throws InputError */
  make(path: string): boolean;
  /** With all that is in it. @throws InputError */
  remove(path: string): void;
}
