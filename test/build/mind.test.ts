/** Minds: the .COM's engine behind TALK. Same answers in the same time, and a header that says what is in the file. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { MIND_ORIGIN } from '../../src/build/mind.js';
import { buildMind, buildProgram, type BuildOptions } from '../../src/build/program.js';
import { buildShell } from '../../src/build/shell.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import { diskOf } from '../../src/emu/cpm/memory-disk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { latin1 } from '../../src/seams/bytes.js';
import { crc16 } from '../../src/seams/crc16.js';
import type { Network } from '../../src/model/network.js';
import { seeded } from '../random.js';
import { randomClosed } from './random-closed.js';
import { randomNetwork, randomQuestion } from './random-network.js';

const firmware = firmwareReader(nodeFiles);
const shell = buildShell(firmware);

const talkTo = (mind: Uint8Array, tail = ''): Talk =>
  startTalk(shell.program, `MIND ${tail}`, undefined, [diskOf({ 'MIND.MND': mind })]);

const closed = (steps: 'answers' | 'characters'): Network =>
  randomClosed(5, { buckets: 1024, hidden: [40], answers: 30, steps, margin: 3, density: [0.1, 0.4], biasReach: 40 });

const CASES: [string, Network, BuildOptions][] = [
  ['a free model', randomNetwork(31, { widths: [90, 40, 30], density: 0.3, biasReach: 40 }), {}],
  ['a free model, packed', randomNetwork(32, { widths: [120, 60, 20], density: 0.4, biasReach: 40 }), { layout: 'packed' }],
  ['a closed model with one fork', closed('answers'), {}],
  ['a closed model that goes by characters', closed('characters'), {}],
]; // prettier-ignore

describe.each(CASES)('%s', (_, network, options) => {
  const com = startTalk(buildProgram(network, options, firmware).program);
  const built = buildMind(network, options, firmware);
  const mind = talkTo(built.file);

  it('greets, answers and tells the time as its .COM does', () => {
    expect(mind.output()).toBe(com.output());
    const random = seeded(8);
    for (let i = 0; i < 40; i++) {
      const question = randomQuestion(random, 60);
      const [here, there] = [mind, com].map((talk) => talk.ask(question)) as [Answer, Answer];
      expect(here.text, question).toBe(there.text);
      const [own, due] = [sum(here.tStates), sum(there.tStates)];
      // Keys come in a few T-states sooner or later, as the queue is at another place; all else is equal.
      expect(Math.abs(own - due), question).toBeLessThan(0.001 * due);
    }
    expect(mind.type('/time 2\r')).toBe(com.type('/time 2\r'));
  });

  it('answers its command tail as its .COM does, and leaves', () => {
    const once = talkTo(built.file, 'is it big');
    expect(once.output()).toBe(startTalk(buildProgram(network, options, firmware).program, 'is it big').output());
    expect(once.ended).toBe(true);
  });

  it('has a header that says what is in the file', () => {
    const { file, program, symbols, sizes } = built;
    const view = new DataView(file.buffer);
    expect(latin1(file.subarray(0, 8))).toBe('Z80 MIND');
    expect(file[8]).toBe(1);
    expect(view.getUint16(10, true)).toBe(MIND_ORIGIN);
    expect(view.getUint16(12, true)).toBe(program.length);
    expect(view.getUint16(14, true)).toBe(symbols.get('ram_end'));
    expect(view.getUint16(16, true)).toBe(crc16(file.subarray(128)));
    expect(latin1(file.subarray(18, 80)).split('\0')[0]).toBe(network.about.name);
    expect(crc16(file.subarray(0, 128))).toBe(0);
    expect(file.length % 128).toBe(0);
    expect(file.length - 128 - program.length).toBeLessThan(128);
    expect(file.subarray(128, 128 + program.length)).toEqual(program);
    expect(sizes.program).toBe(program.length);
    expect(built.origin).toBe(MIND_ORIGIN);
  });
});

type Answer = ReturnType<Talk['ask']>;
const sum = (costs: number[]): number => costs.reduce((total, cost) => total + cost, 0);

describe('a mind', () => {
  const network = randomNetwork(33, { widths: [200, 100, 40], density: 0.5, biasReach: 40 });

  it('is as small as it is told to be, what a .COM does not have not counted', () => {
    const packed = buildMind(network, { layout: 'packed' }, firmware).program.length;
    const com = buildProgram(network, { layout: 'packed' }, firmware).program.length;
    const { program, file } = buildMind(network, { maxSize: com + 2_000 }, firmware);
    expect(packed - com).toBeLessThan(200);
    expect(program.length).toBeLessThanOrEqual(com + 2_000 + 200);
    expect(program.length).toBeGreaterThan(packed);
    expect(file.length).toBeGreaterThan(program.length);
  });

  it('is refused where there is no room beside TALK', () => {
    const large = randomNetwork(22, { widths: [256, 256, 256], density: 1, biasReach: 40 });
    expect(() => buildMind(large, { maxSize: 65_536 }, firmware)).toThrow(
      `more than the ${52_992 - (MIND_ORIGIN - 0x100)} that a Z80 has room for`,
    );
  });

  it('is the same every time', () => {
    expect(buildMind(network, { layout: 'packed' }, firmware).file).toEqual(
      buildMind(network, { layout: 'packed' }, firmware).file,
    );
  });

  it('has the name that it was given, as far as there is room, in ASCII', () => {
    const { file } = buildMind(network, { layout: 'packed', name: `Zoë ${'x'.repeat(80)}` }, firmware);
    expect(latin1(file.subarray(18, 80))).toBe(`Zo? ${'x'.repeat(57)}\0`);
  });
});

describe('the shell', () => {
  it('is small, and has room to grow', () => {
    const end = shell.symbols.get('shell_end')!;
    const keys = shell.symbols.get('KEYS_COUNT')!;
    expect(shell.program.length).toBeLessThanOrEqual(2_048);
    expect(shell.resident).toBe(3_072);
    expect(keys - end).toBeGreaterThanOrEqual(0.25 * shell.program.length);
  });
});
