/**
 * Intel HEX, as text loaders take it:
 *
 *     :LLAAAATT dd…dd SS      length, address, type (00 data, 01 end), data, sum (all bytes add up to 0 mod 256)
 */
import { fromHex, toHex } from './bytes.js';
import { InputError } from './errors.js';

export interface Segment {
  address: number;
  bytes: Uint8Array;
}

/**
 * Read a file's data records; touching ones are joined.
 * @throws InputError naming the line
 */
export function parseIntelHex(text: string, where: string): Segment[] {
  const segments: { address: number; bytes: number[] }[] = [];
  const wrong = (line: number, what: string): InputError => new InputError(what, { where: `${where}:${line}` });
  let ended = false;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const row = raw.trim();
    if (row === '' || ended) continue;
    const match = /^:((?:[0-9A-F]{2})+)$/i.exec(row);
    if (match === null) throw wrong(index + 1, 'this is no Intel HEX record');
    const record = fromHex(match[1]!);
    if (record.length !== record[0]! + 5) throw wrong(index + 1, 'the record is longer or shorter than it says');
    if (record.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw wrong(index + 1, "the record's sum is wrong");
    if (record[3] === 1) ended = true;
    if (record[3] !== 0) continue;
    const address = (record[1]! << 8) | record[2]!;
    const data = [...record.subarray(4, -1)];
    const last = segments.at(-1);
    if (last !== undefined && last.address + last.bytes.length === address) last.bytes.push(...data);
    else segments.push({ address, bytes: data });
  }
  if (!ended) throw new InputError('the end record is missing: the file is cut', { where });
  return segments.map(({ address, bytes }) => ({ address, bytes: Uint8Array.from(bytes) }));
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
