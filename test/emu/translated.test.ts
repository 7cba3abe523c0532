/** Code that is surely translated, beside single steps of the same: what programs at random seldom come to. */
import { describe, expect, it } from 'vitest';
import type { Cpu } from '../../src/emu/cpu.js';
import { createZ80 } from '../../src/emu/z80.js';

/**
 * 1000: INC (IX+0) / 1003: LD A,(DE) / 1004: LD (HL),0C / 1006: NOP, or INC C where HL points here / 1007: LD A,7
 * 1009: DJNZ 1000 / 100B: JR 1000
 */
const PROGRAM = [0xdd, 0x34, 0x00, 0x1a, 0x36, 0x0c, 0x00, 0x3e, 0x07, 0x10, 0xf5, 0x18, 0xf3];
const PLACE = 0x1006;
const START = { pc: 0x1000, b: 200, c: 0, de: 0x4200, ix: 0x4100 };

/** Has run long enough that the loop is translated, or never will. */
function warm(hot: number): Cpu {
  const cpu = createZ80({ in: () => 0xff, out: () => {} }, { slice: 100, hot });
  cpu.memory.set(PROGRAM, START.pc);
  cpu.memory[0x4200] = 0x5a;
  cpu.setRegisters({ ...START, d: 0x42, e: 0, h: 0x40, l: 0 });
  cpu.run(20_000);
  return cpu;
}

function view(cpu: Cpu): object {
  const { tStates, instructions, fetches } = cpu;
  return { ...cpu.getRegisters(), tStates, instructions, fetches, trail: cpu.trail(), cell: cpu.memory[0x4100] };
}

describe('translated code', () => {
  it('ends at the same instruction wherever a run ends', () => {
    const [fast, slow] = [warm(1), warm(Infinity)];
    for (let more = 1; more < 400; more++) {
      const until = fast.tStates + more;
      fast.run(until);
      while (slow.tStates < until) slow.step();
      expect(view(fast)).toEqual(view(slow));
    }
  });

  it('that stores into itself behind another store goes on with what it stored', () => {
    const [fast, slow] = [warm(1), warm(Infinity)];
    for (const cpu of [fast, slow]) cpu.setRegisters({ h: PLACE >> 8, l: PLACE & 0xff, pc: START.pc, b: 5, c: 0 });
    const until = fast.tStates + 300;
    fast.run(until);
    while (slow.tStates < until) slow.step();
    expect(view(fast)).toEqual(view(slow));
    expect(fast.getRegisters().c).toBeGreaterThan(2);
  });

  it('ends before a watched instruction inside of it', () => {
    const cpu = warm(1);
    cpu.watch(PLACE, ['execute']);
    cpu.run(cpu.tStates + 1000);
    expect(cpu.met).toEqual({ use: 'execute', at: PLACE, by: PLACE });
  });

  it('leaves a trail that another CPU can read', () => {
    const fast = warm(1);
    const other = createZ80({ in: () => 0xff, out: () => {} });
    other.restore(fast.save());
    expect(other.trail()).toEqual(warm(Infinity).trail());
  });
});
