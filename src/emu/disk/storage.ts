/** Where the bytes of a disk image are: a file of the host (src/host/image-file.ts), or memory. */

/** What a disk holds where nothing was ever written. */
export const UNWRITTEN = 0xe5;

export interface DiskStorage {
  /** Bytes that there are now. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Bytes beyond the end are E5h: tools leave off what no file has reached. @throws FolderRefusal */
  read(at: number, length: number): Uint8Array;
  /** Grows where it is beyond the end. @throws FolderRefusal */
  write(at: number, bytes: Uint8Array): void;
  /** What was written until now lies on the medium before anything that comes. @throws FolderRefusal */
  settle(): void;
}

/** An image in memory, which is `bytes` until it grows. */
export class MemoryStorage implements DiskStorage {
  constructor(
    public bytes: Uint8Array,
    readonly readOnly = false,
  ) {}

  get size(): number {
    return this.bytes.length;
  }

  read(at: number, length: number): Uint8Array {
    const read = new Uint8Array(length).fill(UNWRITTEN);
    read.set(this.bytes.subarray(at, at + length));
    return read;
  }

  write(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.bytes.length) {
      const grown = new Uint8Array(at + bytes.length).fill(UNWRITTEN);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, at);
  }

  settle(): void {}
}
