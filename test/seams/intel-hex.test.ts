import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/seams/bytes.js';
import { InputError } from '../../src/seams/errors.js';
import { hexRecord, parseHexProgram, parseIntelHex } from '../../src/seams/intel-hex.js';

const END = ':00000001FF';
const segments = (text: string): [number, number[]][] =>
  parseIntelHex(text, 'x.hex').map(({ address, bytes }) => [address, [...bytes]]);

describe('an Intel HEX record', () => {
  it('is what the format says', () => {
    // The example of Intel's specification, and the end record.
    expect(hexRecord(0x0100, Uint8Array.of(0x21, 0x46, 0x01, 0x36, 0x01, 0x21, 0x47, 0x01))).toBe(
      ':080100002146013601214701EF',
    );
    expect(hexRecord(0, new Uint8Array(), 1)).toBe(END);
    expect(hexRecord(0x12fe, Uint8Array.of(0xff), 4)).toBe(':0112FE04FFEC');
  });
});

describe('an Intel HEX file', () => {
  it('joins what touches, in either case of letters, with any line end', () => {
    const text = `:0201000001${'02'}FA\r:02010200aabb96\n\n  ${hexRecord(0x0103, Uint8Array.of(9))}  \r\n${END}\n`;
    expect(segments(text)).toEqual([
      [0x0100, [1, 2, 0xaa, 0xbb]],
      [0x0103, [9]],
    ]);
    expect(segments(END)).toEqual([]);
    expect(segments(`${hexRecord(0xfffe, Uint8Array.of(5))}\n${END}`)).toEqual([[0xfffe, [5]]]);
  });

  it('goes on at records that hold no data, and ends at its end', () => {
    const address = hexRecord(0, Uint8Array.of(0, 0), 4);
    expect(segments(`${address}\n${hexRecord(1, Uint8Array.of(7))}\n${END}\nwhat else is there`)).toEqual([[1, [7]]]);
  });

  it.each([
    ['hello', 'this is no Intel HEX record'],
    [':0', 'this is no Intel HEX record'],
    [':00000001FFx', 'this is no Intel HEX record'],
    ['x:00000001FF', 'this is no Intel HEX record'],
    [':0201000001FC', 'the record is longer or shorter than it says'],
    [':0001000001FE', 'the record is longer or shorter than it says'],
    [':0101000001FC', "the record's sum is wrong"],
  ])('names the line that is wrong: %s', (line, message) => {
    const read = (): unknown => segments(`\n${line}\n${END}`);
    expect(read).toThrow(InputError);
    expect(read).toThrow(expect.objectContaining({ message, where: 'x.hex:2' }));
  });

  it('has no piece without a byte', () => {
    const nothing = hexRecord(0x8000, new Uint8Array());
    expect(segments(`${nothing}\n${END}`)).toEqual([]);
    expect(segments(`${nothing}\n${hexRecord(0x9000, Uint8Array.of(7))}\n${END}`)).toEqual([[0x9000, [7]]]);
  });

  it.each([2, 4])('does not go on above 64 KB: type %s', (type) => {
    const at = (data: number[]): string =>
      `\n${hexRecord(0, Uint8Array.from(data), type)}\n${hexRecord(0x8000, Uint8Array.of(7))}\n${END}`;
    expect(segments(at([0, 0]))).toEqual([[0x8000, [7]]]);
    expect(() => segments(at([0, 1]))).toThrow(
      expect.objectContaining({ message: 'what follows lies above 64 KB', where: 'x.hex:2' }),
    );
  });

  it('is cut without its end', () => {
    expect(() => segments(hexRecord(1, Uint8Array.of(7)))).toThrow(
      expect.objectContaining({ message: 'the end record is missing: the file is cut', where: 'x.hex' }),
    );
  });
});

describe("a program's file", () => {
  const program = (...records: string[]): unknown => parseHexProgram(toBytes(records.join('\n')), 'x.hex');
  const data = hexRecord(0x8000, Uint8Array.of(7, 8));

  it('tells where it is entered, or else that is its first record', () => {
    const segments = [{ address: 0x8000, bytes: Uint8Array.of(7, 8) }];
    expect(program(data, END)).toEqual({ segments, entry: 0x8000 });
    expect(program(data, hexRecord(0x8001, new Uint8Array(), 1))).toEqual({ segments, entry: 0x8001 });
  });

  it.each([[[END]], [[hexRecord(0x8000, new Uint8Array()), END]]])('has a byte: %s', (records) => {
    expect(() => program(...records)).toThrow(InputError);
    expect(() => program(...records)).toThrow(
      expect.objectContaining({ message: 'the file holds no data', where: 'x.hex' }),
    );
  });
});
