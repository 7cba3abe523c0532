/** One model, all machines: each machine's program says what the reference says, and can be talked to in the same way. */
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram, type BuiltProgram } from '../../src/build/program.js';
import { traitsOf } from '../../src/build/signature.js';
import { startTalkOn, type Talk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { imageOf, MACHINES } from '../../src/machines/index.js';
import type { Machine } from '../../src/machines/machine.js';
import { Conversation, seedFrom } from '../../src/model/conversation.js';
import { toBytes } from '../../src/model/encoder.js';
import { answer } from '../../src/model/inference.js';
import type { Network } from '../../src/model/network.js';
import { seeded } from '../random.js';
import { askAndType } from './disturb.js';
import { randomClosed } from './random-closed.js';
import { randomLively, randomQuestion } from './random-lively.js';
import { randomNetwork } from './random-network.js';

const firmware = firmwareReader(nodeFiles);
const PROMPT = '\r\n> ';
const LONG = 30;
const LETTERS = ['a', 'b', 'ab', 'ba', ' '];

const build = (network: Network, machine: Machine, layout: 'auto' | 'packed' = 'auto'): BuiltProgram =>
  buildProgram(network, { machine, layout }, firmware);
const file = ({ machine, file: bytes }: BuiltProgram): { name: string; bytes: Uint8Array } => ({
  name: `X.${machine.file.type}`,
  bytes,
});

/** Answers that every machine can print, and that share beginnings. */
function answers(seed: number, count: number, longest: number): string[] {
  const random = seeded(seed);
  const made = new Set<string>();
  while (made.size < count) {
    const parts = Array.from({ length: 1 + Math.floor(random() * longest) }, () => LETTERS[Math.floor(random() * 5)]!);
    const text = parts.join('').trim().slice(0, 50);
    if (text) made.add(text);
  }
  return [...made].sort();
}

describe.each(MACHINES)('$name', (machine) => {
  const start = (built: BuiltProgram): Talk => startTalkOn(machine, built.file);

  it.each([
    [1, 'answers', 2048, [40]],
    [2, 'characters', 512, [30, 20]],
    [3, 'answers', 128, [200, 9]],
  ] as const)('closed model %i answers as the reference does', (seed, steps, buckets, hidden) => {
    const network = randomClosed(
      seed,
      { buckets, hidden: [...hidden], answers: 30, steps, density: [0.1, 0.5], biasReach: 60 },
      answers(seed, 30, 30),
    );
    const talk = start(build(network, machine, seed % 2 ? 'auto' : 'packed'));
    for (let i = 0; i < 25; i++)
      expect(talk.ask(`is it number ${i * seed}`).text).toBe(answer(network, `is it number ${i * seed}`));
  });

  it.each([6, 15])('lively model %i says what the conversation says', (seed) => {
    const network = randomLively({
      seed,
      memory: (seed & 1) === 1,
      voice: true,
      game: (seed & 4) === 4,
      unknown: (seed & 8) === 8,
    });
    const built = build(network, machine);
    expect(traitsOf(imageOf(file(built)))).toEqual({ memory: (seed & 1) === 1, game: (seed & 4) === 4 });
    expect(traitsOf(built.image)).toEqual(traitsOf(imageOf(file(built))));
    const talk = start(built);
    const random = seeded(seed);
    const conversation = new Conversation(network, { seed });
    expect(talk.ask(`/${seed}`).text).toBe(conversation.restart(seed).replaceAll('\n', '\r\n'));
    for (let i = 0; i < 40; i++) {
      const question = randomQuestion(random);
      if (question === '' || seedFrom(question) !== undefined) continue;
      expect(talk.ask(question).text, question).toBe(conversation.say(question).replaceAll('\n', '\r\n'));
      expect(talk.output().endsWith(`\r\n${conversation.prompt}`)).toBe(true);
    }
  });

  it('a model that spells answers as the reference does', () => {
    const network = randomNetwork(5, { widths: [60, 12], density: 0.3, biasReach: 300 });
    network.charset = [...'ABCDEF GHIJ', '\0'];
    const talk = start(build(network, machine));
    for (const line of ['is it big', 'hello', 'x', 'what is it'])
      expect(talk.ask(line).text).toBe(answer(network, toBytes(line)));
  });

  describe('a session', () => {
    let network: Network;
    let built: BuiltProgram;
    let question: string;
    const said = (line: string): string => answer(network, line);

    beforeAll(() => {
      network = randomClosed(
        8,
        { buckets: 512, hidden: [30, 20], answers: 40, steps: 'characters', density: [0.1, 0.5], biasReach: 60 },
        answers(8, 40, 40),
      );
      network.about = { name: 'TESTER', description: 'Knows it all.', examples: ['how are you'] };
      built = build(network, machine);
      question = Array.from({ length: 400 }, (_, i) => `is it ${i}`).find((q) => said(q).length >= LONG)!;
    });

    it('greets, answers, and helps', () => {
      const talk = start(built);
      expect(talk.output()).toBe(`\r\nTESTER\r\nKnows it all.\r\nType ? for help.${PROMPT}`);
      expect(talk.type('is it big\r')).toBe(`is it big\r\n${said('is it big')}${PROMPT}`);
      expect(talk.type('?\r')).toMatch(/^\?\r\nType a question[^]* \/TIME 5 times five answers\.\r\n> $/);
      expect(talk.type('\r')).toBe(PROMPT);
    });

    it('takes back letters, and a line', () => {
      const talk = start(built);
      const back = '\b \b';
      expect(talk.type('is it bag\b\x7fig\r')).toBe(`is it bag${back.repeat(2)}ig\r\n${said('is it big')}${PROMPT}`);
      expect(talk.type('xyz\x15x\r')).toBe(`xyz${back.repeat(3)}x\r\n${said('x')}${PROMPT}`);
    });

    it('a line that is typed meanwhile waits its turn', () => {
      const shown = askAndType(start(built), question, 2, 'is it big\r');
      expect(shown).toBe(`${question}\r\n${said(question)}${PROMPT}is it big\r\n${said('is it big')}${PROMPT}`);
    });

    it('ESC stops an answer, and the next is whole', () => {
      const talk = start(built);
      // Long enough for machines that look at their keys 50 times a second.
      const shown = askAndType(talk, '/TIME 9', 2, '\x1b');
      expect(shown.endsWith(`]${PROMPT}`)).toBe(true);
      expect(shown.split('[').length - 1).toBeLessThan(9);
      expect(talk.ask(question).text).toBe(said(question));
    });

    it.each(['!\r', '\x03', 'half\x03'])('leaves at %j', (keys) => {
      const talk = start(built);
      talk.type(keys);
      expect(talk.ended).toBe(true);
    });

    it('measures itself', () => {
      expect(start(built).type('/TIME 2\r')).toBe(
        `/TIME 2\r\n[${said('how are you')}]\r\n[${said('how are you')}]${PROMPT}`,
      );
    });
  });

  it('refuses what it has no room for, and says what has', () => {
    const sized = (density: number): Network =>
      randomClosed(
        4,
        { buckets: 2048, hidden: [90], answers: 20, steps: 'answers', density: [density, 0.5], biasReach: 60 },
        answers(4, 20, 9),
      );
    const { name, memory, programBytes } = machine;
    const option = memory.isFixed ? `--machine ${name}` : `--max-size ${programBytes}`;
    expect(() => build(sized(0.2), machine)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^the program has \d{5} bytes, \d+ more than the \d{5} /),
        hint: expect.stringContaining(`train a smaller model, with ${option}`),
      }),
    );
    const { sizes } = build(sized(0.05), machine);
    expect(sizes.free).toBeGreaterThanOrEqual(0);
    expect(sizes.program).toBeLessThan(programBytes);
  });

  it('lays out a program of every size within its memory, the code where memory is fast', () => {
    const { origin, end, hotFrom = origin } = machine.memory;
    for (const [buckets, density] of [
      [128, 0.05],
      [512, 0.3],
      [2048, 0.06],
    ] as const) {
      const shape = { buckets, hidden: [90], answers: 20, steps: 'answers' as const, biasReach: 60 };
      const network = randomClosed(4, { ...shape, density: [density, 0.5] }, answers(4, 20, 9));
      const built = build(network, machine);
      expect(built.origin).toBeGreaterThanOrEqual(origin);
      expect(built.image.entry).toBeGreaterThanOrEqual(hotFrom);
      expect(built.symbols.get('ram_end')).toBeLessThanOrEqual(end);
      expect(startTalkOn(machine, built.file).ask('is it big').text).toBe(answer(network, 'is it big'));
    }
  });
});
