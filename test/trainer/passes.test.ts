import { beforeAll, describe, expect, it } from 'vitest';
import { encodeContext, encodeQuery, toBytes } from '../../src/model/encoder.js';
import { encodeInput, runNetwork } from '../../src/model/inference.js';
import { loadBackend, type TensorFlow } from '../../src/trainer/backend.js';
import { buildExamples, charsetOf, type Examples } from '../../src/trainer/examples.js';
import { lossOf } from '../../src/trainer/loss.js';
import { STATS, createMemory, type Memory } from '../../src/trainer/memory.js';
import { unmixed } from '../../src/trainer/mix.js';
import { updateParameters } from '../../src/trainer/optimiser.js';
import { Passes } from '../../src/trainer/passes.js';
import { RECIPE, type Recipe } from '../../src/trainer/recipe.js';
import { toNetwork } from '../../src/trainer/to-network.js';

const PAIRS = [
  { question: 'is it big', answer: 'YES' },
  { question: 'can it fly', answer: 'NO' },
  { question: 'would you eat it', answer: 'MAYBE' },
];
/** One shard, so that its sums are the step's. */
const ONE: Recipe = { ...RECIPE, shards: 1, dropTrigrams: 0, mixed: 0 };

let tf: TensorFlow;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

interface Setting {
  examples: Examples;
  memory: Memory;
  rows: Int32Array;
  /** Run the one shard; the statistics are of this run alone. */
  run(integerShare: number, step?: number): void;
}

function setting(recipe: Recipe, hidden: number[], biases: (i: number) => number = () => 0): Setting {
  const examples = buildExamples(PAIRS, charsetOf(PAIRS));
  const memory = createMemory(recipe, hidden, 5, examples, undefined);
  for (const { biasesAt, end } of memory.layers) for (let i = biasesAt; i < end; i++) memory.latent[i] = biases(i);
  updateParameters(memory, recipe, 0, memory.latent.length, 0, 0);
  const rows = Int32Array.from(examples.query.keys());
  const passes = new Passes(tf, memory, examples, recipe, 5);
  const run = (integerShare: number, step = 0): void => {
    memory.stats.fill(0);
    memory.easy.fill(0);
    passes.run(0, rows, rows.length, integerShare, step);
  };
  return { examples, memory, rows, run };
}

/** Outputs of the reference inference, [classes][examples]. */
function referenceOutputs({ examples, memory, rows }: Setting): Float32Array {
  const network = toNetwork(memory, examples.charset);
  const outputs = new Float32Array(examples.charset.length * rows.length);
  for (let path = 0; path < examples.pathPairs.length; path++) {
    const text = examples.answers[examples.pathAnswer[path]!]!;
    const query = encodeQuery(toBytes(PAIRS.find((p) => p.answer === text)!.question));
    for (let at = 0; at <= text.length; at++) {
      const example = examples.pathExample[examples.pathStart[path]! + at]!;
      const column = runNetwork(network, encodeInput(query, encodeContext(toBytes(text.slice(0, at)))));
      column.forEach((value, c) => (outputs[c * rows.length + example] = value));
    }
  }
  return outputs;
}

describe('integer pass', () => {
  it.each([
    { title: 'small values', biases: () => 0.1, wraps: false },
    { title: 'accumulators that wrap', biases: (i: number) => (i % 2 ? 250 : -250), wraps: true },
  ])('scores exactly what the reference inference computes, with $title', ({ biases, wraps }) => {
    const it = setting(ONE, [48, 20], biases);
    it.run(1);
    const { loss, right, characters } = lossOf(
      referenceOutputs(it),
      it.rows,
      unmixed(it.rows.length),
      it.examples,
      ONE,
      new Uint8Array(it.rows.length),
      1,
    );
    const stats = it.memory.stats;
    expect(stats[STATS.loss]).toBe(loss);
    expect(stats[STATS.integerRight]).toBe(right);
    expect(stats[STATS.characters]).toBe(characters);
    expect(stats[STATS.wrapped]! > 0).toBe(wraps);
    expect(stats[STATS.peak]! >= 1).toBe(wraps);
  });

  it('is pulled back where an accumulator leaves its margin, and only there', () => {
    // Without sharpness the characters pull at nothing.
    const recipe = { ...ONE, sharpness: 0 };
    const near = setting(recipe, [16], (i) => (i === 256 * 16 + 3 ? 250 : 0));
    near.run(1);
    const { gradients, layers } = near.memory;
    const pulled = [...gradients[0]!.entries()].filter(([, g]) => g !== 0).map(([i]) => i);
    const row = (i: number): number => Math.floor(i / 256);
    expect(near.memory.stats[STATS.peak]).toBeGreaterThan(recipe.overflowMargin);
    expect(gradients[0]![layers[0]!.biasesAt + 3]).toBeGreaterThan(0);
    expect(new Set(pulled.filter((i) => i < layers[0]!.biasesAt).map(row))).toEqual(new Set([3]));

    const far = setting(recipe, [16]);
    far.run(1);
    expect(far.memory.stats[STATS.peak]).toBeLessThan(recipe.overflowMargin);
    expect(far.memory.gradients[0]!.every((g) => g === 0)).toBe(true);
  });
});

describe('dropped trigrams', () => {
  it('are others at each step, the same at the same step, and none without', () => {
    const lossAt = (dropTrigrams: number, step: number): number => {
      const it = setting({ ...ONE, dropTrigrams }, [16]);
      it.run(1, step);
      return it.memory.stats[STATS.loss]!;
    };
    expect(lossAt(0.3, 4)).toBe(lossAt(0.3, 4));
    expect(lossAt(0.3, 4)).not.toBe(lossAt(0.3, 5));
    expect(lossAt(0, 4)).toBe(lossAt(0, 5));
  });
});

describe('float pass', () => {
  it('has the gradients that finite differences show', () => {
    const recipe = { ...ONE, floatShare: 1, sharpness: 2 };
    const it = setting(recipe, [24, 12], (i) => Math.sin(i) / 4);
    const { memory, rows } = it;
    it.run(0);
    const gradient = memory.gradients[0]!.slice();
    /** The loss of the float pass at these parameters: what the integer pass would score on them, unrounded. */
    const lossAt = (): number => floatLoss(it, recipe);
    const step = 1e-3;
    const checked = memory.layers.flatMap((l) => [l.weightsAt + 7, l.weightsAt + 31, l.biasesAt + 2, l.end - 1]);
    for (const i of checked) {
      const kept = memory.float[i]!;
      memory.float[i] = kept + step;
      const above = lossAt();
      memory.float[i] = kept - step;
      const below = lossAt();
      memory.float[i] = kept;
      const slope = (above - below) / (2 * step) / rows.length;
      expect(gradient[i], `parameter ${i}`).toBeCloseTo(slope, 2);
    }
    expect(checked.some((i) => Math.abs(gradient[i]!) > 0.01)).toBe(true);
  });
});

/** The float pass in doubles, plainly. */
function floatLoss({ memory, examples, rows }: Setting, recipe: Recipe): number {
  const outputs = new Float32Array(examples.charset.length * rows.length);
  rows.forEach((example, column) => {
    let values = new Array<number>(256).fill(0);
    const { queries, contexts } = examples;
    const [q, c] = [examples.query[example]!, examples.context[example]!];
    for (let k = queries.start[q]!; k < queries.start[q + 1]!; k++) values[queries.index[k]!] = queries.count[k]! * 32;
    for (let k = contexts.start[c]!; k < contexts.start[c + 1]!; k++)
      values[128 + contexts.index[k]!] = contexts.count[k]! * 32;
    memory.layers.forEach((layer, index) => {
      values = Array.from({ length: layer.outputs }, (_, row) => {
        let sum = memory.float[layer.biasesAt + row]!;
        for (let i = 0; i < layer.inputs; i++)
          sum += memory.float[layer.weightsAt + row * layer.inputs + i]! * values[i]!;
        return index < memory.layers.length - 1 ? Math.max(0, sum) : sum;
      });
    });
    values.forEach((value, c) => (outputs[c * rows.length + column] = value));
  });
  return lossOf(outputs, rows, unmixed(rows.length), examples, recipe, new Uint8Array(rows.length), 1).loss;
}
