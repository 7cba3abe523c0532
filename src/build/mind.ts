/**
 * A mind: a model's program for TALK (firmware/talk), which loads it from disk. It is the very program of firmware/chat,
 * assembled for another address, with a header in front. firmware/shared/mind.inc states the same, and the build
 * compares the two.
 */
import { toBytes } from '../seams/bytes.js';
import { crc16 } from '../seams/crc16.js';

/** Where a mind stands in memory: above TALK, at the beginning of a page. */
export const MIND_ORIGIN = 0x0d00;
/** Version of the contract between TALK and its minds. */
export const MIND_VERSION = 1;
/** Bytes of the header, which is the file's first record. */
export const MIND_HEADER_BYTES = 128;

const RECORD = 128;
const MAGIC = 'Z80 MIND';

/** Offsets of the header's fields. */
const AT = {
  MIND_MAGIC: 0,
  MIND_NEEDS: 8,
  MIND_PLACE: 10,
  MIND_BYTES: 12,
  MIND_END: 14,
  MIND_SUM: 16,
  MIND_NAME: 18,
  HEADER_SUM: 126,
} as const;
/** Bytes for the model's name, including its terminating zero. */
const NAME_BYTES = 62;

/** What mind.inc must say. */
export const MIND_CONSTANTS: Readonly<Record<string, number>> = {
  ...AT,
  MIND_ORIGIN,
  MIND_VERSION,
  MIND_RECORD: RECORD,
  MAGIC_BYTES: MAGIC.length,
  NAME_BYTES,
};

/**
 * The .MND: header, and the program in whole records. Its sum is a CRC, as a sum of bytes would not see two records
 * exchanged.
 * @param program as it stands in memory from MIND_ORIGIN on
 * @param end the first address behind its memory
 * @param name in ASCII; a character that is not is shown as `?`
 */
export function encodeMind(program: Uint8Array, end: number, name: string): Uint8Array {
  const file = new Uint8Array(RECORD * (1 + Math.ceil(program.length / RECORD)));
  file.set(program, RECORD);
  const header = file.subarray(0, RECORD);
  const view = new DataView(file.buffer);
  header.set(toBytes(MAGIC), AT.MIND_MAGIC);
  header[AT.MIND_NEEDS] = MIND_VERSION;
  view.setUint16(AT.MIND_PLACE, MIND_ORIGIN, true);
  view.setUint16(AT.MIND_BYTES, program.length, true);
  view.setUint16(AT.MIND_END, end, true);
  view.setUint16(AT.MIND_SUM, crc16(file.subarray(RECORD)), true);
  header.set(toBytes(name.replace(/[^ -~]/gu, '?').slice(0, NAME_BYTES - 1)), AT.MIND_NAME);
  view.setUint16(AT.HEADER_SUM, crc16(header.subarray(0, AT.HEADER_SUM)), false);
  return file;
}

/** Whether the file begins with a mind's magic. */
export function isMind(file: Uint8Array): boolean {
  return toBytes(MAGIC).every((byte, at) => file[at] === byte);
}
