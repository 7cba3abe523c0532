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
   * Define or redefine. Returns the earlier entry if that makes it a duplicate, and then changes nothing.
   * @param entry becomes the table's, with what the earlier one knows of the passes before
   */
  define(key: string, entry: SymbolEntry): SymbolEntry | undefined {
    const old = this.entries.get(key);
    if (old) {
      if (old.pass === entry.pass && !(old.kind === 'variable' && entry.kind === 'variable')) return old;
      entry.usedIn = old.usedIn;
      entry.last = old.last;
    }
    if (!old || (entry.kind !== 'variable' && old.value !== entry.value)) this.movedKeys.add(key);
    this.entries.set(key, entry);
    return undefined;
  }
}
