/** A drive in memory, with the host's refusals on demand. */
import { FolderRefusal, type Folder, type FolderFile } from '../../src/emu/cpm/folder.js';

export class MemoryFolder implements Folder {
  readonly files = new Map<string, Uint8Array>();
  readonly folders = new Map<string, MemoryFolder>();
  readonly readOnlyFiles = new Set<string>();
  isReadOnly = false;
  room = Infinity;

  put(name: string, content: string | Uint8Array): this {
    this.files.set(name, typeof content === 'string' ? Uint8Array.from(Buffer.from(content, 'latin1')) : content);
    return this;
  }

  text(name: string): string | undefined {
    const bytes = this.files.get(name);
    return bytes && Buffer.from(bytes).toString('latin1');
  }

  setAttributes(name: string, { readOnly }: { readOnly: boolean }): void {
    this.check();
    if (readOnly) this.readOnlyFiles.add(name);
    else this.readOnlyFiles.delete(name);
  }

  list(): FolderFile[] {
    return [...this.files].map(([name, bytes]) => ({
      name,
      size: bytes.length,
      readOnly: this.readOnlyFiles.has(name),
    }));
  }

  read(name: string, most?: number): Uint8Array {
    const bytes = this.files.get(name);
    if (!bytes) throw new FolderRefusal('no such file');
    return bytes.slice(0, most);
  }

  write(name: string, bytes: Uint8Array): void {
    this.check();
    if (bytes.length > this.room) throw new FolderRefusal('disk full');
    this.files.set(name, bytes);
  }

  remove(name: string): void {
    this.check();
    this.files.delete(name);
  }

  rename(from: string, to: string): void {
    this.check();
    this.files.set(to, this.read(from));
    this.files.delete(from);
  }

  writable(): boolean {
    return !this.isReadOnly;
  }

  free(): number {
    return this.room;
  }

  sub(name: string, make: boolean): MemoryFolder | undefined {
    if (make && !this.folders.has(name)) this.folders.set(name, new MemoryFolder());
    return this.folders.get(name);
  }

  private check(): void {
    if (this.isReadOnly) throw new FolderRefusal('read-only');
  }
}
