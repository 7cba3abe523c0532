/** Tapes byte by byte against the published formats, read back, and what is refused; and their sound. */
import { describe, expect, it } from 'vitest';
import { encodeSound, SAMPLE_HZ } from '../../../src/emu/zx48/sound.js';
import { decodeTap, encodeTap, type TapeBlock } from '../../../src/emu/zx48/tap.js';
import { decodeTape, encodeTape } from '../../../src/emu/zx48/tape.js';
import { fromHex, latin1, toBytes, toHex } from '../../../src/seams/bytes.js';

const PROGRAM = { bytes: Uint8Array.of(0x11, 0x22, 0x33, 0xc9), origin: 0x7ffe, entry: 0x8001 };
const TAPE = encodeTape(PROGRAM, 'Guess "who"');

const text = (words: string): string => toHex(toBytes(words));
const val = (number: number): string => `b0 22 ${text(String(number))} 22`;

/** Lines 10 and 20: number high byte first, length, statements, ENTER. */
const LINE_10 = [
  `e7 ${val(1)} 3a`, // BORDER 1:
  `da ${val(1)} 3a`, // PAPER 1:
  `d9 ${val(7)} 3a`, // INK 7:
  `fd ${val(0x7ffd)} 3a`, // CLEAR 32765:
  `f5 ac ${val(9)} 2c ${val(10)} 3b 22 ${text("Guess 'who'")} 22 3a`, // PRINT AT 9,10;"Guess 'who'":
  `f5 ac ${val(11)} 2c ${val(5)} 3b 22 ${text('1 min from a cassette')} 22 3a`, // PRINT AT 11,5;"...":
  'ef 22 22 af 0d', // LOAD ""CODE
].join(' '); // prettier-ignore
const LINE_20 = `f9 c0 ${val(0x8001)} 0d`; // RANDOMIZE USR 32769

const bytes = (hex: string): Uint8Array => fromHex(hex.replace(/ /g, ''));
const le = (value: number): number[] => [value & 0xff, value >> 8];
const xor = (of: Iterable<number>): number => [...of].reduce((a, b) => a ^ b, 0);
const block = (flag: number, body: Iterable<number>): number[] => {
  const all = [flag, ...body];
  return [...le(all.length + 1), ...all, xor(all)];
};

describe('a tape', () => {
  it('is a header and a BASIC loader that starts at line 10, a header and the bytes', () => {
    const [ten, twenty] = [bytes(LINE_10), bytes(LINE_20)];
    const basic = [0, 10, ...le(ten.length), ...ten, 0, 20, ...le(twenty.length), ...twenty];
    const name = [...toBytes("GUESS 'WHO")];
    expect([...TAPE]).toEqual([
      ...block(0x00, [0, ...name, ...le(basic.length), ...le(10), ...le(basic.length)]),
      ...block(0xff, basic),
      ...block(0x00, [3, ...name, ...le(4), ...le(0x7ffe), ...le(0x8000)]),
      ...block(0xff, PROGRAM.bytes),
    ]);
    expect(TAPE.subarray(0, 3)).toEqual(Uint8Array.of(19, 0, 0));
  });

  it('is read back', () => {
    expect(decodeTape(TAPE, 'X.TAP')).toEqual(PROGRAM);
    const large = { bytes: Uint8Array.from({ length: 40_000 }, (_, i) => i * 7), origin: 0x5f00, entry: 0x8000 };
    expect(decodeTape(encodeTape(large, ''), 'X.TAP')).toEqual(large);
  });

  it('shows a long name as far as a line goes, and ten characters of it in the header', () => {
    const tape = latin1(encodeTape(PROGRAM, `An oracle that knows everything — and more`));
    expect(tape).toContain('"An oracle that knows everything "');
    expect(tape).toContain('AN ORACLE ');
  });
});

describe('what is no tape of a program', () => {
  const changed = (change: (tape: Uint8Array) => void): Uint8Array => {
    const tape = TAPE.slice();
    change(tape);
    return tape;
  };
  const blocks = decodeTap(TAPE, 'X');
  const summed = (change: (block: TapeBlock) => void, at: number): Uint8Array => {
    const made = blocks.map((b) => b.slice());
    change(made[at]!);
    made[at]![made[at]!.length - 1] = xor(made[at]!.subarray(0, -1));
    return encodeTap(made);
  };

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'not a BASIC loader and a block of code'],
    ['a byte', Uint8Array.of(19), 'block 1 is cut off'],
    ['its last byte lost', TAPE.subarray(0, -1), 'block 4 is cut off'],
    ['a block without bytes', Uint8Array.of(1, 0, 0), 'block 1 is cut off'],
    ['an empty block', Uint8Array.of(0, 0, 0, 0), 'block 1 has no bytes'],
    ['a bit of the data', changed((t) => (t[t.length - 3]! ^= 1)), 'block 4 is damaged'],
    ['a bit of a header', changed((t) => (t[5]! ^= 1)), 'block 1 is damaged'],
    ['data where a header should be', encodeTap([blocks[1]!, blocks[0]!]), 'block 1 is no header'],
    ['a header alone', encodeTap(blocks.slice(0, 1)), 'block 2 is not what its header says'],
    ['another length in the header', summed((b) => b[12]!++, 2), 'block 4 is not what its header says'],
    ['only the loader', encodeTap(blocks.slice(0, 2)), 'not a BASIC loader and a block of code'],
    ['two programs', encodeTap([...blocks, ...blocks]), 'not a BASIC loader and a block of code'],
    ['a picture in the place of the loader', summed((b) => (b[1] = 3), 0), 'not a BASIC loader'],
    ['a loader without USR', summed((b) => (b[b.indexOf(0xc0)] = 0xc1), 1), 'starts no program by USR VAL'],
    ['an end beyond memory', summed((b) => ((b[14] = 0xfe), (b[15] = 0xff)), 2), 'lies at 65534'],
    ['a start beside it', summed((b) => (b[15] = 0x90), 2), 'and is started at 32769'],
    ['a .COM', Uint8Array.from({ length: 900 }, (_, i) => 0xc3 ^ (i * 31)), 'block 1'],
  ])('%s', (_, tape, words) => {
    expect(() => decodeTape(tape, 'X.TAP')).toThrow(words);
  });
});

describe('the sound of a tape', () => {
  /** Times between edges, in T-states of 3.5 MHz, as samples tell them. */
  function pulses(wav: Uint8Array): number[] {
    const found: number[] = [];
    let [level, since] = [false, 0];
    wav.subarray(44).forEach((sample, i) => {
      // What is silent is on neither side: no edge before the next pulse.
      if (sample === 0x80 || sample > 0x80 === level) return;
      found.push(((i - since) * 3_500_000) / SAMPLE_HZ);
      [level, since] = [sample > 0x80, i];
    });
    return found;
  }

  /** As the ROM's loader does: a pilot, two short pulses, then bits by the length of two pulses. */
  function heard(wav: Uint8Array): number[][] {
    const all = pulses(wav);
    const made: number[][] = [];
    for (let at = 0; at < all.length;) {
      let pilots = 0;
      for (; all[at]! > 1900 && all[at]! < 2400; at++) pilots++;
      if (pilots < 256) {
        at++;
        continue;
      }
      expect(all[at]! + all[at + 1]!).toBeLessThan(1600);
      at += 2;
      const bits: number[] = [];
      for (; all[at]! + all[at + 1]! < 4000; at += 2) bits.push(all[at]! + all[at + 1]! > 2400 ? 1 : 0);
      made.push(
        Array.from({ length: bits.length >> 3 }, (_, i) =>
          bits.slice(8 * i, 8 * i + 8).reduce((byte, bit) => 2 * byte + bit, 0),
        ),
      );
    }
    return made;
  }

  const wav = encodeSound(decodeTap(TAPE, 'X.TAP'));

  it('is heard as the blocks that are on it', () => {
    const long = Uint8Array.from({ length: 600 }, (_, i) => i * 29);
    const blocks = decodeTap(encodeTape({ ...PROGRAM, bytes: long }, 'X'), 'X');
    expect(heard(encodeSound(blocks))).toEqual(blocks.map((b) => [...b]));
  });

  it('has a header of 8 bits, one channel, 44,100 Hz, and the length of the ROM’s times', () => {
    const view = new DataView(wav.buffer);
    expect(latin1(wav.subarray(0, 16))).toBe(`RIFF${latin1(wav.subarray(4, 8))}WAVEfmt `);
    expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([1, 1, 1, 8]);
    expect(view.getUint32(24, true)).toBe(44_100);
    expect(view.getUint32(4, true)).toBe(wav.length - 8);
    expect(view.getUint32(40, true)).toBe(wav.length - 44);
    const tape = decodeTap(TAPE, 'X');
    const ones = (b: Uint8Array): number => [...b].reduce((n, v) => n + v.toString(2).replaceAll('0', '').length, 0);
    const tStates = tape.reduce(
      (sum, b) =>
        sum +
        (b[0] === 0 ? 8063 : 3223) * 2168 +
        667 +
        735 +
        945 +
        2 * (855 * 8 * b.length + 855 * ones(b)) +
        3_500_000,
      3_500_000 + 2 * 945,
    );
    expect(wav.length).toBe(44 + Math.round((tStates * 44_100) / 3_500_000));
  });
});
