/** Small closed models to compute with, and small runs that train one. */
import { nodeClock } from '../../../src/host/node-clock.js';
import { closedInputs, closedOutputs, type ClosedSet } from '../../../src/model/closed-set.js';
import { createClosedMemory, Parameters, type ClosedMemory } from '../../../src/trainer/closed/memory.js';
import { requantise } from '../../../src/trainer/closed/optimiser.js';
import { CLOSED_RECIPE, type ClosedRecipe } from '../../../src/trainer/closed/recipe.js';
import { seeded } from '../../random.js';

export const closedSet = (steps: ClosedSet['steps'], ...answers: string[]): ClosedSet => ({
  buckets: 128,
  steps,
  answers,
});

/** Nothing is left to the lot. */
export const PLAIN: ClosedRecipe = { ...CLOSED_RECIPE, typos: 0, drop: 0, mixed: 0, madeUp: 0 };

/** For runs that must come to something: what they come to is not to change when the recipe is tuned. */
export const STEADY: Partial<ClosedRecipe> = {
  ...{ learningRate: 0.02, warmUp: 0.02, beta1: 0.9, beta2: 0.98, firstSpread: 0.2, spread: 0.7 },
  ...{ temperature: 40, smoothing: 0.1, shrink: 0.01, pressFrom: 0.1, pressUntil: 0.8 },
  ...{ typos: 0.3, secondTypo: 0.3, drop: 0.3, mixed: 0.4, madeUp: 0.075 },
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Memory of a network without weights. */
export function emptyMemory(closed: ClosedSet, hidden: readonly number[]): ClosedMemory {
  const widths = [...hidden, closedOutputs(closed)];
  return createClosedMemory({ inputs: closedInputs(closed), widths, examples: 1, pairs: 1, heldOut: 0 });
}

/**
 * Memory of a network of latent values by lot, quantised.
 * @param spread weights lie within this, either way; biases within `biases`
 */
export function randomMemory(
  closed: ClosedSet,
  hidden: readonly number[],
  seed: number,
  { spread = 2.4, biases = 2 } = {},
): ClosedMemory {
  const memory = emptyMemory(closed, hidden);
  const parameters = new Parameters(memory);
  const latent = parameters.array('latent');
  const random = seeded(seed);
  const between = (most: number): number => (2 * random() - 1) * most;
  for (const { inputs, outputs, stride, weightsAt, biasesAt } of memory.places) {
    for (let input = 0; input < inputs; input++)
      for (let row = 0; row < outputs; row++) latent[weightsAt + input * stride + row] = between(spread);
    for (let row = 0; row < outputs; row++) latent[biasesAt + row] = between(biases);
  }
  requantise(parameters);
  return memory;
}

/** A training of a second, to spread over a test's own options: a few questions about three things. */
export const CLOSED_RUN = {
  pairs: [
    ...['what is the time', 'tell me the time', 'how late is it', 'what hour is it'].map(to('12:00')),
    ...['where is the lamp', 'where did i put the lamp', 'find my lamp', 'seen the lamp'].map(to('ON THE TABLE')),
    ...['play a song', 'play some music', 'i want to hear music', 'sing for me'].map(to('LA LA LA')),
  ],
  kind: 'closed',
  hidden: [16],
  epochs: 60,
  closed: { buckets: 128 },
  closedRecipe: { ...STEADY, batch: 4, weights: 1000 },
  clock: nodeClock,
} as const;

function to(answer: string): (question: string) => { question: string; answer: string } {
  return (question) => ({ question, answer });
}
