/** Programs of closed models: the emulated .COM and the reference inference give the same answers. */
import { describe, expect, it } from 'vitest';
import { forkInputs } from '../../src/build/fork-inputs.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram, type LayoutName } from '../../src/build/program.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer, runNetwork } from '../../src/model/inference.js';
import type { Network } from '../../src/model/network.js';
import { fold } from '../../src/model/question.js';
import { seeded } from '../random.js';
import { oddQuestion, outputsInMemory, randomClosed, type ClosedShape } from './random-closed.js';

const firmware = firmwareReader(nodeFiles);
const LAYOUTS: LayoutName[] = ['auto', 'sparse', 'packed'];
const NETWORKS = 72;
const MOST_WIDTH = 256;
/** Not zero, so that the program fits into memory. */
const MOST_WEIGHTS = 30_000;

/** What the line takes of the bytes, as one character a byte; undefined where they are nothing, or a command. */
function asQuestion(bytes: Uint8Array): string | undefined {
  const line = String.fromCharCode(...bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f).subarray(0, 127));
  return line === '' || line === '?' || /^[!/]/.test(line) ? undefined : line;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** As much of the line as `folded` and the blank behind it take, after it was folded. */
function lineInMemory(talk: Talk, symbols: Map<string, number>, folded: Uint8Array): number[] {
  const line = symbols.get('line')!;
  return [...talk.emulated.cpu.memory.slice(line, line + folded.length + 1)];
}

function agree(network: Network, questions: readonly Uint8Array[], layout: LayoutName): Set<string> {
  const { program, symbols } = buildProgram(network, { layout, maxSize: 52_000 }, firmware);
  const talk = startTalk(program);
  const said = new Set<string>();
  for (const question of questions) {
    const line = asQuestion(question);
    if (line === undefined) continue;
    const expected = answer(network, bytesOf(line));
    expect(talk.ask(question).text, `${layout}, ${JSON.stringify(line)}`).toBe(expected);
    const folded = fold(bytesOf(line));
    if (folded.length > 0) expect(lineInMemory(talk, symbols, folded)).toEqual([...folded, 0x20]);
    const inputs = forkInputs(network, network.closed!, bytesOf(line)).at(-1)!;
    expect(outputsInMemory(talk, symbols, network)).toEqual([...runNetwork(network, inputs)]);
    said.add(expected);
  }
  return said;
}

/** Every power of two from 128 to 4,096 buckets; hidden and last layers of 1 to 256. */
function shapes(): ClosedShape[] {
  const random = seeded(2);
  const upTo = (n: number): number => Math.floor(random() * n);
  const width = (): number => [1 + upTo(8), 1 + upTo(40), 1 + upTo(MOST_WIDTH), MOST_WIDTH][upTo(4)]!;
  return Array.from({ length: NETWORKS }, (_, n): ClosedShape => {
    const buckets = 128 << (n % 6);
    const hidden = Array.from({ length: upTo(4) }, width);
    const answers = [1, 2, 1 + upTo(30), 1 + upTo(MOST_WIDTH)][upTo(4)]!;
    const others = hidden.slice(1).reduce((sum, w, i) => sum + w * hidden[i]!, answers * (hidden.at(-1) ?? 0));
    return {
      buckets,
      hidden,
      answers,
      steps: n % 2 ? 'characters' : 'answers',
      ...(upTo(2) && { margin: [0, 3, 60, 0x7fff][upTo(4)]! }),
      density: [
        Math.min([0.02, 0.1, 0.3, 1][upTo(4)]!, 12_000 / ((hidden[0] ?? answers) * (buckets + 100))),
        Math.min([0.1, 0.5, 1][upTo(3)]!, (MOST_WEIGHTS - 12_000) / others),
      ],
      biasReach: [4, 300, 3000, 32767][upTo(4)]!,
    };
  });
}

describe('the program of a closed model answers as the reference does', () => {
  const all = shapes();

  for (let from = 0; from < NETWORKS; from += 12)
    it(`random networks ${from} to ${from + 11}, all layouts`, () => {
      for (let n = from; n < from + 12; n++) {
        const random = seeded(n + 500);
        const questions = Array.from({ length: 5 }, () => oddQuestion(random));
        agree(randomClosed(n, all[n]!), questions, LAYOUTS[n % 3]!);
      }
    });

  it('through 256 forks, the most there can be, and 256 choices at one', () => {
    const random = seeded(80);
    const questions = Array.from({ length: 6 }, () => oddQuestion(random));
    // Two ways at each fork: one fork less than answers.
    const binary = Array.from({ length: 257 }, (_, i) =>
      i.toString(2).padStart(9, '0').replaceAll('0', 'n').replaceAll('1', 'y'),
    );
    const shape = { buckets: 128, hidden: [20], answers: 256, density: [0.1, 0.5] as [number, number], biasReach: 60 };
    const many = randomClosed(81, { ...shape, steps: 'characters' }, binary.sort());
    expect(many.layers[0]!.inputs).toBe(128 + 255);
    agree(many, questions, 'auto');
    agree(randomClosed(82, { ...shape, steps: 'answers' }), questions, 'packed');
  });

  it('to every byte, and every two that might be one character', () => {
    const network = randomClosed(79, {
      buckets: 128, hidden: [4], answers: 3, steps: 'answers', density: [0.1, 0.4], biasReach: 60,
    }); // prettier-ignore
    const rest = Array.from({ length: 0xff - 0x20 }, (_, i) => 0x20 + i + (i >= 0x5f ? 1 : 0));
    const leads = [0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xcb, 0xcc, 0xcd, 0xce, 0xe1, 0xe2, 0xe3];
    const questions = [...leads.map((lead) => [lead]), [0xe2, 0x80], [0xe2, 0x81]].flatMap((lead) =>
      Array.from({ length: 20 }, (_, i) =>
        Uint8Array.from([0x78, ...rest.slice(12 * i, 12 * (i + 1)).flatMap((byte) => [...lead, byte, 0x78])]),
      ),
    );
    agree(network, questions, 'auto');
  });

  it('to 1,000 odd questions', () => {
    const random = seeded(77);
    const questions = Array.from({ length: 1_000 }, () => oddQuestion(random));
    // Small, so that it is quick; of many buckets and answers, so that no two questions are alike to it.
    const network = randomClosed(78, {
      buckets: 1024, hidden: [40], answers: 100, steps: 'answers', margin: 2, density: [0.1, 0.4], biasReach: 60,
    }); // prettier-ignore
    expect(agree(network, questions, 'auto').size).toBeGreaterThan(20);
  });
});
