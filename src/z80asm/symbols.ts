/**
 * Symbols over the passes. An entry remembers in which pass it was last defined: a name used before its
 * definition has the value of the pass before, and what is defined in one pass but not in the next is dropped.
 */

export type SymbolKind = 'label' | 'equ' | 'variable' | 'define' | 'struct' | 'field';

export interface SymbolEntry {
  /** As the user sees it, with module and parent label: `screen.print.loop`. */
  name: string;
  kind: SymbolKind;
  /** Undefined while unknown. */
  value: number | undefined;
  file: string;
  line: number;
  column: number;
  length: number;
  source: string;
  /** Belongs to one expansion of a macro or repetition, so its name is not unique. */
  expansion: boolean;
  /** Last pass that defined it, and last that looked it up. */
  pass: number;
  usedIn: number;
  /** Of a variable: its value at the end of the pass before, which is what is seen above its definition. */
  last: number | undefined;
  /** It is unknown because of an error that has been reported. */
  failed: boolean;
}

export class SymbolTable {
  readonly entries = new Map<string, SymbolEntry>();
  private readonly movedKeys = new Set<string>();

  /** Entries whose value in this pass is not that of the pass before. */
  get moved(): SymbolEntry[] {
    return [...this.movedKeys].flatMap((key) => this.entries.get(key) ?? []);
  }

  beginPass(): void {
    this.movedKeys.clear();
  }

  /** Drop what this pass no longer defined. Returns whether anything changed in this pass. */
  endPass(pass: number): boolean {
    let changed = this.movedKeys.size > 0;
    for (const [key, entry] of this.entries) {
      if (entry.pass !== pass) {
        this.entries.delete(key);
        changed = true;
      } else if (entry.kind === 'variable' && entry.value !== entry.last) {
        entry.last = entry.value;
        this.movedKeys.add(key);
        changed = true;
      }
    }
    return changed;
  }

  get(key: string): SymbolEntry | undefined {
    return this.entries.get(key);
  }

  /**
   * Define or redefine; with `equAgain`, constants too. Returns the earlier entry if that makes it a duplicate, and then
   * changes nothing. @param entry becomes the table's own where the name is new
   */
  define(key: string, entry: SymbolEntry, equAgain = false): SymbolEntry | undefined {
    const old = this.entries.get(key);
    if (!old) {
      this.entries.set(key, entry);
      this.movedKeys.add(key);
      return undefined;
    }
    // A constant that gets another value has been a variable.
    if (
      equAgain &&
      entry.kind === 'equ' &&
      (old.kind === 'variable' || (old.pass === entry.pass && old.kind === 'equ'))
    )
      old.kind = entry.kind = 'variable';
    if (equAgain && entry.kind === 'variable' && old.pass === entry.pass && old.kind === 'equ') old.kind = 'variable';
    if (old.pass === entry.pass && !(old.kind === 'variable' && entry.kind === 'variable')) return old;
    if (entry.kind !== 'variable' && old.value !== entry.value) this.movedKeys.add(key);
    redefine(old, entry);
    return undefined;
  }
}

/** What Object.assign would do, which is slow for objects of this size. */
function redefine(entry: SymbolEntry, by: SymbolEntry): void {
  entry.name = by.name;
  entry.kind = by.kind;
  entry.value = by.value;
  entry.file = by.file;
  entry.line = by.line;
  entry.column = by.column;
  entry.length = by.length;
  entry.source = by.source;
  entry.expansion = by.expansion;
  entry.pass = by.pass;
  entry.failed = by.failed;
}
