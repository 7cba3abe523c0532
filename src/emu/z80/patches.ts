/**
 * Which bytes of memory change again and again, as operands do that a program patches. Translated code reads those where
 * they are; to find them before it is translated saves most of the translations that would be in vain.
 */

/** Looks at all of memory: a few milliseconds in all. */
const MOST_LOOKS = 40;
/** A byte that changed once was loaded; twice, and it will again. */
const OFTEN = 2;

export class Patches {
  private before: Int32Array | undefined;
  private readonly changes = new Map<number, number>();
  private readonly found = new Set<number>();
  private looks = 0;

  constructor(private readonly memory: Uint8Array) {}

  has(address: number): boolean {
    return this.found.has(address);
  }

  add(address: number): void {
    this.found.add(address);
  }

  /** Compare with how it was at the last look. */
  look(): void {
    if (this.looks++ >= MOST_LOOKS) return;
    const { buffer, byteOffset, length } = this.memory;
    const now = new Int32Array(buffer, byteOffset, length >> 2);
    const { before } = this;
    this.before = now.slice();
    if (!before) return;
    for (let word = 0; word < now.length; word++) {
      const differs = now[word]! ^ before[word]!;
      if (differs === 0) continue;
      for (let i = 0; i < 4; i++) if ((differs >>> (8 * i)) & 0xff) this.changed(4 * word + i);
    }
  }

  forget(): void {
    this.before = undefined;
    this.looks = 0;
    this.changes.clear();
    this.found.clear();
  }

  private changed(address: number): void {
    const times = (this.changes.get(address) ?? 0) + 1;
    this.changes.set(address, times);
    if (times >= OFTEN) this.found.add(address);
  }
}
