/** Adam, shrinkage and quantisation of free models, in figures worked out from their definitions. */
import { describe, expect, it } from 'vitest';
import { PLAN, type Memory } from '../../src/trainer/memory.js';
import { updateParameters } from '../../src/trainer/optimiser.js';
import { RECIPE, type Recipe } from '../../src/trainer/recipe.js';

/** Two layers: three weights and two biases, then two weights and one bias. */
const SIZE = 8;
const LAYERS = [
  { inputs: 3, outputs: 1, weightsAt: 0, biasesAt: 3, end: 5 },
  { inputs: 2, outputs: 1, weightsAt: 5, biasesAt: 7, end: 8 },
];
const WEIGHTS = [0, 1, 2, 5, 6];
const BIASES = [3, 4, 7];

function memoryOf(latent: readonly number[], shards = 2): Memory {
  const floats = (): Float32Array => new Float32Array(SIZE);
  const plan = new Float64Array(Object.keys(PLAN).length);
  plan[PLAN.pressure] = 1;
  return {
    layers: LAYERS,
    latent: Float32Array.from(latent),
    adamM: floats(),
    adamV: floats(),
    integer: floats().fill(99),
    float: floats().fill(99),
    gradients: Array.from({ length: shards }, floats),
    plan,
  } as Partial<Memory> as Memory;
}
const ZEROS = Array<number>(SIZE).fill(0);
const PLAIN: Recipe = { ...RECIPE, beta1: 0.9, beta2: 0.99, epsilon: 0.5, shrink: 0, deadZone: 0.5 };

/** Adam as its paper has it (Kingma and Ba 2015, algorithm 1): where a parameter is after these gradients. */
function adam(start: number, gradients: readonly number[], rate: number, { beta1, beta2, epsilon }: Recipe): number {
  let [x, m, v] = [start, 0, 0];
  gradients.forEach((g, index) => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    x -= (rate * (m / (1 - beta1 ** (index + 1)))) / (Math.sqrt(v / (1 - beta2 ** (index + 1))) + epsilon);
  });
  return x;
}

describe('a step of a free model', () => {
  it("is Adam's, with both moments corrected, on the sum of all shards", () => {
    const memory = memoryOf(ZEROS, 3);
    const steps = [0.7, -0.2, 0.4];
    steps.forEach((g, index) => {
      memory.gradients.forEach((gradient, shard) => gradient.fill([0.25, 0.25, 0.5][shard]! * g));
      updateParameters(memory, PLAIN, 0, SIZE, index + 1, 0.125);
    });
    for (const value of memory.latent) expect(value).toBeCloseTo(adam(0, steps, 0.125, PLAIN), 6);
  });

  it('is taken for its own range, which may end within a layer', () => {
    const whole = memoryOf(ZEROS);
    const parts = memoryOf(ZEROS);
    for (const { gradients } of [whole, parts]) gradients.forEach((gradient) => gradient.fill(1));
    updateParameters(whole, PLAIN, 0, SIZE, 1, 0.125);
    updateParameters(parts, PLAIN, 1, 4, 1, 0.125);
    expect([...parts.latent].map((value) => value !== 0)).toEqual([0, 1, 1, 1, 0, 0, 0, 0].map(Boolean));
    expect([...parts.integer].map((value) => value !== 99)).toEqual([0, 1, 1, 1, 0, 0, 0, 0].map(Boolean));
    updateParameters(parts, PLAIN, 4, 6, 1, 0.125);
    updateParameters(parts, PLAIN, 6, 8, 1, 0.125);
    expect(parts.latent.subarray(1)).toEqual(whole.latent.subarray(1));
    expect(parts.float.subarray(1)).toEqual(whole.float.subarray(1));
  });

  it('with a rate of 0 only quantises', () => {
    const memory = memoryOf(ZEROS.map(() => 0.25));
    memory.gradients.forEach((gradient) => gradient.fill(1));
    updateParameters(memory, { ...PLAIN, shrink: 1 }, 0, SIZE, 1, 0);
    expect([...memory.latent]).toEqual(ZEROS.map(() => 0.25));
    expect([...memory.adamM]).toEqual(ZEROS);
    expect([...memory.gradients[0]!]).toEqual(ZEROS.map(() => 1));
    for (const at of WEIGHTS) expect([memory.integer[at], memory.float[at]]).toEqual([0, 0.25 / 4]);
    for (const at of BIASES) expect([memory.integer[at], memory.float[at]]).toEqual([8, 8]);
  });

  it('shrinks weights by a share of the rate and the pressure, to 0 and no further, and no bias', () => {
    const shrink = 0.5;
    const memory = memoryOf([1, -1, 0.03, 1, -1, -0.03, 0.25, 1]);
    memory.plan[PLAN.pressure] = 2;
    updateParameters(memory, { ...PLAIN, shrink }, 0, SIZE, 1, 0.125);
    expect([...memory.latent]).toEqual([0.875, -0.875, 0, 1, -1, 0, 0.125, 1]);
  });
});

describe('a weight', () => {
  const quantised = (latent: number, deadZone: number): number[] => {
    const memory = memoryOf(ZEROS.map(() => latent));
    updateParameters(memory, { ...PLAIN, deadZone }, 0, SIZE, 1, 0);
    return [memory.latent[0]!, 4 * memory.integer[0]!, 4 * memory.float[0]!].map((value) => value + 0);
  };

  it.each([
    // latent, dead zone: kept, whole, clipped
    [0.5, 0.5, 0.5, 1, 0.5],
    [0.4375, 0.5, 0.4375, 0, 0.4375],
    [-0.5, 0.5, -0.5, -1, -0.5],
    [-0.4375, 0.5, -0.4375, 0, -0.4375],
    [0.625, 0.75, 0.625, 0, 0.625],
    [-0.625, 0.75, -0.625, 0, -0.625],
    [-1.5, 0.5, -1.5, -1, -1.5],
    [-1.5625, 0.5, -1.5625, -2, -1.5625],
    [1.25, 0.5, 1.25, 1, 1],
    [3, 0.5, 1.5, 1, 1],
    [-2.25, 0.5, -2.25, -2, -2],
    [-4, 0.5, -2.5, -2, -2],
  ])('of %d, with a dead zone of %d', (latent, deadZone, ...wanted) => {
    expect(quantised(latent, deadZone)).toEqual(wanted);
  });
});

describe('a bias', () => {
  it('counts in 128ths, rounded for the integer pass, within 16 bits', () => {
    const memory = memoryOf([0, 0, 0, 1.5 / 128, 1000, 0, 0, -1000]);
    updateParameters(memory, PLAIN, 0, SIZE, 1, 0);
    expect(BIASES.map((at) => [4 * memory.integer[at]!, 4 * memory.float[at]!])).toEqual([
      [2, 1.5],
      [32767, 32767],
      [-32767, -32767],
    ]);
    expect(BIASES.map((at) => memory.latent[at])).toEqual([1.5 / 128, 32767 / 128, -32767 / 128]);
  });
});
