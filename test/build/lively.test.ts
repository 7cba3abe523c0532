/** Programs with a voice, a memory and games: the emulated .COM says what the conversation on the host says. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { startTalk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { Conversation, seedFrom } from '../../src/model/conversation.js';
import { seeded } from '../random.js';
import { randomLively, randomQuestion, type LivelyShape } from './random-lively.js';

const firmware = firmwareReader(nodeFiles);
const NETWORKS = 48;
const QUESTIONS = 90;

const shapes = Array.from({ length: NETWORKS }, (_, n): LivelyShape => ({
  seed: n + 1,
  memory: (n & 1) === 1,
  voice: (n & 2) === 2 || n % 4 === 0,
  game: (n & 4) === 4,
  unknown: (n & 8) === 8,
}));

const shown = (text: string): string => text.replaceAll('\n', '\r\n');

describe('a program with a voice says what the conversation says', () => {
  const said = new Set<string>();

  it.each(shapes)('$seed: memory $memory, voice $voice, game $game, fallback $unknown', (shape) => {
    const network = randomLively(shape);
    const { program } = buildProgram(network, { layout: shape.seed % 3 ? 'auto' : 'packed' }, firmware);
    const random = seeded(1000 + shape.seed);
    const talk = startTalk(program, `/${shape.seed}`);
    const conversation = new Conversation(network, { seed: shape.seed });
    expect(talk.output().endsWith(`\r\n${conversation.prompt}`)).toBe(true);
    for (let i = 0; i < QUESTIONS; i++) {
      const question = i % 30 === 29 ? `/ ${(i * 7919 * shape.seed) % 100_000}` : randomQuestion(random);
      if (question === '') continue;
      const seed = seedFrom(question);
      const expected = seed === undefined ? conversation.say(question) : conversation.restart(seed);
      const answer = talk.ask(question);
      expect(answer.text, `${i}: ${question}`).toBe(shown(expected));
      expect(talk.output().endsWith(`\r\n${conversation.prompt}`), `${i}: ${question}`).toBe(true);
      said.add(expected);
    }
  });

  it('and there was much to say', () => {
    expect(said.size).toBeGreaterThan(300);
  });
});
