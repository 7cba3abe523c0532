/**
 * What every emulated machine is, whatever surrounds its Z80: a CP/M, a monitor in ROM, a home computer. It is driven by
 * pull; a Console is its operator.
 */
import type { Program } from '../seams/target.js';
import type { Cpu } from './cpu.js';

/** Why `run` returned. */
export type MachineStop =
  /** The T-state asked for is reached or something that the CPU watches was met (`cpu.met`), or `pause` was called. */
  | { why: 'time' | 'paused' }
  /** A call waits for a key and there is none. */
  | { why: 'key' }
  /** The program asks for keys over and over and does nothing else. */
  | { why: 'idle' }
  /**
   * The program went back to where it was started from. The code is what it ended with, where the machine has such codes
   * (BDOS call 108 of CP/M 3), else 0; `lost` are files that were written but could not be kept.
   */
  | { why: 'ended'; code: number; lost: string[] }
  | { why: 'crashed'; at: number; message: string };

export interface EmulatedMachine {
  readonly cpu: Cpu;
  /** Names of the system's own addresses, for traces and profiles. */
  readonly names: ReadonlyMap<number, string>;
  /**
   * Power on, and the program in its place with its command tail; T-states go on counting.
   * @param program the file as a user has it
   * @throws InputError where it is not for this machine, or the machine has no room for it, or takes no tail
   */
  load(program: Program, tail: string): void;
  /** Run until the T-state, or until something else stops the machine. */
  run(until: number): MachineStop;
  /** From a console's `write`: let `run` return after this call. */
  pause(): void;
  /**
   * What system calls set on the host's side and later ones depend on (CP/M: the DMA address, drive, user, search). A value that
   * nobody changes, and the same one as long as nothing has: a recorder asks behind every call.
   */
  keep?(): unknown;
  /**
   * The CPU and its memory were set to an earlier moment, and time goes on from there: a call that waits, or an end, lies
   * ahead again. What else the host holds (files, keys that were read) stays as it is.
   * @param kept what `keep` gave then
   */
  reopen?(kept: unknown): void;
}
