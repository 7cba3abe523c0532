/**
 * A program's tape: a BASIC loader that starts by itself, and the bytes of memory.
 *
 *     10 BORDER 1: PAPER 1: INK 7: CLEAR below the program: PRINT its name and how long it takes: LOAD ""CODE
 *     20 RANDOMIZE USR entry
 *
 * Numbers are VAL "24319", which needs no binary form beside the digits. GO TO 20 talks again.
 */
import { latin1, toBytes } from '../../seams/bytes.js';
import { InputError } from '../../seams/errors.js';
import { decodeTap, encodeTap, fileBlocks, KIND, tapeFiles } from './tap.js';

/** A program as it stands in memory. */
export interface TapeProgram {
  bytes: Uint8Array;
  origin: number;
  entry: number;
}

/** BASIC's words as the Spectrum's characters. */
export const TOKEN = {
  AT: 0xac,
  CODE: 0xaf,
  VAL: 0xb0,
  USR: 0xc0,
  INK: 0xd9,
  PAPER: 0xda,
  BORDER: 0xe7,
  LOAD: 0xef,
  PRINT: 0xf5,
  RANDOMIZE: 0xf9,
  CLEAR: 0xfd,
} as const;

const FIRST_LINE = 10;
const TALK_LINE = 20;
const ENTER = 0x0d;
const COLUMNS = 32;
const NAME_ROW = 9;
const WAIT_ROW = 11;
/** Bytes that a cassette brings in a minute, about. */
const BYTES_A_MINUTE = 10_900;
const COLOURS = { paper: 1, ink: 7 };

/** @param name is shown while it loads, as much as a line takes; the tape's has ten of its characters, in capitals */
export function encodeTape({ bytes, origin, entry }: TapeProgram, name: string): Uint8Array {
  const shown = plain(name).slice(0, COLUMNS);
  const onTape = shown.toUpperCase();
  const loader = [
    ...line(FIRST_LINE, [
      [TOKEN.BORDER, ...val(COLOURS.paper)],
      [TOKEN.PAPER, ...val(COLOURS.paper)],
      [TOKEN.INK, ...val(COLOURS.ink)],
      [TOKEN.CLEAR, ...val(origin - 1)],
      printAt(NAME_ROW, shown),
      printAt(WAIT_ROW, `${Math.ceil(bytes.length / BYTES_A_MINUTE)} min from a cassette`),
      [TOKEN.LOAD, ...quoted(''), TOKEN.CODE],
    ]),
    ...line(TALK_LINE, [[TOKEN.RANDOMIZE, TOKEN.USR, ...val(entry)]]),
  ];
  return encodeTap([
    ...fileBlocks({ kind: KIND.program, name: onTape, at: FIRST_LINE, bytes: Uint8Array.from(loader) }),
    ...fileBlocks({ kind: KIND.code, name: onTape, at: origin, bytes }),
  ]);
}

/** @throws InputError where it is no tape of one program, as `encodeTape` makes them */
export function decodeTape(tap: Uint8Array, where: string): TapeProgram {
  const files = tapeFiles(decodeTap(tap, where), where);
  const [loader, code] = files;
  if (files.length !== 2 || loader?.kind !== KIND.program || code?.kind !== KIND.code)
    throw new InputError('the tape is not a BASIC loader and a block of code', {
      where,
      hint: 'z80lm build --machine zx48 makes such tapes; an emulator of a whole Spectrum takes others',
    });
  const entry = usrOf(loader.bytes);
  const { at: origin, bytes } = code;
  if (entry === undefined) throw new InputError("the tape's loader starts no program by USR VAL", { where });
  if (origin + bytes.length > 0x1_0000 || entry < origin || entry >= origin + bytes.length)
    throw new InputError(`the tape's program lies at ${origin}, and is started at ${entry}`, {
      where,
      hint: 'it must lie within memory, and be started where it lies',
    });
  return { bytes, origin, entry };
}

/** The address of `USR VAL "..."`. */
function usrOf(basic: Uint8Array): number | undefined {
  const sign = latin1(Uint8Array.of(TOKEN.USR, TOKEN.VAL));
  const [, digits] = new RegExp(`${sign}"(\\d{1,5})"`).exec(latin1(basic)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A line: its number high byte first, its length, its statements. */
function line(number: number, statements: readonly number[][]): number[] {
  const text = [...statements.flatMap((statement, i) => (i === 0 ? statement : [0x3a, ...statement])), ENTER];
  return [number >> 8, number & 0xff, text.length & 0xff, text.length >> 8, ...text];
}

/** In the middle of a row. */
function printAt(row: number, text: string): number[] {
  const column = Math.floor((COLUMNS - text.length) / 2);
  return [TOKEN.PRINT, TOKEN.AT, ...val(row), 0x2c, ...val(column), 0x3b, ...quoted(text)];
}

const val = (value: number): number[] => [TOKEN.VAL, ...quoted(String(value))];
const quoted = (text: string): number[] => [0x22, ...toBytes(text), 0x22];
/** What stands in a string of BASIC as it is, and looks like ASCII. */
const plain = (text: string): string => text.replace(/["`]/g, "'").replace(/[^ -~]/gu, '?');
