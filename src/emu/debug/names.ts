/** Names for addresses: which symbol a place belongs to, and how to write it. */

/** Address → name, as from a .sym file. */
export type Names = ReadonlyMap<number, string>;

export interface Owner {
  name: string;
  address: number;
}

/** For each address the symbol at or before it; none before the first. */
export class SymbolMap {
  private readonly owners: Owner[] = [];
  private readonly ownerOf = new Int32Array(0x10000).fill(-1);

  constructor(readonly names: Names) {
    const sorted = [...names].sort(([x], [y]) => x - y);
    for (const [address, name] of sorted) {
      // A local label (`loop` inside `routine`) belongs to its routine.
      if (name.includes('.') && !name.startsWith('.')) continue;
      this.owners.push({ name, address });
      this.ownerOf.fill(this.owners.length - 1, address);
    }
  }

  owner(address: number): Owner | undefined {
    return this.owners[this.ownerOf[address]!];
  }

  /** `layer+12h`, `layer`, or undefined where no symbol is near. */
  describe(address: number): string | undefined {
    const exact = this.names.get(address);
    if (exact !== undefined) return exact;
    const owner = this.owner(address);
    return owner && `${owner.name}+${(address - owner.address).toString(16).toUpperCase()}h`;
  }
}

export function hex(value: number, digits = 4): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
