/**
 * What a Z80 core offers to the machine around it. The core in z80.ts implements it.
 *
 *     const cpu = createZ80(ports);            // 64 KB RAM of its own: cpu.memory
 *     cpu.memory.set(program, 0x100);
 *     cpu.pc = 0x100;
 *     cpu.run(cpu.tStates + 7_372_800);        // a second of a 7.3728 MHz board
 *
 * T-states are exact at every instruction boundary, so `run` may pass its mark by the length of the last
 * instruction and the caller counts from `tStates`, never from what it asked for.
 */

/** The RC2014's oscillator: it feeds the CPU, and divided by 64 the UART's 115200 baud. The clock where none is given. */
export const RC2014_HZ = 7_372_800;

/** The I/O space: 16-bit addresses as the chip puts them out (A or B in the upper half). */
export interface Ports {
  in(port: number): number;
  out(port: number, value: number): void;
  /** The next access of this port writes nothing to memory, for certain: who records need not compare it. */
  keepsMemory?(port: number): boolean;
}

/** All of the chip's state that a program, or a test vector, can see. */
export interface Registers {
  a: number;
  f: number;
  b: number;
  c: number;
  d: number;
  e: number;
  h: number;
  l: number;
  /** The shadow set, as 16-bit pairs. */
  af_: number;
  bc_: number;
  de_: number;
  hl_: number;
  ix: number;
  iy: number;
  sp: number;
  pc: number;
  i: number;
  r: number;
  /** MEMPTR, seen through BIT n,(HL). */
  wz: number;
  /** F as the last instruction wrote it, or 0: seen through SCF and CCF. */
  q: number;
  iff1: number;
  iff2: number;
  im: number;
  /** 1 directly after EI: no interrupt before the next instruction is done. */
  ei: number;
  /** 1 directly after LD A,I or LD A,R: an interrupt taken now clears P/V. */
  p: number;
}

/** What an address can be used for: begin an instruction there (its first byte, prefixes included), or data. */
export type Use = 'execute' | 'read' | 'write';

/** The use of a watched address that a run ended at. */
export interface Met {
  use: Use;
  at: number;
  /** Where the instruction is that used it. */
  by: number;
}

/** All of the CPU and its memory at an instruction boundary; only for `restore`. */
export interface CpuState {
  bytes: Uint8Array;
  words: Int32Array;
  trail: Int32Array;
  outside: object;
}

export interface Cpu {
  readonly memory: Uint8Array;
  pc: number;
  sp: number;
  /**
   * T-states since `reset`; a double, exact up to 2^53. In a port handler: at the end of the instruction. What a handler
   * adds, for what the host does, comes on top of what `run` was asked for; it may set it back, to make a call that cannot be
   * answered yet as if it had not been made.
   */
  tStates: number;
  /** Instructions since `reset`; interrupt acknowledges are not counted. */
  readonly instructions: number;
  /**
   * Opcode fetches (M1 cycles) since `reset`, prefixes and interrupt acknowledges included. What boards with wait
   * states lengthen.
   */
  readonly fetches: number;
  readonly halted: boolean;
  reset(): void;
  /** Run whole instructions until `tStates >= until`, or `stop()` was called from a port handler. */
  run(until: number): void;
  /** One instruction, with its prefixes (or one interrupt acknowledge). */
  step(): void;
  /** From a port handler: `run` returns after the current instruction. */
  stop(): void;
  /**
   * The INT line, level-triggered; `bus` is what the interrupting device puts on the data bus at the
   * acknowledge (0xFF where nobody drives it), the vector in IM 2. `onAcknowledge` tells when it was taken.
   */
  setInt(active: boolean, bus?: number): void;
  /** An edge at NMI. Directly behind the acknowledge of another the chip does not see it. */
  nmi(): void;
  /**
   * Let `run` end where the program uses this address so: before an instruction that begins there, behind one that read
   * or wrote it (a prefixed or repeating instruction counts as a whole, or one round). No uses: no longer. Interrupt
   * acknowledges and what the host does to `memory` are not seen. Costs next to nothing, but for data a third.
   */
  watch(address: number, uses: readonly Use[]): void;
  /** What the last `run` or `step` ended at; undefined where it ended otherwise. The next `run` goes on from there. */
  readonly met: Met | undefined;
  /** At an instruction boundary, outside of port handlers: memory, registers, counters, lines and trail. */
  save(): CpuState;
  /** As it was at that `save`, of this CPU or another; what is watched stays. */
  restore(state: CpuState): void;
  /** Where the last instructions were fetched, at most 16, oldest first: how a crash came about. */
  trail(): number[];
  getRegisters(): Registers;
  setRegisters(values: Partial<Registers>): void;
}

/** How a machine gets its CPU: `createZ80`, or a debugger's around one. */
export type CreateCpu = (ports: Ports) => Cpu;
