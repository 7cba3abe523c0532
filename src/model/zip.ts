/**
 * Reading zip files so that damage shows: every entry is held to its CRC-32, and what the file says twice (in each entry's own
 * header and in the directory at its end) is compared. fflate, which unpacks the entries, looks at neither.
 *
 *     | header 1, data 1 | header 2, data 2 | … | directory | end record |
 *
 * Source: PKWARE's APPNOTE.TXT 6.3.10, chapter 4. Of ZIP64 there is only what NumPy writes: sizes of an entry's own header
 * that stand in an extra field.
 */
import { Inflate } from 'fflate';
import { latin1 } from '../seams/bytes.js';
import { crc32 } from '../seams/crc32.js';

/** Signatures, as the first four bytes of a record, little-endian. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Bytes of a record without its names and extra fields. */
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x0001;
/** CRC and sizes follow the data: those of the entry's own header say nothing. */
const SIZES_BEHIND = 0x0008;
/** The value in question is in an extra field. */
const ELSEWHERE = 0xffffffff;
const ZIP64_FIELD = 1;

/** Compressed bytes unpacked at a time: they come to 16 MB at most before their number is looked at. */
const PIECE = 16 * 1024;

interface Entry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  /** Bytes as they stand in the file, and unpacked. */
  packed: number;
  size: number;
  /** Of its own header. */
  at: number;
}

/**
 * The entries of a zip file by name, in the directory's order.
 * @param mostBytes what all of them may come to, unpacked
 * @throws Error with what is wrong: cut off, damaged, longer than its directory says, too large, two entries of one name
 */
export function readZip(zip: Uint8Array, mostBytes: number): Map<string, Uint8Array> {
  // Not one of Node's Buffers: slices of those are no copies.
  const file = new Uint8Array(zip.buffer, zip.byteOffset, zip.length);
  const entries = directoryOf(file);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes) throw new Error(`it would unpack to more than ${mostBytes} bytes`);
  const contents = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (contents.has(entry.name)) throw new Error(`it has two entries named ${entry.name}`);
    contents.set(entry.name, contentOf(file, entry));
  }
  return contents;
}

function directoryOf(file: Uint8Array): Entry[] {
  const view = viewOf(file);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  let at = view.getUint32(end + 16, true);
  if (
    view.getUint16(end + 4, true) !== 0 ||
    view.getUint16(end + 6, true) !== 0 ||
    view.getUint16(end + 8, true) !== count
  )
    throw new Error('its end record speaks of several disks');
  if (at + size !== end) throw new Error('its directory is not where its end record says');
  const entries: Entry[] = [];
  while (at < end) {
    if (at + CENTRAL_SIZE > end || view.getUint32(at, true) !== CENTRAL) throw new Error('its directory is damaged');
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: nameAt(file, at + CENTRAL_SIZE, nameLength),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += CENTRAL_SIZE + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== end || entries.length !== count)
    throw new Error('its directory has other entries than its end record says');
  return entries;
}

/** Where the end record begins: nothing may follow it but the comment that it announces. */
function endRecord(view: DataView): number {
  const { byteLength } = view;
  for (let at = byteLength - END_SIZE; at >= Math.max(0, byteLength - END_SIZE - 0xffff); at--)
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === byteLength) return at;
  throw new Error('its end record is missing, or something follows it');
}

/** @throws Error where the entry's own header says otherwise than the directory, or the CRC is another */
function contentOf(file: Uint8Array, entry: Entry): Uint8Array {
  const { name, flags, method, crc, packed, size, at } = entry;
  const damaged = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  const view = viewOf(file);
  if (at + LOCAL_SIZE > file.length || view.getUint32(at, true) !== LOCAL)
    damaged('its header is not where it should be');
  const nameLength = view.getUint16(at + 26, true);
  const extraAt = at + LOCAL_SIZE + nameLength;
  const dataAt = extraAt + view.getUint16(at + 28, true);
  if (dataAt + packed > file.length) damaged('it is cut off');
  if ((flags & ENCRYPTED) !== 0) damaged('it is encrypted');
  const localFlags = view.getUint16(at + 6, true);
  const sizes = ((localFlags & SIZES_BEHIND) === 0 && localSizes(view, at, extraAt, dataAt)) || { crc, packed, size };
  if (
    nameAt(file, at + LOCAL_SIZE, nameLength) !== name ||
    view.getUint16(at + 8, true) !== method ||
    localFlags !== flags ||
    sizes.crc !== crc ||
    sizes.packed !== packed ||
    sizes.size !== size
  )
    damaged('its header and the directory differ');
  const data = file.subarray(dataAt, dataAt + packed);
  const content =
    method === STORED ? data : method === DEFLATED ? inflated(data, size) : damaged('it is packed in an unknown way');
  if (content.length !== size) damaged(`it has ${content.length} bytes, not ${size}`);
  if (crc32(content) !== crc) damaged('its checksum does not match');
  return content;
}

/** What the entry's own header says of CRC and sizes. */
function localSizes(
  view: DataView,
  at: number,
  extraAt: number,
  dataAt: number,
): Pick<Entry, 'crc' | 'packed' | 'size'> {
  const crc = view.getUint32(at + 14, true);
  const packed = view.getUint32(at + 18, true);
  const size = view.getUint32(at + 22, true);
  if (packed !== ELSEWHERE && size !== ELSEWHERE) return { crc, packed, size };
  for (let field = extraAt; field + 4 <= dataAt; field += 4 + view.getUint16(field + 2, true))
    // The size unpacked comes first; NumPy gives both, of eight bytes each.
    if (view.getUint16(field, true) === ZIP64_FIELD && field + 20 <= dataAt)
      return {
        crc,
        size: Number(view.getBigUint64(field + 4, true)),
        packed: Number(view.getBigUint64(field + 12, true)),
      };
  return { crc, packed, size };
}

/** No more than a piece is unpacked beyond `size`, whatever the data come to. */
function inflated(data: Uint8Array, size: number): Uint8Array {
  const content = new Uint8Array(size);
  let length = 0;
  const inflate = new Inflate((chunk) => {
    if (length + chunk.length > size) throw new Error(`it unpacks to more than the ${size} bytes that it says`);
    content.set(chunk, length);
    length += chunk.length;
  });
  for (let at = 0; at === 0 || at < data.length; at += PIECE)
    inflate.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
  return content.subarray(0, length);
}

const viewOf = (file: Uint8Array): DataView => new DataView(file.buffer, file.byteOffset, file.byteLength);

/** Names are compared and looked for, and never shown to anybody but in errors: a byte is a character. */
function nameAt(file: Uint8Array, at: number, length: number): string {
  if (at + length > file.length) throw new Error('a name is cut off');
  return latin1(file.subarray(at, at + length));
}
