/** Tells a program that only waits for a key from one that looks for keys while it works. */
import type { Cpu } from './cpu.js';

/** A program that asks so often in a row whether there is a key, so soon again, does nothing else. */
const IDLE_POLLS = 2_000;
const IDLE_GAP = 5_000;

export class IdlePolls {
  #polls = 0;
  #last = 0;

  constructor(private readonly cpu: Pick<Cpu, 'tStates'>) {}

  /** Something else than a look at the keyboard. */
  reset(): void {
    this.#polls = 0;
  }

  /** A look at the keyboard, in vain or not. @returns true where the program only waits */
  look(found: boolean): boolean {
    const now = this.cpu.tStates;
    this.#polls = now - this.#last > IDLE_GAP || found ? 0 : this.#polls + 1;
    this.#last = now;
    if (this.#polls < IDLE_POLLS) return false;
    this.#polls = 0;
    return true;
  }
}
