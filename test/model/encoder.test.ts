import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { encodeContext, encodeQuery, toBytes } from '../../src/model/encoder.js';

/** Buckets that are not zero, as {bucket: count}. */
function hits(counts: Uint16Array): Record<number, number> {
  return Object.fromEntries([...counts.entries()].filter(([, count]) => count > 0));
}

const query = (text: string): Record<number, number> => hits(encodeQuery(toBytes(text)));
const context = (text: string): Record<number, number> => hits(encodeContext(toBytes(text)));
const total = (counts: Uint16Array): number => counts.reduce((sum, count) => sum + count, 0);

describe('the query encoder', () => {
  it('hashes the three-character windows of " a "', () => {
    // ((32 * 31 + 97) * 31 + 32) mod 128
    expect(query('a')).toEqual({ [((32 * 31 + 97) * 31 + 32) % 128]: 1 });
  });

  it('knows "is it big" by heart', () => {
    expect(query('is it big')).toEqual({ 0: 1, 54: 2, 66: 1, 74: 1, 75: 1, 85: 1, 103: 1, 124: 1 });
  });

  it('finds no window in nothing and in nothing but spaces', () => {
    expect(query('')).toEqual({});
    expect(query('     ')).toEqual({});
  });

  it('drops leading spaces, and only those', () => {
    expect(query('   is it')).toEqual(query('is it'));
    expect(query('is it ')).not.toEqual(query('is it'));
    expect(query('is  it')).not.toEqual(query('is it'));
  });

  it('folds ASCII capitals and nothing else', () => {
    expect(query('IS It BIG')).toEqual(query('is it big'));
    expect(query('@')).not.toEqual(query('`'));
    expect(query('[')).not.toEqual(query('{'));
    expect(query('\xc4')).not.toEqual(query('\xe4'));
  });

  it('has one hit a character that is left', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const spaces = bytes.findIndex((b) => b !== 0x20);
        expect(total(encodeQuery(bytes))).toBe(spaces < 0 ? 0 : bytes.length - spaces);
      }),
    );
  });
});

describe('the context encoder', () => {
  it('always has 8 + 7 + 6 hits', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => total(encodeContext(bytes)) === 21));
  });

  it('begins each hash with 7 times the place', () => {
    const expected: Record<number, number> = {};
    for (let n = 1; n <= 3; n++)
      for (let place = 0; place + n <= 8; place++) {
        let hash = 7 * place;
        for (let i = 0; i < n; i++) hash = (hash * 31 + 32) & 0xffff;
        expected[hash % 128] = (expected[hash % 128] ?? 0) + 1;
      }
    expect(context('')).toEqual(expected);
  });

  it('pads on the left, and sees no difference between padding and a space', () => {
    expect(context('AB')).toEqual(context('      AB'));
  });

  it('sees the last eight characters only, in either case', () => {
    expect(context('XXXXMAYBE NO')).toEqual(context('maybe no'));
  });
});
