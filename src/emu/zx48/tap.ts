/**
 * A .TAP: the blocks of a ZX Spectrum's tape, one behind the other.
 *
 *     word    bytes that follow, flag and sum included        low byte first, as all words
 *     byte    flag: 00h a header, FFh what a header announces
 *     ...     the block's bytes
 *     byte    sum: flag and bytes, XORed
 *
 * A header has 17 bytes: kind (0 a BASIC program, 3 bytes of memory), ten characters of name, and three words: length; line to
 * start at, or address; length of a program without its variables, or 8000h.
 */
import { latin1, toBytes } from '../../seams/bytes.js';
import { InputError } from '../../seams/errors.js';

export const FLAG = { header: 0x00, data: 0xff } as const;
export const KIND = { program: 0, code: 3 } as const;
const HEADER_BYTES = 17;
const NAME_BYTES = 10;
/** A header's third word, where the kind has no use for it. */
const NO_USE = 0x8000;
/** Length, flag and sum of a block. */
const AROUND = 4;

/** As it is on the tape, without its length: flag, bytes, sum. */
export type TapeBlock = Uint8Array;

/** A header and what it announces. */
export interface TapeFile {
  kind: number;
  /** At most ten characters of ASCII. */
  name: string;
  /** Line to start at, or address. */
  at: number;
  bytes: Uint8Array;
}

/** The two blocks of a file. */
export function fileBlocks({ kind, name, at, bytes }: TapeFile): TapeBlock[] {
  const last = kind === KIND.program ? bytes.length : NO_USE;
  const words = [bytes.length, at, last].flatMap((word) => [word & 0xff, word >> 8]);
  return [
    block(FLAG.header, [kind, ...toBytes(name.slice(0, NAME_BYTES).padEnd(NAME_BYTES)), ...words]),
    block(FLAG.data, bytes),
  ];
}

function block(flag: number, bytes: Iterable<number>): TapeBlock {
  const made = [flag, ...bytes];
  return Uint8Array.of(...made, sumOf(made));
}

const sumOf = (bytes: Iterable<number>): number => [...bytes].reduce((sum, byte) => sum ^ byte, 0);

export function encodeTap(blocks: readonly TapeBlock[]): Uint8Array {
  return Uint8Array.from(blocks.flatMap((b) => [b.length & 0xff, b.length >> 8, ...b]));
}

/** @throws InputError where a block is cut off, or its sum is wrong */
export function decodeTap(tap: Uint8Array, where: string): TapeBlock[] {
  const blocks: TapeBlock[] = [];
  for (let at = 0; at < tap.length;) {
    const wrong = (what: string): InputError =>
      new InputError(`the tape's block ${blocks.length + 1} ${what}`, { where, hint: 'make the file again' });
    const length = tap[at]! | ((tap[at + 1] ?? 0) << 8);
    const found = tap.subarray(at + 2, at + 2 + length);
    if (at + AROUND > tap.length || found.length < length) throw wrong('is cut off');
    if (length < 2) throw wrong('has no bytes');
    if (sumOf(found) !== 0) throw wrong('is damaged: its sum is wrong');
    blocks.push(found);
    at += 2 + length;
  }
  return blocks;
}

/**
 * Headers and what they announce.
 * @throws InputError where a block is another than its header says, or has none
 */
export function tapeFiles(blocks: readonly TapeBlock[], where: string): TapeFile[] {
  const files: TapeFile[] = [];
  for (let i = 0; i < blocks.length; i += 2) {
    const [header, data] = [blocks[i]!, blocks[i + 1]];
    const length = header[12]! | (header[13]! << 8);
    if (header[0] !== FLAG.header || header.length !== HEADER_BYTES + 2)
      throw new InputError(`the tape's block ${i + 1} is no header`, { where });
    if (data?.[0] !== FLAG.data || data.length !== length + 2)
      throw new InputError(`the tape's block ${i + 2} is not what its header says`, { where });
    files.push({
      kind: header[1]!,
      name: latin1(header.subarray(2, 12)).trimEnd(),
      at: header[14]! | (header[15]! << 8),
      bytes: data.slice(1, -1),
    });
  }
  return files;
}
