import { describe, expect, it } from 'vitest';
import { buildExamples, charsetOf } from '../../src/trainer/examples.js';
import { createMemory, PLAN, type Memory } from '../../src/trainer/memory.js';
import { updateParameters } from '../../src/trainer/optimiser.js';
import { RECIPE } from '../../src/trainer/recipe.js';

const PAIRS = [{ question: 'is it', answer: 'YES' }];

function memoryOf(): Memory {
  const memory = createMemory(RECIPE, [4], 1, buildExamples(PAIRS, charsetOf(PAIRS)), undefined);
  memory.latent.fill(0);
  return memory;
}

const update = (memory: Memory, step: number, rate: number, recipe = { ...RECIPE, shrink: 0 }): void =>
  updateParameters(memory, recipe, 0, memory.latent.length, step, rate);

describe('the optimiser of free models', () => {
  it('is Adam with both moments corrected for where they began, on the sum of all shards', () => {
    // Kingma and Ba 2015, algorithm 1, in double precision.
    const { beta1, beta2, epsilon } = RECIPE;
    const gradients = [0.5, -0.125, 0.0625, 0.25];
    let [theta, m, v] = [0.25, 0, 0];
    const memory = memoryOf();
    memory.latent.fill(0.25);
    const [layer] = memory.layers;
    gradients.forEach((g, i) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      theta -= (0.02 * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
      memory.gradients[0]!.fill(g / 4);
      memory.gradients[1]!.fill((3 * g) / 4);
      update(memory, i + 1, 0.02);
      for (const at of [layer!.weightsAt, layer!.biasesAt]) expect(memory.latent[at]).toBeCloseTo(theta, 6);
    });
  });

  it('rounds to -2, -1, 0 and 1, and keeps weights half a step beyond those', () => {
    const memory = memoryOf();
    const latent = [-4, -2.5, -1.51, -1.5, -0.5, -0.49, 0.49, 0.5, 1.5, 4];
    memory.latent.set(latent);
    update(memory, 0, 0);
    const { length } = latent;
    expect([...memory.latent.subarray(0, length)].map((u) => Math.round(u * 100) / 100)).toEqual([
      -2.5, -2.5, -1.51, -1.5, -0.5, -0.49, 0.49, 0.5, 1.5, 1.5,
    ]);
    expect([...memory.integer.subarray(0, length)].map((q) => 4 * q + 0)).toEqual([-2, -2, -2, -1, -1, 0, 0, 1, 1, 1]);
    const float = [...memory.float.subarray(0, length)].map((f) => Math.round(400 * f) / 100);
    expect(float).toEqual([-2, -2, -1.51, -1.5, -0.5, -0.49, 0.49, 0.5, 1, 1]);
  });

  it('shrinks weights towards 0 and not beyond, as hard as the pressure says, and no biases', () => {
    const memory = memoryOf();
    const [layer] = memory.layers;
    memory.latent.set([1, -1, 0.001, -0.001, 0]);
    memory.latent.fill(1, layer!.biasesAt, layer!.end);
    memory.plan[PLAN.pressure] = 2;
    // No gradient: nothing but the pull moves them.
    update(memory, 1, 0.01, { ...RECIPE, shrink: 0.5 });
    const now = [...memory.latent.subarray(0, 5)].map((u) => Math.round(u * 1e5) / 1e5 + 0);
    expect(now).toEqual([0.99, -0.99, 0, 0, 0]);
    expect(memory.latent[layer!.biasesAt]).toBe(1);
    expect(4 * memory.integer[layer!.biasesAt]!).toBe(128);
  });

  it('keeps biases within 16 bits', () => {
    const memory = memoryOf();
    const [layer] = memory.layers;
    memory.latent.set([300, -300, 1.5 / 128], layer!.biasesAt);
    update(memory, 0, 0);
    const whole = [...memory.integer.subarray(layer!.biasesAt, layer!.biasesAt + 3)].map((b) => 4 * b);
    expect(whole).toEqual([32767, -32767, 2]);
  });
});
