import { describe, expect, it } from 'vitest';
import { createZ80 } from '../../src/emu/z80.js';
import type { Cpu } from '../../src/emu/cpu.js';

function cpuWith(...bytes: number[]): Cpu {
  const cpu = createZ80({ in: () => 0xff, out: () => undefined });
  cpu.memory.set(bytes, 0x100);
  cpu.pc = 0x100;
  return cpu;
}

describe('opcode fetches', () => {
  it.each<[string, number[], number]>([
    ['NOP', [0x00], 1],
    ['LD A,n', [0x3e, 1], 1],
    ['BIT 0,A', [0xcb, 0x47], 2],
    ['LD IX,nn', [0xdd, 0x21, 0, 0], 2],
    ['BIT 0,(IX+1)', [0xdd, 0xcb, 1, 0x46], 2],
    ['NEG', [0xed, 0x44], 2],
  ])('of %s', (_, bytes, fetches) => {
    const cpu = cpuWith(...bytes);
    cpu.step();
    expect(cpu.fetches).toBe(fetches);
  });

  it('are counted over slices, repeats and halts, far beyond what R holds', () => {
    // LD BC,1000; LD HL,2000h; LD DE,3000h; LDIR; HALT
    const cpu = cpuWith(0x01, 0xe8, 0x03, 0x21, 0x00, 0x20, 0x11, 0x00, 0x30, 0xed, 0xb0, 0x76);
    cpu.run(30 + 999 * 21 + 16);
    expect(cpu.fetches).toBe(3 + 2 * 1000);
    cpu.step();
    const [before, at] = [cpu.fetches, cpu.tStates];
    cpu.run(at + 4_000_000);
    expect(cpu.fetches - before).toBe(1_000_000);
    cpu.setRegisters({ r: 5 });
    expect(cpu.fetches - before).toBe(1_000_000);
    cpu.reset();
    expect(cpu.fetches).toBe(0);
  });

  it('are counted in a long loop', () => {
    // INC A; JR -3: 16 T-states and 2 fetches
    const cpu = cpuWith(0x3c, 0x18, 0xfd);
    cpu.run(16 * 1_000_003);
    expect(cpu.fetches).toBe(2 * 1_000_003);
  });

  it('include interrupt acknowledges', () => {
    const cpu = cpuWith(0xfb, 0x00, 0x00, 0x00);
    cpu.setRegisters({ im: 1, sp: 0x8000 });
    cpu.setInt(true);
    for (let i = 0; i < 3; i++) cpu.step();
    expect(cpu.pc).toBe(0x38);
    expect(cpu.fetches).toBe(3);
  });
});
