/**
 * What the outside did, in its order: the value of each port access, effects beyond that, and what happened between runs.
 */
import type { Effects } from './effects.js';
import type { Moment } from './moment.js';

/** About 200 bytes each. */
const MOST_EFFECTS = 400_000;
/** A byte each. */
const MOST_ACCESSES = 64_000_000;
const FIRST_SIZE = 4096;

export interface Between {
  moment: Moment;
  effects: Effects;
  /** Done by whoever debugs, who need not be told of it. */
  isSilent: boolean;
}

export class Recording {
  private values = new Uint8Array(FIRST_SIZE);
  private effects = new Map<number, Effects>();
  private betweens: Between[] = [];
  /** Of those that were forgotten. */
  private accessesBefore = 0;
  private betweenBefore = 0;
  /** Port accesses since the start. */
  accesses = 0;

  get between(): number {
    return this.betweenBefore + this.betweens.length;
  }
  get isFull(): boolean {
    return (
      this.effects.size + this.betweens.length > MOST_EFFECTS || this.accesses - this.accessesBefore > MOST_ACCESSES
    );
  }

  clear(): void {
    this.values = new Uint8Array(FIRST_SIZE);
    this.effects.clear();
    this.betweens = [];
    this.accesses = this.accessesBefore = this.betweenBefore = 0;
  }

  addAccess(value: number, effects: Effects | undefined): void {
    const at = this.accesses++ - this.accessesBefore;
    if (at === this.values.length) {
      const larger = new Uint8Array(Math.max(FIRST_SIZE, 2 * at));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[at] = value;
    if (effects) this.effects.set(this.accesses - 1, effects);
  }

  addBetween(between: Between): void {
    this.betweens.push(between);
  }

  value(access: number): number {
    return this.values[access - this.accessesBefore]!;
  }

  effectsOf(access: number): Effects | undefined {
    return this.effects.get(access);
  }

  betweenAt(index: number): Between | undefined {
    return this.betweens[index - this.betweenBefore];
  }

  /** A new future begins behind so many. */
  dropFrom(accesses: number, between: number): void {
    for (let access = accesses; access < this.accesses; access++) this.effects.delete(access);
    this.accesses = accesses;
    this.betweens.length = between - this.betweenBefore;
  }

  /** The history begins behind so many. */
  dropBefore(accesses: number, between: number): void {
    for (const access of this.effects.keys()) {
      if (access >= accesses) break;
      this.effects.delete(access);
    }
    this.values = this.values.slice(accesses - this.accessesBefore);
    this.accessesBefore = accesses;
    this.betweens = this.betweens.slice(between - this.betweenBefore);
    this.betweenBefore = between;
  }
}
