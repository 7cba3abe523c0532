import { describe, expect, it } from 'vitest';
import { Pieces } from '../../../src/trainer/closed/distortion.js';
import { Rng } from '../../../src/trainer/rng.js';
import { counts, expected } from './counted.js';
import { bytesOf } from './small-closed.js';

const TEXT = 'banana nana is it a banana';

function added(pieces: Pieces, text: string, weight = 1): Pieces {
  const bytes = bytesOf(text);
  pieces.addText(bytes, bytes.length, weight);
  return pieces;
}

describe('pieces of a distorted question', () => {
  it.each([128, 2048])('are counted as the reference does, of %i buckets', (buckets) => {
    for (const text of ['', 'a', TEXT])
      expect(counts(added(new Pieces(buckets), text))).toEqual(expected(text, buckets));
  });

  it('are of so many bytes of a text as is said', () => {
    const pieces = new Pieces(512);
    pieces.addText(bytesOf('is it big'), 5, 1);
    expect(counts(pieces)).toEqual(expected('is it', 512));
  });

  it('of a second text are added with its weight', () => {
    const pieces = added(new Pieces(512), 'is it big');
    pieces.scale(0.75);
    added(pieces, 'is it old', 0.25);
    const both = expected('is it big', 512, 0.75);
    for (const [bucket, count] of expected('is it old', 512, 0.25)) both.set(bucket, (both.get(bucket) ?? 0) + count);
    expect(counts(pieces)).toEqual(both);
  });

  it('are dropped about as often as asked, and what is mixed in afterwards finds its place', () => {
    let kept = 0;
    const all = expected(TEXT, 2048);
    for (let seed = 0; seed < 200; seed++) {
      const pieces = added(new Pieces(2048), TEXT);
      pieces.drop(0.25, new Rng(seed));
      const left = counts(pieces);
      for (const [bucket, count] of left) expect(count).toBe(all.get(bucket));
      kept += left.size;
      added(pieces, TEXT, 0.5);
      const mixed = new Map([...all].map(([bucket, count]) => [bucket, (left.get(bucket) ?? 0) + count / 2]));
      expect(counts(pieces)).toEqual(mixed);
    }
    expect(kept / 200 / all.size).toBeCloseTo(0.75, 1);
  });

  it('are none after all were dropped or cleared, with a fork or without', () => {
    const pieces = added(new Pieces(128), TEXT);
    pieces.addBeside(3);
    pieces.clear();
    expect(pieces.length).toBe(0);
    expect(counts(added(pieces, 'is it big'))).toEqual(expected('is it big', 128));
    pieces.drop(1, new Rng(1));
    expect(pieces.length).toBe(0);
    expect(counts(added(pieces, TEXT))).toEqual(expected(TEXT, 128));
  });

  it('have a column of their own for each fork but the first', () => {
    const pieces = added(new Pieces(128), 'a');
    const { length } = pieces;
    pieces.addBeside(0);
    expect(pieces.length).toBe(length);
    pieces.addBeside(3);
    expect([pieces.column[length], pieces.count[length], pieces.length]).toEqual([130, 1, length + 1]);
  });
});
