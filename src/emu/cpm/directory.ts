/** The directory of a disk: entries of 32 bytes, four a record, in the order in which they found a place. */
import { DIRECTORY_ENTRIES, EXTENT_MASK, MOST_EXTENT, RECORD } from './disk-parameters.js';
import { ENTRY, EX, NAME, NAME_LENGTH, nameIn, S1, WILDCARD, type Fcb } from './fcb.js';

/** User byte of an entry without a file. */
export const EMPTY = 0xe5;
export const ENTRIES_PER_RECORD = RECORD / ENTRY;
/** Entries that a search looks at in any case. */
const LEAST_USED = 3;

export class Directory {
  /** Grows where a folder has more files than a disk of CP/M's could. */
  private bytes = new Uint8Array(DIRECTORY_ENTRIES * ENTRY).fill(EMPTY);
  /** One past the last entry that has been in use since the disk was logged in: searches end here. */
  used = LEAST_USED;
  /** No entry before this one is without a file. */
  private empty = 0;

  get length(): number {
    return this.bytes.length / ENTRY;
  }

  entry(index: number): Uint8Array {
    return this.bytes.subarray(index * ENTRY, (index + 1) * ENTRY);
  }

  /** The record of 128 bytes that an entry is in. */
  record(index: number): Uint8Array {
    const at = Math.floor(index / ENTRIES_PER_RECORD) * RECORD;
    return this.bytes.subarray(at, at + RECORD);
  }

  isEmpty(index: number): boolean {
    return this.bytes[index * ENTRY] === EMPTY;
  }

  /** The indexes of a file's entries. */
  of(user: number, name: string): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.length; index++) if (this.isOf(index, user, name)) found.push(index);
    return found;
  }

  private isOf(index: number, user: number, name: string): boolean {
    const at = index * ENTRY;
    if (this.bytes[at] !== user) return false;
    for (let i = 0; i < NAME_LENGTH; i++) if ((this.bytes[at + NAME + i]! & 0x7f) !== name.charCodeAt(i)) return false;
    return true;
  }

  /** The indexes of entries with a file. */
  *taken(): Generator<number> {
    for (let i = 0; i < this.length; i++) if (!this.isEmpty(i)) yield i;
  }

  set(index: number, entry: Uint8Array): void {
    this.bytes.set(entry, index * ENTRY);
    this.use(index);
  }

  /** The rest of a deleted entry stays, as in the original. */
  erase(index: number): void {
    this.empty = Math.min(this.empty, index);
    this.bytes[index * ENTRY] = EMPTY;
  }

  use(index: number): void {
    this.used = Math.max(this.used, index + 1);
  }

  /** After a log-in: entries are in use up to the last with a file. */
  recount(): void {
    this.used = LEAST_USED;
    for (const index of this.taken()) this.use(index);
  }

  /** The first entry without a file, if need be a new one. */
  firstEmpty(): number {
    while (this.empty < this.length && !this.isEmpty(this.empty)) this.empty++;
    if (this.empty === this.length) {
      const more = new Uint8Array(2 * this.bytes.length).fill(EMPTY);
      more.set(this.bytes);
      this.bytes = more;
    }
    return this.empty;
  }

  /** Does an entry fit the first bytes of an FCB? `?` fits any byte; S1 and attributes are not looked at. */
  fits(index: number, fcb: Fcb, length: number): boolean {
    for (let i = 0; i < length; i++) {
      const wanted = fcb.byte(i);
      if (wanted === WILDCARD || i === S1) continue;
      const mask = i === EX ? MOST_EXTENT & ~EXTENT_MASK : 0x7f;
      if (((inCapitals(wanted, i) ^ this.bytes[index * ENTRY + i]!) & mask) !== 0) return false;
    }
    return true;
  }
}

/** Of an entry: user and name, which all entries of a file share. */
export function fileKey(user: number, name: string): string {
  return `${user}:${name}`;
}

export function keyOf(entry: Uint8Array): string {
  return fileKey(entry[0]!, nameIn({ byte: (i) => entry[i]! }));
}

/** A byte of a name as the host's names are; attributes stay. */
function inCapitals(byte: number, at: number): number {
  const letter = byte & 0x7f;
  return at >= NAME && at < EX && letter >= 0x61 && letter <= 0x7a ? byte - 0x20 : byte;
}
