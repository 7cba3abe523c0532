/**
 * Runs a machine and looks: breakpoints at full speed, which the CPU sees to; trace and profile instruction by instruction,
 * a hundred times slower. In the place of `machine.run` in `drive`.
 */
import type { EmulatedMachine, MachineStop } from '../emulated.js';
import { instructionLines, registerLines } from './listing.js';
import type { SymbolMap } from './names.js';
import type { Profile } from './profile.js';

export interface DebugOptions {
  symbols: SymbolMap;
  /** Takes the lines of a trace: each instruction before it is executed, with the registers it finds. */
  trace?: ((line: string) => void) | undefined;
  profile?: Profile | undefined;
  /** Stop before the instruction at one of these. */
  breakpoints?: ReadonlySet<number>;
}

export interface Debugger {
  /** As `machine.run`; at a breakpoint it returns `paused`, and `hit` is where. */
  run(until: number): MachineStop;
  readonly hit: number | undefined;
  /** It is slow: an instruction at a time. */
  readonly isStepwise: boolean;
}

export function createDebugger(machine: EmulatedMachine, options: DebugOptions): Debugger {
  const { symbols, trace, profile, breakpoints = new Set() } = options;
  const { cpu } = machine;
  let hit: number | undefined;
  const isStepwise = trace !== undefined || profile !== undefined;
  if (!isStepwise) for (const at of breakpoints) cpu.watch(at, ['execute']);

  function step(): MachineStop {
    const { pc, sp, tStates } = cpu;
    const opcode = cpu.memory[pc]!;
    if (trace) {
      const lines = instructionLines(cpu.memory, pc, symbols);
      const instruction = lines.pop()!;
      for (const label of lines) trace(label);
      trace(`${instruction.padEnd(42)} ${registerLines(cpu.getRegisters())[0]!}`);
    }
    const stop = machine.run(tStates + 1);
    profile?.add(pc, opcode, cpu.tStates - tStates, cpu.pc, sp, cpu.sp);
    return stop;
  }

  function runToBreakpoint(until: number): MachineStop {
    const stop = machine.run(until);
    if (stop.why !== 'time' || !cpu.met) return stop;
    hit = cpu.met.at;
    return { why: 'paused' };
  }

  return {
    isStepwise,
    get hit() {
      return hit;
    },
    run(until) {
      hit = undefined;
      if (!isStepwise) return runToBreakpoint(until);
      while (cpu.tStates < until) {
        if (breakpoints.has(cpu.pc)) {
          hit = cpu.pc;
          return { why: 'paused' };
        }
        const stop = step();
        if (stop.why !== 'time') return stop;
      }
      return { why: 'time' };
    },
  };
}
