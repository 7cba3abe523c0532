/**
 * Intel HEX, as text loaders take it:
 *
 *     :LLAAAATT dd…dd SS      length, address, type, data, sum (all bytes add up to 0 mod 256)
 *
 *     00  data                                02  segment of what follows, times 16   } only 0: a Z80 sees 64 KB
 *     01  end; the address is the entry, or 0  04  upper 16 bits of its addresses      }
 */
import { fromHex, latin1, toHex } from './bytes.js';
import { InputError } from './errors.js';

export interface Segment {
  address: number;
  bytes: Uint8Array;
}

/** A program as its file tells it. */
export interface HexProgram {
  /** At least one, in the file's order. */
  segments: [Segment, ...Segment[]];
  /** The end record's address, where that is not 0; else the first record's. */
  entry: number;
}

/**
 * Read a program's file.
 * @throws InputError naming the line, or where there is no data
 */
export function parseHexProgram(file: Uint8Array, where: string): HexProgram {
  const { segments, entry } = parse(latin1(file), where);
  const [first, ...more] = segments;
  if (first === undefined)
    throw new InputError('the file holds no data', {
      where,
      hint: 'it has records of Intel HEX, and no byte in any of them: was the source that it was made of empty?',
    });
  return { segments: [first, ...more], entry: entry === 0 ? first.address : entry };
}

/**
 * Read a file's data records; touching ones are joined, and those without data are none.
 * @throws InputError naming the line
 */
export const parseIntelHex = (text: string, where: string): Segment[] => parse(text, where).segments;

const TYPE = { data: 0, end: 1, segment: 2, upper: 4 };

function parse(text: string, where: string): { segments: Segment[]; entry: number } {
  const segments: { address: number; bytes: number[] }[] = [];
  const wrong = (line: number, what: string, hint?: string): InputError =>
    new InputError(what, { where: `${where}:${line}`, hint });
  let entry: number | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const row = raw.trim();
    if (row === '' || entry !== undefined) continue;
    const match = /^:((?:[0-9A-F]{2})+)$/i.exec(row);
    if (match === null) throw wrong(index + 1, 'this is no Intel HEX record');
    const record = fromHex(match[1]!);
    if (record.length !== record[0]! + 5) throw wrong(index + 1, 'the record is longer or shorter than it says');
    if (record.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw wrong(index + 1, "the record's sum is wrong");
    const address = (record[1]! << 8) | record[2]!;
    const type = record[3]!;
    const data = [...record.subarray(4, -1)];
    if (type === TYPE.end) entry = address;
    if ((type === TYPE.segment || type === TYPE.upper) && data.some((byte) => byte !== 0))
      throw wrong(
        index + 1,
        'what follows lies above 64 KB',
        'a Z80 has addresses up to FFFFh: have the file made without extended addresses (records of type 02 and 04)',
      );
    if (type !== TYPE.data || data.length === 0) continue;
    const last = segments.at(-1);
    if (last !== undefined && last.address + last.bytes.length === address) last.bytes.push(...data);
    else segments.push({ address, bytes: data });
  }
  if (entry === undefined) throw new InputError('the end record is missing: the file is cut', { where });
  return { segments: segments.map(({ address, bytes }) => ({ address, bytes: Uint8Array.from(bytes) })), entry };
}

/** One record, without line end. */
export function hexRecord(address: number, data: Uint8Array, type = 0): string {
  const record = Uint8Array.from([data.length, address >> 8, address & 0xff, type, ...data, 0]);
  record[record.length - 1] = -record.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return `:${toHex(record)}`;
}

/** Bytes of a record, unless something wants fewer or more. */
const PER_RECORD = 16;

/** Records of segments, the end record last, without line ends; gaps between segments are not filled. */
export function hexRecords(segments: readonly Segment[], entry = 0): string[] {
  const records: string[] = [];
  for (const { address, bytes } of segments)
    for (let at = 0; at < bytes.length; at += PER_RECORD)
      records.push(hexRecord(address + at, bytes.subarray(at, at + PER_RECORD)));
  return [...records, hexRecord(entry, new Uint8Array(0), 1)];
}
