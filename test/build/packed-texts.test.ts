import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packTexts, type PackedTexts } from '../../src/build/packed-texts.js';
import { toBytes } from '../../src/seams/bytes.js';
import { seeded } from '../random.js';

/** As firmware/chat/texts.asm says them. @returns the text, and how deep pairs lay within pairs */
function unpacked({ pairs }: PackedTexts, text: readonly number[]): { codes: number[]; depth: number } {
  let depth = 0;
  const say = (code: number, level: number): number[] => {
    depth = Math.max(depth, level);
    if (code < 0x80) return [code];
    const at = 2 * (code - 0x80);
    return [...say(pairs[at]!, level + 1), ...say(pairs[at + 1]!, level + 1)];
  };
  return { codes: text.flatMap((code) => say(code, 0)), depth };
}

describe('packed texts', () => {
  it('unpack to what they were', () => {
    const random = seeded(5);
    for (let n = 0; n < 40; n++) {
      const letters = 1 + Math.floor(random() * 8);
      const texts = Array.from({ length: 30 }, () =>
        Array.from({ length: Math.floor(random() * 120) }, () => 0x61 + Math.floor(random() * letters)),
      );
      const packed = packTexts(texts);
      expect(packed.pairs.length).toBeLessThanOrEqual(256);
      texts.forEach((text, i) => {
        const { codes, depth } = unpacked(packed, packed.texts[i]!);
        expect(codes).toEqual(text);
        expect(depth).toBeLessThanOrEqual(8);
      });
    }
  });

  it('of English are little more than half as long', () => {
    const lines = readFileSync('docs/design.md', 'utf8')
      .split('\n')
      .filter((line) => /^[ -~]{40,}$/.test(line));
    const texts = lines.map((line) => [...toBytes(line)]);
    const packed = packTexts(texts);
    const size = (all: readonly (readonly number[])[]): number => all.reduce((sum, text) => sum + text.length, 0);
    expect((size(packed.texts) + packed.pairs.length) / size(texts)).toBeLessThan(0.65);
  });

  it('of which no pair comes three times are left alone', () => {
    expect(packTexts([[1, 2, 3, 1, 2], [2, 3]])).toEqual({ pairs: [], texts: [[1, 2, 3, 1, 2], [2, 3]] }); // prettier-ignore
    expect(packTexts([[1, 2, 3, 1, 2, 9, 1, 2]])).toEqual({ pairs: [1, 2], texts: [[128, 3, 128, 9, 128]] });
  });

  it('count three alike as one pair', () => {
    expect(packTexts([[7, 7, 7], [7, 7, 7]]).pairs).toEqual([]); // prettier-ignore
  });
});
