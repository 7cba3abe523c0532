/** A slice of a disk image as a drive of the emulated CP/M: user area 0, with the others inside as `user1` to `user15`. */
import type { Folder, FolderFile } from '../cpm/folder.js';
import type { FileSystem } from './file-system.js';

export function imageFolder(files: FileSystem, user = 0): Folder {
  return {
    list: () =>
      files
        .files()
        .filter((file) => file.user === user)
        .map(({ name, bytes, readOnly, system }): FolderFile => ({ name, size: bytes, readOnly, system })),
    read: (name, most) => files.read(user, name, most),
    write: (name, bytes) => files.write(user, name, bytes),
    remove: (name) => files.remove(user, name),
    rename: (from, to) => files.rename(user, from, to),
    writable: () => !files.volume.storage.readOnly,
    // What it has already is kept where it is unchanged, or written over.
    free: (instead) => {
      const had =
        instead === undefined ? undefined : files.files().find((file) => file.user === user && file.name === instead);
      const { blockBytes } = files.volume;
      return files.free() + Math.ceil((had?.bytes ?? 0) / blockBytes) * blockBytes;
    },
    sub(name) {
      const area = /^user(\d{1,2})$/.exec(name)?.[1];
      return area === undefined ? undefined : imageFolder(files, Number(area));
    },
    setAttributes: (name, attributes) => files.setAttributes(user, name, attributes),
    beside: (name, n) => `${name.split('.')[0]}.${String(n).padStart(3, '$')}`,
    capacity: files.capacity,
  };
}
