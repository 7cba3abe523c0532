/**
 * What proves a file on a board that cannot send it back: numbers that the board computes over it. A CRC-16 alone proves
 * nothing that the blocks' own CRC-16 has not: an error that one misses the other misses, always, since both are remainders
 * by the same polynomial. So firmware/recv tells two sums as well, one of the bytes and one that tells places apart.
 */
import { crc16, SUB } from './xmodem.js';

const RECORD = 128;
const WORD = 0xffff;

export interface FileSums {
  crc: number;
  records: number;
  /** Of the bytes, mod 65536. */
  plain: number;
  /** Of `plain` after each byte, mod 65536. */
  placed: number;
}

/** The bytes as CP/M keeps them: whole records. */
export function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / RECORD) * RECORD).fill(SUB);
  whole.set(bytes);
  return whole;
}

export function fileSums(bytes: Uint8Array): FileSums {
  const whole = padded(bytes);
  let plain = 0;
  let placed = 0;
  for (const byte of whole) {
    plain = (plain + byte) & WORD;
    placed = (placed + plain) & WORD;
  }
  return { crc: crc16(whole), records: whole.length / RECORD, plain, placed };
}

const SAID = /CRC ([0-9A-F]{4})(?: ([0-9A-F]{4}))?(?: ([0-9A-F]{4}) ([0-9A-F]{4}))?/;

/** What RECV says; of its first version only CRC and records. Undefined where it says neither. */
export function saidSums(text: string): Partial<FileSums> | undefined {
  const numbers = SAID.exec(text)?.slice(1);
  if (numbers === undefined) return undefined;
  const [crc, records, plain, placed] = numbers.map((digits) =>
    digits === undefined ? undefined : parseInt(digits, 16),
  );
  return {
    crc: crc!,
    ...(records !== undefined && { records }),
    ...(plain !== undefined && { plain }),
    ...(placed !== undefined && { placed }),
  };
}

const NAMES: Readonly<Record<keyof FileSums, string>> = {
  crc: 'CRC',
  records: 'number of records',
  plain: 'sum',
  placed: 'sum of places',
};
const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** In words what is not as it is due, or undefined. */
export function sumsDiffer(said: Partial<FileSums>, due: FileSums): string | undefined {
  for (const key of Object.keys(NAMES) as (keyof FileSums)[])
    if (said[key] !== undefined && said[key] !== due[key])
      return `the board's ${NAMES[key]} of the file is ${hex(said[key])}, not ${hex(due[key])}`;
  return undefined;
}
