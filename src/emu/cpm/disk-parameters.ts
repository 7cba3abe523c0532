/**
 * The disk that a drive is: 8 MB, the most of CP/M 2.2, in blocks of 4 KB, with 1,024 directory entries of two extents
 * each (the disk parameter block of the CP/M 2.2 Alteration Guide, section 10).
 */
export const RECORD = 128;
export const RECORDS_PER_EXTENT = 128;
export const RECORDS_PER_BLOCK = 32;
export const BLOCK = RECORDS_PER_BLOCK * RECORD;
export const BLOCKS = 2_048;
export const BLOCKS_PER_ENTRY = 8;
/** Blocks of one extent: 16 KB. */
export const BLOCKS_PER_EXTENT = RECORDS_PER_EXTENT / RECORDS_PER_BLOCK;
export const DIRECTORY_BLOCKS = 8;
/** Names that the directory of such a drive holds. */
export const DIRECTORY_ENTRIES = 1_024;
/** EXM: an entry holds the extents that differ in this bit. */
export const EXTENT_MASK = 1;
/** Extents are counted in five bits (EX) and four (S2): 8 MB, the largest file and the largest drive. */
export const MOST_EXTENT = 0x1f;
export const MOST_MODULE = 0x0f;
export const EXTENTS_PER_MODULE = MOST_EXTENT + 1;
export const MOST_RECORDS = (MOST_MODULE + 1) * EXTENTS_PER_MODULE * RECORDS_PER_EXTENT;
export const DRIVE_BYTES = MOST_RECORDS * RECORD;

export const DISK_PARAMETERS = [
  64, 0, // SPT: records in a track
  5, 31, EXTENT_MASK, // BSH BLM EXM
  (BLOCKS - 1) & 255, (BLOCKS - 1) >> 8, // DSM: highest block
  (DIRECTORY_ENTRIES - 1) & 255, (DIRECTORY_ENTRIES - 1) >> 8, // DRM: highest entry
  255, 0, // AL0 AL1: the directory's eight blocks
  0, 0, // CKS: fixed
  0, 0, // OFF
]; // prettier-ignore
