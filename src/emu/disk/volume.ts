/** One slice of an image as CP/M numbers it: bytes from the start of the directory on, whatever the order of the sectors. */
import { blocksOf, sliceBytes, systemTracksOf, type DiskFormat } from './formats.js';
import type { DiskStorage } from './storage.js';

export class Volume {
  readonly blocks: number;
  readonly blockBytes: number;
  readonly directoryEntries: number;
  readonly sectorBytes: number;
  readonly #start: number;
  /** Of each sector of a track as CP/M counts them, its place on the track. */
  readonly #order: readonly number[];

  /** @param at where the first slice begins in the image */
  constructor(
    readonly storage: DiskStorage,
    format: DiskFormat,
    at: number,
    slice: number,
  ) {
    this.blocks = blocksOf(format, slice, storage.size - at);
    this.blockBytes = format.blockBytes;
    this.directoryEntries = format.directoryEntries;
    this.sectorBytes = format.sectorBytes;
    const systemBytes = systemTracksOf(format, slice) * format.sectorsPerTrack * format.sectorBytes;
    this.#start = at + slice * sliceBytes(format) + systemBytes;
    this.#order = sectorOrder(format.sectorsPerTrack, format.skew);
  }

  read(at: number, length: number): Uint8Array {
    const { storage } = this;
    const bytes = new Uint8Array(length);
    for (const piece of this.#pieces(at, length)) bytes.set(storage.read(piece.at, piece.length), piece.from);
    return bytes;
  }

  /** Does the image reach the beginning of this block? One that was cut off, while it was copied, does not. */
  reaches(block: number): boolean {
    const [first] = this.#pieces(block * this.blockBytes, 1);
    return first!.at < this.storage.size;
  }

  write(at: number, bytes: Uint8Array): void {
    for (const piece of this.#pieces(at, bytes.length))
      this.storage.write(piece.at, bytes.subarray(piece.from, piece.from + piece.length));
  }

  /** Where a stretch lies: in one piece, or where the sectors are in another order, in one for each. */
  *#pieces(at: number, length: number): Generator<{ at: number; from: number; length: number }> {
    const order = this.#order;
    if (order.every((place, i) => place === i)) return yield { at: this.#start + at, from: 0, length };
    for (let from = 0; from < length;) {
      const sector = Math.floor((at + from) / this.sectorBytes);
      const inside = (at + from) % this.sectorBytes;
      const piece = Math.min(this.sectorBytes - inside, length - from);
      const track = Math.floor(sector / order.length);
      const place = track * order.length + order[sector % order.length]!;
      yield { at: this.#start + place * this.sectorBytes + inside, from, length: piece };
      from += piece;
    }
  }
}

/** Each sector `skew` places behind the one before, or at the next that is not taken. */
export function sectorOrder(sectors: number, skew: number): number[] {
  const order: number[] = [];
  const taken = new Set<number>();
  for (let place = 0; order.length < sectors; place = (place + skew) % sectors) {
    while (taken.has(place)) place = (place + 1) % sectors;
    taken.add(place);
    order.push(place);
  }
  return order;
}
