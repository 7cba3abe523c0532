/**
 * The disks of RC2014 and its relatives: how many sectors, blocks and directory entries there are, and where.
 *
 * Sources: RomWBW's System Guide and its disk definitions for cpmtools (hd512, hd1k, fd144, fd720); the disk parameter blocks of
 * Grant Searle's CP/M for the CompactFlash card (classic); IBM's 3740 in the CP/M 2.2 Alteration Guide, appendix B and C.
 */

export const FORMAT_NAMES = ['hd1k', 'hd512', 'classic', 'fd144', 'fd720', 'ibm-3740'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** One disk; of a card that holds several, each of them (a slice). */
export interface DiskFormat {
  readonly name: FormatName;
  readonly title: string;
  readonly sectorBytes: number;
  readonly sectorsPerTrack: number;
  readonly tracks: number;
  /** From one record's sector to the next one's, on the same track. */
  readonly skew: number;
  readonly blockBytes: number;
  readonly directoryEntries: number;
  /** Tracks before the directory. */
  readonly systemTracks: number;
  /** Of all slices but the first, where these have another number. */
  readonly systemTracksOfOthers?: number;
  /** The most slices that such a card has. */
  readonly mostSlices: number;
}

const HD = { sectorBytes: 512, skew: 1, blockBytes: 4096 } as const;
const FD = { sectorBytes: 512, tracks: 160, skew: 1, blockBytes: 2048, directoryEntries: 256, mostSlices: 1 } as const;

export const FORMATS: Readonly<Record<FormatName, DiskFormat>> = {
  hd1k: {
    ...HD, name: 'hd1k', title: 'RomWBW hd1k, slices of 8 MB, 1,024 names',
    sectorsPerTrack: 16, tracks: 1024, directoryEntries: 1024, systemTracks: 2, mostSlices: 256,
  },
  hd512: {
    ...HD, name: 'hd512', title: 'RomWBW hd512, slices of 8,320 KB, 512 names',
    sectorsPerTrack: 16, tracks: 1040, directoryEntries: 512, systemTracks: 16, mostSlices: 256,
  },
  classic: {
    ...HD, name: 'classic', title: "Grant Searle's CompactFlash, drives of 8 MB, 512 names",
    sectorsPerTrack: 32, tracks: 512, directoryEntries: 512, systemTracks: 1, systemTracksOfOthers: 0, mostSlices: 16,
  },
  fd144: { ...FD, name: 'fd144', title: 'RomWBW floppy disk of 1.44 MB', sectorsPerTrack: 18, systemTracks: 2 },
  fd720: { ...FD, name: 'fd720', title: 'RomWBW floppy disk of 720 KB', sectorsPerTrack: 9, directoryEntries: 128, systemTracks: 4 },
  'ibm-3740': {
    name: 'ibm-3740', title: '8" floppy disk, single-sided, single density', sectorBytes: 128,
    sectorsPerTrack: 26, tracks: 77, skew: 6, blockBytes: 1024, directoryEntries: 64, systemTracks: 2, mostSlices: 1,
  },
}; // prettier-ignore

export const sliceBytes = ({ sectorBytes, sectorsPerTrack, tracks }: DiskFormat): number =>
  sectorBytes * sectorsPerTrack * tracks;

export const systemTracksOf = (format: DiskFormat, slice: number): number =>
  slice === 0 ? format.systemTracks : (format.systemTracksOfOthers ?? format.systemTracks);

const MB = 1024 * 1024;
/** A card has some sectors less than its name says, so Searle's last drive is shorter: blocks by slice, on cards up to so many bytes. */
const CLASSIC_LAST = [
  { mostBytes: 64 * MB, slice: 7, blocks: 1280 },
  { mostBytes: Infinity, slice: 15, blocks: 512 },
];

/** Blocks of a slice, those of the directory among them. @param cardBytes of the whole image */
export function blocksOf(format: DiskFormat, slice: number, cardBytes: number): number {
  const { tracks, sectorsPerTrack, sectorBytes, blockBytes } = format;
  const all = Math.floor(((tracks - systemTracksOf(format, slice)) * sectorsPerTrack * sectorBytes) / blockBytes);
  if (format.name !== 'classic') return all;
  const last = CLASSIC_LAST.find(({ mostBytes }) => cardBytes <= mostBytes)!;
  return slice === last.slice ? last.blocks : all;
}
