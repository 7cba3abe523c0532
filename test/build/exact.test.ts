/** The emulated .COM and the reference inference give the same bytes, on networks and questions of all kinds. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { planNetwork } from '../../src/build/plan.js';
import { buildProgram, type LayoutName } from '../../src/build/program.js';
import { startTalk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { encodeContext, encodeQuery, toBytes } from '../../src/model/encoder.js';
import { answer, encodeInput, runNetwork } from '../../src/model/inference.js';
import { INPUT_SIZE, MAX_ANSWER, type Network } from '../../src/model/network.js';
import { decodeModel } from '../../src/model/npz.js';
import { typed } from '../../src/model/question.js';
import { describeShared, shared } from '../outside.js';
import { seeded } from '../random.js';
import { randomNetwork, randomQuestion, type Shape } from './random-network.js';

const firmware = firmwareReader(nodeFiles);
const LAYOUTS: LayoutName[] = ['sparse', 'packed'];
const NETWORKS = 224;
const WIDEST = 256;
/** Not zero, so that the lists fit into memory. */
const MOST_WEIGHTS = 24_000;

/** Shapes whose hidden and last widths together are every width from 1 to 256. */
function shapes(): Shape[] {
  const random = seeded(1);
  const widths = Array.from({ length: WIDEST }, (_, i) => i + 1);
  for (let i = widths.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [widths[i], widths[j]] = [widths[j]!, widths[i]!];
  }
  return Array.from({ length: NETWORKS }, (_, n) => {
    const layers = 1 + (n % 4);
    const own = widths.splice(0, n % 8 === 7 ? 3 : 1);
    // The rest are narrow, so that the whole suite stays quick.
    while (own.length < layers) own.push(1 + Math.floor(random() * 24));
    const shaped = n % 2 ? own.slice(0, layers) : own.slice(0, layers).reverse();
    const weights = shaped.reduce((sum, width, i) => sum + width * (shaped[i - 1] ?? INPUT_SIZE), 0);
    return {
      widths: shaped,
      density: Math.min([0.05, 0.25, 0.6, 1][Math.floor(random() * 4)]!, MOST_WEIGHTS / weights),
      biasReach: [4, 300, 32767][Math.floor(random() * 3)]!,
    };
  });
}

/** The last layer's shifted sums as the firmware left them in memory. */
function outputsInMemory(talk: ReturnType<typeof startTalk>, symbols: Map<string, number>, count: number): number[] {
  const { memory } = talk.emulated.cpu;
  const page = memory[symbols.get('source')!]! << 8;
  return Array.from({ length: count }, (_, i) => (((memory[page + 256 + i]! << 24) >> 16) | memory[page + i]!) >> 2);
}

/** What the reference computes for the last character of the answer, end mark included. */
function lastOutputs(network: Network, question: string, text: string): number[] {
  const seen = text.length === MAX_ANSWER ? text.slice(0, -1) : text;
  return [...runNetwork(network, encodeInput(encodeQuery(typed(question)), encodeContext(toBytes(seen))))];
}

function agree(network: Network, questions: string[], layout: LayoutName): void {
  const { program, symbols } = buildProgram(network, { layout, maxSize: 60_000 }, firmware);
  const talk = startTalk(program);
  for (const question of questions) {
    const said = talk.ask(question).text;
    expect(said, `${layout}, ${JSON.stringify(question)}`).toBe(answer(network, typed(question)));
    expect(outputsInMemory(talk, symbols, network.charset.length)).toEqual(lastOutputs(network, question, said));
  }
  talk.type('\x03');
  expect(talk.ended).toBe(true);
}

describe('the emulated program answers as the reference does', () => {
  const all = shapes();

  it('is tried on every layer width from 1 to 256', () => {
    expect(new Set(all.flatMap((shape) => shape.widths)).size).toBe(WIDEST);
  });

  for (let from = 0; from < NETWORKS; from += 32)
    it(`random networks ${from} to ${from + 31}, both layouts`, () => {
      for (let n = from; n < from + 32; n++) {
        const network = randomNetwork(n, all[n]!);
        const random = seeded(n + 1000);
        const questions = Array.from({ length: 3 }, () => randomQuestion(random, n % 3 === 0 ? 127 : 30));
        agree(network, questions, 'sparse');
        agree(network, questions.slice(0, 1), 'packed');
      }
    });
});

describe('the first layer in byte counts', () => {
  /** Rows whose every weight is the same, so that each trigram moves them as far as one can. */
  function extreme(bias: number): Network {
    const network = randomNetwork(11, { widths: [6, 5], density: 1, biasReach: 40 });
    const first = network.layers[0]!;
    [1, -2, -1, 1, -2, -1].forEach((weight, row) =>
      first.weights.fill(weight, row * first.inputs, (row + 1) * first.inputs),
    );
    first.biases.set([bias, bias, bias, 3, 1000, 0]);
    return network;
  }

  it.each([0, 1300, -1300, 4000, -4000])('is left in time when questions grow, with biases of %i', (bias) => {
    const lengths = Array.from({ length: 127 }, (_, i) => i + 1);
    agree(
      extreme(bias),
      lengths.map((length) => 'a'.repeat(length)),
      'sparse',
    );
  });

  it('is used for ordinary questions and not for long ones', () => {
    const network = extreme(0);
    const [layer] = planNetwork(network);
    // Rows 1, 2 and 5 are never positive and left out. Row 4 starts from 31 and loses 2 for each n-gram, 42 for the
    // context at most: from 31 to -128 there is room for 58 trigrams.
    expect(layer!.rows).toBe(3);
    expect(layer!.counts!.limit).toBe(59);
  });
});

const ORIGINALS = ['guess', 'tinychat'].flatMap((name) => [
  `models/upstream-${name}.npz`,
  `data/upstream-${name}.txt.gz`,
]);
describeShared("programs built from the original project's models", ORIGINALS, () => {
  const QUESTIONS = 100;

  it.each(['guess', 'tinychat'])('%s: the program gives the reference answers to 100 questions of its own', (name) => {
    const network = decodeModel(shared(`models/upstream-${name}.npz`), name);
    const lines = Buffer.from(shared(`data/upstream-${name}.txt.gz`))
      .toString('latin1')
      .split('\n')
      .filter((line) => line.includes('|') && !line.startsWith('#'));
    const questions = Array.from(
      { length: QUESTIONS },
      (_, i) => lines[Math.floor((i * lines.length) / QUESTIONS)]!.split('|')[0]!,
    );
    for (const layout of LAYOUTS) agree(network, questions, layout);
  });
});
