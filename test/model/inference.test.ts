import { describe, expect, it } from 'vitest';
import { toBytes } from '../../src/model/encoder.js';
import { answer, argmax, runLayer } from '../../src/model/inference.js';
import { MAX_ANSWER, type Layer } from '../../src/model/network.js';
import { decodeModel } from '../../src/model/npz.js';
import { describeShared, shared } from '../outside.js';
import { randomNetwork } from '../build/random-network.js';

function layer(weights: number[], bias: number): Layer {
  return { inputs: weights.length, outputs: 1, weights: Int8Array.from(weights), biases: Int16Array.of(bias) };
}

const run = (weights: number[], bias: number, input: number[]): number =>
  runLayer(layer(weights, bias), Int16Array.from(input))[0]!;

describe('a layer', () => {
  it('shifts down, rounding down', () => {
    expect(run([1], 0, [7])).toBe(1);
    expect(run([-1], 0, [1])).toBe(-1);
    expect(run([-1], 0, [5])).toBe(-2);
    expect(run([-2], 3, [4])).toBe(-2);
  });

  it('wraps at 16 bits, as the sum goes or at its end alike', () => {
    expect(run([1, 1], 0, [0x7fff, 1])).toBe(-0x2000);
    expect(run([1, 1, -1], 0, [0x7fff, 1, 1])).toBe(0x1fff);
    expect(run([-2], -0x8000, [0x4000])).toBe(0);
    expect(run([-2, -2, -2, -2], 0, [0x7fff, 0x7fff, 0x7fff, 0x7fff])).toBe(2);
  });
});

describe('the first maximum', () => {
  it('is the first', () => {
    expect(argmax(Int16Array.of(3, 9, 9, -4))).toBe(1);
    expect(argmax(Int16Array.of(-5, -5))).toBe(0);
  });
});

describe('an answer', () => {
  it('has at most 50 characters', () => {
    const network = randomNetwork(5, { widths: [8, 3], density: 0.5, biasReach: 0 });
    network.layers[1]!.biases.set([0, 0, -30000]);
    expect(answer(network, 'hello')).toHaveLength(MAX_ANSWER);
  });

  it('does not depend on whether the question is text or bytes', () => {
    const network = randomNetwork(6, { widths: [8, 30], density: 0.5, biasReach: 30 });
    expect(answer(network, 'h\xe9llo')).toBe(answer(network, toBytes('h\xc3\xa9llo')));
  });
});

const ORIGINALS = ['guess', 'tinychat'].flatMap((name) => [
  `models/upstream-${name}.npz`,
  `data/upstream-${name}.txt.gz`,
]);
describeShared("answers of the original project's models on their own training text", ORIGINALS, () => {
  // The whole of guess has 22,913 of 28,718; a twentieth of it is as good a test and takes two seconds.
  it.each([
    ['tinychat', 1, 3002, 1106],
    ['guess', 20, 1436, 1172],
  ])('%s: one in %i of its questions', (name, step, asked, right) => {
    const network = decodeModel(shared(`models/upstream-${name}.npz`), name);
    const pairs = Buffer.from(shared(`data/upstream-${name}.txt.gz`))
      .toString('latin1')
      .split('\n')
      .filter((line) => line.includes('|') && !line.startsWith('#'))
      .filter((_, i) => i % step === 0)
      .map((line) => line.split('|') as [string, string]);
    expect(pairs).toHaveLength(asked);
    expect(pairs.filter(([question, reply]) => answer(network, question) === reply.toUpperCase())).toHaveLength(right);
  });
});
