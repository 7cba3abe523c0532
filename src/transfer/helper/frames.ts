/**
 * The frames between us and Z80LMH.COM, as firmware/helper/helper.asm draws them.
 *
 *     data       A5 n record.lo record.hi check  n x 128 bytes                           n = 1..8, no sum of its own
 *     request    A5 0 0 0 check                  number function 14 bytes  CRC-32        always 20 bytes behind the check
 *     answer     5A A5                           number length  length bytes  CRC-32     of number, length and bytes
 *
 * Numbers have their lowest byte first. Between answers the board says '.' for what it has heard or done, and '?' for what
 * was no frame.
 */
import { concatBytes, toBytes } from '../../seams/bytes.js';
import { crc32 } from '../../seams/crc32.js';

/** As the program says it, and as firmware/helper/helper.asm has it. */
export const VERSION = 1;
export const RECORD = 128;
/** Records in a frame at most, and in a group that has a sum. */
export const GROUP = 8;
/** Sums in an answer at most: so many groups of a file are told of. */
export const MOST_SUMS = 60;

const SYNC = 0xa5;
const ANSWER_SYNC = 0x5a;
const HEADER_SUM = 0x5a;
const ARGUMENTS = 14;
const CRC_SIZE = 4;

/** What can be asked for, by its number. */
export const FUNCTIONS = {
  hello: 0,
  old: 1,
  disk: 2,
  groups: 3,
  records: 4,
  write: 5,
  place: 6,
  end: 7,
} as const;
export type FunctionName = keyof typeof FUNCTIONS;

/** What the board says first in most answers. */
export const STATUS = { ok: 0, readOnly: 1, noFile: 2, directoryFull: 3, diskFull: 4, notClosed: 5 } as const;

const word = (value: number): number[] => [value & 0xff, value >> 8];
const long = (value: number): number[] => [...word(value & 0xffff), ...word(value >>> 16)];

function header(count: number, record: number): number[] {
  const bytes = [count, ...word(record)];
  return [SYNC, ...bytes, bytes.reduce((sum, byte) => sum ^ byte, HEADER_SUM)];
}

/** @param bytes whole records, at most 8 */
export function dataFrame(record: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.from(header(bytes.length / RECORD, record)), bytes]);
}

/** @param number 1 to 255, another one for each request; the same where it is sent again */
export function requestFrame(number: number, name: FunctionName, args: Uint8Array): Uint8Array {
  const body = new Uint8Array(2 + ARGUMENTS);
  body.set([number, FUNCTIONS[name]]);
  body.set(args, 2);
  return Uint8Array.from([...header(0, 0), ...body, ...long(crc32(body))]);
}

/** The arguments of a request about a file. @param drive a letter @param count of records, where it takes one */
export function fileArguments(drive: string, file: string, count = 0): Uint8Array {
  const [stem = '', type = ''] = file.split('.');
  const name = toBytes(stem.padEnd(8) + type.padEnd(3));
  return Uint8Array.from([...word(count), drive.charCodeAt(0) - 0x40, ...name]);
}

/** The arguments of a request about records in memory. */
export function rangeArguments(first: number, count: number): Uint8Array {
  return Uint8Array.from([...word(first), ...word(count)]);
}

/** The answer to that request, if it is whole in what came. */
export function answerIn(came: Uint8Array, number: number): Uint8Array | undefined {
  for (let at = 0; at + 4 + CRC_SIZE <= came.length; at++) {
    if (came[at] !== ANSWER_SYNC || came[at + 1] !== SYNC || came[at + 2] !== number) continue;
    const end = at + 4 + came[at + 3]!;
    if (end + CRC_SIZE > came.length) continue;
    const due = long(crc32(came.subarray(at + 2, end)));
    if (due.every((byte, n) => came[end + n] === byte)) return came.slice(at + 4, end);
  }
  return undefined;
}

export interface Hello {
  version: number;
  /** CRC-32 of the program as it was loaded. */
  crc: number;
  /** Records that the board's memory holds beside it. */
  capacity: number;
}

export interface Sums {
  status: number;
  /** How many the sums are of. */
  records: number;
  /** CRC-32 of each group, the last one's may have fewer records. */
  sums: number[];
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Undefined where an answer has another length than it should. */
export function helloIn(answer: Uint8Array): Hello | undefined {
  if (answer.length !== 7) return undefined;
  const view = viewOf(answer);
  return { version: answer[0]!, crc: view.getUint32(1, true), capacity: view.getUint16(5, true) };
}

/** The same for sums. A file that is not there has only a status. */
export function sumsIn(answer: Uint8Array): Sums | undefined {
  if (answer.length === 1) return { status: answer[0]!, records: 0, sums: [] };
  if (answer.length % 4 !== 3) return undefined;
  const view = viewOf(answer);
  const sums = Array.from({ length: (answer.length - 3) / 4 }, (_, n) => view.getUint32(3 + 4 * n, true));
  return { status: answer[0]!, records: view.getUint16(1, true), sums };
}

/** CRC-32 of each so many records of whole records. */
export function sumsOf(bytes: Uint8Array, unit = GROUP): number[] {
  const step = unit * RECORD;
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, n) =>
    crc32(bytes.subarray(n * step, (n + 1) * step)),
  );
}
