/**
 * A column as the firmware walks it (firmware/chat/walk.asm and packed.asm draw the format):
 *
 *     lists    [MORE] head rows head rows  …  head rows head rows
 *     packed   SIGNS mask codes mask …       one page at most, so always a single block
 *              TWOS mask codes mask …        where there is a -2
 *
 * A list must not cross a page, so a long column comes in several blocks, each linked to the next.
 */
import type { Column } from './plan.js';

/** Constants of walk.asm; the build checks them against the assembled firmware's. */
export const WALK_STEPS = 32;
export const STEP_BYTES = 7;
export const COLUMN_MORE = WALK_STEPS * STEP_BYTES + 8;
export const COLUMN_LINK = COLUMN_MORE + 3;
export const COLUMN_SIGNS = COLUMN_LINK + 3;
export const COLUMN_TWOS = COLUMN_SIGNS + 3;
export const COLUMN_FULL = COLUMN_TWOS + 3;

/** Bytes that must lie within one page. All blocks of a column but the last end in a link to the next. */
export type Block = number[];
/** Whether a column is ever subtracted: those of the first layer's context are. */
export type WalkSign = 'added' | 'both';
export type ColumnForm = 'lists' | 'packed';

/** @param layer from 0 */
export function signOf(layer: number): WalkSign {
  return layer === 0 ? 'both' : 'added';
}

/** Room for a link where a column goes on in another block; its address is filled in when blocks have places. */
const LINK_BYTES = 3;
/** Two blocks to a page: longer ones would leave half of theirs unused. */
const MAX_BLOCK = 128 - LINK_BYTES;

function head(length: number): number {
  return (WALK_STEPS - length) * STEP_BYTES;
}

/** Pairs of lists, each list short enough for one walk, or the second for two. */
function units({ plus, minus }: Column, sign: WalkSign): Block[] {
  const minusSteps = sign === 'added' ? 2 * WALK_STEPS : WALK_STEPS;
  const count = Math.max(1, Math.ceil(plus.length / WALK_STEPS), Math.ceil(minus.length / minusSteps));
  return Array.from({ length: count }, (_, i) => {
    const p = plus.slice(i * WALK_STEPS, (i + 1) * WALK_STEPS);
    const m = minus.slice(i * minusSteps, (i + 1) * minusSteps);
    const full = m.length > WALK_STEPS ? [COLUMN_FULL, ...m.splice(0, WALK_STEPS)] : [];
    const more = i < count - 1 ? [COLUMN_MORE] : [];
    return [...more, head(p.length), ...p, ...full, head(m.length), ...m];
  });
}

/** Join what fits into one page. */
function blocks(parts: Block[]): Block[] {
  const result: Block[] = [[]];
  for (const part of parts) {
    if (result.at(-1)!.length + part.length > MAX_BLOCK) {
      result.at(-1)!.push(COLUMN_LINK, 0, 0);
      result.push([]);
    }
    result.at(-1)!.push(...part);
  }
  return result;
}

export function encodeLists(column: Column, sign: WalkSign): Block[] {
  return blocks(units(column, sign));
}

/** Whether a column takes the form that has a code for -2. */
export function hasTwos(weights: Int8Array): boolean {
  return weights.includes(-2);
}

/** @param weights the column without shared rows, one weight a row */
export function encodePacked(weights: Int8Array): Block {
  const twos = hasTwos(weights);
  const stream = [twos ? COLUMN_TWOS : COLUMN_SIGNS];
  let codesAt = -1;
  let bits = 8;
  const put = (bit: number): void => {
    if (bits === 8) {
      codesAt = stream.push(0) - 1;
      bits = 0;
    }
    stream[codesAt]! |= (bit << 7) >> bits++;
  };
  for (let row = 0; row < weights.length; row += 8) {
    const eight = weights.subarray(row, row + 8);
    stream.push(eight.reduce((mask, weight, bit) => mask | (weight === 0 ? 0 : 0x80 >> bit), 0));
    for (const weight of eight) {
      if (weight === 0) continue;
      put(weight > 0 ? 1 : 0);
      if (twos && weight < 0) put(weight === -1 ? 1 : 0);
    }
  }
  return stream;
}
