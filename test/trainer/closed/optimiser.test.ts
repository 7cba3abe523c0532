import { describe, expect, it } from 'vitest';
import { createKernels } from '../../../src/trainer/closed/kernels.js';
import { ARRAYS, Parameters, type ClosedMemory } from '../../../src/trainer/closed/memory.js';
import { ClosedOptimiser, requantise } from '../../../src/trainer/closed/optimiser.js';
import { SHARDS } from '../../../src/trainer/closed/recipe.js';
import { seeded } from '../../random.js';
import { PLAIN, closedSet, emptyMemory, randomMemory } from './small-closed.js';

const CLOSED = closedSet('answers', 'A', 'B', 'C');
/** Layers 1 and 2 have more weights than a worker takes at a time, and neither width is a whole number of vectors. */
const HIDDEN = [30, 50];
const PULL = 1 / 128;

function optimisers(memory: ClosedMemory, workers: number): ClosedOptimiser[] {
  const kernels = createKernels(memory.pages);
  return Array.from({ length: workers }, (_, index) => new ClosedOptimiser(memory, kernels, PLAIN, index, workers));
}

/** The step's examples of a shard use these columns. */
function use(memory: ClosedMemory, shard: number, columns: readonly number[]): void {
  for (const column of columns) {
    memory.used[shard]![column] = 1;
    memory.uses[shard]![memory.useCount[shard]!++] = column;
  }
}

/** One step of all workers, in which shard 0 uses the columns; nothing has a gradient unless it is given one. */
function step(memory: ClosedMemory, workers: ClosedOptimiser[], number: number, columns: readonly number[]): void {
  use(memory, 0, columns);
  for (const worker of workers) worker.update(number, 1 / 16, 1 / 8);
  for (let shard = 0; shard < SHARDS; shard++) workers[0]!.forget(shard);
}

function withGradients(): ClosedMemory {
  const memory = randomMemory(CLOSED, HIDDEN, 7);
  const random = seeded(8);
  const parameters = new Parameters(memory);
  for (const name of ['gradient0', 'gradient1', 'm'] as const)
    for (const { inputs, outputs, stride, weightsAt, biasesAt } of memory.places) {
      const array = parameters.array(name);
      for (let input = 0; input <= inputs; input++)
        for (let row = 0; row < outputs; row++)
          array[(input === inputs ? biasesAt : weightsAt + input * stride) + row] = random() - 0.5;
    }
  parameters.array('v').fill(0.25);
  use(memory, 0, [1, 2, 3, 64, 127]);
  use(memory, 1, [2, 3, 4, 5, 126]);
  return memory;
}

const everything = (memory: ClosedMemory): Float32Array[] =>
  ARRAYS.map((name) => new Parameters(memory).array(name).slice());
/** By their bits, which is much quicker than value by value. */
const alike = (a: Float32Array[], b: Float32Array[]): boolean[] =>
  a.map((array, i) => Buffer.from(array.buffer).equals(Buffer.from(b[i]!.buffer)));

describe('the optimiser of closed models', () => {
  it('shrinks a column for the steps that it missed, too, and any other layer in each step', () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const latent = new Parameters(memory).array('latent').fill(1);
    const [first, second] = memory.places as [ClosedMemory['places'][0], ClosedMemory['places'][0]];
    const workers = optimisers(memory, 1);
    step(memory, workers, 1, [5]);
    expect(latent[5 * first.stride]).toBe(1 - PULL);
    step(memory, workers, 2, [6]);
    step(memory, workers, 3, []);
    step(memory, workers, 4, [5, 7]);
    // Three steps since it was used.
    expect(latent[5 * first.stride]).toBe(1 - 4 * PULL);
    expect(latent[6 * first.stride]).toBe(1 - 2 * PULL);
    expect(latent[7 * first.stride + first.stride - 1]).toBe(1 - 4 * PULL);
    expect(latent[8 * first.stride]).toBe(1);
    expect(latent[second.weightsAt]).toBe(1 - 4 * PULL);
    expect(latent[second.biasesAt - 1]).toBe(1 - 4 * PULL);
    expect([...memory.shrunk.subarray(4, 9)]).toEqual([0, 4, 2, 4, 0]);
  });

  it('makes all columns even when they catch up', () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const latent = parameters.array('latent').fill(0.5 + 4 * PULL);
    const { biasesAt } = memory.places[0]!;
    const workers = optimisers(memory, 2);
    step(memory, workers, 1, [0, 5]);
    step(memory, workers, 2, [5, 9]);
    step(memory, workers, 3, [127]);
    for (const worker of workers) worker.catchUp(3, PULL);
    expect(new Set(latent.subarray(0, biasesAt))).toEqual(new Set([0.5 + PULL]));
    expect(new Set(parameters.array('quantised').subarray(0, biasesAt))).toEqual(new Set([1]));
    expect(memory.shrunk.every((step) => step === 3)).toBe(true);
    // Nothing is missed any more.
    for (const worker of workers) worker.catchUp(3, PULL);
    expect(latent[0]).toBe(0.5 + PULL);
  });

  it('lets weights be no less than -1 in layer 1, and than -2 in others', () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const latent = parameters.array('latent').fill(-4);
    const quantised = parameters.array('quantised');
    const [first, ...others] = memory.places as [ClosedMemory['places'][0], ...ClosedMemory['places']];
    const workers = optimisers(memory, 1);
    step(memory, workers, 1, [5]);
    // A column that was used, and one that catches up.
    workers[0]!.catchUp(1, PULL);
    for (const column of [5, 6]) {
      expect(latent[column * first.stride]).toBeCloseTo(-1.49, 6);
      expect(quantised[column * first.stride]).toBe(-1);
    }
    for (const { weightsAt, biasesAt } of others)
      for (const at of [weightsAt, biasesAt - 1]) {
        expect(latent[at]).toBeCloseTo(-2.49, 6);
        expect(quantised[at]).toBe(-2);
      }
  });

  it('updates every parameter once, with one worker or two, whichever shard used it', () => {
    const [alone, together, first, second, before] = [1, 2, 3, 4, 5].map(withGradients) as [
      ClosedMemory,
      ClosedMemory,
      ClosedMemory,
      ClosedMemory,
      ClosedMemory,
    ];
    optimisers(alone, 1)[0]!.update(3, 0.02, 0.5);
    for (const worker of optimisers(together, 2)) worker.update(3, 0.02, 0.5);
    expect(alike(everything(together), everything(alone))).toEqual(ARRAYS.map(() => true));
    expect(together.shrunk).toEqual(alone.shrunk);

    optimisers(first, 2)[0]!.update(3, 0.02, 0.5);
    optimisers(second, 2)[1]!.update(3, 0.02, 0.5);
    const [was, ofAll, ofFirst, ofSecond] = [before, alone, first, second].map((memory) =>
      new Parameters(memory).array('m'),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const used = [1, 2, 3, 4, 5, 64, 126, 127];
    let moved = 0;
    const odd: number[] = [];
    was.forEach((value, at) => {
      const by = (ofFirst[at] !== value ? 1 : 0) + (ofSecond[at] !== value ? 1 : 0);
      if (by !== (ofAll[at] !== value ? 1 : 0)) odd.push(at);
      moved += by;
    });
    expect(odd).toEqual([]);
    expect(moved).toBe(used.length * 30 + 30 + (30 + 1) * 50 + (50 + 1) * 3);
    const touched = [...alone.shrunk.keys()].filter((column) => alone.shrunk[column] === 3);
    expect(touched).toEqual(used);
  });

  it('takes the sum of both gradients, and leaves none', () => {
    const memory = withGradients();
    const [one, two, m] = (['gradient0', 'gradient1', 'm'] as const).map((name) => new Parameters(memory).array(name));
    const [place] = memory.places;
    // A weight of a column that only shard 0 lists, one that only shard 1 lists, one that both do, and a bias.
    const places = [place!.stride, 5 * place!.stride + 3, 2 * place!.stride + 1, place!.biasesAt + 2];
    const expected = places.map((at) => m![at]! + (1 - PLAIN.beta1) * (one![at]! + two![at]! - m![at]!));
    optimisers(memory, 1)[0]!.update(1, 0.02, 0.5);
    places.forEach((at, i) => {
      expect(m![at]).toBeCloseTo(expected[i]!, 6);
      expect([one![at], two![at]]).toEqual([0, 0]);
    });
  });

  it('is Adam with both moments corrected for where they began, step by step', () => {
    // Kingma and Ba 2015, algorithm 1, in double precision. Gradients that change show what each correction is worth.
    const { beta1, beta2, epsilon } = PLAIN;
    const gradients = [0.5, -0.125, 0.0625, 0.25];
    let [theta, m, v] = [0.25, 0, 0];
    const wanted = gradients.map((g, i) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      theta -= ((1 / 16) * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
      return theta;
    });
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const latent = parameters.array('latent').fill(0.25);
    const gradient = parameters.array('gradient0');
    const [first, second] = memory.places as [ClosedMemory['places'][0], ClosedMemory['places'][0]];
    const places = [5 * first.stride, first.biasesAt, second.weightsAt + 3, second.biasesAt + 1];
    const [worker] = optimisers(memory, 1);
    gradients.forEach((g, i) => {
      for (const at of places) gradient[at] = g;
      use(memory, 0, [5]);
      worker!.update(i + 1, 1 / 16, 0);
      worker!.forget(0);
      for (const at of places) expect(latent[at], `step ${i + 1}, parameter ${at}`).toBeCloseTo(wanted[i]!, 5);
    });
    // Taken up at a later step, as from a checkpoint, it corrects for that step.
    const [other] = optimisers(memory, 1);
    parameters.array('m').fill(0.1);
    parameters.array('v').fill(0.04);
    gradient.fill(0);
    latent.fill(0);
    other!.update(7, 1 / 16, 0);
    const mean = (beta1 * 0.1) / (1 - beta1 ** 7);
    const spread = Math.sqrt((beta2 * 0.04) / (1 - beta2 ** 7));
    expect(latent[second.weightsAt]).toBeCloseTo(-mean / 16 / (spread + epsilon), 5);
  });

  it('keeps weights within 0.49 of what they are rounded to, at either end', () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const latent = parameters.array('latent');
    const [first, second] = memory.places as [ClosedMemory['places'][0], ClosedMemory['places'][0]];
    latent.set([-3, -1.2, 1.2, 3], 5 * first.stride);
    latent.set([-3, -2.2, 1.2, 3], second.weightsAt);
    use(memory, 0, [5]);
    optimisers(memory, 1)[0]!.update(1, 1 / 16, 0);
    const round = (at: number): number[] => [...latent.subarray(at, at + 4)].map((u) => Math.round(u * 1e4) / 1e4);
    expect(round(5 * first.stride)).toEqual([-1.49, -1.2, 1.2, 1.49]);
    expect(round(second.weightsAt)).toEqual([-2.49, -2.2, 1.2, 1.49]);
  });

  it('moves biases as Adam does, in units of their layer, and shrinks none', () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const [latent, quantised, gradient] = (['latent', 'quantised', 'gradient1'] as const).map((name) =>
      parameters.array(name),
    );
    const [first, second] = memory.places.map(({ biasesAt }) => biasesAt) as [number, number];
    for (const at of [first, second]) {
      latent!.set([1, 1, 1000, -1000], at);
      gradient!.set([0, 0.7, 0, 0], at);
    }
    optimisers(memory, 1)[0]!.update(1, 0.125, 0.5);
    // In Adam's first step, whatever the gradient, a parameter goes by the rate.
    expect(latent![first]).toBe(1);
    expect(latent![first + 1]).toBeCloseTo(0.875, 5);
    expect([...quantised!.subarray(first, first + 4)]).toEqual([32, 28, 32000, -32000]);
    expect([...quantised!.subarray(second, second + 4)]).toEqual([64, 56, 32767, -32767]);
  });

  it("takes Adam's steps with both moments corrected, of biases and weights", () => {
    const memory = emptyMemory(CLOSED, HIDDEN);
    const parameters = new Parameters(memory);
    const [latent, one, two] = (['latent', 'gradient0', 'gradient1'] as const).map((name) => parameters.array(name));
    const [worker] = optimisers(memory, 1);
    const [, second] = memory.places as [ClosedMemory['places'][0], ClosedMemory['places'][0]];
    const { beta1, beta2, epsilon } = PLAIN;
    let [x, m, v] = [0, 0, 0];
    for (const [index, g] of [0.7, -0.2, 0.4].entries()) {
      for (const at of [second.biasesAt, second.weightsAt]) {
        one![at] = 0.75 * g;
        two![at] = 0.25 * g;
      }
      worker!.update(index + 1, 0.125, 0);
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      x -= (0.125 * (m / (1 - beta1 ** (index + 1)))) / (Math.sqrt(v / (1 - beta2 ** (index + 1))) + epsilon);
      for (const at of [second.biasesAt, second.weightsAt]) expect(latent![at]).toBeCloseTo(x, 5);
    }
  });

  it('forgets what one shard has used, and not the other', () => {
    const memory = withGradients();
    optimisers(memory, 1)[0]!.forget(0);
    expect([...memory.useCount]).toEqual([0, 5]);
    expect(memory.used.map((marks) => marks.reduce((sum, mark) => sum + mark, 0))).toEqual([0, 5]);
  });
});

describe('quantising anew', () => {
  it('comes to what training came to, weights and biases', () => {
    const memory = withGradients();
    const parameters = new Parameters(memory);
    const [worker] = optimisers(memory, 1);
    use(memory, 0, [...memory.shrunk.keys()]);
    worker!.update(1, 0.02, 0.5);
    const quantised = parameters.array('quantised');
    const trained = quantised.slice();
    const values = memory.places.map(({ weightsAt, biasesAt }) => new Set(trained.subarray(weightsAt, biasesAt)).size);
    expect(values).toEqual([3, 4, 4]);
    quantised.fill(99);
    requantise(parameters);
    expect([...quantised].map((v) => v + 0)).toEqual([...trained].map((v) => v + 0));
  });

  it('rounds halves as the kernels do, and biases up', () => {
    const memory = emptyMemory(CLOSED, [4]);
    const parameters = new Parameters(memory);
    const latent = parameters.array('latent');
    const quantised = parameters.array('quantised');
    const halves = [-2.49, -1.5, -0.5, 0.5, 1.49, -1.4999, -0.50001, 0.50001];
    for (const { weightsAt } of memory.places) latent.set(halves, weightsAt);
    const [first, second] = memory.places.map(({ biasesAt }) => biasesAt) as [number, number];
    latent.set([1.5 / 32, -1.5 / 32, 2000], first);
    latent.set([1.5 / 64, -1.5 / 64, -2000], second);
    requantise(parameters);
    const rounded = (layer: number): number[] => {
      const from = memory.places[layer]!.weightsAt;
      return [...quantised.subarray(from, from + halves.length)].map((v) => v + 0);
    };
    const ours = [rounded(0), rounded(1)];
    expect(ours).toEqual([
      [-1, -1, 0, 0, 1, -1, -1, 1],
      [-2, -2, 0, 0, 1, -1, -1, 1],
    ]);
    expect([...quantised.subarray(first, first + 3)]).toEqual([2, -1, 32767]);
    expect([...quantised.subarray(second, second + 3)]).toEqual([2, -1, -32767]);
    quantised.fill(99);
    const { shrink } = createKernels(memory.pages);
    memory.places.forEach(({ weightsAt }, layer) => {
      const at = 4 * weightsAt;
      shrink(parameters.address('latent') + at, parameters.address('quantised') + at, 8, 0, layer === 0 ? -1 : -2);
    });
    expect([rounded(0), rounded(1)]).toEqual(ours);
  });
});
