/** How a network is stored: what fits, what is refused, and that every form says the same. */
import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import {
  encodeLists,
  encodePacked,
  COLUMN_FULL,
  COLUMN_LINK,
  COLUMN_MORE,
  COLUMN_SIGNS,
  COLUMN_TWOS,
  STEP_BYTES,
  WALK_STEPS,
} from '../../src/build/column.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { neededRows } from '../../src/build/needed.js';
import { Memory } from '../../src/build/place.js';
import { planNetwork } from '../../src/build/plan.js';
import { buildProgram } from '../../src/build/program.js';
import { startTalk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer } from '../../src/model/inference.js';
import { RefusedError } from '../../src/seams/errors.js';
import { randomNetwork } from './random-network.js';

const firmware = firmwareReader(nodeFiles);
const medium = () => randomNetwork(21, { widths: [120, 60, 20], density: 0.3, biasReach: 40 });

describe('the size of a program', () => {
  it('that is too large is refused with a hint that works', () => {
    const network = medium();
    const whole = buildProgram(network, { layout: 'sparse' }, firmware).program.length;
    const build = (maxSize: number): unknown => buildProgram(network, { layout: 'sparse', maxSize }, firmware);
    expect(() => build(whole - 1)).toThrow(RefusedError);
    expect(() => build(whole - 1)).toThrow(`the program has ${whole} bytes, 1 more than the ${whole - 1} allowed`);
    try {
      build(whole - 100);
    } catch (error) {
      const hint = (error as RefusedError).hint!;
      expect(hint).toBe(
        `build with --layout auto, or allow more with --max-size ${whole}, or train a smaller model, with --max-size ${whole - 100}`,
      );
      expect((error as RefusedError).exitStatus).toBe(1);
    }
    expect(() => build(whole)).not.toThrow();
  });

  it('beyond what a Z80 can hold is refused whatever is allowed', () => {
    const network = randomNetwork(22, { widths: [256, 256, 256], density: 1, biasReach: 40 });
    expect(() => buildProgram(network, { maxSize: 65_536 }, firmware)).toThrow(
      /more than the 52992 that a Z80 has room/,
    );
  });

  it('with a larger limit is built wherever it is with a smaller one', () => {
    // As lists it is more than a Z80 has room for, and as masks far less.
    const network = randomNetwork(23, { widths: [200, 200, 40], density: 0.55, biasReach: 40 });
    const size = (maxSize: number): number => buildProgram(network, { maxSize }, firmware).program.length;
    const packed = buildProgram(network, { layout: 'packed' }, firmware).program.length;
    const sizes = [packed + 300, 40_960, 52_992, 60_000, 65_536].map(size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[3]).toBeLessThanOrEqual(52_992);
    expect(sizes[2]).toBe(sizes[4]);
    const sparse = (): unknown => buildProgram(network, { layout: 'sparse', maxSize: 60_000 }, firmware);
    expect(sparse).toThrow(/more than the 52992 that a Z80 has room for/);
    try {
      sparse();
    } catch (error) {
      expect((error as RefusedError).hint).toBe(
        'build with --layout auto, or train a smaller model, with --max-size 52992',
      );
    }
  });

  it('is met by auto with as many lists as fit', () => {
    const network = medium();
    const sizes = ['sparse', 'packed'].map(
      (layout) => buildProgram(network, { layout: layout as 'sparse' | 'packed' }, firmware).program.length,
    );
    const [sparse, packed] = sizes as [number, number];
    expect(packed).toBeLessThan(sparse * 0.8);
    let lists = Infinity;
    for (let maxSize = sparse; maxSize > packed + 200; maxSize -= 700) {
      const built = buildProgram(network, { layout: 'auto', maxSize }, firmware);
      expect(built.program.length).toBeLessThanOrEqual(maxSize);
      const count = built.choices.reduce((sum, choice) => sum + choice.lists, 0);
      expect(count).toBeLessThanOrEqual(lists);
      lists = count;
      expect(startTalk(built.program).ask('is it big').text).toBe(answer(network, 'is it big'));
    }
    expect(lists).toBeLessThan(256);
    // Down to the smallest there is.
    const least = buildProgram(network, { layout: 'auto', maxSize: packed }, firmware).program.length;
    expect(least).toBeLessThanOrEqual(packed);
  });

  it('is the same each time', () => {
    const build = (): Uint8Array => buildProgram(medium(), {}, firmware).program;
    expect(build()).toEqual(build());
  });
});

describe('a column', () => {
  /** Undo encodeLists: rows added and rows subtracted. */
  function decode(blocks: number[][]): { plus: number[]; minus: number[] } {
    const result = { plus: [] as number[], minus: [] as number[] };
    let [block, at, more] = [0, 0, 0];
    do {
      const byte = blocks[block]![at]!;
      if (byte === COLUMN_LINK) {
        [block, at] = [block + 1, 0];
        continue;
      }
      if (byte === COLUMN_MORE) {
        more++;
        at++;
        continue;
      }
      for (const list of [result.plus, result.minus]) {
        if (blocks[block]![at] === COLUMN_FULL) {
          list.push(...blocks[block]!.slice(at + 1, at + 1 + WALK_STEPS));
          at += 1 + WALK_STEPS;
        }
        const length = WALK_STEPS - blocks[block]![at++]! / STEP_BYTES;
        list.push(...blocks[block]!.slice(at, at + length));
        at += length;
      }
      more--;
    } while (more >= 0);
    return result;
  }

  const rows = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 520 });

  it('of any length is cut into blocks of less than a page and says the same', () => {
    fc.assert(
      fc.property(rows, rows, fc.constantFrom('added' as const, 'both' as const), (plus, minus, sign) => {
        const blocks = encodeLists({ plus, minus }, sign);
        for (const block of blocks) expect(block.length).toBeLessThanOrEqual(256);
        expect(decode(blocks)).toEqual({ plus, minus });
      }),
    );
  });

  it('as masks takes a bit a row and one a weight', () => {
    const weights = new Int8Array(64);
    weights.set([1, -1, 0, 1], 0);
    const column = encodePacked(weights);
    // head, 8 masks, 1 byte of signs
    expect(column).toHaveLength(10);
    expect(column.slice(0, 4)).toEqual([COLUMN_SIGNS, 0b1101_0000, 0b1010_0000, 0]);
  });

  it('as masks with a -2 takes two bits for each that is negative', () => {
    const weights = new Int8Array(16);
    weights.set([1, -2, 0, -1, 1, 1, -2, -1, -2], 0);
    // The second byte of codes stands where the first runs out: before the second mask.
    expect(encodePacked(weights)).toEqual([COLUMN_TWOS, 0b1101_1111, 0b1000_1110, 0b0010_0000, 0b1000_0000]);
  });

  it('of nothing but weights of every kind, 256 rows high, is walked right', () => {
    const network = randomNetwork(23, { widths: [256, 3], density: 1, biasReach: 40 });
    const { program } = buildProgram(network, { layout: 'packed', maxSize: 50_000 }, firmware);
    expect(startTalk(program).ask('hello').text).toBe(answer(network, 'hello'));
  });
});

describe('bit masks that become lists when the program starts', () => {
  // Columns of every length: within a list, of several, and across pages; -2 among them.
  const network = randomNetwork(27, { widths: [256, 90, 12], density: 0.4, biasReach: 40 });
  const built = buildProgram(network, { layout: 'packed' }, firmware);
  const questions = ['is it big', 'hello'];
  const expected = questions.map((question) => answer(network, question));
  const leastBdos = Math.ceil(built.symbols.get('ram_end')! / 256) * 256;

  it('never change an answer, however much memory there is', () => {
    const costs: number[] = [];
    for (const pages of [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]) {
      const talk = startTalk(built.program, '', leastBdos + 256 * pages);
      const answers = questions.map((question) => talk.ask(question));
      expect(answers.map(({ text }) => text)).toEqual(expected);
      costs.push(answers.flatMap(({ tStates }) => tStates).reduce((sum, cost) => sum + cost, 0));
    }
    // More memory is never slower.
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    expect(costs.at(-1)!).toBeLessThan(0.65 * costs[0]!);
  });

  it('leave the system alone', () => {
    const bdos = leastBdos + 256 * 8;
    const talk = startTalk(built.program, '', bdos);
    const { memory } = talk.emulated.cpu;
    const system = memory.slice(bdos);
    talk.ask('is it big');
    expect(memory.slice(bdos)).toEqual(system);
  });
});

describe('places in memory', () => {
  it('never overlap, and never cross a page', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 256 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0x100, max: 0x1000 }), sizes, sizes, (start, tables, blocks) => {
        const memory = new Memory(start);
        const places = tables.map((size) => ({ at: memory.table(size), size }));
        for (const { at } of places) expect(at % 256).toBe(0);
        const contents = blocks.map((size) => new Array<number>(size).fill(1));
        memory.place(contents).forEach((at, i) => {
          const size = blocks[i]!;
          if (size > 0) expect(Math.floor(at / 256)).toBe(Math.floor((at + size - 1) / 256));
          places.push({ at, size });
        });
        const used = places.filter(({ size }) => size > 0).sort((a, b) => a.at - b.at);
        used.slice(1).forEach(({ at }, i) => expect(at).toBeGreaterThanOrEqual(used[i]!.at + used[i]!.size));
      }),
    );
  });
});

describe('rows that cannot matter', () => {
  it('are those that nothing adds to, and those that nobody reads', () => {
    const network = randomNetwork(24, { widths: [6, 6, 4], density: 1, biasReach: 3 });
    const [first, second, third] = network.layers as [
      (typeof network.layers)[0],
      (typeof network.layers)[0],
      (typeof network.layers)[0],
    ];
    for (const layer of network.layers) layer.weights.fill(1);
    first.weights.fill(-1, 2 * first.inputs, 3 * first.inputs); // never positive
    second.weights.fill(-2, 4 * second.inputs, 5 * second.inputs); // never positive
    for (let row = 0; row < 6; row++) second.weights[row * second.inputs + 5] = 0; // first's row 5: nobody reads it
    for (let row = 0; row < 4; row++) third.weights[row * third.inputs] = 0; // second's row 0: nobody reads it
    expect(neededRows(network, 127)).toEqual([
      [0, 1, 3, 4],
      [1, 2, 3, 5],
      [0, 1, 2, 3],
    ]);
  });

  it('are kept where the bias is enough, or where the sum could wrap', () => {
    const network = randomNetwork(25, { widths: [3, 2], density: 1, biasReach: 3 });
    const first = network.layers[0]!;
    first.weights.fill(-2);
    network.layers[1]!.weights.fill(1);
    first.biases.set([3, 4, -0x7fff]);
    expect(neededRows(network, 127)[0]).toEqual([1, 2]);
  });

  it('leave at least one', () => {
    const network = randomNetwork(26, { widths: [3, 2], density: 0, biasReach: 0 });
    expect(planNetwork(network).map((layer) => layer.rows)).toEqual([1, 2]);
    const { program } = buildProgram(network, {}, firmware);
    expect(startTalk(program).ask('hello').text).toBe(answer(network, 'hello'));
  });
});
