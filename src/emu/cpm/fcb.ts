/**
 * A file control block in the program's memory (CP/M 2.2 Interface Guide, 2.2):
 *
 *     0      drive: 0 = the default one, 1 = A: …          (in a rename the second name begins at 16)
 *     1..11  name and type; bit 7 of the type's letters are attributes: read-only, system, archive
 *     12     EX, extent of 16 KB, 0..31       13  S1      14  S2, extents of 512 KB
 *     15     RC, records in this extent       16..31  allocation map
 *     32     CR, record in this extent        33..35  random record number
 */
export const RECORD = 128;
export const RECORDS_PER_EXTENT = 128;
const EXTENTS_PER_MODULE = 32;
const NAME_AT = 1;
const NAME_LENGTH = 11;
const EX = 12;
const S1 = 13;
const S2 = 14;
const RC = 15;
const MAP = 16;
const MAP_LENGTH = 16;
const CR = 32;
const R0 = 33;
const WILDCARD = 0x3f;
/** 8 MB, the largest file and the largest drive: sixteen modules of 32 extents. */
export const MOST_RECORDS = 65_536;
/** Names that the directory of such a drive holds. */
export const DIRECTORY_ENTRIES = 1_024;

export class Fcb {
  constructor(
    readonly memory: Uint8Array,
    readonly at: number,
  ) {}

  byte(offset: number): number {
    return this.memory[(this.at + offset) & 0xffff]!;
  }

  set(offset: number, value: number): void {
    this.memory[(this.at + offset) & 0xffff] = value;
  }

  get drive(): number {
    return this.byte(0);
  }

  /** Eleven characters, without attributes, in capitals as all names of the host are; `?` stands for any. */
  name(from = NAME_AT): string {
    const codes = Array.from({ length: NAME_LENGTH }, (_, i) => this.byte(from + i) & 0x7f);
    return String.fromCharCode(...codes).toUpperCase();
  }

  /** The second name, of a rename. */
  get newName(): string {
    return this.name(MAP + NAME_AT);
  }

  get isWild(): boolean {
    return this.name().includes('?');
  }

  /** EX as a search sees it: `?` asks for all extents. */
  get allExtents(): boolean {
    return this.byte(EX) === WILDCARD;
  }

  get attributes(): { readOnly: boolean; system: boolean } {
    return { readOnly: (this.byte(9) & 0x80) !== 0, system: (this.byte(10) & 0x80) !== 0 };
  }

  /** Number of the extent, counting S2. */
  get extent(): number {
    return (this.byte(S2) & 0x3f) * EXTENTS_PER_MODULE + (this.byte(EX) & 0x1f);
  }

  set extent(value: number) {
    this.set(EX, value % EXTENTS_PER_MODULE);
    this.set(S2, Math.floor(value / EXTENTS_PER_MODULE));
  }

  get cr(): number {
    return this.byte(CR);
  }

  set cr(value: number) {
    this.set(CR, value);
  }

  /** Record that the next sequential access is about. */
  get record(): number {
    return this.extent * RECORDS_PER_EXTENT + this.cr;
  }

  get random(): number {
    return this.byte(R0) | (this.byte(R0 + 1) << 8) | (this.byte(R0 + 2) << 16);
  }

  set random(value: number) {
    for (let i = 0; i < 3; i++) this.set(R0 + i, (value >> (8 * i)) & 0xff);
  }

  clearModule(): void {
    this.set(S1, 0);
    this.set(S2, 0);
  }

  /** RC and the allocation map as they are for a file of so many records, in the present extent. */
  showSize(records: number): void {
    this.set(RC, recordsInExtent(records, this.extent));
    const map = allocationMap(records, this.extent);
    for (let i = 0; i < MAP_LENGTH; i++) this.set(MAP + i, map[i]!);
  }
}

export function recordsInExtent(records: number, extent: number): number {
  return Math.max(0, Math.min(RECORDS_PER_EXTENT, records - extent * RECORDS_PER_EXTENT));
}

/** Blocks of 4 KB, 16-bit numbers, eight in a directory entry of two extents. The numbers mean nothing but "used". */
const RECORDS_PER_BLOCK = 32;
const BLOCKS_PER_ENTRY = 8;
export const EXTENTS_PER_ENTRY = 2;

export function allocationMap(records: number, extent: number): Uint8Array {
  const map = new Uint8Array(MAP_LENGTH);
  const first = Math.floor(extent / EXTENTS_PER_ENTRY) * BLOCKS_PER_ENTRY;
  for (let block = first; block < first + BLOCKS_PER_ENTRY; block++)
    if (block * RECORDS_PER_BLOCK < records) {
      map[2 * (block - first)] = (block + 2) & 0xff;
      map[2 * (block - first) + 1] = (block + 2) >> 8;
    }
  return map;
}
