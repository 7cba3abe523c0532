/** Watched addresses: where a run ends at the use of one, at what it ends, and that it goes on from there. */
import { describe, expect, it } from 'vitest';
import type { Cpu, Use } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';

const HALT = 0x76;

function machine(program: number[], hot = Infinity): Cpu {
  const cpu = createZ80({ in: () => 0xff, out: () => {} }, { slice: 60, hot });
  cpu.memory.set(program, 0x100);
  cpu.pc = 0x100;
  cpu.sp = 0x8000;
  return cpu;
}

/** All uses that a run meets, and where it stood then. */
function meetings(cpu: Cpu, until: number): string[] {
  const met: string[] = [];
  do {
    cpu.run(until);
    if (cpu.met) {
      const { use, at, by } = cpu.met;
      met.push(`${use} ${at.toString(16)} by ${by.toString(16)}, pc ${cpu.pc.toString(16)}`);
    }
  } while (cpu.met);
  return met;
}

describe('a watched address', () => {
  // 100: LD HL,4000 / 103: LD (HL),5 / 105: INC (HL) / 106: PUSH HL / 107: LD A,(7FFE) / 10A: HALT
  const program = [0x21, 0x00, 0x40, 0x36, 0x05, 0x34, 0xe5, 0x3a, 0xfe, 0x7f, HALT];
  it.each<[string, number, Use[], string[]]>([
    ['stops before an instruction', 0x103, ['execute'], ['execute 103 by 103, pc 103']],
    ['not inside one', 0x104, ['execute'], []],
    ['stops behind a write', 0x4000, ['write'], ['write 4000 by 103, pc 105', 'write 4000 by 105, pc 106']],
    ['stops behind a read', 0x4000, ['read'], ['read 4000 by 105, pc 106']],
    [
      'tells of a write where both are',
      0x4000,
      ['read', 'write'],
      ['write 4000 by 103, pc 105', 'write 4000 by 105, pc 106'],
    ],
    ['sees the second byte of a word', 0x7fff, ['write'], ['write 7fff by 106, pc 107']],
    ['sees a byte that was written as half of a word', 0x7ffe, ['read'], ['read 7ffe by 107, pc 10a']],
    ['does not take a fetch for a read', 0x105, ['read'], []],
  ])('%s', (_title, at, uses, expected) => {
    const cpu = machine(program);
    cpu.watch(at, uses);
    expect(meetings(cpu, 200)).toEqual(expected);
    expect(cpu.halted).toBe(true);
  });

  it('is watched from the instruction behind the port access that asked for it', () => {
    // OUT (0),A / LD HL,4000 / LD (HL),5 / HALT
    const out = (): void => cpu.watch(0x4000, ['write']);
    const cpu: Cpu = createZ80({ in: () => 0xff, out });
    cpu.memory.set([0xd3, 0x00, 0x21, 0x00, 0x40, 0x36, 0x05, HALT], 0x100);
    cpu.pc = 0x100;
    expect(meetings(cpu, 200)).toEqual(['write 4000 by 105, pc 107']);
  });

  it('is free again when nothing is asked of it', () => {
    const cpu = machine(program);
    cpu.watch(0x4000, ['write']);
    cpu.watch(0x103, ['execute']);
    cpu.watch(0x4000, []);
    cpu.watch(0x103, []);
    expect(meetings(cpu, 200)).toEqual([]);
  });

  it('is met at each round of a loop, however the run is sliced, at the same T-states', () => {
    // 100: LD B,3 / 102: DJNZ 102 / 104: HALT
    for (const slice of [1, 7, 1000]) {
      const cpu = machine([0x06, 0x03, 0x10, 0xfe, HALT]);
      cpu.watch(0x102, ['execute']);
      const times: number[] = [];
      while (!cpu.halted) {
        cpu.run(cpu.tStates + slice);
        if (cpu.met) times.push(cpu.tStates);
      }
      expect(times).toEqual([7, 20, 33]);
    }
  });

  it('is met inside a block move at its round, which step by step is the same', () => {
    // 100: LD HL,4000 / LD DE,5000 / LD BC,10h / LDIR / HALT
    const cpu = machine([0x21, 0, 0x40, 0x11, 0, 0x50, 0x01, 0x10, 0, 0xed, 0xb0, HALT]);
    cpu.watch(0x5007, ['write']);
    cpu.run(10_000);
    expect(cpu.met).toEqual({ use: 'write', at: 0x5007, by: 0x109 });
    expect(cpu.getRegisters()).toMatchObject({ e: 8, c: 8, pc: 0x109 });
    cpu.run(10_000);
    expect(cpu.met).toBeUndefined();
    expect(cpu.getRegisters()).toMatchObject({ e: 0x10, c: 0 });
  });

  it('in code that is translated is met as in any other', () => {
    // 100: LD BC,1000h / 103: INC HL / 104: LD (4000),HL / 107: DEC BC / 108: LD A,B / OR C / JR NZ,103 / HALT
    const loop = [0x01, 0, 0x10, 0x23, 0x22, 0, 0x40, 0x0b, 0x78, 0xb1, 0x20, 0xf7, HALT];
    const rounds = (prepare: (cpu: Cpu) => void): number => {
      const cpu = machine(loop, 1);
      cpu.run(20_000);
      prepare(cpu);
      return meetings(cpu, cpu.tStates + 48 * 100).length;
    };
    expect(rounds((cpu) => cpu.watch(0x107, ['execute']))).toBe(100);
    expect(rounds((cpu) => cpu.watch(0x4001, ['write']))).toBe(100);
    expect(rounds((cpu) => cpu.watch(0x108, []))).toBe(0);
  });

  it('does not hinder an interrupt, which comes first', () => {
    const cpu = machine([0x00, 0x00, HALT]);
    cpu.memory.set([0xed, 0x4d], 0x38);
    cpu.setRegisters({ im: 1, iff1: 1, iff2: 1 });
    cpu.watch(0x101, ['execute']);
    cpu.run(4);
    cpu.setInt(true);
    cpu.run(cpu.tStates + 13);
    expect([cpu.pc, cpu.met]).toEqual([0x38, undefined]);
    cpu.setInt(false);
    cpu.run(cpu.tStates + 100);
    expect(cpu.met).toEqual({ use: 'execute', at: 0x101, by: 0x101 });
  });
});

describe('save and restore', () => {
  it('bring everything back, to another CPU too, but for what is watched', () => {
    const program = [0x21, 0, 0x40, 0x34, 0x34, 0x34, HALT];
    const cpu = machine(program);
    cpu.run(21);
    const kept = cpu.save();
    const seen = (of: Cpu): object => ({ ...of.getRegisters(), t: of.tStates, n: of.instructions, trail: of.trail() });
    const then = seen(cpu);
    cpu.run(100);
    const after = seen(cpu);
    for (const other of [cpu, machine([])]) {
      other.restore(kept);
      expect(seen(other)).toEqual(then);
      expect(other.memory[0x4000]).toBe(1);
      other.run(100);
      expect(seen(other)).toEqual(after);
      expect(other.memory[0x4000]).toBe(3);
    }
  });
});
