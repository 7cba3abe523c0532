/** Disks in memory, and files with contents that tell their blocks apart. */
import { FileSystem } from '../../../src/emu/disk/file-system.js';
import { FORMATS, type FormatName } from '../../../src/emu/disk/formats.js';
import { formatDiskImage } from '../../../src/emu/disk/image.js';
import { MemoryStorage } from '../../../src/emu/disk/storage.js';
import { Volume } from '../../../src/emu/disk/volume.js';

export interface Disk {
  storage: MemoryStorage;
  system: FileSystem;
}

/** An empty disk: the first slice of an image. */
export function disk(name: FormatName): Disk {
  const storage = new MemoryStorage(new Uint8Array(0));
  formatDiskImage(storage, name, 1);
  return { storage, system: systemOn(storage, name) };
}

export const systemOn = (storage: MemoryStorage, name: FormatName): FileSystem =>
  new FileSystem(new Volume(storage, FORMATS[name], name === 'hd1k' ? 0x10_0000 : 0, 0));

/** Every byte depends on its place, and on `seed`. */
export function content(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) * 13 + seed * 101) & 0xff);
}

/** The first entries of a directory, as hex. */
export function entries({ system }: Pick<Disk, 'system'>, count: number): string[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(system.volume.read(i * 32, 32)).toString('hex'));
}

/** Put an entry into a directory as it is given: user, name, EX, S2, RC and blocks. */
export function plant(
  { system }: Pick<Disk, 'system'>,
  slot: number,
  { user = 0, name, ex = 0, s2 = 0, rc = 128, blocks = [] }: Planted,
): void {
  const entry = new Uint8Array(32);
  entry[0] = user;
  entry.set(Buffer.from(name, 'latin1'), 1);
  entry.set([ex, 0, s2, rc], 12);
  const isWide = system.volume.blocks > 256;
  blocks.forEach((block, i) => {
    entry[16 + (isWide ? 2 * i : i)] = block & 0xff;
    if (isWide) entry[17 + 2 * i] = block >> 8;
  });
  system.volume.write(slot * 32, entry);
}

export interface Planted {
  user?: number;
  /** Eleven characters. */
  name: string;
  ex?: number;
  s2?: number;
  rc?: number;
  blocks?: number[];
}
