/**
 * One interface for whatever runs a program and talks: the emulator, the virtual board, a board on a serial
 * line. The pipeline, the UI and the comparison never ask which one they hold; they ask what it can do.
 *
 * | target                        | counts T-states | needs a transfer | real time |
 * | ----------------------------- | --------------- | ---------------- | --------- |
 * | emulator (src/emu)            | yes             | no               | no        |
 * | board on a link (src/transfer)| no              | yes              | yes       |
 *
 * The virtual board is a board on a link like any other: nothing above the link can tell it from metal.
 */
import type { Host } from './prompt.js';

export interface TargetAbilities {
  /** Output carries the T-state at which it was printed. */
  readonly tStates: boolean;
  /** `load` moves the program over a line and takes its time. */
  readonly transfer: boolean;
  /** Times are wall-clock times of a real line. */
  readonly realTime: boolean;
}

/** A program: its name without drive, 8.3, in capitals (`GUESS.COM`), and the bytes of its file. */
export interface Program {
  name: string;
  bytes: Uint8Array;
}

/** Console output and when it came, in milliseconds of the target's own time. */
export interface TargetOutput {
  bytes: Uint8Array;
  atMs: number;
  /** T-states since the target was made, where it counts them. */
  tStates?: number;
  /** Opcode fetches (M1 cycles) since then, where it counts them: what wait states are added to. */
  fetches?: number;
}

/** In this order; a target without a transfer is `done` at once. */
export type LoadPhase = 'prepare' | 'send' | 'verify' | 'finish' | 'done';

/** What `load` tells while it works. */
export interface LoadProgress {
  phase: LoadPhase;
  /** Words for the operator: "waiting for the prompt", "sending", "reading back". */
  step: string;
  doneBytes: number;
  totalBytes: number;
  /** Blocks sent more than once so far. */
  retries: number;
  /**
   * Called off now, it ends by itself within so long, in ms: what was begun goes to its end, or is tidied up. Whoever
   * leaves it earlier may leave a board without its program.
   */
  endsWithinMs?: number;
  /** Why what was checked does not prove that every byte is there, where that is so. */
  doubt?: string;
  /** What the line turned out to need, for the next time. */
  learned?: LineLesson;
}

/** Whether what is on the board is proven, from step to step: nothing was sent after the last proof. */
export function isProven({ phase }: Pick<LoadProgress, 'phase'>, before: boolean): boolean {
  return phase === 'verify' || (before && phase !== 'send');
}

/** A line that loses bytes at full speed: `paceMs` from one to the next. */
export interface LineLesson {
  flow: 'none';
  paceMs: number;
}

export interface Target {
  readonly name: string;
  readonly abilities: TargetAbilities;
  /** What programs are started from, where its prompt is all that tells that one has ended; CP/M unless given. */
  readonly host?: Host | undefined;
  /** How the program ended, where the target can know; undefined while it runs. */
  readonly ended?: object | undefined;
  /** Put the program where `start` will find it, and prove that it arrived. */
  load(program: Program): AsyncIterable<LoadProgress>;
  /**
   * Run the loaded program with a CP/M command tail (may be empty).
   * @param name of another one that is there already
   */
  start(tail: string, name?: string): Promise<void>;
  /** Type bytes at the console. */
  type(bytes: Uint8Array): Promise<void>;
  /**
   * The next console output, or undefined when `timeoutMs` of the target's time passed without any.
   * A target that is asked for output runs until it has some: nothing happens behind the caller's back.
   */
  read(timeoutMs: number): Promise<TargetOutput | undefined>;
  close(): Promise<void>;
}
