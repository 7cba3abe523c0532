/**
 * Places for things in memory. A page is 256 bytes from a multiple of 256. Tables begin at a page; blocks lie
 * within one, anywhere; blocks fill what tables leave over.
 */
import type { Block } from './column.js';

const PAGE = 256;

interface Hole {
  at: number;
  size: number;
}

export class Memory {
  private readonly bytes = new Map<number, number>();
  private holes: Hole[] = [];
  private end: number;

  /** @param start the first free address; all of the memory from there on is ours */
  constructor(private readonly start: number) {
    this.end = Math.ceil(start / PAGE) * PAGE;
    if (this.end > start) this.holes.push({ at: start, size: this.end - start });
  }

  /** A place at the beginning of a page; what is left of the page is for blocks. */
  table(size: number): number {
    const at = this.end;
    this.end += PAGE;
    if (size < PAGE) this.holes.push({ at: at + size, size: PAGE - size });
    return at;
  }

  /** Places for blocks, the largest first, each into the smallest hole that takes it. Returns their addresses. */
  place(blocks: readonly Block[]): number[] {
    const places = new Array<number>(blocks.length);
    const order = blocks.map((_, i) => i).sort((a, b) => blocks[b]!.length - blocks[a]!.length || a - b);
    for (const i of order) {
      const size = blocks[i]!.length;
      let best: Hole | undefined;
      for (const hole of this.holes) if (hole.size >= size && (!best || hole.size < best.size)) best = hole;
      if (!best) {
        best = { at: this.end, size: PAGE };
        this.end += PAGE;
        this.holes.push(best);
      }
      places[i] = best.at;
      best.at += size;
      best.size -= size;
    }
    this.holes = this.holes.filter((hole) => hole.size > 0);
    return places;
  }

  write(at: number, bytes: Iterable<number>): void {
    let address = at;
    for (const byte of bytes) this.bytes.set(address++, byte & 0xff);
  }

  /** All bytes from the start to the last one written. */
  image(): Uint8Array {
    let last = this.start - 1;
    for (const address of this.bytes.keys()) if (address > last) last = address;
    const image = new Uint8Array(last + 1 - this.start);
    for (const [address, byte] of this.bytes) image[address - this.start] = byte;
    return image;
  }
}
