/**
 * Constants that could not be known where they were defined, since each needs one that stands below it:
 *
 *     a EQU b*2
 *     b EQU c+1
 *     c EQU 5
 *
 * At the end of a pass each is worked out as soon as the one it waits for is, so that a chain of any length takes one pass
 * and what is still unknown then depends on itself.
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

  /**
   * Give a value to each that can have one. Returns the entries that got one. What still lacks a name waits for that name
   * alone, so that the work grows with the number of constants, in whatever order they stand.
   */
  settle(bits: 16 | 32): SymbolEntry[] {
    const settled: SymbolEntry[] = [];
    const behind = new Map<SymbolEntry, Waiting[]>();
    const ready = [...this.waiting];
    for (let waiting; (waiting = ready.pop());) {
      const { entry, expression, here, resolve } = waiting;
      if (entry.value !== undefined) continue;
      let lacking: SymbolEntry | undefined;
      entry.value = evaluate(expression, {
        here,
        bits,
        lookup: (name) => {
          const found = resolve(name);
          if (found && found.value === undefined) lacking = found;
          return found?.value;
        },
        isDefined: (name) => resolve(name) !== undefined,
        fault: () => {},
      });
      if (entry.value !== undefined) {
        settled.push(entry);
        for (const next of behind.get(entry) ?? []) ready.push(next);
        behind.delete(entry);
      } else if (lacking) {
        const others = behind.get(lacking);
        if (others) others.push(waiting);
        else behind.set(lacking, [waiting]);
      }
    }
    return settled;
  }
}
