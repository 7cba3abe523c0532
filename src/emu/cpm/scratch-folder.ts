/** A folder whose files a program can read, and write and remove as well: what it writes stays in memory. */
import { FolderRefusal, type Folder, type FolderFile } from './folder.js';

/** What all files of a run may have: a program that writes without end is told that the disk is full. */
const ROOM = 8 * 1024 * 1024;

/** @param base is only read */
export function scratchFolder(base: Folder | undefined): Folder {
  return new ScratchFolder(base);
}

class ScratchFolder implements Folder {
  private readonly written = new Map<string, Uint8Array>();
  private readonly gone = new Set<string>();
  private readonly inside = new Map<string, Folder>();

  constructor(private readonly base: Folder | undefined) {}

  list(): FolderFile[] {
    const below = (this.base?.list() ?? []).filter(({ name }) => !this.gone.has(name) && !this.written.has(name));
    const own = [...this.written].map(([name, { length }]) => ({ name, size: length, readOnly: false }));
    return [...below, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  read(name: string, most?: number): Uint8Array {
    const own = this.written.get(name);
    if (own) return own.slice(0, most);
    if (this.gone.has(name) || !this.base) throw new FolderRefusal('no such file');
    return this.base.read(name, most);
  }

  write(name: string, bytes: Uint8Array): void {
    if (bytes.length > this.free(name)) throw new FolderRefusal('the scratch disk is full');
    this.written.set(name, bytes);
  }

  remove(name: string): void {
    this.written.delete(name);
    this.gone.add(name);
  }

  rename(from: string, to: string): void {
    this.write(to, this.read(from));
    this.remove(from);
  }

  writable(): boolean {
    return true;
  }

  free(instead?: string): number {
    let used = 0;
    for (const [name, { length }] of this.written) if (name !== instead) used += length;
    return ROOM - used;
  }

  sub(name: string, make: boolean): Folder | undefined {
    const known = this.inside.get(name);
    if (known) return known;
    const below = this.base?.sub(name, false);
    if (!below && !make) return undefined;
    const made = scratchFolder(below);
    this.inside.set(name, made);
    return made;
  }
}
