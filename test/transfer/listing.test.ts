/** A file read back from listings that a line damages. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/seams/bytes.js';
import { dumped, Listing, uploaded } from '../../src/transfer/drivers/listing.js';
import { seeded } from '../random.js';
import { sample } from './samples.js';

const dump = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16)
    text += `\r\n${at.toString(16).toUpperCase().padStart(4, '0')}${toHex(bytes.subarray(at, at + 16)).replace(/../g, ' $&')}`;
  return text;
};
const upload = (bytes: Uint8Array): string => `A:DOWNLOAD Z80LM.$$$\r\nU0\r\n:${toHex(bytes)}>0000\r\n`;

const file = sample(36_864);
/** A character in so many is changed, or lost. */
function damaged(text: string, oneIn: number, dice: () => number): string {
  return [...text]
    .map((c) =>
      dice() >= 1 / oneIn
        ? c
        : dice() < 0.5
          ? ''
          : String.fromCharCode(c.charCodeAt(0) ^ (1 << Math.floor(dice() * 7))),
    )
    .join('');
}

describe.each([
  ['DUMP', dump, dumped, 1_000, 5],
  ['UPLOAD', upload, (text: string) => uploaded(text, file.length), 40_000, 20],
] as const)('of %s', (_, print, reading, oneIn, most) => {
  it('that is whole: proven with the first', () => {
    const listing = new Listing(file);
    expect([listing.proven, listing.file]).toEqual([false, undefined]);
    listing.take(reading(print(file)));
    expect([listing.proven, listing.file]).toEqual([true, file]);
  });

  it('that comes damaged each time: proven row by row', () => {
    const dice = seeded(1);
    const listing = new Listing(file);
    let readings = 0;
    while (!listing.proven && readings < 100) {
      listing.take(reading(damaged(print(file), oneIn, dice)));
      readings++;
    }
    expect([listing.proven, readings <= most]).toEqual([true, true]);
    if (reading === dumped) expect(readings).toBeGreaterThan(1);
  });

  it('of a file with a wrong byte, too long, or too short: said with the second', () => {
    for (const wrong of [
      file.with(300, file[300]! ^ 1),
      Uint8Array.from([...file, ...new Uint8Array(128)]),
      file.subarray(0, file.length - 256),
    ]) {
      const listing = new Listing(file);
      listing.take(reading(print(wrong)));
      expect(listing.proven && wrong.length === file.length).toBe(false);
      listing.take(reading(print(wrong)));
      const got = listing.file;
      expect(listing.proven).toBe(false);
      // Digits in a number that is not due may be damage, too.
      if (reading !== dumped && wrong.length !== file.length) expect(got).toBeUndefined();
      else
        expect([Buffer.compare(got!, file) !== 0, got!.length > file.length]).toEqual([
          true,
          wrong.length > file.length,
        ]);
    }
  });
});
