/** Files to transfer, of the sizes where block protocols go wrong. */
import { expect } from 'vitest';
import { seeded } from '../random.js';

export const SIZES = [0, 1, 127, 128, 129, 1023, 1024, 1025, 40_960, 61_440];

/** Random bytes that end in 1Ah, which looks like the padding: the hardest end there is. */
export function sample(size: number, seed = 1): Uint8Array {
  const next = seeded(seed + size);
  const bytes = Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
  bytes.fill(0x1a, Math.max(0, size - 3));
  return bytes;
}

/** What must arrive: the data, then SUB up to the block's end. */
export function expectSame(got: Uint8Array, sent: Uint8Array): void {
  expect(Buffer.from(got.subarray(0, sent.length)).equals(Buffer.from(sent))).toBe(true);
  expect(got.subarray(sent.length).every((byte) => byte === 0x1a)).toBe(true);
}
