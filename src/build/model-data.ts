/**
 * A planned network as bytes at an address, and the assembler text that tells the firmware about it
 * (model.inc, layer_table in firmware/chat/layers.asm).
 */
import { COLUMN_LINK, encodeLists, encodePacked, signOf, type Block, type ColumnForm } from './column.js';
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

/** What the firmware's code must know of the first layer. */
export interface ModelConstants {
  /** Column addresses. */
  FIRST_COLUMNS: number;
  FIRST_MASK_ROWS: number;
  FIRST_BLOCKS: number;
  FIRST_ROWS: number;
  FIRST_SKIPPED: number;
  /** Questions of fewer trigrams are done in counts; 0: none is (counts.ts). */
  FIRST_LIMIT: number;
  FIRST_COUNTS: number;
  FIRST_REST: number;
  LAYERS: number;
}

/** What the firmware must be told of the data. */
export interface ModelTable {
  constants: ModelConstants;
  /** layer_table: for each layer its assembler lines. */
  entries: string[][];
}

export interface ModelData {
  bytes: Uint8Array;
  table: ModelTable;
  layers: LayerBytes[];
}

/**
 * @param forms for each layer, for each column
 * @param unpack for each layer its columns to unpack, given how many bytes the model takes
 */
export function layModel(
  layers: PlannedLayer[],
  forms: ColumnForm[][],
  start: number,
  unpack: (bytes: number) => number[],
): ModelData {
  const memory = new Memory(start);
  const blocks: Block[] = [];
  const once = shareBlocks(blocks);
  const sizes: LayerBytes[] = layers.map((layer) => ({
    weights: 0,
    addresses: 2 * layer.columns.length,
    biases: 2 * layer.biases.length,
  }));

  const chains = layers.map((layer, l) =>
    layer.columns.map((column, c) => {
      const chain = forms[l]![c] === 'packed' ? [encodePacked(layer.weights[c]!)] : encodeLists(column, signOf(l));
      const before = blocks.length;
      const indices = chain.map(once);
      for (const block of blocks.slice(before)) sizes[l]!.weights += block.length;
      return indices;
    }),
  );
  const biases = layers.map((layer) => {
    // The firmware works out the biases of a layer in counts.
    const values = (layer.counts?.limit ?? 0) > 0 ? [] : Array.from(layer.biases);
    return {
      low: blocks.push(values.map((b) => b & 0xff)) - 1,
      high: blocks.push(values.map((b) => (b >> 8) & 0xff)) - 1,
    };
  });

  const counts = layers[0]!.counts;
  const useCounts = counts !== undefined && counts.limit > 0;
  const countsBlock = useCounts ? blocks.push(Array.from(counts.start, (c) => c & 0xff)) - 1 : -1;
  const restTable = useCounts ? memory.table(counts.rest.length) : 0;
  if (useCounts) {
    memory.write(restTable, counts.rest);
    sizes[0]!.biases = counts.start.length + counts.rest.length;
  }

  const tables = layers.map((layer) => {
    const low = memory.table(layer.columns.length);
    return { low, high: memory.table(layer.columns.length) };
  });
  const places = memory.place(blocks);

  for (const chain of chains.flat())
    chain.slice(1).forEach((next, i) => {
      const block = blocks[chain[i]!]!;
      block.splice(-2, 2, places[next]! & 0xff, places[next]! >> 8);
    });
  blocks.forEach((block, i) => memory.write(places[i]!, block));
  chains.forEach((columns, l) => {
    const addresses = columns.map(([first]) => places[first!]!);
    memory.write(tables[l]!.low, addresses);
    memory.write(
      tables[l]!.high,
      addresses.map((a) => a >> 8),
    );
  });

  const bytes = memory.image();
  const table = modelTable(layers, unpack(bytes.length), {
    columns: tables,
    biases: biases.map(({ low, high }) => ({ low: places[low]!, high: places[high]! })),
    counts: useCounts ? { limit: counts.limit, start: places[countsBlock]!, rest: restTable } : NO_COUNTS,
  });
  return { bytes, table, layers: sizes };
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
  counts: { limit: number; start: number; rest: number };
}

const NO_COUNTS: Places['counts'] = { limit: 0, start: 0, rest: 0 };

function modelTable(layers: PlannedLayer[], unpacked: number[], at: Places): ModelTable {
  const first = layers[0]!;
  const entries = layers.map((layer, l) => [
    `            dw ${word(at.biases[l]!.low)}, ${word(at.biases[l]!.high)}`,
    `            db ${copyBlocks(layer)}, ${maskRows(layer.rows)}`,
    `            db ${word(at.columns[l]!.low) >> 8}, ${layer.rows & 0xff}`,
    `            dw pass_rows+PASS_BYTES*${skippedRows(layer)}`,
    `            db ${layer.shared}, ${layer.rows & 0xff}, ${l === layers.length - 1 ? 1 : 0}`,
    `            db ${unpacked[l]!}`,
  ]);
  const constants: ModelConstants = {
    FIRST_COLUMNS: word(at.columns[0]!.low),
    FIRST_MASK_ROWS: maskRows(first.rows),
    FIRST_BLOCKS: copyBlocks(first),
    FIRST_ROWS: first.rows & 0xff,
    FIRST_SKIPPED: skippedRows(first),
    FIRST_LIMIT: at.counts.limit,
    FIRST_COUNTS: word(at.counts.start),
    FIRST_REST: word(at.counts.rest),
    LAYERS: layers.length,
  };
  return { constants, entries };
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
