/**
 * A disk image: what it is, and the slices that it has.
 *
 * What it is follows from, in this order: the format that was asked for; a partition of RomWBW's (type 2Eh) in a master boot record; the
 * size of a floppy disk; the directory that a hard disk's first slice has. Where these leave a doubt nothing is guessed.
 */
import { InputError } from '../../seams/errors.js';
import type { Folder } from '../cpm/folder.js';
import { ENTRY, FREE_ENTRY } from './directory.js';
import { FileSystem } from './file-system.js';
import { FORMAT_NAMES, FORMATS, sliceBytes, systemTracksOf, type DiskFormat, type FormatName } from './formats.js'; // prettier-ignore
import { imageFolder } from './image-folder.js';
import type { DiskStorage } from './storage.js';
import { Volume } from './volume.js';

const SECTOR = 512;
/** The images of EmulatorKit and others of Alan Cox's begin with this, and 1 KB of what an IDE drive says of itself. */
const IDE_MAGIC = '1DED15C0';
const IDE_HEADER = 1024;
const MBR = { signature: 510, partitions: 446, entry: 16, entries: 4, type: 4, first: 8, sectors: 12 } as const;
/** CP/M partitions of RomWBW's, and where its own tools let them begin. */
const ROMWBW_TYPE = 0x2e;
const ROMWBW_FIRST = 2048;

export interface DiskImage {
  readonly format: DiskFormat;
  readonly slices: number;
  /** @throws InputError where there is no such slice, or no directory in it */
  fileSystem(slice: number): FileSystem;
  /** A slice as a drive. @throws InputError as `fileSystem` */
  folder(slice: number): Folder;
  /** Slices that have a directory. */
  formatted(): number[];
}

/**
 * @param where the image's name, for errors
 * @throws InputError where it is no image of a format that is known, or of more than one
 */
export function openDiskImage(storage: DiskStorage, where: string, wanted?: FormatName): DiskImage {
  const { format, at, slices } = recognise(storage, where, wanted);
  const systems = new Map<number, FileSystem>();
  const system = (slice: number): FileSystem => {
    const known = systems.get(slice) ?? new FileSystem(new Volume(storage, format, at, slice));
    systems.set(slice, known);
    return known;
  };
  const fileSystem = (slice: number): FileSystem => {
    if (slice >= slices)
      throw new InputError(`there is no slice ${slice}`, {
        where,
        hint: slices === 1 ? 'this image has slice 0 only' : `this image has slices 0 to ${slices - 1}`,
      });
    const found = system(slice);
    if (!found.isFormatted())
      throw new InputError(`slice ${slice} holds no CP/M directory in the format ${format.name}`, {
        where,
        hint: `name the format, as in ${where}:${otherThan(format.name)}, or another slice`,
      });
    return found;
  };
  return {
    format,
    slices,
    fileSystem,
    folder: (slice) => imageFolder(fileSystem(slice)),
    formatted: () => Array.from({ length: slices }, (_, slice) => slice).filter((slice) => system(slice).isFormatted()),
  };
}

const otherThan = (name: FormatName): FormatName => (name === 'hd512' ? 'hd1k' : 'hd512');

interface Found {
  format: DiskFormat;
  /** Where slice 0 begins. */
  at: number;
  slices: number;
}

function recognise(storage: DiskStorage, where: string, wanted: FormatName | undefined): Found {
  const isIde = String.fromCharCode(...storage.read(0, IDE_MAGIC.length)) === IDE_MAGIC;
  const at = isIde ? IDE_HEADER : 0;
  const partition = partitionOf(storage, at);
  if (partition && (wanted === undefined || wanted === 'hd1k')) {
    const bytes = Math.min(partition.bytes, storage.size - partition.at);
    const slices = slicesIn(FORMATS.hd1k, bytes);
    if (slices === 0)
      throw new InputError('its master boot record has a partition for CP/M that begins beyond the end of the image', {
        where,
        hint: 'the image was cut off; copy the card again',
      });
    return { format: FORMATS.hd1k, at: partition.at, slices };
  }
  const found = (name: FormatName): Found => {
    return { format: FORMATS[name], at, slices: Math.max(1, slicesIn(FORMATS[name], storage.size - at)) };
  };
  if (wanted !== undefined) {
    if (storage.size - at < directoryEnd(FORMATS[wanted], 0))
      throw new InputError(`this is no ${wanted} image: it ends before the end of its directory`, {
        where,
        hint: 'the image was cut off, or is of another format',
      });
    return found(wanted);
  }
  const floppy = FORMAT_NAMES.find(
    (name) => FORMATS[name].mostSlices === 1 && sliceBytes(FORMATS[name]) === storage.size,
  );
  if (floppy) return found(floppy);
  const hard = FORMAT_NAMES.filter((name) => FORMATS[name].mostSlices > 1)
    .map(found)
    // Without a partition RomWBW takes a card for hd512: an hd1k disk alone is one slice, as its tools make them.
    .filter(({ format, slices }) => format.name !== 'hd1k' || slices === 1);
  const signs = hard.map((one) => ({ one, sign: signOf(storage, one) }));
  const best = Math.max(...signs.map(({ sign }) => sign));
  const likely = signs.filter(({ sign }) => sign === best && sign > SIGN.none).map(({ one }) => one);
  const whole = likely.filter(({ format, slices }) => slices * sliceBytes(format) === storage.size - at);
  // An hd1k disk also looks like a classic one, which has half the directory; the other way round is not so.
  const [only, other] = best === SIGN.files ? likely : whole.length > 0 ? whole : likely;
  const hint = `name its format, as in ${where}:hd1k; there are ${FORMAT_NAMES.join(', ')}`;
  if (!only) throw new InputError('this is no disk image of a format that can be told', { where, hint });
  if (other && best === SIGN.empty && only.format.name !== 'hd1k')
    throw new InputError(`this empty disk image can be ${only.format.name} or ${other.format.name}`, { where, hint });
  return only;
}

/** What a directory says of the format that it is read in. */
const SIGN = { none: 0, empty: 1, files: 2 } as const;

function signOf(storage: DiskStorage, { format, at, slices }: Found): number {
  if (storage.size - at < directoryEnd(format, 0)) return SIGN.none;
  let best: number = SIGN.none;
  // The first is often empty; a card of many has a used one soon.
  for (let slice = 0; slice < Math.min(slices, SLICES_LOOKED_AT); slice++) {
    const system = new FileSystem(new Volume(storage, format, at, slice));
    const files = system.files().length;
    if (system.faults().length > files / TOLERATED) return slice === 0 ? SIGN.none : best;
    if (files > 0) return SIGN.files;
    best = SIGN.empty;
  }
  return best;
}

const SLICES_LOOKED_AT = 4;
/** A directory with a few wrong entries is still one: one in so many. */
const TOLERATED = 8;

/** A slice counts where its whole directory is there. */
function slicesIn(format: DiskFormat, bytes: number): number {
  const { mostSlices } = format;
  for (let count = Math.min(mostSlices, Math.ceil(bytes / sliceBytes(format))); count > 0; count--)
    if ((count - 1) * sliceBytes(format) + directoryEnd(format, count - 1) <= bytes) return count;
  return 0;
}

function directoryEnd(format: DiskFormat, slice: number): number {
  const { sectorsPerTrack, sectorBytes, directoryEntries } = format;
  return systemTracksOf(format, slice) * sectorsPerTrack * sectorBytes + directoryEntries * ENTRY;
}

function partitionOf(storage: DiskStorage, at: number): { at: number; bytes: number } | undefined {
  const mbr = storage.read(at, SECTOR);
  if (mbr[MBR.signature] !== 0x55 || mbr[MBR.signature + 1] !== 0xaa) return undefined;
  const view = new DataView(mbr.buffer, mbr.byteOffset, mbr.length);
  for (let i = 0; i < MBR.entries; i++) {
    const entry = MBR.partitions + i * MBR.entry;
    if (mbr[entry + MBR.type] !== ROMWBW_TYPE) continue;
    const first = view.getUint32(entry + MBR.first, true);
    const sectors = view.getUint32(entry + MBR.sectors, true);
    if (first > 0 && sectors > 0) return { at: at + first * SECTOR, bytes: sectors * SECTOR };
  }
  return undefined;
}

/** Bytes of a new image of so many slices. @throws InputError for a number that the format does not have */
export function newImageBytes(name: FormatName, slices: number): number {
  const format = FORMATS[name];
  if (!Number.isInteger(slices) || slices < 1 || slices > format.mostSlices)
    throw new InputError(`${name} cannot have ${slices} slices`, {
      hint: format.mostSlices === 1 ? 'it has one' : `choose 1 to ${format.mostSlices}`,
    });
  return (name === 'hd1k' ? ROMWBW_FIRST * SECTOR : 0) + slices * sliceBytes(format);
}

/**
 * Make empty directories, and for hd1k the master boot record with its partition. The system tracks hold nothing: such a card does not boot.
 * @param storage empty; becomes as long as `newImageBytes` says
 */
export function formatDiskImage(storage: DiskStorage, name: FormatName, slices: number): void {
  const format = FORMATS[name];
  const bytes = newImageBytes(name, slices);
  const at = name === 'hd1k' ? ROMWBW_FIRST * SECTOR : 0;
  if (at > 0) storage.write(0, masterBootRecord((bytes - at) / SECTOR));
  storage.write(bytes - 1, Uint8Array.of(FREE_ENTRY));
  for (let slice = 0; slice < slices; slice++) {
    const volume = new Volume(storage, format, at, slice);
    const entries = new Uint8Array(format.directoryEntries * ENTRY).fill(FREE_ENTRY);
    volume.write(0, entries);
  }
  storage.settle();
}

function masterBootRecord(sectors: number): Uint8Array {
  const mbr = new Uint8Array(SECTOR);
  const view = new DataView(mbr.buffer);
  mbr[MBR.partitions + MBR.type] = ROMWBW_TYPE;
  view.setUint32(MBR.partitions + MBR.first, ROMWBW_FIRST, true);
  view.setUint32(MBR.partitions + MBR.sectors, sectors, true);
  mbr.set([0x55, 0xaa], MBR.signature);
  return mbr;
}
