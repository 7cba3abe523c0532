/** What stands first in a closed model's data, wherever pages end: the first layer's columns, and the tree. */
import type { ClosedSet } from '../model/closed-set.js';
import type { PlannedLayer } from './plan.js';
import { laySparse } from './sparse-columns.js';
import { layTree } from './tree-data.js';

export interface Front {
  bytes: Uint8Array;
  /** What the firmware must know of it, by name. */
  constants: Record<string, number>;
  /** Addresses of the groups of columns. */
  groups: number[];
  /** Bytes of the columns. */
  weights: number;
  /** Bytes of the tree of answers. */
  tree: number;
}

/** @param start its address */
export function layFront(closed: ClosedSet, first: PlannedLayer, start: number): Front {
  const sparse = laySparse(first.columns, start);
  const tree = layTree(closed, start + sparse.bytes.length);
  return {
    bytes: Uint8Array.from([...sparse.bytes, ...tree.bytes]),
    constants: { BUCKETS: closed.buckets, ...tree.constants },
    groups: sparse.groups,
    weights: sparse.bytes.length,
    tree: tree.bytes.length,
  };
}
