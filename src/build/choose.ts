/**
 * Which columns to store as lists, which are fast, and which as bit masks, which are small: all as lists where
 * that fits, else as many as fit, giving up first those where a byte saved costs the least time.
 *
 * The T-states are those of firmware/chat/walk.asm and packed.asm.
 */
import type { Activity } from './activity.js';
import { encodeLists, encodePacked, hasTwos, signOf, type ColumnForm } from './column.js';
import type { Column, PlannedLayer } from './plan.js';

const LIST_ENTRY = 42;
const LIST_COLUMN = 80;
const MASK_COLUMN = 130;
/** Of -2, -1, 0, +1. */
const SIGNS_WEIGHT = [0, 106, 22, 111];
const TWOS_WEIGHT = [170, 146, 22, 111];

interface Candidate {
  layer: number;
  column: number;
  /** T-states a character lost for each byte saved. */
  price: number;
}

/** Columns in the order in which to give up their lists. */
export function cheapestFirst(layers: PlannedLayer[], activity: Activity): Candidate[] {
  const candidates = layers.flatMap((layer, l) =>
    columnsToForm(layer).flatMap((column, c): Candidate[] => {
      const saved = bytes(encodeLists(column, signOf(l))) - encodePacked(layer.weights[c]!).length;
      if (saved <= 0) return [];
      const lost = maskTime(layer.weights[c]!) - listTime(column);
      return [{ layer: l, column: c, price: (lost * activity[l]![layer.inputs[c]!]!) / saved }];
    }),
  );
  return candidates.sort((a, b) => a.price - b.price || a.layer - b.layer || a.column - b.column);
}

export function formsWith(layers: PlannedLayer[], packed: readonly Candidate[]): ColumnForm[][] {
  const forms = layers.map((layer) => columnsToForm(layer).map((): ColumnForm => 'lists'));
  for (const { layer, column } of packed) forms[layer]![column] = 'packed';
  return forms;
}

/** Columns that can have either form: those of a closed model's first layer have one of their own. */
function columnsToForm({ columns, wideCounts }: PlannedLayer): Column[] {
  return wideCounts ? [] : columns;
}

/** For each column the smaller form; lists where they are as small, as is the case with very few weights. */
export function formsSmallest(layers: PlannedLayer[]): ColumnForm[][] {
  return layers.map((layer, l) =>
    columnsToForm(layer).map((column, c) =>
      bytes(encodeLists(column, signOf(l))) <= encodePacked(layer.weights[c]!).length ? 'lists' : 'packed',
    ),
  );
}

function bytes(blocks: number[][]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0);
}

export function listTime({ plus, minus }: Column): number {
  return LIST_COLUMN + LIST_ENTRY * (plus.length + minus.length);
}

export function maskTime(weights: Int8Array): number {
  const twos = hasTwos(weights);
  return weights.reduce((sum, weight) => sum + (twos ? TWOS_WEIGHT : SIGNS_WEIGHT)[weight + 2]!, MASK_COLUMN);
}
