/**
 * The two trigram encoders: text to bucket counts (docs/design.md, "The arithmetic contract").
 *
 * The firmware in firmware/chat/encode.asm computes the same and is held to this file by tests.
 */
export const QUERY_BUCKETS = 128;
export const CONTEXT_BUCKETS = 128;
/** Characters of the answer so far that the network sees. */
export const CONTEXT_LENGTH = 8;
/** An input of the first layer is a count times this. */
export const COUNT_SCALE = 32;

const SPACE = 0x20;

// An answer's characters are a byte each; of a question `typed` knows the bytes.
export { toBytes } from '../seams/bytes.js';

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function mix(hash: number, byte: number): number {
  return (hash * 31 + byte) & 0xffff;
}

/** Counts of the trigrams of a question: [128]. */
export function encodeQuery(question: Uint8Array): Uint16Array {
  let start = 0;
  while (start < question.length && question[start] === SPACE) start++;
  const text = [SPACE, ...question.subarray(start), SPACE].map(lower);
  const counts = new Uint16Array(QUERY_BUCKETS);
  for (let i = 0; i + 3 <= text.length; i++) {
    const hash = mix(mix(mix(0, text[i]!), text[i + 1]!), text[i + 2]!);
    counts[hash & (QUERY_BUCKETS - 1)]!++;
  }
  return counts;
}

/** Counts of the 1-, 2- and 3-grams of the last 8 characters produced, by place: [128]. */
export function encodeContext(produced: Uint8Array): Uint16Array {
  const window = new Uint8Array(CONTEXT_LENGTH).fill(SPACE);
  const tail = produced.subarray(Math.max(0, produced.length - CONTEXT_LENGTH));
  tail.forEach((byte, i) => (window[CONTEXT_LENGTH - tail.length + i] = lower(byte)));
  const counts = new Uint16Array(CONTEXT_BUCKETS);
  for (let n = 1; n <= 3; n++) {
    for (let i = 0; i + n <= CONTEXT_LENGTH; i++) {
      let hash = 7 * i;
      for (let j = 0; j < n; j++) hash = mix(hash, window[i + j]!);
      counts[hash & (CONTEXT_BUCKETS - 1)]!++;
    }
  }
  return counts;
}
