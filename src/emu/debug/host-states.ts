/** What the machine kept on the host's side (EmulatedMachine.keep) at moments of the past, for futures that begin there. */

interface HostState {
  /** It holds from behind so many port accesses and changes between runs. */
  accesses: number;
  between: number;
  state: unknown;
}

export class HostStates {
  private states: HostState[] = [];

  clear(): void {
    this.states = [];
  }

  /** The present one. */
  note(accesses: number, between: number, state: unknown): void {
    if (this.states.length === 0 || this.states.at(-1)!.state !== state) this.states.push({ accesses, between, state });
  }

  at(accesses: number, between: number): unknown {
    return this.states.findLast((one) => one.accesses <= accesses && one.between <= between)?.state;
  }

  /** A new future begins behind so many. */
  dropFrom(accesses: number, between: number): void {
    this.states = this.states.filter((one) => one.accesses <= accesses && one.between <= between);
  }

  /** The history begins behind so many; the state that it begins with stays. */
  dropBefore(accesses: number, between: number): void {
    const first = this.states.findLastIndex((one) => one.accesses <= accesses && one.between <= between);
    this.states = this.states.slice(Math.max(0, first));
  }
}
