/** What is read once per question, and stands by itself, wherever pages end: the first layer's columns, and the tree. */
import { isLively, type ClosedSet } from '../model/closed-set.js';
import type { PlannedLayer } from './plan.js';
import { laySparse } from './sparse-columns.js';
import { layTree } from './tree-data.js';
import { layVoice } from './voice-data.js';

export interface Front {
  bytes: Uint8Array;
  /** What the firmware must know of it, by name. */
  constants: Record<string, number>;
  /** Addresses of the groups of columns. */
  groups: number[];
  /** Bytes of the columns. */
  weights: number;
  /** Bytes of the tree of answers, and of what is said for them. */
  tree: number;
}

/** @param start its address */
export function layFront(closed: ClosedSet, first: PlannedLayer, start: number): Front {
  const sparse = laySparse(first.columns, start);
  const tree = layTree(closed, start + sparse.bytes.length);
  const voice = isLively(closed) ? layVoice(closed, start + sparse.bytes.length + tree.bytes.length) : undefined;
  const said = [...tree.bytes, ...(voice?.bytes ?? [])];
  return {
    bytes: Uint8Array.from([...sparse.bytes, ...said]),
    constants: { BUCKETS: closed.buckets, ...tree.constants, ...voice?.constants },
    groups: sparse.groups,
    weights: sparse.bytes.length,
    tree: said.length,
  };
}
