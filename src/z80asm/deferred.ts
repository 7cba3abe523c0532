/**
 * Constants that could not be known where they were defined, since each needs one that stands below it:
 *
 *     a EQU b*2
 *     b EQU c+1
 *     c EQU 5
 *
 * At the end of a pass they are worked out from the last to the first, so that a chain of any length takes one pass and
 * what is still unknown then depends on itself.
 */
import { evaluate, type Expression } from './expression.js';
import type { SymbolEntry } from './symbols.js';

/** A constant, its expression, and how the names in it were to be read there. */
interface Waiting {
  entry: SymbolEntry;
  expression: Expression;
  here: number;
  resolve: (name: string) => SymbolEntry | undefined;
}

export class Deferred {
  private waiting: Waiting[] = [];

  clear(): void {
    this.waiting = [];
  }

  add(waiting: Waiting): void {
    this.waiting.push(waiting);
  }

  /** Give a value to each that can have one. Returns the entries that got one. */
  settle(bits: 16 | 32): SymbolEntry[] {
    const settled: SymbolEntry[] = [];
    for (let before = -1; before !== settled.length;) {
      before = settled.length;
      for (const { entry, expression, here, resolve } of this.waiting.toReversed()) {
        if (entry.value !== undefined) continue;
        entry.value = evaluate(expression, {
          here,
          bits,
          lookup: (name) => resolve(name)?.value,
          isDefined: (name) => resolve(name) !== undefined,
          fault: () => {},
        });
        if (entry.value !== undefined) settled.push(entry);
      }
    }
    return settled;
  }
}
