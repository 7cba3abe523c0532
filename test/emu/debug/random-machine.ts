/**
 * A machine that does to its CPU all that a machine can do, at random, and does it again for the same seed however it is run:
 * port handlers that write memory, registers and time (forth and back), interrupts, and changes between two runs.
 */
import type { Cpu, CpuState, CreateCpu } from '../../../src/emu/cpu.js';
import type { EmulatedMachine, MachineStop } from '../../../src/emu/emulated.js';
import { seeded } from '../../random.js';

export interface Boundary {
  instructions: number;
  tStates: number;
  pc: number;
  sp: number;
  state: CpuState;
}

export class RandomMachine implements EmulatedMachine {
  readonly cpu: Cpu;
  readonly names = new Map<number, string>();
  private next = 0;
  private paused = false;
  private random: () => number;

  constructor(
    createCpu: CreateCpu,
    private readonly seed: number,
    private readonly life: number,
  ) {
    this.random = seeded(seed);
    this.cpu = createCpu({ in: () => this.handler(), out: () => void this.handler() });
  }

  load(): void {
    const { cpu } = this;
    cpu.reset();
    this.random = seeded(this.seed);
    for (let at = 0; at < 0x10000; at++) cpu.memory[at] = this.byte();
    // So that there is more to do than RST 38h.
    for (let at = 0; at < 0x10000; at += 3) if (cpu.memory[at] === 0xff) cpu.memory[at] = 0xd3;
    cpu.setRegisters({ pc: this.byte() * 200, sp: 0x8000, im: 1 + (this.seed % 2), i: this.byte(), iff1: 1, iff2: 1 });
    this.next = 500;
  }

  run(until: number): MachineStop {
    const { cpu } = this;
    this.paused = false;
    while (cpu.tStates < until && !this.paused) {
      if (cpu.tStates >= this.life) return { why: 'ended', code: 0, lost: [] };
      while (cpu.tStates >= this.next) {
        this.outside(4);
        this.next += 100 + Math.floor(this.random() * 1500);
      }
      cpu.run(Math.max(cpu.tStates + 1, Math.min(until, this.next, this.life)));
    }
    return { why: this.paused ? 'paused' : 'time' };
  }

  pause(): void {
    this.paused = true;
    this.cpu.stop();
  }

  private byte(): number {
    return Math.floor(this.random() * 256);
  }

  private handler(): number {
    if (this.random() < 0.4) this.outside(8);
    return this.byte();
  }

  private outside(most: number): void {
    const { cpu } = this;
    const what = this.random();
    if (what < 0.3) cpu.setInt(this.random() < 0.6, this.byte());
    else if (what < 0.4) cpu.nmi();
    else if (what < 0.55) cpu.tStates += Math.floor(this.random() * 40);
    else if (what < 0.6 && most > 4) cpu.tStates -= Math.floor(this.random() * 9);
    else if (what < 0.7) cpu.setRegisters({ h: this.byte(), iff1: 1 });
    else if (what < 0.75) cpu.sp = 0x4000 + this.byte() * 64;
    else
      for (let from = this.byte() * 200, i = 0; i < 1 + (most * this.byte()) / 64; i++)
        cpu.memory[(from + i) & 0xffff] = this.byte();
  }
}

/** All boundaries of its life, by a plain CPU, one after the other. */
export function live(machine: RandomMachine): Boundary[] {
  const { cpu } = machine;
  machine.load();
  const look = (): Boundary => {
    const { instructions, tStates, pc, sp } = cpu;
    return { instructions, tStates, pc, sp, state: cpu.save() };
  };
  const boundaries = [look()];
  while (machine.run(cpu.tStates + 1).why !== 'ended') boundaries.push(look());
  return boundaries;
}
