/**
 * The directory of a CP/M disk, read without trust: entries of 32 bytes (CP/M 2.2 Alteration Guide, and the P2DOS and CP/M 3
 * extensions that ZSDOS and others leave behind).
 *
 *     0       user 0 to 31; 20h label and 21h time stamps of CP/M 3; E5h: free
 *     1 - 8   name   9 - 11  type, in the low seven bits; bit 7 of 9 read-only, of 10 system, of 11 archived
 *     12, 14  EX and S2: number of the last extent of 16 KB that is in this entry
 *     15      RC: records in that extent
 *     16 -    blocks: 16 of a byte each, or on disks of more than 256 blocks 8 of two bytes; 0 is a hole
 *
 * What an entry says wrongly is told (`faults`), and never followed: a block outside the disk or in the directory is no block,
 * and one that two files have is changed by neither.
 */
import { counted, grouped } from '../../seams/words.js';
import type { Volume } from './volume.js';

export const ENTRY = 32;
export const FREE_ENTRY = 0xe5;
export const RECORD = 128;
export const RECORDS_PER_EXTENT = 128;
export const BLOCKS_AT = 16;
const LAST_USER = 31;
const LABEL = 0x20;
export const STAMPS = 0x21;
const NAME_AT = 1;
export const NAME_LENGTH = 11;
/** Which of the eleven characters has which attribute in its high bit. */
export const ATTRIBUTE = { readOnly: 8, system: 9, archived: 10 } as const;
/** As much is said of a disk that is all wrong. */
const MOST_FAULTS = 100;

export interface StoredFile {
  user: number;
  /** `NAME.TYP` */
  name: string;
  /** The eleven bytes, attributes in their high bits. */
  field: Uint8Array;
  /** Its entries, by their numbers in the directory. */
  slots: number[];
  records: number;
  /** Block by its number in the file; holes and what is no block of this disk are not in it. */
  blocks: Map<number, number>;
  /** Why it cannot be read whole. */
  broken: string | undefined;
}

/** How the blocks of a volume are written in its entries. */
export interface EntryLayout {
  /** Bytes of a block number, and how many an entry has. */
  pointerBytes: 1 | 2;
  pointers: number;
  /** Extents of 16 KB in an entry. */
  extents: number;
  recordsPerBlock: number;
  directoryBlocks: number;
}

export function entryLayout({ blocks, blockBytes, directoryEntries }: Volume): EntryLayout {
  const pointerBytes = blocks > 256 ? 2 : 1;
  const pointers = 16 / pointerBytes;
  return {
    pointerBytes,
    pointers,
    extents: Math.max(1, (pointers * blockBytes) / (RECORDS_PER_EXTENT * RECORD)),
    recordsPerBlock: blockBytes / RECORD,
    directoryBlocks: Math.ceil((directoryEntries * ENTRY) / blockBytes),
  };
}

export class Directory {
  /** By their first entries. */
  readonly files: StoredFile[];
  readonly faults: string[] = [];
  /** Numbers of entries that a file can have. */
  readonly freeSlots: number[] = [];
  /** Entries that are neither free nor a file's nor CP/M 3's. */
  readonly strange: number = 0;
  /** How many entries have each block. */
  readonly #owners: Uint16Array;
  readonly #layout: EntryLayout;

  constructor(
    /** As it is on the disk. */
    readonly bytes: Uint8Array,
    private readonly volume: Volume,
  ) {
    this.#layout = entryLayout(volume);
    this.#owners = new Uint16Array(volume.blocks);
    const files = new Map<string, StoredFile>();
    const extents = new Set<string>();
    for (let slot = 0; slot < volume.directoryEntries; slot++) {
      const entry = bytes.subarray(slot * ENTRY, (slot + 1) * ENTRY);
      const user = entry[0]!;
      if (user === FREE_ENTRY) this.freeSlots.push(slot);
      if (user === FREE_ENTRY || user === LABEL || user === STAMPS) continue;
      const field = entry.slice(NAME_AT, NAME_AT + NAME_LENGTH);
      const plain = field.map((byte) => byte & 0x7f);
      if (user > LAST_USER || plain.some((byte) => byte < 0x20 || byte === 0x7f) || plain[0] === 0x20) {
        // Its blocks, if it has any, are left alone.
        this.#claim(entry);
        this.#fault(`entry ${slot} is no file's`);
        this.strange++;
        continue;
      }
      const id = `${user}:${String.fromCharCode(...plain)}`;
      const file = files.get(id) ?? newFile(user, field);
      files.set(id, file);
      file.slots.push(slot);
      this.#add(file, entry, extents, id);
    }
    this.files = [...files.values()];
    for (const file of this.files)
      if ([...file.blocks.values()].some((block) => this.#owners[block]! > 1))
        this.#fault(`${label(file)} shares a block with another file, or with itself`);
  }

  /** A block that an entry has, and no other. */
  isSole(block: number): boolean {
    return this.#owners[block] === 1;
  }

  freeBlocks(): number[] {
    const free: number[] = [];
    for (let block = this.#layout.directoryBlocks; block < this.volume.blocks; block++)
      if (this.#owners[block] === 0) free.push(block);
    return free;
  }

  find(user: number, name: string): StoredFile | undefined {
    return this.files.find((file) => file.user === user && file.name === name);
  }

  #add(file: StoredFile, entry: Uint8Array, extents: Set<string>, id: string): void {
    const { extents: perEntry, recordsPerBlock, pointers } = this.#layout;
    const last = (entry[14]! & 0x3f) * 32 + (entry[12]! & 0x1f);
    const first = last - (last % perEntry);
    const rc = entry[15]!;
    if (rc > RECORDS_PER_EXTENT) this.#fault(`${label(file)} says ${rc} records of an extent of 128`);
    file.records = Math.max(file.records, last * RECORDS_PER_EXTENT + Math.min(rc, RECORDS_PER_EXTENT));
    const blocks = this.#claim(entry);
    if (extents.has(`${id}:${first}`)) {
      this.#fault(`${label(file)} has extent ${first} twice; the first counts`);
      return;
    }
    extents.add(`${id}:${first}`);
    const from = (first * RECORDS_PER_EXTENT) / recordsPerBlock;
    for (let i = 0; i < pointers; i++) {
      const block = blocks[i]!;
      if (block === 0) continue;
      if (this.#isBlock(block) && this.volume.reaches(block)) file.blocks.set(from + i, block);
      else {
        const where = this.#isBlock(block)
          ? 'behind the end of the image, which was cut off'
          : block < this.volume.blocks
            ? 'in the directory'
            : 'outside the disk';
        file.broken ??= `its block ${grouped(block)} lies ${where}`;
        this.#fault(`${label(file)}: block ${grouped(block)} lies ${where}`);
      }
    }
  }

  /** Count the blocks of an entry as taken. @returns its block numbers as they are written */
  #claim(entry: Uint8Array): number[] {
    const { pointerBytes, pointers } = this.#layout;
    return Array.from({ length: pointers }, (_, i) => {
      const at = BLOCKS_AT + i * pointerBytes;
      const block = pointerBytes === 1 ? entry[at]! : entry[at]! | (entry[at + 1]! << 8);
      if (this.#isBlock(block)) this.#owners[block]!++;
      return block;
    });
  }

  #isBlock(block: number): boolean {
    return block >= this.#layout.directoryBlocks && block < this.volume.blocks;
  }

  #fault(words: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(words);
    else if (this.faults.length === MOST_FAULTS)
      this.faults.push(`and more than these ${counted(MOST_FAULTS, 'fault')}`);
  }
}

function newFile(user: number, field: Uint8Array): StoredFile {
  return { user, name: nameOf(field), field, slots: [], records: 0, blocks: new Map(), broken: undefined };
}

const label = ({ user, name }: StoredFile): string => `${user}:${name}`;

/** Eleven bytes as `NAME.TYP`. */
export function nameOf(field: Uint8Array): string {
  const text = String.fromCharCode(...field.map((byte) => byte & 0x7f));
  const type = text.slice(8).trimEnd();
  return text.slice(0, 8).trimEnd() + (type === '' ? '' : `.${type}`);
}

/** What no name can have: the CCP and PIP read it as something else. */
const NAME = /^[\x21-\x2d\x2f-\x7e]{1,8}(\.[\x21-\x2d\x2f-\x7e]{1,3})?$/;
const NOT_IN_NAMES = /[<>,;:=?*[\]a-z]/;

/** `NAME.TYP` as eleven bytes, or undefined where it is no name. */
export function fieldOf(name: string): Uint8Array | undefined {
  const [base = '', type = ''] = name.split('.');
  if (!NAME.test(name) || NOT_IN_NAMES.test(name)) return undefined;
  return Uint8Array.from(base.padEnd(8) + type.padEnd(3), (char) => char.charCodeAt(0));
}
