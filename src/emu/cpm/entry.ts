/** A directory entry: which extents of its file it holds, and their blocks. */
import { BLOCKS_PER_ENTRY, EXTENT_MASK } from './disk-parameters.js';
import { EX, extentNumber, MAP, S2 } from './fcb.js';

export function blocksIn(entry: Uint8Array): number[] {
  return Array.from({ length: BLOCKS_PER_ENTRY }, (_, k) => entry[MAP + 2 * k]! | (entry[MAP + 2 * k + 1]! << 8));
}

export function setBlock(entry: Uint8Array, k: number, block: number): void {
  entry[MAP + 2 * k] = block & 0xff;
  entry[MAP + 2 * k + 1] = block >> 8;
}

export function extentOf(entry: Uint8Array): number {
  return extentNumber(entry[EX]!, entry[S2]!);
}

/** The first extent of those that the entry holds. */
export function groupOf(entry: Uint8Array): number {
  return extentOf(entry) & ~EXTENT_MASK;
}
