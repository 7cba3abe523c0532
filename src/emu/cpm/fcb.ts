/**
 * A file control block in the program's memory (CP/M 2.2 Interface Guide, 2.2). Its first 32 bytes are a copy of a
 * directory entry:
 *
 *     0      drive: 0 = the default one, 1 = A: …  (an entry: user, or E5h)      (in a rename the second name is at 16)
 *     1..11  name and type; bit 7 of the type's letters are attributes: read-only, system, archive
 *     12     EX, extent of 16 KB, 0..31       13  S1      14  S2, extents of 512 KB; bit 7: nothing to close
 *     15     RC, records in this extent       16..31  numbers of the blocks, 0 = none
 *     32     CR, record in this extent        33..35  random record number
 */
import { EXTENTS_PER_MODULE, MOST_EXTENT } from './disk-parameters.js';

export const NAME = 1;
export const NAME_LENGTH = 11;
export const TYPE = 9;
export const EX = 12;
export const S1 = 13;
export const S2 = 14;
export const RC = 15;
export const MAP = 16;
export const CR = 32;
export const R0 = 33;
export const ENTRY = 32;
export const WILDCARD = 0x3f;
/** In S2: nothing has been written to this extent since it was opened. */
export const UNWRITTEN = 0x80;
/** Of a name's bytes: an attribute. */
export const ATTRIBUTE = 0x80;

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

  /** Eleven characters, without attributes, in capitals as all names of the host are; `?` stands for any. */
  name(from = NAME): string {
    return nameIn({ byte: (i) => this.byte(from - NAME + i) });
  }

  get isWild(): boolean {
    return this.name().includes('?');
  }

  /** Number of the k-th of the eight blocks, 0 where there is none. */
  block(k: number): number {
    return this.byte(MAP + 2 * k) | (this.byte(MAP + 2 * k + 1) << 8);
  }

  setBlock(k: number, block: number): void {
    this.set(MAP + 2 * k, block & 0xff);
    this.set(MAP + 2 * k + 1, block >> 8);
  }

  /** Number of its extent in the file. */
  get extent(): number {
    return extentNumber(this.byte(EX), this.byte(S2));
  }

  get random(): number {
    return this.byte(R0) | (this.byte(R0 + 1) << 8) | (this.byte(R0 + 2) << 16);
  }

  set random(value: number) {
    for (let i = 0; i < 3; i++) this.set(R0 + i, (value >> (8 * i)) & 0xff);
  }
}

/** EX and S2: extents are counted on in modules of 32. Beyond MOST_MODULE there are no records, but entries may be. */
export function extentNumber(ex: number, s2: number): number {
  return (s2 & ~UNWRITTEN) * EXTENTS_PER_MODULE + (ex & MOST_EXTENT);
}

/** The name in an FCB or a directory entry. */
export function nameIn({ byte }: { byte: (offset: number) => number }): string {
  const codes = Array.from({ length: NAME_LENGTH }, (_, i) => byte(NAME + i) & 0x7f);
  return String.fromCharCode(...codes).toUpperCase();
}
