/**
 * Which bit masks the firmware makes lists of when it starts (firmware/chat/unpack.asm): of each layer as many of its
 * first columns as memory behind the program has room for, where they save the most time for a byte.
 */
import type { Activity } from './activity.js';
import { listTime, maskTime } from './choose.js';
import { WALK_STEPS, type ColumnForm } from './column.js';
import { list, type Column, type PlannedLayer } from './plan.js';

const PAGE = 256;
/** Of a page, as a list's parts do not cross one. */
const USED = 220;
/** Walks a character from which on a column is worth the time to make a list of it, once, within 200 characters. */
const LEAST_WALKS = 0.02;
/** The firmware's counter is a byte. */
const MOST_COLUMNS = 255;

/** What it is worth to make lists of a column's mask. */
interface Gain {
  /** A character. */
  walks: number;
  /** T-states a character. */
  saved: number;
  bytes: number;
}

/** For each layer, for each column; the same however many of them are masks. */
export type Gains = Gain[][];

/** A layer's columns up to and without `end`. */
interface Step extends Gain {
  layer: number;
  end: number;
}

export function unpackingGains(layers: PlannedLayer[], activity: Activity): Gains {
  return layers.map((layer, l) =>
    // A closed model's first layer has no masks.
    (layer.wideCounts ? [] : layer.weights).map((weights, c) => {
      const column = listsOf(weights);
      const walks = activity[l]![layer.inputs[c]!]!;
      return { walks, saved: walks * (maskTime(weights) - listTime(column)), bytes: listBytes(column) };
    }),
  );
}

/**
 * For each layer how many columns, from the first on; those that are lists already stay as they are.
 * @param room bytes of memory that nobody uses. An estimate will do: the firmware looks how much there is, and begins
 *     with the last layer
 */
export function planUnpacking(gains: Gains, forms: ColumnForm[][], room: number): number[] {
  const ends = gains.map(() => 0);
  let left = (room / PAGE) * USED;
  for (;;) {
    const steps = gains
      .map((columns, l) => nextStep(columns, l, forms[l]!, ends[l]!))
      .filter((step) => step !== undefined)
      .sort((a, b) => b.saved / b.bytes - a.saved / a.bytes);
    const step = steps.find(({ bytes }) => bytes <= left);
    if (!step) return ends;
    left -= step.bytes;
    ends[step.layer] = step.end;
  }
}

/** A layer's next column; the first layer's, which have an order of their own, are taken all together or not at all. */
function nextStep(columns: Gain[], layer: number, forms: ColumnForm[], from: number): Step | undefined {
  const step: Step = { layer, end: from, walks: 0, saved: 0, bytes: 0 };
  let taken = 0;
  for (let c = from; c < Math.min(forms.length, MOST_COLUMNS); c++) {
    if (forms[c] !== 'packed') continue;
    const { walks, saved, bytes } = columns[c]!;
    step.end = c + 1;
    step.walks += walks;
    step.saved += saved;
    step.bytes += bytes;
    taken++;
    if (layer > 0) break;
  }
  return taken > 0 && step.walks >= LEAST_WALKS * taken ? step : undefined;
}

/** What the firmware makes of masks: lists without shared rows. */
function listsOf(weights: Int8Array): Column {
  const lists: Column = { plus: [], minus: [] };
  weights.forEach((weight, row) => list(lists, row, weight));
  return lists;
}

function listBytes({ plus, minus }: Column): number {
  const units = Math.floor(Math.max(plus.length, minus.length) / WALK_STEPS) + 1;
  return plus.length + minus.length + 3 * units;
}
