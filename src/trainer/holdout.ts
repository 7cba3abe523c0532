/**
 * Splitting off a held-out part: by question, so that no held-out question occurs in training, and by a hash of the
 * question alone, so that it is the same split whatever the seed and the rest of the data.
 */
import { createHash } from 'node:crypto';
import type { TextPair } from './examples.js';

/** Where the question stands between 0 and 1: the first 32 bits of the SHA-256 of it, trimmed and in capitals. */
function placeOf(question: string): number {
  return createHash('sha256').update(question.trim().toUpperCase()).digest().readUInt32BE() / 2 ** 32;
}

/** @param share of the questions to hold out, 0..1; 0.125 holds out hashes that start with the hex digit 0 or 1 */
export function splitPairs<T extends TextPair>(pairs: readonly T[], share: number): { training: T[]; heldOut: T[] } {
  const training: T[] = [];
  const heldOut: T[] = [];
  for (const pair of pairs) (placeOf(pair.question) < share ? heldOut : training).push(pair);
  return { training, heldOut };
}
