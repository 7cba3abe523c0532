/** The program of a closed model as its user meets it; what it shares with other programs is tested in session.test.ts. */
import { beforeAll, describe, expect, it } from 'vitest';
import { forkInputs } from '../../src/build/fork-inputs.js';
import { toBytes } from '../../src/seams/bytes.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram, type BuiltProgram } from '../../src/build/program.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer, runNetwork } from '../../src/model/inference.js';
import type { Network } from '../../src/model/network.js';
import { typed } from '../../src/model/question.js';
import { askAndType, askInterrupted } from './disturb.js';
import { outputsInMemory, randomClosed } from './random-closed.js';

const PROMPT = '\r\n> ';
const LONG_ANSWER = 25;

let network: Network;
let built: BuiltProgram;
/** Its answer is a long one. */
let question: string;
const reference = (line: string): string => answer(network, line);
const start = (tail = ''): Talk => startTalk(built.program, tail);

beforeAll(() => {
  network = randomClosed(8, {
    buckets: 512, hidden: [30, 20], answers: 40, steps: 'characters', density: [0.1, 0.5], biasReach: 60, longest: 50,
  }); // prettier-ignore
  network.about = { name: 'TESTER', description: 'Knows it all.', examples: ['Hé, how ARE you?'] };
  built = buildProgram(network, {}, firmwareReader(nodeFiles));
  question = Array.from({ length: 400 }, (_, i) => `is it ${i}`).find((q) => reference(q).length >= LONG_ANSWER)!;
});

describe('talking to the program of a closed model', () => {
  it('greets, and answers', () => {
    const talk = start();
    expect(talk.output()).toBe(`\r\nTESTER\r\nKnows it all.\r\nType ? for help.${PROMPT}`);
    for (const line of ['is it big', 'Is it BIG?', "isn't it", 'hello there'])
      expect(talk.type(`${line}\r`)).toBe(`${line}\r\n${reference(line)}${PROMPT}`);
  });

  it('takes a line for what it is when it is folded', () => {
    const talk = start();
    for (const line of ['IS IT BIG!', '  is,it.. big', "i's it big"])
      expect(talk.ask(line).text).toBe(reference('is it big'));
  });

  it('answers lines in which there is nothing, and one after a longer one', () => {
    const talk = start();
    for (const line of ['...', 'x', '   ', `${'long'.repeat(30)}\xc3\xa9`, '\xc3', 'a\xe2', 'a\xe2\x80', '?!'])
      expect(talk.ask(toBytes(line)).text).toBe(answer(network, toBytes(line)));
  });

  it('a line that is typed meanwhile waits its turn', () => {
    for (const after of [0, 1, 3, 10]) {
      const talk = start();
      const shown = askAndType(talk, question, after, 'is it big\r', after === 0 ? 20_000 : undefined);
      expect(shown).toBe(
        `${question}\r\n${reference(question)}${PROMPT}is it big\r\n${reference('is it big')}${PROMPT}`,
      );
    }
  });

  it('ESC stops the answer; what follows it is the next line', () => {
    for (const after of [1, 3, 10]) {
      const talk = start();
      const shown = askAndType(talk, question, after, 'x\r\x1bi');
      const said = shown.slice(shown.indexOf('\r\n') + 2, shown.lastIndexOf(PROMPT));
      expect(reference(question).startsWith(said)).toBe(true);
      expect(said.length).toBeGreaterThanOrEqual(after);
      expect(said.length).toBeLessThan(after + 5);
      expect(shown.endsWith(`${PROMPT}i`)).toBe(true);
      expect(talk.type('s it big\r')).toBe(`s it big\r\n${reference('is it big')}${PROMPT}`);
    }
  });

  it('ESC while it thinks stops it at the first character', () => {
    const shown = askAndType(start(), question, 0, '\x1bi', 20_000);
    expect(shown).toBe(`${question}\r\n${reference(question)[0]}${PROMPT}i`);
  });

  it('^C while it answers leaves', () => {
    const talk = start();
    askAndType(talk, question, 3, '\x03');
    expect(talk.ended).toBe(true);
  });

  it('takes more piped lines than its queue holds, and answers them all', () => {
    const questions = Array.from({ length: 40 }, (_, i) => `is it number ${i}`);
    const shown = start().type(questions.map((q) => `${q}\r`).join(''));
    expect(shown).toBe(questions.map((q) => `${q}\r\n${reference(q)}${PROMPT}`).join(''));
  });

  it('answers its command tail, and ends', () => {
    const talk = start('IS IT BIG');
    expect(talk.ended).toBe(true);
    expect(talk.output()).toBe(`${reference('is it big')}\r\n`);
  });

  it('answers its built-in question as often as it is told', () => {
    const once = `[${reference('he how are you')}]`;
    expect(start().type('/TIME 3\r')).toBe(`/TIME 3\r\n${[once, once, once].join('\r\n')}${PROMPT}`);
    expect(start('/TIME 1').output()).toBe(`${once}\r\n`);
  });

  it('can be interrupted at any time', () => {
    const { text, raised, served, slowest } = askInterrupted(start(), question, 331);
    expect(text).toBe(reference(question));
    expect(raised).toBeGreaterThan(100);
    expect(served).toBeGreaterThanOrEqual(raised - 1);
    expect(slowest).toBeLessThanOrEqual(45);
  });
});

describe('an answer to questions about something else', () => {
  /** One answer's output is ahead of the other's by `lead` whatever is asked. */
  function ahead(lead: number, margin: number): Network {
    const [closed, none] = [
      { buckets: 128, steps: 'answers' as const, answers: ['A', 'B'], unknown: { answer: 'Pardon?', margin } },
      {
        weights: new Int8Array(2 * 128),
        biases: Int16Array.of(-32768 - Math.min(0, 4 * lead), -32768 + Math.max(0, 4 * lead)),
      },
    ];
    return { layers: [{ inputs: 128, outputs: 2, ...none }], charset: [], closed, about: {} };
  }

  it.each([
    [5, 5, 'B'],
    [4, 5, 'Pardon?'],
    [0, 0, 'A'],
    [0, 1, 'Pardon?'],
    [8000, 0x7fff, 'Pardon?'],
    [16383, 0x7fff, 'Pardon?'],
    [16383, 16383, 'B'],
    [8000, 8000, 'B'],
    [8000, 8001, 'Pardon?'],
    [-8191, 8191, 'A'],
    [-8191, 8192, 'Pardon?'],
  ])('with a lead of %i and a margin of %i it says %s', (lead, margin, said) => {
    const network = ahead(lead, margin);
    expect(answer(network, 'x')).toBe(said);
    const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));
    expect(startTalk(program).ask('x').text).toBe(said);
  });

  it('is not given where there is one answer only', () => {
    const one = randomClosed(9, {
      buckets: 128, hidden: [4], answers: 1, steps: 'characters', margin: 0x7fff, density: [0.5, 0.5], biasReach: 9,
    }); // prettier-ignore
    const { program } = buildProgram(one, {}, firmwareReader(nodeFiles));
    expect(startTalk(program).ask('x').text).toBe(one.closed!.answers[0]);
  });
});

describe('counts that leave their bytes', () => {
  /** Rows whose every weight is the same, so that each piece moves them as far as one can; forks' columns, too. */
  function extreme(bias: number, steps: 'answers' | 'characters'): Network {
    const extremes = randomClosed(11, {
      buckets: 256, hidden: [6], answers: 9, steps, density: [1, 1], biasReach: 40,
    }); // prettier-ignore
    const first = extremes.layers[0]!;
    [1, -2, -1, 1, -2, -1].forEach((weight, row) =>
      first.weights.fill(weight, row * first.inputs, (row + 1) * first.inputs),
    );
    first.biases.set([bias, bias, bias, 3, 1000, 0]);
    return extremes;
  }

  it.each([0, 4050, 4095, 4096, 4100, -4064, -4096, -4200, 20000, -32768, 32767])(
    'are right for every length of a question, with biases of %i',
    (bias) => {
      for (const steps of ['answers', 'characters'] as const) {
        const extremes = extreme(bias, steps);
        const { program, symbols } = buildProgram(extremes, {}, firmwareReader(nodeFiles));
        const talk = startTalk(program);
        // Downwards, so that each finds what a longer one has left.
        for (let length = 128; length >= 1; length -= 3) {
          const line = 'a'.repeat(length);
          expect(talk.ask(line).text, `${steps} ${length}`).toBe(answer(extremes, line));
          const outputs = outputsInMemory(talk, symbols, extremes);
          const input = forkInputs(extremes, extremes.closed!, typed(line)).at(-1)!;
          expect(outputs).toEqual([...runNetwork(extremes, input)]);
        }
      }
    },
  );

  it("are right at every fork where a fork's column comes upon the largest count of a byte", () => {
    const closed = { buckets: 128, steps: 'characters' as const, answers: ['a', 'aa', 'aaa', 'aaaa', 'aaaaa'] };
    const inputs = 128 + 3;
    const chain: Network = {
      layers: [
        { inputs, outputs: 1, weights: new Int8Array(inputs).fill(1), biases: Int16Array.of(4 * (8 * 62 + 1)) },
        { inputs: 1, outputs: 2, weights: Int8Array.of(0, 1), biases: Int16Array.of(0, 4) },
      ],
      charset: [],
      closed,
      about: {},
    };
    const { program, symbols } = buildProgram(chain, {}, firmwareReader(nodeFiles));
    const talk = startTalk(program);
    // 62 and 65 pieces of 32 letters are 127.
    for (const length of [60, 33, 32, 31]) {
      const line = 'a'.repeat(length);
      expect(talk.ask(line).text).toBe('aaaaa');
      const input = forkInputs(chain, closed, typed(line)).at(-1)!;
      expect(outputsInMemory(talk, symbols, chain)).toEqual([...runNetwork(chain, input)]);
    }
  });
});
