/**
 * Which blocks of a disk are taken. A new one is looked for as CP/M 2.2 does: next to the file's last block, in turn
 * one further down and one further up.
 *
 * A folder may hold more than a disk of CP/M's does. What is too much has blocks with numbers behind the disk's own,
 * which fit an FCB just as well and which the allocation vector does not show.
 */
import { BLOCKS, DIRECTORY_BLOCKS } from './disk-parameters.js';

/** Block numbers have 16 bits: 256 MB. */
const MOST_BLOCKS = 0x10000;

export class Allocation {
  /** Bit by block, first block in bit 7. */
  private readonly bits = new Uint8Array(MOST_BLOCKS / 8);
  /** Blocks taken, but for the directory's. */
  taken = 0;
  /** Those of them that a disk of CP/M's has. */
  private own = 0;
  /** No block from BLOCKS up to here is free. */
  private behind = BLOCKS;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.bits.fill(0);
    this.bits.fill(0xff, 0, DIRECTORY_BLOCKS / 8);
    this.taken = this.own = 0;
    this.behind = BLOCKS;
  }

  /** What programs see: the disk's own blocks. */
  get vector(): Uint8Array {
    return this.bits.subarray(0, BLOCKS / 8);
  }

  get left(): number {
    return MOST_BLOCKS - DIRECTORY_BLOCKS - this.taken;
  }

  private get isFull(): boolean {
    return this.own === BLOCKS - DIRECTORY_BLOCKS;
  }

  isTaken(block: number): boolean {
    return ((this.bits[block >> 3]! << (block & 7)) & 0x80) !== 0;
  }

  take(block: number): void {
    if (this.isTaken(block)) return;
    this.bits[block >> 3]! |= 0x80 >> (block & 7);
    this.taken++;
    if (block < BLOCKS) this.own++;
  }

  free(block: number): void {
    if (block < DIRECTORY_BLOCKS || !this.isTaken(block)) return;
    this.bits[block >> 3]! &= ~(0x80 >> (block & 7));
    this.taken--;
    if (block < BLOCKS) this.own--;
    else this.behind = Math.min(this.behind, block);
  }

  /** @param near the block before it in the file, or 0. @returns 0 where none is left */
  takeNear(near: number): number {
    let down = this.isFull ? 0 : Math.min(near, BLOCKS);
    let up = this.isFull ? BLOCKS : near;
    while (down > 0 || up < BLOCKS - 1) {
      if (down > 0 && !this.isTaken(--down)) return this.taking(down);
      if (up < BLOCKS - 1 && !this.isTaken(++up)) return this.taking(up);
    }
    while (this.behind < MOST_BLOCKS && this.isTaken(this.behind)) this.behind++;
    return this.behind < MOST_BLOCKS ? this.taking(this.behind) : 0;
  }

  private taking(block: number): number {
    this.take(block);
    return block;
  }
}
