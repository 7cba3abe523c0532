/** How a closed network is stored: its columns, its tree of answers, and how much of it there is. */
import { describe, expect, it } from 'vitest';
import { inputBounds } from '../../src/build/bounds.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { neededRows } from '../../src/build/needed.js';
import type { Column } from '../../src/build/plan.js';
import { buildProgram, type LayoutName } from '../../src/build/program.js';
import { laySparse, LIST_MOST, LONG } from '../../src/build/sparse-columns.js';
import { layTree } from '../../src/build/tree-data.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { sizeTable } from '../../src/commands/size-table.js';
import { RefusedError } from '../../src/seams/errors.js';
import fc from '../fast-check.js';
import { randomClosed } from './random-closed.js';

const firmware = firmwareReader(nodeFiles);
const START = 0x1234;

describe("the first layer's columns", () => {
  /** Undo laySparse: what columns.asm finds for a column. */
  function find(bytes: number[], groups: number[], column: number): Column {
    const found: Column = { plus: [], minus: [] };
    const parts = (header: number): [number, number] =>
      header < LONG ? [header >> 4, header & 15] : [LIST_MOST - (header - LONG), header - LONG];
    let at = groups[column & 0xff]! - START;
    for (let i = column >> 8; i > 0; i--) {
      const [p, m] = parts(bytes[at]!);
      at += 1 + p + m + (bytes[at]! >= LONG ? 2 : 0);
    }
    for (;;) {
      const header = bytes[at++]!;
      const [p, m] = parts(header);
      found.plus.push(...bytes.slice(at, at + p));
      found.minus.push(...bytes.slice(at + p, at + p + m));
      if (header < LONG) return found;
      at = bytes[at + p + m]! + 256 * bytes[at + p + m + 1]! - START;
    }
  }

  const rows = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 });
  const column = fc.record({ plus: rows, minus: rows });

  it('are found again, however long', () => {
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 700 }), (columns) => {
        const { bytes, groups } = laySparse(columns, START);
        expect(groups).toHaveLength(Math.min(256, columns.length));
        columns.forEach((each, i) => expect(find(bytes, groups, i)).toEqual(each));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [0, 0, 1],
    [14, 15, 30],
    [15, 0, 19],
    [14, 16, 34],
    [30, 0, 37],
    [29, 1, 34],
  ])('with %i times +1 and %i times -1 takes %i bytes', (p, m, bytes) => {
    const column = { plus: new Array<number>(p).fill(7), minus: new Array<number>(m).fill(9) };
    expect(laySparse([column], START).bytes).toHaveLength(bytes);
  });
});

describe('the tree of answers', () => {
  it('of one fork is an output, a length and the characters of each answer', () => {
    const { bytes, constants } = layTree(
      { buckets: 128, steps: 'answers', answers: ['AB', 'C'], unknown: { answer: '?', margin: 3 } },
      START,
    );
    expect(bytes).toEqual([2, 0, 1, 2, 0x41, 0x42, 1, 0x43, 1, 0x3f, START & 0xff, START >> 8]);
    expect(constants).toEqual({ FORKS: 1, FORKS_AT: START + 10, MARGIN: 12, UNKNOWN_AT: START + 8 });
  });

  it('of several forks tells where it goes on', () => {
    const { bytes, constants } = layTree({ buckets: 128, steps: 'characters', answers: ['NO', 'YELL', 'YES'] }, START);
    // Outputs stand for L, N, S, Y.
    expect(bytes.slice(0, 3 + 3 + 4)).toEqual([2, 1, 3, 2, 0x4e, 0x4f, 0x82, 1, 0x59, 0x45]);
    expect(bytes.slice(10, 10 + 3 + 3 + 2)).toEqual([2, 0, 2, 2, 0x4c, 0x4c, 1, 0x53]);
    expect(constants).toEqual({ FORKS: 2, FORKS_AT: START + 18, MARGIN: 0, UNKNOWN_AT: 0 });
  });
});

describe('rows of a closed network that cannot matter', () => {
  const network = randomClosed(24, {
    buckets: 128, hidden: [3], answers: 2, steps: 'answers', density: [1, 1], biasReach: 3,
  }); // prettier-ignore

  it('are left out only where no question, however long, could make them wrap', () => {
    // 127 letters are 128 pieces of two and 127 of three.
    expect(inputBounds(network, 127)).toEqual({ question: 128, pieces: 255, others: 0 });
    const first = network.layers[0]!;
    first.weights.fill(-2);
    network.layers[1]!.weights.fill(1);
    const lowest = -2 * 32 * 255;
    first.biases.set([3, -0x8000 - lowest, -0x8001 - lowest]);
    expect(neededRows(network, 127)[0]).toEqual([2]);
  });
});

describe('the size of the program of a closed model', () => {
  const network = randomClosed(25, {
    buckets: 1024, hidden: [64, 40], answers: 30, steps: 'answers', margin: 9, density: [0.1, 0.6], biasReach: 60, twos: 0.03,
  }); // prettier-ignore

  it.each<[LayoutName, number]>([
    ['sparse', 14_996],
    ['auto', 14_996],
    ['packed', 13_665],
  ])('%s is always %i', (layout, bytes) => {
    expect(buildProgram(network, { layout }, firmware).program.length).toBe(bytes);
  });

  it('is told part by part, and adds up', () => {
    const built = buildProgram(network, {}, firmware);
    const { sizes, symbols } = built;
    const layers = sizes.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
    expect(sizes.code + layers + sizes.tree + sizes.unused).toBe(built.program.length);
    expect(0x100 + sizes.program + sizes.buffers).toBe(symbols.get('ram_end'));
    const { weights, inputs } = network.layers[0]!;
    // A -2 is listed twice.
    const listed = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
    expect(sizes.layers[0]!.addresses).toBe(2 * 256);
    expect(sizes.layers[0]!.weights).toBe(listed + inputs);
    const table = sizeTable(built).join('\n');
    expect(table).toMatch(/tree +\d+ {2}of answers/);
    expect(table).toContain('their addresses 512');
  });

  it('is kept by auto where all lists would be too large', () => {
    const packed = buildProgram(network, { layout: 'packed' }, firmware).program.length;
    const built = buildProgram(network, { maxSize: packed + 300 }, firmware);
    expect(built.program.length).toBeLessThanOrEqual(packed + 300);
    expect(() => buildProgram(network, { maxSize: 9_000 }, firmware)).toThrow(RefusedError);
  });
});
