import { describe, expect, it } from 'vitest';
import { MAX_WIDTH } from '../../../src/model/limits.js';
import { MOST_BUCKETS, MOST_FORKS } from '../../../src/model/closed-set.js';
import { createKernels } from '../../../src/trainer/closed/kernels.js';
import {
  ARRAYS,
  Parameters,
  createClosedMemory,
  drawWeights,
  placeClosed,
  type ClosedMemory,
} from '../../../src/trainer/closed/memory.js';
import { CLOSED_RECIPE, SHARDS } from '../../../src/trainer/closed/recipe.js';

const RECIPE = { ...CLOSED_RECIPE, firstSpread: 0.25, spread: 1 };
const memoryOf = (inputs: number, widths: number[]): ClosedMemory =>
  createClosedMemory({ inputs, widths, examples: 5, pairs: 3, heldOut: 2 });

describe('the memory of a closed run', () => {
  it('has columns of whole vectors, and biases behind those of their layer', () => {
    expect(placeClosed(130, [5, 8, 3])).toEqual([
      { inputs: 130, outputs: 5, stride: 8, weightsAt: 0, biasesAt: 1040, end: 1048 },
      { inputs: 5, outputs: 8, stride: 8, weightsAt: 1048, biasesAt: 1088, end: 1096 },
      { inputs: 8, outputs: 3, stride: 4, weightsAt: 1096, biasesAt: 1128, end: 1132 },
    ]);
  });

  it('keeps arrays and scratch apart, each at a whole vector, and all within', () => {
    const memory = memoryOf(130, [5, 8, 3]);
    const parameters = new Parameters(memory);
    const scratch = Array.from({ length: SHARDS + 1 }, (_, owner) => parameters.scratch(owner)).flat();
    const all = [
      ...ARRAYS.map((name) => parameters.array(name) as Float32Array),
      ...scratch.flatMap(({ sums, deltas }) => [sums.values, deltas.values]),
    ];
    all.forEach((values, i) => values.fill(i + 1));
    all.forEach((values, i) => expect(values.every((value) => value === i + 1)).toBe(true));
    for (const { byteOffset } of all) expect(byteOffset % 16).toBe(0);
    for (const { sums, deltas } of scratch)
      expect([sums.at, deltas.at]).toEqual([sums.values.byteOffset, deltas.values.byteOffset]);
    for (const name of ARRAYS) expect(parameters.address(name)).toBe(parameters.array(name).byteOffset);
  });

  it('has room for the largest network', () => {
    const widths = [MAX_WIDTH, MAX_WIDTH, MAX_WIDTH, MAX_WIDTH];
    const { pages } = memoryOf(MOST_BUCKETS + MOST_FORKS - 1, widths);
    const { buffer, grow } = pages as { buffer: SharedArrayBuffer; grow: (pages: number) => number };
    expect(buffer.byteLength).toBeLessThan(60e6);
    // And takes no more than that.
    expect(() => grow.call(pages, 1)).toThrow(RangeError);
    expect(() => createKernels(pages)).not.toThrow();
  });
});

describe('weights as a run begins', () => {
  it('are normally distributed, layer 1 closer than the others; what fills columns up, and biases, are 0', () => {
    const memory = memoryOf(512, [62, 30]);
    const parameters = new Parameters(memory);
    drawWeights(parameters, RECIPE, 3);
    const latent = parameters.array('latent');
    const spreads = memory.places.map(({ inputs, outputs, stride, weightsAt, biasesAt, end }) => {
      const weights: number[] = [];
      for (let at = weightsAt; at < end; at++) {
        const isWeight = at < biasesAt && (at - weightsAt) % stride < outputs;
        if (isWeight) weights.push(latent[at]!);
        else expect(latent[at]).toBe(0);
      }
      expect(weights).toHaveLength(inputs * outputs);
      const beyond = (size: number): number => weights.filter((w) => Math.abs(w) > size).length / weights.length;
      return [beyond(0.25), beyond(0.5), beyond(1), beyond(2)];
    });
    // Beyond one standard deviation are 31.7 %, beyond two 4.6 %.
    expect(spreads[0]![0]).toBeCloseTo(0.317, 2);
    expect(spreads[0]![1]).toBeCloseTo(0.046, 2);
    expect(spreads[1]![2]).toBeCloseTo(0.317, 1);
    expect(spreads[1]![3]).toBeCloseTo(0.046, 1);
  });

  it('come again with the same seed, and are others with another', () => {
    const draw = (seed: number): Float32Array => {
      const parameters = new Parameters(memoryOf(128, [7, 2]));
      drawWeights(parameters, RECIPE, seed);
      return parameters.array('latent');
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
