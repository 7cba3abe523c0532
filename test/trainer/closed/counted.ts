/** The pieces of a question, counted as training has them and as the reference has them. */
import { countPieces } from '../../../src/model/pieces.js';
import type { Pieces } from '../../../src/trainer/closed/distortion.js';
import { bytesOf } from './small-closed.js';

/** What the pieces have come to: each column with its count. */
export function counts(pieces: Pieces): Map<number, number> {
  const all = new Map<number, number>();
  for (let i = 0; i < pieces.length; i++) {
    if (all.has(pieces.column[i]!)) throw new Error(`column ${pieces.column[i]} stands in the list twice`);
    all.set(pieces.column[i]!, pieces.count[i]!);
  }
  return all;
}

/** As the reference counts them. */
export function expected(text: string, buckets: number, weight = 1): Map<number, number> {
  const all = new Map<number, number>();
  countPieces(bytesOf(text), buckets).forEach((count, bucket) => count > 0 && all.set(bucket, count * weight));
  return all;
}
