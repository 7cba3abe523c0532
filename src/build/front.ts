/** What stands first in a closed model's data, wherever pages end: the first layer's columns, and the tree of answers. */
import type { ClosedSet } from '../model/closed-set.js';
import type { PlannedLayer } from './plan.js';
import { laySparse } from './sparse-columns.js';
import { layTree } from './tree-data.js';

export interface Front {
  bytes: Uint8Array;
  /** What the firmware must know of it, by name. */
  constants: Record<string, number>;
  /** Bytes of the buckets' columns, and of their addresses. */
  weights: number;
  addresses: number;
  /** Bytes of the tree of answers. */
  tree: number;
}

/** @param start its address */
export function layFront(closed: ClosedSet, first: PlannedLayer, start: number): Front {
  const sparse = laySparse(first.columns, start);
  const tree = layTree(closed, start + sparse.bytes.length);
  return {
    bytes: Uint8Array.from([...sparse.bytes, ...tree.bytes]),
    constants: { BUCKETS: closed.buckets, FIRST_GROUPS: sparse.groupsAt & 0xffff, ...tree.constants },
    weights: sparse.bytes.length - sparse.addresses,
    addresses: sparse.addresses,
    tree: tree.bytes.length,
  };
}
