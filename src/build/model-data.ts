/**
 * A planned network as bytes at an address, and the assembler text that tells the firmware about it
 * (model.inc, layer_table in firmware/chat/layers.asm).
 */
import { COLUMN_LINK, encodeLists, encodePacked, signOf, type Block, type ColumnForm } from './column.js';
import type { WideCounts } from './counts.js';
import type { Front } from './front.js';
import type { PlannedLayer } from './plan.js';
import { Memory } from './place.js';

/** PASS_UNROLL of layers.asm: rows that its unrolled pass takes in one turn. */
const PASS_UNROLL = 16;
/** Biases are copied in blocks of this. */
const COPY_BLOCK = 16;

export interface LayerBytes {
  /** Column lists and masks. */
  weights: number;
  /** Column addresses. */
  addresses: number;
  biases: number;
}

/** DESC_SIZE of layers.asm */
export const LAYER_ENTRY_BYTES = 14;

/** What the firmware's code must know, by name: of the first layer most of all. */
export type ModelConstants = Record<string, number>;

/** What the firmware must be told of the data. */
export interface ModelTable {
  constants: ModelConstants;
  /** layer_table: for each layer its assembler lines. */
  entries: string[][];
}

export interface ModelData {
  /** What stands before all else, in a closed model: `Front`. */
  front: Uint8Array;
  /** What stands from `start` on. */
  bytes: Uint8Array;
  table: ModelTable;
  layers: LayerBytes[];
  /** Bytes of the tree of answers, which a closed model has. */
  tree: number;
}

/**
 * @param forms for each layer, for each column
 * @param start the address of what stands behind the front
 * @param unpack for each layer its columns to unpack, given how many bytes those are
 */
export function layModel(
  layers: PlannedLayer[],
  forms: ColumnForm[][],
  start: number,
  unpack: (bytes: number) => number[],
  front?: Front,
): ModelData {
  const memory = new Memory(start);
  const blocks: Block[] = [];
  const once = shareBlocks(blocks);
  const sizes: LayerBytes[] = layers.map((layer) => ({
    weights: 0,
    addresses: 2 * layer.columns.length,
    biases: 2 * layer.biases.length,
  }));
  if (front) sizes[0] = { weights: front.weights, addresses: 2 * front.groups.length, biases: 0 };
  const chains = layers.map((layer, l) =>
    forms[l]!.map((form, c) => {
      const column = layer.columns[c]!;
      const chain = form === 'packed' ? [encodePacked(layer.weights[c]!)] : encodeLists(column, signOf(l));
      const before = blocks.length;
      const indices = chain.map(once);
      for (const block of blocks.slice(before)) sizes[l]!.weights += block.length;
      return indices;
    }),
  );
  const biases = layers.map((layer) => {
    // The firmware works out the biases of a layer in counts.
    const values = countsOf(layer) ? [] : Array.from(layer.biases);
    return {
      low: blocks.push(values.map((b) => b & 0xff)) - 1,
      high: blocks.push(values.map((b) => (b >> 8) & 0xff)) - 1,
    };
  });

  const counts = countsOf(layers[0]!);
  const block = (bytes: Block): number => blocks.push(bytes) - 1;
  const startBlock = counts && block(Array.from(counts.start, (c) => c & 0xff));
  const { wideCounts } = layers[0]!;
  const highs = wideCounts?.highs;
  const highsBlock = highs && block(Array.from(highs, (high) => high & 0xff));
  const restTable = counts ? memory.table(counts.rest.length) : 0;
  if (counts) {
    memory.write(restTable, counts.rest);
    sizes[0]!.biases = counts.start.length + counts.rest.length + (highs?.length ?? 0);
  }

  const tables = layers.map((layer, l) => {
    const addresses = front && l === 0 ? front.groups.length : layer.columns.length;
    const low = memory.table(addresses);
    return { low, high: memory.table(addresses) };
  });
  const places = memory.place(blocks);

  for (const chain of chains.flat())
    chain.slice(1).forEach((next, i) => {
      const block = blocks[chain[i]!]!;
      block.splice(-2, 2, places[next]! & 0xff, places[next]! >> 8);
    });
  blocks.forEach((block, i) => memory.write(places[i]!, block));
  chains.forEach((columns, l) => {
    const addresses = front && l === 0 ? front.groups : columns.map(([first]) => places[first!]!);
    memory.write(tables[l]!.low, addresses);
    memory.write(
      tables[l]!.high,
      addresses.map((a) => a >> 8),
    );
  });

  const bytes = memory.image();
  const at = (index: number | undefined): number => (index === undefined ? 0 : word(places[index]!));
  const table: ModelTable = {
    constants: {
      ...firstConstants(layers[0]!),
      FIRST_COUNTS: at(startBlock),
      FIRST_REST: word(restTable),
      LAYERS: layers.length,
      FIRST_COLUMNS: word(tables[0]!.low),
      ...(front
        ? {
            ...front.constants,
            FIRST_FITS: highs ? 0 : 1,
            FIRST_HIGHS: at(highsBlock),
            FIRST_PLACES: firstPlaces(wideCounts!),
          }
        : { FIRST_LIMIT: counts ? layers[0]!.counts!.limit : 0 }),
    },
    entries: layerTable(layers, unpack(bytes.length), {
      columns: tables,
      biases: biases.map(({ low, high }) => ({ low: places[low]!, high: places[high]! })),
    }),
  };
  return { front: front?.bytes ?? new Uint8Array(0), bytes, table, layers: sizes, tree: front?.tree ?? 0 };
}

/** What a layer that can be kept in counts starts from. */
function countsOf({ counts, wideCounts }: PlannedLayer): { start: Int8Array; rest: Uint8Array } | undefined {
  return wideCounts ?? (counts && counts.limit > 0 ? counts : undefined);
}

/** Places of a question, each of two pieces, before counts must be settled. */
function firstPlaces({ pieces }: WideCounts): number {
  return Math.min(0xff, Math.floor(pieces / 2));
}

/** Equal blocks, such as those of columns without weights, are stored once. @returns what gives a block's index */
function shareBlocks(blocks: Block[]): (block: Block) => number {
  const known = new Map<string, number>();
  return (block) => {
    const key = block.join();
    // What a link leads to is not known yet.
    let index = block.at(-3) === COLUMN_LINK ? undefined : known.get(key);
    if (index === undefined) {
      index = blocks.push(block) - 1;
      known.set(key, index);
    }
    return index;
  };
}

/** Low and high bytes lie apart. */
interface Split {
  low: number;
  high: number;
}

/** Where the parts of the model have come to lie. */
interface Places {
  columns: Split[];
  biases: Split[];
}

function layerTable(layers: PlannedLayer[], unpacked: number[], at: Places): string[][] {
  return layers.map((layer, l) => [
    `            dw ${word(at.biases[l]!.low)}, ${word(at.biases[l]!.high)}`,
    `            db ${copyBlocks(layer)}, ${maskRows(layer.rows)}`,
    `            db ${word(at.columns[l]!.low) >> 8}, ${layer.rows & 0xff}`,
    `            dw pass_rows+PASS_BYTES*${skippedRows(layer)}`,
    `            db ${layer.shared}, ${layer.rows & 0xff}, ${l === layers.length - 1 ? 1 : 0}`,
    `            db ${unpacked[l]!}`,
  ]);
}

function firstConstants(first: PlannedLayer): ModelConstants {
  return {
    FIRST_MASK_ROWS: maskRows(first.rows),
    FIRST_BLOCKS: copyBlocks(first),
    FIRST_ROWS: first.rows & 0xff,
    FIRST_SKIPPED: skippedRows(first),
  };
}

/** Addresses of a model that is too large may lie beyond 64 KB; it is refused later. */
function word(address: number): number {
  return address & 0xffff;
}

/** Rows that the bit masks of a column cover, modulo 256. */
function maskRows(rows: number): number {
  return (Math.ceil(rows / 8) * 8) & 0xff;
}

function copyBlocks(layer: PlannedLayer): number {
  return Math.ceil(layer.biases.length / COPY_BLOCK);
}

/** Steps of the first turn of the unrolled pass to leave out, so that the last ends with the last row. */
function skippedRows(layer: PlannedLayer): number {
  return (PASS_UNROLL - (layer.rows % PASS_UNROLL)) % PASS_UNROLL;
}
