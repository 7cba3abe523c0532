/**
 * Work that the host does for a system call, paid for in guest time.
 *
 * A call takes the T-states of the call itself, however much the host does for it: one that prints up to a `$` which
 * never comes would go on for ever at T-state 55, and no limit of T-states, and nobody who looks up between two slices,
 * would ever hear of it. So each piece of work has a price. What the program has executed since pays for it first, and a
 * reserve; what both don't cover passes as time, and the call comes back to the run loop before it goes on. Ordinary
 * programs never get that far: their T-states are those of the Z80's own instructions, as before.
 *
 *     executed ──► reserve (at most RESERVE) ──► price of the work ──► what is missing: tStates += …, and `spend` says so
 */
import type { Cpu } from '../cpu.js';

/**
 * T-states that work may cost in advance: what is emulated in about a hundredth of a second, one slice between two looks
 * at the keyboard and the signals. 100,000 characters, or 10,000 records.
 */
const RESERVE = 10_000_000;

/**
 * In T-states, about what an emulator at a few hundred MHz executes while the host does it; for a character, about what
 * a program itself executes to print one.
 */
export const PRICE = {
  /** A character on the console. */
  character: 100,
  /** A record copied between memory and a file. */
  record: 1_000,
  /** A directory entry put together. */
  entry: 100,
  /** A name of the host's folder looked at. */
  name: 1_000,
  /** A file of the host opened, made, replaced or removed. */
  file: 50_000,
  /** A byte of a whole file that is read from the host or written to it. */
  byte: 0.1,
} as const;

export class HostWork {
  private reserve = RESERVE;
  private paidAt = 0;
  private stopped = false;

  constructor(private readonly cpu: Pick<Cpu, 'tStates' | 'stop'>) {}

  /** @returns whether time had to pass for it: then the call should let the run loop have its turn */
  spend(price: number): boolean {
    const { cpu } = this;
    const executed = cpu.tStates - this.paidAt;
    this.reserve = Math.min(RESERVE, this.reserve + executed) - price;
    const missing = Math.ceil(-this.reserve);
    if (missing > 0) {
      cpu.tStates += missing;
      this.reserve = 0;
      // The core's slice was meant for the time before.
      cpu.stop();
      this.stopped = true;
    }
    this.paidAt = cpu.tStates;
    return missing > 0;
  }

  /** Has the core been stopped for this, and not for a reason of its own? Asking takes it back. */
  takeStop(): boolean {
    const { stopped } = this;
    this.stopped = false;
    return stopped;
  }
}

/** Where work is free: tests of a single part. */
export const FREE: Pick<HostWork, 'spend'> = { spend: () => false };
