/**
 * Which bit masks the firmware makes lists of when it starts (firmware/chat/unpack.asm): of each layer as many of its
 * first columns as memory behind the program has room for, where they save the most time for a byte.
 */
import { QUERY_BUCKETS } from '../model/encoder.js';
import type { Activity } from './activity.js';
import { listTime, maskTime } from './choose.js';
import { WALK_STEPS, type ColumnForm } from './column.js';
import type { Column, PlannedLayer } from './plan.js';

/** A layer's columns to make lists of: `count` from `from` on; those that are lists already stay as they are. */
export interface Unpacked {
  from: number;
  count: number;
}

const PAGE = 256;
/** Of a page, as a list's parts do not cross one. */
const USED = 220;
/** T-states a character that a column must save: making a list takes about 25,000, once. */
const LEAST_SAVED = 250;
/** The firmware's counter is a byte. */
const MOST_COLUMNS = 255;

/**
 * @param room bytes of memory that nobody uses. An estimate will do: the firmware looks how much there is, and begins
 *     with the last layer
 */
export function planUnpacking(
  layers: PlannedLayer[],
  forms: ColumnForm[][],
  activity: Activity,
  room: number,
): Unpacked[] {
  // A question's columns are walked once an answer.
  const plans = layers.map((_, l): Unpacked => ({ from: l === 0 ? QUERY_BUCKETS : 0, count: 0 }));
  let left = (room / PAGE) * USED;
  for (;;) {
    let best: { layer: number; count: number; price: number; bytes: number } | undefined;
    layers.forEach((layer, l) => {
      const { from, count } = plans[l]!;
      const next = forms[l]!.indexOf('packed', from + count);
      if (next < 0 || next - from >= MOST_COLUMNS) return;
      const weights = layer.weights[next]!;
      const column = listsOf(weights);
      const bytes = listBytes(column);
      const saved = (maskTime(weights) - listTime(column)) * activity[l]![layer.inputs[next]!]!;
      const price = saved / bytes;
      if (saved < LEAST_SAVED) return;
      if (!best || price > best.price) best = { layer: l, count: next - from + 1, price, bytes };
    });
    if (!best || best.bytes > left) return plans;
    left -= best.bytes;
    plans[best.layer]!.count = best.count;
  }
}

/** What the firmware makes of masks: lists without shared rows. */
function listsOf(weights: Int8Array): Column {
  const rows = [...weights.keys()];
  return {
    plus: rows.filter((row) => weights[row]! > 0),
    minus: rows.flatMap((row) => new Array<number>(Math.max(0, -weights[row]!)).fill(row)),
  };
}

function listBytes({ plus, minus }: Column): number {
  const units = Math.floor(Math.max(plus.length, minus.length) / WALK_STEPS) + 1;
  return plus.length + minus.length + 3 * units;
}
