import { describe, expect, it } from 'vitest';
import { answerTree } from '../../../src/model/answer-tree.js';
import { closedInputs, type ClosedSet } from '../../../src/model/closed-set.js';
import { answer, closedInput, decide, runNetwork } from '../../../src/model/inference.js';
import { countPieces } from '../../../src/model/pieces.js';
import { fold, typed } from '../../../src/model/question.js';
import { Asker } from '../../../src/trainer/closed/asker.js';
import { Parameters } from '../../../src/trainer/closed/memory.js';
import { ClosedPasses } from '../../../src/trainer/closed/passes.js';
import { SHARDS } from '../../../src/trainer/closed/recipe.js';
import { toClosedNetwork } from '../../../src/trainer/closed/to-network.js';
import { closedSet, emptyMemory, randomMemory } from './small-closed.js';

const WORDS = ['A', 'AB', 'ABC', 'B', 'BCD', 'BCE', 'C', 'CAB', 'NO', 'NOT', 'YELL', 'YES'];
const QUESTIONS = ['', '?', 'a', 'Is it big?', 'Őrült', 'да', ...WORDS, 'x'.repeat(127), 'one two three four five six'];

function asked(closed: ClosedSet, hidden: number[], seed: number, biases = 5): { said: Set<string> } {
  const memory = randomMemory(closed, hidden, seed, { spread: 1.2, biases });
  const asker = new Asker(new ClosedPasses(memory, closed, SHARDS), closed);
  const network = toClosedNetwork(memory, closed);
  const [fork] = answerTree(closed).forks;
  const said = new Set<string>();
  for (const question of QUESTIONS) {
    const text = fold(typed(question));
    const input = closedInput(closed, countPieces(text, closed.buckets), 0, closedInputs(closed));
    const { lead } = decide(fork!, runNetwork(network, input));
    const heard = asker.ask(text, text.length);
    expect({ text: closed.answers[heard.answer], lead: heard.lead }).toEqual({ text: answer(network, question), lead });
    said.add(closed.answers[heard.answer]!);
  }
  return { said };
}

describe('asking while training', () => {
  it.each(['answers', 'characters'] as const)('gets what the reference says, by %s', (steps) => {
    const said = new Set<string>();
    for (let seed = 1; seed <= 12; seed++)
      for (const hidden of [[], [20], [16, 12]])
        for (const text of asked(closedSet(steps, ...WORDS), hidden, seed).said) said.add(text);
    // Else it would be of a few answers only.
    expect([...said].sort()).toEqual(WORDS);
  });

  it('is right where sums wrap', () => {
    for (let seed = 1; seed <= 5; seed++) asked(closedSet('characters', ...WORDS), [32], seed, 1000);
  });

  it('of equals says the first, and is not ahead at all', () => {
    const closed = closedSet('answers', 'A', 'B', 'C');
    const memory = emptyMemory(closed, []);
    const biases = new Parameters(memory).array('quantised').subarray(memory.places[0]!.biasesAt);
    const asker = new Asker(new ClosedPasses(memory, closed, SHARDS), closed);
    const ask = (...values: number[]): object => {
      biases.set(values);
      return asker.ask(new Uint8Array(9), 0);
    };
    expect(ask(4, 40, 40)).toEqual({ answer: 1, lead: 0 });
    // What inference shifts away makes no difference.
    expect(ask(40, 43, 4)).toEqual({ answer: 0, lead: 0 });
    expect(ask(80, 4, 40)).toEqual({ answer: 0, lead: 10 });
    expect(ask(-80, -40, -44)).toEqual({ answer: 1, lead: 1 });
  });

  it('says the only answer, ahead of nothing', () => {
    const closed = closedSet('characters', 'ONLY');
    const asker = new Asker(new ClosedPasses(emptyMemory(closed, [4]), closed, SHARDS), closed);
    expect(asker.ask(new Uint8Array(1), 0)).toEqual({ answer: 0, lead: Infinity });
  });
});
