/** What happens between instructions: interrupts, NMI, EI's delay, HALT, prefix chains, and runs in one go. */
import { describe, expect, it } from 'vitest';
import type { Cpu } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';

const NOP = 0x00;
const DI = 0xf3;
const EI = 0xfb;
const HALT = 0x76;

function machine(program: number[], at = 0x100, ports: Partial<Parameters<typeof createZ80>[0]> = {}): Cpu {
  const cpu = createZ80({ in: () => 0xff, out: () => {}, ...ports });
  cpu.memory.set(program, at);
  cpu.pc = at;
  cpu.sp = 0x8000;
  return cpu;
}

describe('INT', () => {
  it.each([
    { im: 0, bus: 0xff, to: 0x38, t: 13 },
    { im: 0, bus: 0xcf, to: 0x08, t: 13 },
    { im: 1, bus: 0x12, to: 0x38, t: 13 },
    { im: 2, bus: 0x34, to: 0x4455, t: 19 },
  ])('in IM $im with $bus on the bus goes to $to in $t T-states', ({ im, bus, to, t }) => {
    const cpu = machine([NOP]);
    cpu.memory.set([0x55, 0x44], 0x2034);
    cpu.setRegisters({ im, i: 0x20, iff1: 1, iff2: 1, r: 0x7f });
    cpu.setInt(true, bus);
    cpu.step();
    expect(cpu.pc).toBe(to);
    expect(cpu.tStates).toBe(t);
    expect(cpu.sp).toBe(0x7ffe);
    expect([...cpu.memory.subarray(0x7ffe, 0x8000)]).toEqual([0x00, 0x01]);
    expect(cpu.getRegisters()).toMatchObject({ iff1: 0, iff2: 0, r: 0, wz: to });
    expect(cpu.instructions).toBe(0);
  });

  it('runs a one-byte instruction from the bus in IM 0 without moving PC', () => {
    const cpu = machine([NOP], 0x0000);
    cpu.setRegisters({ im: 0, iff1: 1, b: 7 });
    cpu.setInt(true, 0x04); // INC B
    cpu.step();
    expect(cpu.getRegisters()).toMatchObject({ b: 8, pc: 0x0000 });
    expect(cpu.tStates).toBe(6);
  });

  it('is not taken while IFF1 is 0, nor directly after EI', () => {
    const cpu = machine([NOP, EI, NOP, NOP]);
    cpu.setRegisters({ im: 1 });
    cpu.setInt(true);
    const path = Array.from({ length: 4 }, () => (cpu.step(), cpu.pc));
    expect(path).toEqual([0x101, 0x102, 0x103, 0x38]);
  });

  it('comes one instruction after EI however the run is sliced', () => {
    for (const slice of [1, 4, 5, 1000]) {
      const cpu = machine([EI, EI, NOP, NOP]);
      cpu.memory.set([HALT], 0x38);
      cpu.setRegisters({ im: 1 });
      cpu.setInt(true);
      while (!cpu.halted) cpu.run(cpu.tStates + slice);
      // EI, EI, NOP, acknowledge, HALT; then NOPs to the end of the slice.
      expect((cpu.memory[0x7fff]! << 8) | cpu.memory[0x7ffe]!).toBe(0x103);
      if (slice === 1) expect(cpu.tStates).toBe(4 + 4 + 4 + 13 + 4);
    }
  });

  it('raised or taken back by a port handler is seen at the next instruction', () => {
    const cpu = machine([EI, 0xd3, 0x01, NOP, NOP], 0x100, { out: () => cpu.setInt(true) });
    cpu.setRegisters({ im: 1 });
    cpu.run(4 + 11 + 13);
    expect(cpu.pc).toBe(0x38);
    expect(cpu.memory[0x7ffe]).toBe(0x03);
  });

  it('is taken after RETN put IFF1 back', () => {
    const cpu = machine([0xed, 0x45]);
    cpu.memory.set([0x00, 0x30], 0x8000);
    cpu.setRegisters({ im: 1, iff1: 0, iff2: 1 });
    cpu.setInt(true);
    cpu.run(14 + 13);
    expect(cpu.pc).toBe(0x38);
    expect(cpu.sp).toBe(0x8000);
  });

  it('clears P/V when it interrupts LD A,I', () => {
    for (const interrupted of [false, true]) {
      const cpu = machine([0xed, 0x57, NOP]);
      cpu.setRegisters({ im: 1, iff1: 1, iff2: 1 });
      cpu.step();
      expect(cpu.getRegisters().f & 4).toBe(4);
      if (!interrupted) cpu.step();
      cpu.setInt(true);
      cpu.step();
      expect(cpu.pc).toBe(0x38);
      expect(cpu.getRegisters().f & 4).toBe(interrupted ? 0 : 4);
    }
  });

  it('between the rounds of LDIR resumes where it was', () => {
    const cpu = machine([0xed, 0xb0]);
    cpu.memory.set([1, 2, 3], 0x1000);
    cpu.memory.set([EI, 0xc9], 0x38);
    cpu.setRegisters({ im: 1, iff1: 1, h: 0x10, l: 0, d: 0x20, e: 0, b: 0, c: 3 });
    cpu.step();
    expect(cpu.pc).toBe(0x100);
    cpu.setInt(true);
    cpu.step();
    cpu.setInt(false);
    cpu.run(21 + 13 + 4 + 10 + 21 + 16);
    expect(cpu.pc).toBe(0x102);
    expect([...cpu.memory.subarray(0x2000, 0x2004)]).toEqual([1, 2, 3, 0]);
  });
});

describe('NMI', () => {
  it('goes to 66h in 11 T-states, keeps IFF2, and RETN restores IFF1', () => {
    const cpu = machine([NOP]);
    cpu.memory.set([0xed, 0x45], 0x66);
    cpu.setRegisters({ iff1: 1, iff2: 1 });
    cpu.nmi();
    cpu.step();
    expect(cpu.pc).toBe(0x66);
    expect(cpu.tStates).toBe(11);
    expect(cpu.getRegisters()).toMatchObject({ iff1: 0, iff2: 1, r: 1 });
    cpu.step();
    expect(cpu.getRegisters()).toMatchObject({ iff1: 1, pc: 0x100 });
  });

  it('directly behind another is not seen; an instruction later it is', () => {
    const cpu = machine([NOP]);
    cpu.memory.set([NOP, NOP], 0x66);
    cpu.nmi();
    cpu.step();
    cpu.nmi();
    cpu.step();
    expect(cpu.pc).toBe(0x67);
    cpu.nmi();
    cpu.step();
    expect(cpu.pc).toBe(0x66);
  });

  // All eight forms of RETN, of which RETI is one.
  it.each([0x45, 0x4d, 0x55, 0x5d, 0x65, 0x6d, 0x75, 0x7d])(
    'ended by ED %d lets an INT wait one instruction more, if IFF1 was 0 and IFF2 was not',
    (opcode) => {
      const pcs = [0, 1].map((iff1) => {
        const cpu = machine([0xed, opcode]);
        cpu.memory.set([0x00, 0x30], 0x8000);
        cpu.setRegisters({ im: 1, iff1, iff2: 1 });
        cpu.step();
        cpu.setInt(true);
        return Array.from({ length: 2 }, () => (cpu.step(), cpu.pc));
      });
      // Behind the one with IFF1 = 1 it is taken at once.
      expect(pcs).toEqual([
        [0x3001, 0x38],
        [0x38, 0x39],
      ]);
    },
  );

  it('wakes HALT', () => {
    const cpu = machine([HALT, NOP]);
    cpu.run(100);
    expect(cpu.halted).toBe(true);
    expect(cpu.pc).toBe(0x101);
    cpu.nmi();
    cpu.step();
    expect(cpu.halted).toBe(false);
    expect(cpu.memory[0x7ffe]).toBe(0x01);
  });
});

describe('HALT', () => {
  it('spends its time in NOPs, four T-states and one refresh each', () => {
    const cpu = machine([DI, HALT]);
    cpu.run(1_000_001);
    expect(cpu.tStates).toBe(1_000_004);
    expect(cpu.getRegisters().r).toBe((1_000_004 / 4) % 128);
  });
});

describe('prefix chains', () => {
  it('count four T-states a prefix and let no interrupt in', () => {
    const cpu = machine([0xdd, 0xfd, 0xdd, 0x21, 0x34, 0x12, NOP]);
    cpu.setRegisters({ im: 1, iff1: 1 });
    cpu.run(1); // begins the chain, ends with the instruction
    expect(cpu.getRegisters()).toMatchObject({ ix: 0x1234, iy: 0, pc: 0x106, r: 4 });
    expect(cpu.tStates).toBe(4 + 4 + 14);
    expect(cpu.instructions).toBe(1);
  });

  it('are waited out by an interrupt that is already there', () => {
    const cpu = machine([EI, 0xdd, 0xdd, 0xdd, NOP, NOP]);
    cpu.setRegisters({ im: 1 });
    cpu.setInt(true);
    cpu.run(4 + 16 + 13);
    expect(cpu.pc).toBe(0x38);
    expect(cpu.memory[0x7ffe]).toBe(0x05);
  });

  it('of a whole memory of prefixes do not hang the emulator', () => {
    const cpu = machine([]);
    cpu.memory.fill(0xdd);
    cpu.run(1000);
    expect(cpu.tStates).toBeGreaterThanOrEqual(1000);
  });
});

describe('run', () => {
  it('stops at the first boundary at or after its mark', () => {
    const cpu = machine([0x3e, 1, 0x3e, 2, 0x3e, 3]);
    cpu.run(8);
    expect(cpu.tStates).toBe(14);
    cpu.run(14);
    expect(cpu.tStates).toBe(14);
  });

  it('returns when a port handler calls stop, with the registers of that moment', () => {
    const seen: number[] = [];
    const cpu = machine([0x3e, 0x5a, 0xd3, 0x10, 0x3c], 0x100, {
      out: (port, value) => {
        seen.push(port, value, cpu.tStates, cpu.pc, cpu.getRegisters().a);
        cpu.setRegisters({ a: 0x77 });
        cpu.stop();
      },
    });
    cpu.run(1000);
    expect(seen).toEqual([0x5a10, 0x5a, 18, 0x104, 0x5a]);
    expect(cpu.getRegisters().a).toBe(0x77);
    expect(cpu.tStates).toBe(18);
    cpu.step();
    expect(cpu.getRegisters().a).toBe(0x78);
  });

  it('lets a port handler take the instruction back', () => {
    let ready = false;
    const cpu = machine([0xd3, 0x10, HALT], 0x100, {
      out: () => {
        if (ready) return;
        cpu.pc = 0x100;
        cpu.tStates -= 11;
        cpu.stop();
      },
    });
    cpu.run(1000);
    expect([cpu.pc, cpu.tStates]).toEqual([0x100, 0]);
    ready = true;
    cpu.run(1);
    expect([cpu.pc, cpu.tStates]).toEqual([0x102, 11]);
  });

  it('LDIR in one go leaves MEMPTR as its last repetition had it: BIT 0,(HL) shows it', () => {
    const cpu = machine([0xed, 0xb0, 0xcb, 0x46], 0x1234);
    cpu.memory.fill(0x55, 0x4000, 0x4003);
    cpu.setRegisters({ h: 0x40, l: 0, d: 0x50, e: 0, b: 0, c: 2, wz: 0xffff, f: 0 });
    cpu.run(21 + 16 + 12);
    expect(cpu.getRegisters()).toMatchObject({ pc: 0x1238, wz: 0x1235, f: 0x10 });
  });

  /** LDIR and LDDR in one go must equal the same in single steps: state, memory and time. */
  it.each([
    ['LDIR over itself', 0xb0, 0x00f0, 0x0200, 0x40],
    ['LDIR with overlap', 0xb0, 0x1001, 0x1000, 0x123],
    ['LDIR of 64 KB', 0xb0, 0x4000, 0x8000, 0],
    ['LDDR over itself', 0xb8, 0x0120, 0x0300, 0x40],
    ['LDDR downwards', 0xb8, 0x2000, 0x3000, 0x800],
  ])('%s is the same in one go as step by step', (_title, opcode, de, hl, bc) => {
    const [whole, single] = [0, 1].map(() => {
      const cpu = machine([]);
      for (let i = 0; i < 0x10000; i++) cpu.memory[i] = (i * 167 + (i >> 8)) & 0xff;
      cpu.memory.set([0xed, opcode], 0x100);
      cpu.setRegisters({ pc: 0x100, a: 0x12, f: 0xff, b: bc >> 8, c: bc & 255, d: de >> 8, e: de & 255, h: hl >> 8, l: hl & 255 }); // prettier-ignore
      return cpu;
    }) as [Cpu, Cpu];
    const marks = [30, 400, 1234, 5000, 700_000];
    for (const mark of marks) {
      whole.run(mark);
      while (single.tStates < mark) single.step();
      expect(whole.getRegisters()).toEqual(single.getRegisters());
      expect(whole.tStates).toBe(single.tStates);
      expect(whole.instructions).toBe(single.instructions);
      expect(Buffer.compare(whole.memory, single.memory)).toBe(0);
    }
  });

  it('sees code that changes itself', () => {
    // Writes INC A over the NOP that is next.
    const cpu = machine([0x3e, 0x3c, 0x32, 0x05, 0x01, NOP, HALT]);
    cpu.run(100);
    expect(cpu.getRegisters().a).toBe(0x3d);
  });
});
