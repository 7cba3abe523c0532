/**
 * NumPy's .npy format, version 1.0, for the element types a μLM uses: int8, int16, uint8, and byte strings
 * (`|S71`), which are read as the uint8 array that they are.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 *     93 'NUMPY' major minor  u16 header length  { 'descr': '|i1', 'fortran_order': False, 'shape': (256, 256), } … \n  data
 */
import { ModelError } from '../seams/errors.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The header is padded so that the data starts at a multiple of this. */
const ALIGNMENT = 64;

export interface NpyArray {
  shape: number[];
  data: Int8Array | Int16Array | Uint8Array;
}

const TYPES = {
  '|i1': { bytes: 1, make: (b: ArrayBuffer) => new Int8Array(b) },
  '<i2': { bytes: 2, make: (b: ArrayBuffer) => new Int16Array(b) },
  '|u1': { bytes: 1, make: (b: ArrayBuffer) => new Uint8Array(b) },
} as const;
type TypeName = keyof typeof TYPES;

function typeOf(data: NpyArray['data']): TypeName {
  return data instanceof Int8Array ? '|i1' : data instanceof Int16Array ? '<i2' : '|u1';
}

/** @throws ModelError naming what is wrong with the array called `where` */
export function decodeNpy(file: Uint8Array, where: string): NpyArray {
  const fail = (message: string): never => {
    throw new ModelError(`not a usable .npy array: ${message}`, { where });
  };
  if (file.length < 12 || MAGIC.some((byte, i) => file[i] !== byte)) fail('it does not begin with the NUMPY mark');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wide = file[6]! >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > file.length) fail('its header is cut off');
  const header = new TextDecoder('latin1').decode(file.subarray(wide ? 12 : 10, start));
  const written = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (written === undefined || shapeText === undefined) return fail('its header has no type or shape');
  const stringLength = /^\|S(\d+)$/.exec(written)?.[1];
  const descr = stringLength === undefined ? written : '|u1';
  if (!(descr in TYPES)) return fail(`elements of type ${descr.slice(0, 16)}, where int8, int16 or uint8 belong`);
  if (/'fortran_order':\s*True/.test(header)) fail('columns first; save it in C order');
  const shape = shapeText
    .split(',')
    .filter((s) => s.trim())
    .map(Number);
  if (stringLength !== undefined) shape.push(Number(stringLength));
  const type = TYPES[descr as TypeName];
  const size = shape.reduce((product, n) => product * n, 1) * type.bytes;
  if (size !== file.length - start)
    fail(`shape (${shape.join(', ')}) needs ${size} bytes, ${file.length - start} are there`);
  return { shape, data: type.make(file.slice(start).buffer as ArrayBuffer) };
}

export function encodeNpy(array: NpyArray): Uint8Array {
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${typeOf(array.data)}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const header = new TextEncoder().encode(text.padEnd(length - 1) + '\n');
  const data = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
  return Uint8Array.from([...MAGIC, 1, 0, length & 0xff, length >> 8, ...header, ...data]);
}
