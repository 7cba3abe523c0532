/** A run that trains a closed model, between two epochs: all that is needed to go on to the same bytes. */
import { createHash } from 'node:crypto';
import type { ClosedSet } from '../../model/closed-set.js';
import type { Cost } from '../budget.js';
import type { ClosedExamples } from './examples.js';
import type { ClosedRecipe } from './recipe.js';

export interface ClosedCheckpoint {
  kind: 'closed';
  seed: number;
  hidden: number[];
  closed: ClosedSet;
  recipe: ClosedRecipe;
  fingerprint: string;
  /** Epochs of the whole run, those done, and the place in the schedule (0..1). */
  epochs: number;
  epoch: number;
  step: number;
  progress: number;
  /** Of a run by the clock: `epochs` is what fitted into its time. */
  timed?: boolean;
  limits?: Partial<Cost>;
  /** See press.ts, and the number of weights to reach. */
  shrink: number;
  from: number;
  goal: number;
  latent: Float32Array;
  adamM: Float32Array;
  adamV: Float32Array;
}

/** A hash of what is learnt, which a run must go on with. */
export function closedFingerprint(closed: ClosedSet, examples: ClosedExamples): string {
  const hash = createHash('sha256').update(JSON.stringify(closed));
  const { text, textStart, answer, after } = examples;
  for (const array of [text, textStart, answer, ...(closed.memory ? [after] : [])])
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
}
