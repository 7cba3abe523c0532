/** A drive of files that are in memory, and that no program can change. */
import { FolderRefusal, type Folder } from './folder.js';

/** @param files by name, 8.3 */
export function diskOf(files: Readonly<Record<string, Uint8Array>>): Folder {
  const refuse = (): never => {
    throw new FolderRefusal('read-only');
  };
  return {
    list: () => Object.entries(files).map(([name, { length }]) => ({ name, size: length, readOnly: true })),
    read: (name, most) => files[name]?.slice(0, most) ?? refuse(),
    write: refuse,
    remove: refuse,
    rename: refuse,
    writable: () => false,
    free: () => 0,
    sub: () => undefined,
  };
}
