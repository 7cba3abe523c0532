/**
 * The files of one slice. Each call reads the directory anew, so that whoever else changes the image is heeded, and what is
 * changed goes out in the order that keeps a disk whole when the process dies or the power goes:
 *
 *     1. data, into blocks that no file has     2. settle     3. the directory, in one write     4. settle
 *
 * So a file is the earlier one or the new one. Only where a disk is too full for both, blocks that the file itself has are
 * written over, as CP/M always does. Blocks that are as they were stay where they are, holes stay holes.
 */
import { FolderRefusal } from '../cpm/folder.js';
import {
  ATTRIBUTE,
  BLOCKS_AT,
  Directory,
  ENTRY,
  entryLayout,
  fieldOf,
  FREE_ENTRY,
  NAME_LENGTH,
  RECORD,
  RECORDS_PER_EXTENT,
  STAMPS,
  type EntryLayout,
  type StoredFile,
} from './directory.js';
import type { Volume } from './volume.js';

export interface Attributes {
  readOnly: boolean;
  system: boolean;
  archived: boolean;
}

export interface ImageFile extends Attributes {
  user: number;
  name: string;
  /** A whole number of records. */
  bytes: number;
}

const CTRL_Z = 0x1a;
/** What EX and S2 can count: 32 MB, of which CP/M 2.2 uses a quarter. */
const MOST_BYTES = 2048 * RECORDS_PER_EXTENT * RECORD;

export class FileSystem {
  readonly #layout: EntryLayout;
  #directory: Directory | undefined;

  constructor(readonly volume: Volume) {
    this.#layout = entryLayout(volume);
  }

  files(): ImageFile[] {
    return this.#read().files.map(({ user, name, records, field }) => {
      return { user, name, bytes: records * RECORD, ...attributesOf(field) };
    });
  }

  /** What is wrong with the directory, in words. */
  faults(): readonly string[] {
    return this.#read().faults;
  }

  /** Is this a directory at all? One with more entries that are nobody's than files is not. */
  isFormatted(): boolean {
    const { strange, files } = this.#read();
    return strange === 0 || strange < files.length;
  }

  /** Bytes that still fit. */
  free(): number {
    return this.#read().freeBlocks().length * this.volume.blockBytes;
  }

  /** Bytes that all files together can have. */
  get capacity(): number {
    return (this.volume.blocks - this.#layout.directoryBlocks) * this.volume.blockBytes;
  }

  /** @throws FolderRefusal where there is no such file, or it leads off the disk */
  read(user: number, name: string, most = MOST_BYTES): Uint8Array {
    const file = this.#find(this.#read(), user, name);
    if (file.broken !== undefined) throw new FolderRefusal(file.broken);
    const bytes = new Uint8Array(Math.min(most, file.records * RECORD));
    const { blockBytes } = this.volume;
    for (const [place, block] of file.blocks) {
      const from = place * blockBytes;
      if (from >= bytes.length) continue;
      bytes.set(this.volume.read(block * blockBytes, Math.min(blockBytes, bytes.length - from)), from);
    }
    return bytes;
  }

  /**
   * Make a file or replace it; its last record is filled up with ^Z.
   * @param attributes those it has stay, but that it is archived
   * @throws FolderRefusal where it is read-only, or the disk is full; then the earlier file is there
   */
  write(user: number, name: string, bytes: Uint8Array, attributes?: Partial<Attributes>): void {
    const directory = this.#read();
    const earlier = directory.find(user, name);
    const field = earlier?.field ?? fieldOf(name);
    if (!field) throw new FolderRefusal('this is no name of CP/M');
    if (earlier && attributesOf(earlier.field).readOnly) throw new FolderRefusal('the file is read-only');
    if (bytes.length > MOST_BYTES) throw new FolderRefusal('the file is longer than CP/M can count');
    const content = padded(bytes);
    const blocks = this.#place(directory, earlier, content);
    const { slots, next } = this.#entries(directory, earlier, {
      user,
      field: withAttributes(field, { archived: false, ...attributes }),
      records: content.length / RECORD,
      blocks,
    });
    for (const [place, block] of blocks)
      if (block.isChanged) this.volume.write(block.number * this.volume.blockBytes, this.#piece(content, place));
    this.volume.storage.settle();
    clearStamps(next, slots);
    this.#writeDirectory(directory.bytes, next);
  }

  /** @throws FolderRefusal where there is none, or it is read-only */
  remove(user: number, name: string): void {
    const directory = this.#read();
    const file = this.#changeable(directory, user, name);
    const next = directory.bytes.slice();
    for (const slot of file.slots) next[slot * ENTRY] = FREE_ENTRY;
    this.#writeDirectory(directory.bytes, next);
  }

  /** @throws FolderRefusal where there is none, it is read-only, or the new name is taken or none */
  rename(user: number, from: string, to: string): void {
    const directory = this.#read();
    const file = this.#changeable(directory, user, from);
    const field = fieldOf(to);
    if (!field) throw new FolderRefusal('this is no name of CP/M');
    if (directory.find(user, to)) throw new FolderRefusal('the new name is taken');
    this.#rewriteNames(directory, file, (byte, i) => field[i]! | (byte & 0x80));
  }

  /** @throws FolderRefusal where there is no such file */
  setAttributes(user: number, name: string, attributes: Partial<Attributes>): void {
    const directory = this.#read();
    const file = this.#find(directory, user, name);
    const field = withAttributes(file.field, attributes);
    this.#rewriteNames(directory, file, (_byte, i) => field[i]!);
  }

  /** The directory as it is now. */
  #read(): Directory {
    const bytes = this.volume.read(0, this.volume.directoryEntries * ENTRY);
    if (!this.#directory || !isSame(this.#directory.bytes, bytes)) this.#directory = new Directory(bytes, this.volume);
    return this.#directory;
  }

  #find(directory: Directory, user: number, name: string): StoredFile {
    const file = directory.find(user, name);
    if (!file) throw new FolderRefusal('there is no such file');
    return file;
  }

  #changeable(directory: Directory, user: number, name: string): StoredFile {
    const file = this.#find(directory, user, name);
    if (attributesOf(file.field).readOnly) throw new FolderRefusal('the file is read-only');
    return file;
  }

  /** Of each block of a file's new content, where it goes; holes are not in it. @throws FolderRefusal where the disk is full */
  #place(directory: Directory, earlier: StoredFile | undefined, content: Uint8Array): Map<number, Placed> {
    const { blockBytes } = this.volume;
    const placed = new Map<number, Placed>();
    const homeless: number[] = [];
    const held = Math.ceil((earlier?.records ?? 0) / this.#layout.recordsPerBlock);
    for (let place = 0; place * blockBytes < content.length; place++) {
      const piece = this.#piece(content, place);
      const there = earlier?.blocks.get(place);
      if (there === undefined && place < held && piece.every((byte) => byte === 0)) continue;
      const isKept =
        there !== undefined &&
        directory.isSole(there) &&
        isSame(this.volume.read(there * blockBytes, piece.length), piece);
      // In the order of the file, wherever they go.
      placed.set(place, { number: there ?? 0, isChanged: !isKept });
      if (!isKept) homeless.push(place);
    }
    const free = directory.freeBlocks();
    const own = (place: number): boolean => {
      const block = earlier?.blocks.get(place);
      return block !== undefined && directory.isSole(block);
    };
    // Where not all can have new blocks, those that have none yet come first.
    if (homeless.length > free.length) homeless.sort((a, b) => Number(own(a)) - Number(own(b)) || a - b);
    homeless.forEach((place, i) => {
      const block = free[i] ?? (own(place) ? earlier!.blocks.get(place)! : undefined);
      if (block === undefined) throw new FolderRefusal('the disk is full');
      placed.set(place, { number: block, isChanged: true });
    });
    return placed;
  }

  #piece(content: Uint8Array, place: number): Uint8Array {
    const { blockBytes } = this.volume;
    return content.subarray(place * blockBytes, (place + 1) * blockBytes);
  }

  /** The directory with a file's entries in it. @throws FolderRefusal where it is full */
  #entries(
    directory: Directory,
    earlier: StoredFile | undefined,
    file: Entries,
  ): { slots: number[]; next: Uint8Array } {
    const { extents, pointers, pointerBytes } = this.#layout;
    const recordsPerEntry = extents * RECORDS_PER_EXTENT;
    const next = directory.bytes.slice();
    const had = earlier?.slots ?? [];
    const slots = [...had, ...directory.freeSlots];
    const last = Math.max(0, Math.ceil(file.records / recordsPerEntry) - 1);
    let used = 0;
    for (let number = 0; number <= last; number++) {
      const blocks = Array.from({ length: pointers }, (_, i) => file.blocks.get(number * pointers + i)?.number ?? 0);
      // The last one tells how long the file is, be it a hole.
      if (number < last && blocks.every((block) => block === 0)) continue;
      const slot = slots[used++];
      if (slot === undefined) throw new FolderRefusal('the directory is full');
      const records = Math.min(recordsPerEntry, file.records - number * recordsPerEntry);
      const extent = Math.max(0, Math.ceil(records / RECORDS_PER_EXTENT) - 1);
      const entry = next.subarray(slot * ENTRY, (slot + 1) * ENTRY).fill(0);
      entry[0] = file.user;
      entry.set(file.field, 1);
      const counted = number * extents + extent;
      entry[12] = counted & 0x1f;
      entry[14] = counted >> 5;
      entry[15] = records - extent * RECORDS_PER_EXTENT;
      blocks.forEach((block, i) => {
        entry[BLOCKS_AT + i * pointerBytes] = block & 0xff;
        if (pointerBytes === 2) entry[BLOCKS_AT + i * pointerBytes + 1] = block >> 8;
      });
    }
    for (const slot of had.slice(used)) next[slot * ENTRY] = FREE_ENTRY;
    return { slots: slots.slice(had.length, used), next };
  }

  #rewriteNames(directory: Directory, file: StoredFile, byteOf: (byte: number, i: number) => number): void {
    const next = directory.bytes.slice();
    for (const slot of file.slots)
      for (let i = 0; i < NAME_LENGTH; i++) next[slot * ENTRY + 1 + i] = byteOf(next[slot * ENTRY + 1 + i]!, i);
    this.#writeDirectory(directory.bytes, next);
  }

  /** The sectors that differ, from the first to the last. */
  #writeDirectory(earlier: Uint8Array, next: Uint8Array): void {
    const first = next.findIndex((byte, i) => byte !== earlier[i]);
    if (first < 0) return;
    let last = next.length - 1;
    while (next[last] === earlier[last]) last--;
    const { sectorBytes, storage } = this.volume;
    const from = first - (first % sectorBytes);
    const to = Math.min(next.length, last - (last % sectorBytes) + sectorBytes);
    this.volume.write(from, next.subarray(from, to));
    storage.settle();
  }
}

interface Placed {
  number: number;
  isChanged: boolean;
}

interface Entries {
  user: number;
  field: Uint8Array;
  records: number;
  blocks: ReadonlyMap<number, Placed>;
}

function attributesOf(field: Uint8Array): Attributes {
  const has = (at: number): boolean => (field[at]! & 0x80) !== 0;
  return { readOnly: has(ATTRIBUTE.readOnly), system: has(ATTRIBUTE.system), archived: has(ATTRIBUTE.archived) };
}

function withAttributes(field: Uint8Array, attributes: Partial<Attributes>): Uint8Array {
  const changed = field.slice();
  for (const [name, at] of Object.entries(ATTRIBUTE)) {
    const on = attributes[name as keyof Attributes];
    if (on !== undefined) changed[at] = (changed[at]! & 0x7f) | (on ? 0x80 : 0);
  }
  return changed;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / RECORD) * RECORD).fill(CTRL_Z, bytes.length);
  whole.set(bytes);
  return whole;
}

/** CP/M 3 keeps the times of three entries in each fourth: they are those of the file that was there before. */
function clearStamps(directory: Uint8Array, slots: readonly number[]): void {
  const STAMP = 10;
  for (const slot of slots) {
    const at = (slot | 3) * ENTRY;
    if (directory[at] !== STAMPS) continue;
    const from = at + 1 + (slot & 3) * STAMP;
    directory.fill(0, from, from + STAMP);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
