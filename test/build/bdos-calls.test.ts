/**
 * What a talking program asks of the BDOS, so that it runs on CP/M's relatives: a trampoline at 0005h tells each call. Function 6
 * with FDh waits for a key on CP/M 3 and MP/M, and with FEh gives its status; so those and FFh are printed by function 2. MP/M
 * yields by itself while function 6 finds no key (docs/relatives.md), so there is nothing that only one system would know.
 */
import { expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { createCpm } from '../../src/emu/cpm/machine.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer } from '../../src/model/inference.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { randomNetwork } from './random-network.js';

const [C_WRITE, C_RAWIO] = [2, 6];
const PORT_C = 0x40;
const PORT_E = 0x41;
const TRAMPOLINE = 0xff00;

it('asks nothing but functions 6 and 2 of it, and prints the three bytes by 2 that 6 cannot', () => {
  const network = randomNetwork(12, { widths: [20, 12], density: 0.3, biasReach: 300 });
  network.charset = [...'\xfdBCDE\xffG\xfeIJK', '\0'];
  const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));
  const calls: [c: number, e: number][] = [];
  const questions = ['hello', 'is it big', 'who are you'];
  const keys = [...toBytes(questions.map((question) => `${question}\r`).join('')), ...toBytes('?\r/TIME 1\r/x\r!\r')];
  const shown: number[] = [];
  let [c, waited] = [0, 0];
  const cpm = createCpm({
    console: {
      ended: false,
      ready: () => keys.length > 0,
      // Nobody types for a while before each key.
      read: () => (++waited % 5 === 0 ? keys.shift() : undefined),
      write: (byte) => void shown.push(byte),
    },
    ports: {
      in: () => 0xff,
      out: (port, value) => {
        if ((port & 0xff) === PORT_C) c = value;
        else calls.push([c, value]);
      },
    },
  });
  cpm.load({ name: 'X.COM', bytes: program }, '');
  const { memory } = cpm.cpu;
  const [low, high] = [memory[6]!, memory[7]!];
  // LD A,C; OUT (PORT_C),A; LD A,E; OUT (PORT_E),A; JP the BDOS
  memory.set([0x79, 0xd3, PORT_C, 0x7b, 0xd3, PORT_E, 0xc3, low, high], TRAMPOLINE);
  memory.set([0xc3, TRAMPOLINE & 0xff, TRAMPOLINE >> 8], 5);
  expect(cpm.run(4_000_000_000).why).toBe('ended');

  const said = latin1(Uint8Array.from(shown));
  for (const question of questions) expect(said).toContain(`\r\n${answer(network, toBytes(question))}`);
  const numbers = (wanted: number): number[] => [...new Set(calls.filter(([f]) => f === wanted).map(([, e]) => e))];
  expect(new Set(calls.map(([f]) => f))).toEqual(new Set([C_WRITE, C_RAWIO]));
  expect(numbers(C_WRITE).sort()).toEqual([0xfd, 0xfe, 0xff]);
  expect(numbers(C_RAWIO).filter((e) => e >= 0xfd)).toEqual([0xff]);
});
