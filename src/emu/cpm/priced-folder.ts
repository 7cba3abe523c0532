/** A folder whose every use costs what it takes the host (host-work.ts). */
import type { Folder } from './folder.js';
import { PRICE, type HostWork } from './host-work.js';

export function pricedFolder(folder: Folder, work: Pick<HostWork, 'spend'>): Folder {
  const file = (bytes = 0): void => void work.spend(PRICE.file + bytes * PRICE.byte);
  return {
    list() {
      const files = folder.list();
      work.spend(files.length * PRICE.name);
      return files;
    },
    read(name, most) {
      const bytes = folder.read(name, most);
      file(bytes.length);
      return bytes;
    },
    write(name, bytes) {
      file(bytes.length);
      folder.write(name, bytes);
    },
    remove(name) {
      file();
      folder.remove(name);
    },
    rename(from, to) {
      file();
      folder.rename(from, to);
    },
    ...(folder.setAttributes && {
      setAttributes(name: string, attributes: { readOnly: boolean; system: boolean }) {
        file();
        folder.setAttributes!(name, attributes);
      },
    }),
    writable() {
      work.spend(PRICE.name);
      return folder.writable();
    },
    free() {
      work.spend(PRICE.name);
      return folder.free();
    },
    sub(name, make) {
      work.spend(make ? PRICE.file : PRICE.name);
      const inside = folder.sub(name, make);
      return inside && pricedFolder(inside, work);
    },
  };
}
