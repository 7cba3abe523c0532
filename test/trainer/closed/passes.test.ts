import { describe, expect, it } from 'vitest';
import { answerTree } from '../../../src/model/answer-tree.js';
import { closedInputs, type ClosedSet } from '../../../src/model/closed-set.js';
import { closedInput, runNetwork } from '../../../src/model/inference.js';
import { countPieces } from '../../../src/model/pieces.js';
import { Pieces, type Target } from '../../../src/trainer/closed/distortion.js';
import { Parameters, type ClosedMemory } from '../../../src/trainer/closed/memory.js';
import { ClosedPasses, type Tally } from '../../../src/trainer/closed/passes.js';
import { SHARDS } from '../../../src/trainer/closed/recipe.js';
import { toClosedNetwork } from '../../../src/trainer/closed/to-network.js';
import { bytesOf, closedSet, emptyMemory, randomMemory } from './small-closed.js';

/** Six forks, of two and three choices. */
const SPELLED = closedSet('characters', 'A', 'AB', 'ABC', 'B', 'BCD', 'BCE', 'C', 'CAB');
const WHOLE = closedSet('answers', 'NO', 'WIN', 'YES');
const QUESTIONS = ['a', 'is it big', 'banana nana banana ananas', 'where is the lamp that was here '.repeat(4)];

function piecesOf(question: string, fork: number, { buckets }: ClosedSet): Pieces {
  const pieces = new Pieces(buckets);
  const text = bytesOf(question);
  pieces.addText(text, text.length, 1);
  pieces.addBeside(fork);
  return pieces;
}

const LEARNT = { temperature: 48, smoothing: 0.1 };

const noTally = (): Tally => ({ loss: 0, right: 0, watched: 0, floatRight: 0, peak: 0, wrapped: 0, sums: 0 });

describe('the integer pass of closed models', () => {
  it.each([
    { closed: WHOLE, hidden: [16], biases: 2 },
    { closed: WHOLE, hidden: [], biases: 2 },
    { closed: WHOLE, hidden: [1], biases: 2 },
    { closed: SPELLED, hidden: [13], biases: 2 },
    { closed: SPELLED, hidden: [30, 21], biases: 2 },
    { closed: SPELLED, hidden: [256], biases: 100 },
    { closed: SPELLED, hidden: [64, 64], biases: 1000, wraps: true },
  ])('is the reference inference, $closed.steps and $hidden, biases within $biases', ({ closed, wraps, ...random }) => {
    const { forks } = answerTree(closed);
    let wrapped = 0;
    for (const seed of [1, 2, 3]) {
      const memory = randomMemory(closed, random.hidden, seed, random);
      const passes = new ClosedPasses(memory, closed, SHARDS);
      const network = toClosedNetwork(memory, closed);
      for (const question of QUESTIONS)
        for (const fork of forks.keys()) {
          const text = bytesOf(question);
          const input = closedInput(closed, countPieces(text, closed.buckets), fork, closedInputs(closed));
          const pieces = piecesOf(question, fork, closed);
          const outputs = passes.outputs(pieces, true).slice(0, network.layers.at(-1)!.outputs);
          expect([...outputs].map((v) => v + 0)).toEqual([...runNetwork(network, input)]);
          const tally = noTally();
          passes.watch(pieces, { fork, choice: 0, other: 0, kept: 1 }, tally);
          wrapped += tally.wrapped;
        }
    }
    expect(wrapped > 0).toBe(wraps ?? false);
  });
});

/** The float network of a run's numbers, in plain ones; `values` are taken for the quantised weights. */
class Plain {
  constructor(
    readonly memory: ClosedMemory,
    readonly closed: ClosedSet,
  ) {}

  /** Sums of each layer, divided by 4. */
  sums(values: ArrayLike<number>, pieces: Pieces): number[][] {
    let input = new Map<number, number>();
    for (let i = 0; i < pieces.length; i++) input.set(pieces.column[i]!, pieces.count[i]! * 32);
    return this.memory.places.map(({ stride, outputs, weightsAt, biasesAt }) => {
      const sums = Array.from({ length: outputs }, (_, row) => {
        let sum = values[biasesAt + row]!;
        for (const [at, value] of input) sum += values[weightsAt + at * stride + row]! * value;
        return sum / 4;
      });
      input = new Map(sums.map((sum, row) => [row, Math.max(0, sum)]));
      return sums;
    });
  }

  loss(
    values: ArrayLike<number>,
    pieces: Pieces,
    { fork, choice, other, kept }: Target,
    { temperature, smoothing }: { temperature: number; smoothing: number },
  ): number {
    const choices = answerTree(this.closed).forks[fork]!;
    const outputs = this.sums(values, pieces).at(-1)!;
    const logits = choices.map(({ output }) => outputs[output]! / temperature);
    const all = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const wanted = choices.map(
      (_, i) =>
        smoothing / choices.length +
        (1 - smoothing) * ((i === choice ? kept : 0) + (kept < 1 && i === other ? 1 - kept : 0)),
    );
    return logits.reduce((sum, logit, i) => sum + wanted[i]! * (all - logit), 0);
  }
}

/** Numbers by lot that are no whole ones, as what is quantised: so the loss is smooth. */
function smoothMemory(closed: ClosedSet, hidden: readonly number[], seed: number): ClosedMemory {
  const memory = randomMemory(closed, hidden, seed, { spread: 0.3, biases: 20 });
  const parameters = new Parameters(memory);
  parameters.array('quantised').set(parameters.array('latent'));
  return memory;
}

describe('gradients of closed models', () => {
  it.each([
    {
      title: 'one answer',
      closed: WHOLE,
      hidden: [6],
      target: { fork: 0, choice: 1, other: 0, kept: 1 },
      smoothing: 0,
    },
    {
      title: 'smoothed',
      closed: WHOLE,
      hidden: [6],
      target: { fork: 0, choice: 2, other: 0, kept: 1 },
      smoothing: 0.1,
    },
    {
      title: 'mixed',
      closed: WHOLE,
      hidden: [5, 7],
      target: { fork: 0, choice: 0, other: 2, kept: 0.75 },
      smoothing: 0.1,
    },
    {
      title: 'mixed with its own kind',
      closed: WHOLE,
      hidden: [6],
      target: { fork: 0, choice: 1, other: 1, kept: 0.6 },
      smoothing: 0.1,
    },
    {
      title: 'at a fork',
      closed: SPELLED,
      hidden: [6, 5],
      target: { fork: 3, choice: 1, other: 0, kept: 1 },
      smoothing: 0.2,
    },
    {
      title: 'no hidden layer',
      closed: SPELLED,
      hidden: [],
      target: { fork: 1, choice: 1, other: 0, kept: 1 },
      smoothing: 0.1,
    },
  ])('are the differences of the loss: $title', ({ closed, hidden, target, smoothing }) => {
    const temperature = 48;
    const memory = smoothMemory(closed, hidden, 3);
    const parameters = new Parameters(memory);
    const passes = new ClosedPasses(memory, closed, 1);
    const plain = new Plain(memory, closed);
    const pieces = piecesOf('anna', target.fork, closed);
    pieces.scale(0.75);
    const used = { marks: memory.used[1]!, list: memory.uses[1]!, length: 0 };
    passes.learn(pieces, target, { temperature, smoothing }, noTally(), used);
    const gradient = parameters.array('gradient1');
    expect(parameters.array('gradient0').every((value) => value === 0)).toBe(true);

    const values = Float64Array.from(parameters.array('quantised'));
    const STEP = 1e-4;
    for (const { weightsAt, biasesAt, end } of memory.places)
      for (let at = weightsAt; at < end; at++) {
        const kept = values[at]!;
        // Of the sums before the softmax's temperature.
        const losses = [kept + STEP, kept - STEP].map((value) => {
          values[at] = value;
          return temperature * plain.loss(values, pieces, target, { temperature, smoothing });
        }) as [number, number];
        values[at] = kept;
        // Of which a bias is a quarter.
        const expected = ((losses[0] - losses[1]) / (2 * STEP)) * (at < biasesAt ? 1 : 4);
        expect(Math.abs(gradient[at]! - expected)).toBeLessThan(1e-4 + 1e-3 * Math.abs(expected));
      }
    expect([...used.list.subarray(0, used.length)]).toEqual([...pieces.column.subarray(0, pieces.length)]);
  });

  it('add up, and note each column once', () => {
    const memory = smoothMemory(WHOLE, [8], 4);
    const passes = new ClosedPasses(memory, WHOLE, 0);
    const gradient = new Parameters(memory).array('gradient0');
    const used = { marks: memory.used[0]!, list: memory.uses[0]!, length: 0 };
    const learn = (): void =>
      passes.learn(piecesOf('anna', 0, WHOLE), { fork: 0, choice: 1, other: 0, kept: 1 }, LEARNT, noTally(), used);
    learn();
    const once = gradient.slice();
    const columns = used.length;
    expect(once.some((value) => value !== 0)).toBe(true);
    learn();
    expect(used.length).toBe(columns);
    gradient.forEach((value, at) => expect(value).toBeCloseTo(2 * once[at]!, 4));
  });

  it('do not depend on what was learnt before', () => {
    /** Learn these questions, at these forks, from the same network. */
    const learn = (...examples: [question: string, fork: number][]): Float32Array => {
      const memory = smoothMemory(SPELLED, [12, 9], 6);
      const passes = new ClosedPasses(memory, SPELLED, 0);
      const used = { marks: memory.used[0]!, list: memory.uses[0]!, length: 0 };
      for (const [question, fork] of examples) {
        const target = { fork, choice: 1, other: 0, kept: 1 };
        passes.learn(piecesOf(question, fork, SPELLED), target, LEARNT, noTally(), used);
      }
      return new Parameters(memory).array('gradient0');
    };
    const [one, other, both] = [learn(['anna', 0]), learn(['is it big', 3]), learn(['anna', 0], ['is it big', 3])];
    both.forEach((value, at) => expect(Math.abs(value - one[at]! - other[at]!)).toBeLessThan(1e-3));
  });

  it('come with the loss of the right choice, and whether it was the largest', () => {
    const memory = smoothMemory(WHOLE, [8], 5);
    const passes = new ClosedPasses(memory, WHOLE, 0);
    const plain = new Plain(memory, WHOLE);
    const pieces = piecesOf('is it big', 0, WHOLE);
    const values = new Parameters(memory).array('quantised');
    const outputs = plain.sums(values, pieces).at(-1)!;
    const best = outputs.indexOf(Math.max(...outputs));
    const losses = WHOLE.answers.map((_, choice) => {
      const tally = noTally();
      const target = { fork: 0, choice, other: 0, kept: 1 };
      const used = { marks: memory.used[0]!, list: memory.uses[0]!, length: 0 };
      passes.learn(pieces, target, LEARNT, tally, used);
      expect(tally.right).toBe(choice === best ? 1 : 0);
      expect(tally.loss).toBeCloseTo(plain.loss(values, pieces, target, { temperature: 48, smoothing: 0 }), 3);
      return tally.loss;
    });
    expect(losses.reduce((sum, loss) => sum + Math.exp(-loss), 0)).toBeCloseTo(1, 4);
  });
});

describe('watching', () => {
  it('multiplies with the weights before quantisation, and goes back to those after it', () => {
    const memory = emptyMemory(WHOLE, []);
    const parameters = new Parameters(memory);
    const [place] = memory.places;
    const pieces = piecesOf('a', 0, WHOLE);
    const at = place!.weightsAt + pieces.column[0]! * place!.stride;
    // Of the integers output 0 is the largest, of what is behind them output 2.
    parameters.array('latent').set([0.6, 0.1, 1.4], at);
    parameters.array('quantised').set([1, 0, 0], at);
    const passes = new ClosedPasses(memory, WHOLE, 0);
    const before = [...passes.outputs(pieces, true)];
    const tally = noTally();
    for (const choice of WHOLE.answers.keys()) passes.watch(pieces, { fork: 0, choice, other: 0, kept: 1 }, tally);
    expect([tally.watched, tally.floatRight]).toEqual([3, 1]);
    expect([...passes.outputs(pieces, true)]).toEqual(before);
    const ofTwo = noTally();
    passes.watch(pieces, { fork: 0, choice: 2, other: 0, kept: 1 }, ofTwo);
    expect(ofTwo.floatRight).toBe(1);
  });

  it('tells how near sums come to 16 bits, and how many wrap', () => {
    const memory = emptyMemory(WHOLE, [4]);
    const quantised = new Parameters(memory).array('quantised');
    const [first, last] = memory.places.map(({ biasesAt }) => biasesAt) as [number, number];
    quantised.set([16384, -24576, 0, 0], first);
    const passes = new ClosedPasses(memory, WHOLE, 0);
    const tally = noTally();
    const target = { fork: 0, choice: 0, other: 0, kept: 1 };
    // Four rows and three, which take up two vectors.
    passes.watch(piecesOf('a', 0, WHOLE), target, tally);
    expect(tally).toMatchObject({ peak: 0.75, wrapped: 0, sums: 7 });
    quantised[last] = -32768;
    passes.watch(piecesOf('a', 0, WHOLE), target, tally);
    expect(tally).toMatchObject({ peak: 1, wrapped: 1, sums: 14 });
  });
});
