/**
 * The board's disks seen from the host: put files on a blank disk, and read what a program has written.
 *
 * The layout is the firmware's (firmware/board/directory.asm): CP/M 2.2 with blocks of 1 KB and block numbers of a
 * byte, so that a directory entry is one extent of 16 KB; the directory is in the first blocks.
 */
import { EmuError } from '../../seams/errors.js';
import { RECORD } from './disk.js';

const BLOCK = 1024;
const ENTRY = 32;
const FREE = 0xe5;
const BLOCKS_PER_EXTENT = 16;
const RECORDS_PER_EXTENT = 128;

export interface DiskFormat {
  /** Size in KB, at most 256. */
  kilobytes: number;
  /** Directory entries, at most 248; they fill whole blocks of 32. */
  entries: number;
}

export interface DiskFile {
  /** 8.3, in capitals. */
  name: string;
  bytes: Uint8Array;
}

/** A disk with these files. @throws EmuError when they don't fit. */
export function formatDisk(format: DiskFormat, files: readonly DiskFile[] = []): Uint8Array {
  const disk = new Uint8Array(format.kilobytes * BLOCK).fill(FREE);
  let block = Math.ceil((format.entries * ENTRY) / BLOCK);
  let entry = 0;
  for (const { name, bytes } of files) {
    const records = Math.ceil(bytes.length / RECORD);
    const first = block;
    block += Math.ceil(bytes.length / BLOCK);
    const extents = Math.max(1, Math.ceil(records / RECORDS_PER_EXTENT));
    if (block > format.kilobytes || entry + extents > format.entries)
      throw new EmuError('the disk is full', { where: name, hint: `it holds ${format.kilobytes} KB` });
    disk.fill(0x1a, first * BLOCK, first * BLOCK + records * RECORD).set(bytes, first * BLOCK);
    for (let extent = 0; extent < extents; extent++, entry++) {
      const at = disk.subarray(entry * ENTRY, (entry + 1) * ENTRY).fill(0);
      at.set(nameBytes(name), 1);
      at[12] = extent;
      at[15] = Math.min(RECORDS_PER_EXTENT, records - extent * RECORDS_PER_EXTENT);
      const start = first + extent * BLOCKS_PER_EXTENT;
      for (let i = 0; i < BLOCKS_PER_EXTENT && start + i < block; i++) at[16 + i] = start + i;
    }
  }
  return disk;
}

/** A file that leaves so many KB free on a disk with these files. @throws EmuError where there is less */
export function filler(format: DiskFormat, files: readonly DiskFile[], freeKilobytes: number): DiskFile {
  const directory = Math.ceil((format.entries * ENTRY) / BLOCK);
  const used = files.reduce((blocks, { bytes }) => blocks + Math.ceil(bytes.length / BLOCK), directory);
  const blocks = format.kilobytes - used - freeKilobytes;
  if (blocks < 0)
    throw new EmuError(`the disk has only ${format.kilobytes - used} KB free`, { hint: 'ask for no more than that' });
  return { name: 'FILLER.DAT', bytes: new Uint8Array(blocks * BLOCK) };
}

/** The files of user 0, in the order of the directory, as whole records; where nothing was written they hold zeros. */
export function readDisk(disk: Uint8Array, format: DiskFormat): DiskFile[] {
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i < format.entries; i++) {
    const entry = disk.subarray(i * ENTRY, (i + 1) * ENTRY);
    if (entry[0] !== 0) continue;
    const name = fileName(entry.subarray(1, 12));
    const start = (entry[12]! + 32 * entry[14]!) * RECORDS_PER_EXTENT * RECORD;
    const end = start + entry[15]! * RECORD;
    const bytes = grown(files.get(name) ?? new Uint8Array(0), end);
    for (let at = start; at < end; at += BLOCK) {
      const block = entry[16 + (at - start) / BLOCK]!;
      if (block !== 0) bytes.set(disk.subarray(block * BLOCK, block * BLOCK + Math.min(BLOCK, end - at)), at);
    }
    files.set(name, bytes);
  }
  return [...files].map(([name, bytes]) => ({ name, bytes }));
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) return bytes;
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

function nameBytes(name: string): Uint8Array {
  const [stem = '', type = ''] = name.split('.');
  return new TextEncoder().encode(stem.padEnd(8).slice(0, 8) + type.padEnd(3).slice(0, 3));
}

function fileName(field: Uint8Array): string {
  const text = String.fromCharCode(...field.map((byte) => byte & 0x7f));
  const type = text.slice(8).trimEnd();
  return text.slice(0, 8).trimEnd() + (type && `.${type}`);
}
