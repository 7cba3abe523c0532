/** All that is started by hand says on an 8080 that it needs a Z80: its first instructions, by a small 8080 of the test's own. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { buildShell } from '../../src/build/shell.js';
import { createCpm } from '../../src/emu/cpm/machine.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { assemble } from '../../src/z80asm/assemble.js';
import { randomLively } from '../build/random-lively.js';
import { randomClosed } from '../build/random-closed.js';
import { randomNetwork } from '../build/random-network.js';

const firmware = firmwareReader(nodeFiles);
const TPA = 0x100;
const BDOS = 0x0005;
const DOLLAR = 0x24;
const assembled = (main: string): Uint8Array => assemble({ main, format: 'com', ...firmware }).bytes;

const programs: [string, () => Uint8Array][] = [
  ['a program that spells', () => built(randomNetwork(1, { widths: [20], density: 0.3, biasReach: 99 }))],
  ['one of a closed set', () => built(closed())],
  ['one with a voice', () => built(randomLively({ seed: 1, memory: false, voice: true, game: false, unknown: false }))],
  ['a game', () => built(randomLively({ seed: 2, memory: true, voice: true, game: true, unknown: true }))],
  ['TALK.COM', () => buildShell(firmware).program],
  ['RECV.COM', () => assembled('recv/recv.asm')],
  ['Z80LMH.COM', () => assembled('helper/helper.asm')],
  ['Z80LMCLK.COM', () => assembled('time/cpm.asm')],
];

const closed = () =>
  randomClosed(5, { buckets: 128, hidden: [4], answers: 4, steps: 'answers', density: [0.5, 0.5], biasReach: 9 });
const built = (network: Parameters<typeof buildProgram>[0]): Uint8Array =>
  buildProgram(network, {}, firmware).program;

/**
 * Run a program on an 8080 until it is back at the CCP. It knows what these programs need there, and no other instruction.
 * @returns what the BDOS was asked to print
 */
function runOn8080(program: Uint8Array): string {
  const memory = new Uint8Array(65_536);
  memory.set(program, TPA);
  const word = (at: number): number => memory[at]! | (memory[at + 1]! << 8);
  let [pc, isEven, c, de] = [TPA, false, 0, 0];
  while (pc !== BDOS) {
    const code = memory[pc]!;
    if (code === 0xc3) pc = word(pc + 1);
    // SUB A leaves zero, which has an even number of ones; JPO and JPE ask for that.
    else if (code === 0x97) [pc, isEven] = [pc + 1, true];
    else if (code === 0xe2) pc = isEven ? pc + 3 : word(pc + 1);
    else if (code === 0xea) pc = isEven ? word(pc + 1) : pc + 3;
    else if (code === 0x11) [pc, de] = [pc + 3, word(pc + 1)];
    else if (code === 0x0e) [pc, c] = [pc + 2, memory[pc + 1]!];
    else throw new Error(`${code.toString(16)} at ${pc.toString(16)} is not for an 8080`);
  }
  // It jumped there with the CCP's stack as it was: the BDOS's RET is the program's.
  expect(c).toBe(9);
  return String.fromCharCode(...memory.subarray(de, memory.indexOf(DOLLAR, de)));
}

describe.each(programs)('%s', (_name, make) => {
  const program = make();

  it('says that it needs a Z80 on an 8080, and is back at the prompt', () => {
    expect(runOn8080(program)).toBe('Needs a Z80.');
  });

  it('says nothing of it on a Z80', () => {
    const shown: number[] = [];
    const cpm = createCpm({ console: { ended: false, ready: () => false, read: () => undefined, write: (b) => void shown.push(b) } }); // prettier-ignore
    cpm.load({ name: 'X.COM', bytes: program }, '');
    cpm.run(3_000_000);
    expect(String.fromCharCode(...shown)).toMatch(/./);
    expect(String.fromCharCode(...shown)).not.toContain('Z80.');
  });
});
