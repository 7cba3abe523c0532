/**
 * Splitting off a held-out part. Questions that differ only in capitals, spacing, punctuation, apostrophes or accents
 * go to the same side: held out, the twin of a training question would be a test of nothing. By a hash of the question
 * alone, so that it is the same split whatever the seed and the rest of the data.
 */
import { createHash } from 'node:crypto';
import { fold, typed } from '../model/question.js';
import { atOnce, eachSliced, type Slices } from '../seams/slices.js';
import type { TextPair } from './examples.js';

/** What twins have in common, in capitals; a question of signs alone has itself. */
function twinKey(question: string): Uint8Array {
  const bytes = typed(question);
  const folded = fold(bytes);
  // Capitals only: then plain questions are split as the original project splits them.
  return folded.length === 0 ? bytes : folded.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
}

/** Where the question stands between 0 and 1: the first 32 bits of the SHA-256 of what its twins have in common. */
function placeOf(question: string): number {
  return createHash('sha256').update(twinKey(question)).digest().readUInt32BE() / 2 ** 32;
}

/**
 * Both parts in the order of the pairs.
 * @param share of the questions to hold out, 0..1; 0.125 holds out hashes that start with the hex digit 0 or 1
 */
export function splitPairs<T extends TextPair>(pairs: readonly T[], share: number): { training: T[]; heldOut: T[] } {
  return atOnce(splitPairsSliced(pairs, share));
}

export function* splitPairsSliced<T extends TextPair>(
  pairs: readonly T[],
  share: number,
): Slices<{ training: T[]; heldOut: T[] }> {
  if (share <= 0) return { training: [...pairs], heldOut: [] };
  const training: T[] = [];
  const heldOut: T[] = [];
  yield* eachSliced(pairs, (pair) => void (placeOf(pair.question) < share ? heldOut : training).push(pair));
  return { training, heldOut };
}
