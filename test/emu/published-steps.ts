/** The published single steps beside the checkout, and how a CPU is held to any of them. */
import type { Registers } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';
import type { Vector } from '../../scripts/single-steps.js';
import { shared } from '../outside.js';

/** 20 of each of 1,604 encodings, as they were published. */
export const PUBLISHED = 'vectors/z80/single-step-20.jsonl.gz';

export function publishedSteps(): Vector[] {
  return new TextDecoder()
    .decode(shared(PUBLISHED))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

/**
 * What our CPU does otherwise than the vectors say, a line per vector: every register, flag, RAM cell, port access and
 * T-state is looked at.
 */
export function differences(vectors: readonly Vector[]): string[] {
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
  const zeros = new Uint8Array(cpu.memory.length);
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
    const found = (Object.keys(registersAfter) as (keyof Registers)[])
      .filter((key) => got[key] !== registersAfter[key])
      .map((key) => `${key} ${got[key]} instead of ${registersAfter[key]}`);
    for (const [address, value] of ramAfter)
      if (cpu.memory[address] !== value) found.push(`RAM ${address} is ${cpu.memory[address]}, not ${value}`);
    if (cpu.tStates !== tstates) found.push(`${cpu.tStates} T-states instead of ${tstates}`);
    if (JSON.stringify(seen) !== JSON.stringify(ports)) found.push(`ports ${JSON.stringify(seen)}`);
    // Back to zeros: what is left is a stray write.
    for (const [address] of [...ram, ...ramAfter]) cpu.memory[address] = 0;
    if (Buffer.compare(cpu.memory, zeros) !== 0) {
      found.push(`a stray write to ${cpu.memory.findIndex((byte) => byte !== 0)}`);
      cpu.memory.fill(0);
    }
    if (found.length > 0) wrong.push(`${name}: ${found.join(', ')}`);
  }
  return wrong;
}
