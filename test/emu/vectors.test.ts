/**
 * 32,080 single steps: 20 of each of 1,604 encodings, with every register, flag, RAM cell, port access and
 * T-state before and after.
 */
import { expect, it } from 'vitest';
import type { Registers } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';
import { describeShared, shared } from '../outside.js';

const FILE = 'vectors/z80/single-step-20.jsonl.gz';

type State = Registers & { ram: [address: number, value: number][] };
interface Vector {
  file: string;
  name: string;
  initial: State;
  final: State;
  tstates: number;
  ports?: [port: number, value: number, direction: 'r' | 'w'][];
}

describeShared('single-step vectors', [FILE], () => {
  const vectors = new TextDecoder()
    .decode(shared(FILE))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);

  it('holds 20 cases of each of 1,604 encodings', () => {
    expect(vectors.length).toBe(32_080);
    expect(new Set(vectors.map((v) => v.file)).size).toBe(1604);
  });

  it('passes all of them', () => {
    const wrong: string[] = [];
    let expected: NonNullable<Vector['ports']> = [];
    let seen: NonNullable<Vector['ports']> = [];
    const cpu = createZ80({
      in: (port) => {
        const value = expected[seen.length]?.[1] ?? 0xff;
        seen.push([port, value, 'r']);
        return value;
      },
      out: (port, value) => void seen.push([port, value, 'w']),
    });
    for (const { name, initial, final, tstates, ports = [] } of vectors) {
      cpu.reset();
      const { ram, ...registers } = initial;
      const { ram: ramAfter, ...registersAfter } = final;
      for (const [address, value] of ram) cpu.memory[address] = value;
      cpu.setRegisters(registers);
      expected = ports;
      seen = [];
      cpu.step();
      const got = cpu.getRegisters();
      const differences = (Object.keys(registersAfter) as (keyof Registers)[])
        .filter((key) => got[key] !== registersAfter[key])
        .map((key) => `${key} ${got[key]} instead of ${registersAfter[key]}`);
      for (const [address, value] of ramAfter)
        if (cpu.memory[address] !== value) differences.push(`RAM ${address} is ${cpu.memory[address]}, not ${value}`);
      if (cpu.tStates !== tstates) differences.push(`${cpu.tStates} T-states instead of ${tstates}`);
      if (JSON.stringify(seen) !== JSON.stringify(ports)) differences.push(`ports ${JSON.stringify(seen)}`);
      if (differences.length > 0) wrong.push(`${name}: ${differences.join(', ')}`);
      // Back to zeros, so that a stray write of this step shows in a later one.
      for (const [address] of [...ram, ...ramAfter]) cpu.memory[address] = 0;
    }
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(cpu.memory.every((byte) => byte === 0)).toBe(true);
  });
});
