/**
 * The first layer of a closed model as bytes at an address (firmware/chat/columns.asm draws the format): thousands of
 * short columns, one byte per weight and one per column, and an address for 256 groups of them.
 */
import type { Column } from './plan.js';

/** Constants of columns.asm; the build checks them against the assembled firmware's. */
export const LIST_MOST = 15;
export const LONG = 0xf0;

/** Columns whose numbers have equal low bytes stand together. */
const GROUPS = 256;

export interface SparseColumns {
  bytes: number[];
  /** The address of each group. */
  groups: number[];
}

export function laySparse(columns: readonly Column[], start: number): SparseColumns {
  const bytes: number[] = [];
  /** What long columns go on with stands behind all groups. */
  const rests: { linkAt: number; rest: Column }[] = [];
  const put = (column: Column): void => {
    const { part, rest } = split(column);
    for (const byte of part) bytes.push(byte);
    if (rest) rests.push({ linkAt: bytes.push(0, 0) - 2, rest });
  };
  const groups = columns.slice(0, GROUPS).map((_, group) => {
    const address = start + bytes.length;
    for (let column = group; column < columns.length; column += GROUPS) put(columns[column]!);
    return address;
  });
  for (let i = 0; i < rests.length; i++) {
    const { linkAt, rest } = rests[i]!;
    [bytes[linkAt], bytes[linkAt + 1]] = word(start + bytes.length);
    put(rest);
  }
  return { bytes, groups };
}

/** A column's first part, and what it goes on with where one header cannot tell all its rows. */
function split({ plus, minus }: Column): { part: number[]; rest?: Column } {
  if (plus.length < LIST_MOST && minus.length <= LIST_MOST)
    return { part: [(plus.length << 4) | minus.length, ...plus, ...minus] };
  const p = Math.min(LIST_MOST, plus.length);
  const m = LIST_MOST - p;
  return {
    part: [LONG + m, ...plus.slice(0, p), ...minus.slice(0, m)],
    rest: { plus: plus.slice(p), minus: minus.slice(m) },
  };
}

function word(address: number): [number, number] {
  return [address & 0xff, (address >> 8) & 0xff];
}
