/** A file of a drive's folder: what it is called on both sides, and what of it is in memory. */
import { DRIVE_BYTES, RECORD } from './disk-parameters.js';
import type { FolderFile } from './folder.js';
import type { Original } from './write-back.js';

/** What CP/M can have in a name; the rest of the host's files are not shown. */
const CPM_NAME = /^[A-Z0-9!#$%&'()\-@^_`{}~+]{1,8}(\.[A-Z0-9!#$%&'()\-@^_`{}~+]{1,3})?$/;

/** `NAME.TYP` of the host as eleven characters, or undefined where it is no CP/M name. */
export function fromHost(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (!CPM_NAME.test(upper)) return undefined;
  const [base = '', type = ''] = upper.split('.');
  return base.padEnd(8) + type.padEnd(3);
}

export function toHost(name: string): string {
  const type = name.slice(8).trimEnd();
  return name.slice(0, 8).trimEnd() + (type === '' ? '' : `.${type}`);
}

export function isCpmName(name: string): boolean {
  return fromHost(toHost(name)) === name;
}

export class HostFile {
  /** The host's length in bytes, as far as it is known here. */
  size: number;
  /** By the host, as it was last seen. */
  isHostProtected: boolean;
  /** By it or by a program; or CP/M sees only its first 8 MB. */
  isProtected: boolean;
  /** The content on the host, where it has been read. */
  image: Uint8Array | undefined;
  /** What the host's file was, from the first change on. */
  original: Original | undefined;
  /** Has it been changed since it was last written to the host? */
  isChanged = false;
  /** Has it been deleted, or replaced? */
  isGone = false;
  /** Blocks that have been written and are in no directory entry yet, by their place in the file. */
  readonly unclosed = new Map<number, number>();
  /** One past the last record that was written, as long as the directory does not have as many. */
  writtenRecords = 0;
  /** One past the last record that blocks of this file still hold, where the host has fewer. */
  hiddenRecords = 0;
  /** Was the host's last record written? It may be shorter than a record. */
  isTailWritten = false;
  /** The file that this one will replace on the host. */
  replaced: HostFile | undefined;
  /** Bytes that it has on the host or will have when it is closed, holes too. */
  length: number;
  /** Bytes that the host had room for when it was last asked. */
  room = 0;

  /** @param name eleven characters */
  constructor(
    readonly user: number,
    public name: string,
    public host: string,
    there: Pick<FolderFile, 'size' | 'readOnly'>,
  ) {
    this.size = there.size;
    this.length = Math.min(there.size, DRIVE_BYTES);
    this.isHostProtected = there.readOnly;
    this.isProtected = there.readOnly || this.isTooLong;
  }

  get isTooLong(): boolean {
    return this.size > DRIVE_BYTES;
  }

  /** What CP/M has not read as a whole, it can't write; what its programs have protected, it asks about itself. */
  get isFixed(): boolean {
    return this.isHostProtected || this.isTooLong;
  }

  /** Has a program written to it what is not on the host, in the directory or not? */
  get isUnclosed(): boolean {
    return this.isChanged || this.unclosed.size > 0 || this.writtenRecords > 0;
  }

  /** Records of the host's content that CP/M sees. */
  get hostRecords(): number {
    return recordsIn(this.size);
  }
}

/** Of a file of so many bytes, records that CP/M sees. */
export function recordsIn(size: number): number {
  return Math.ceil(Math.min(size, DRIVE_BYTES) / RECORD);
}
