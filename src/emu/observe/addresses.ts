/**
 * From tags to evidence: which words of the program were addresses. A pair whose halves came from two bytes that lie side by
 * side is that word, perhaps with something added; of several, the one nearest to the address that was reached.
 */
import type { AddressUse } from '../../z80asm/evidence.js';
import type { Uses } from './shadow.js';
import type { Tags } from './tags.js';

/** Two immediate bytes that are loaded one by one stand about as close as this. */
const NEAR = 8;
/** Pairs of compared bytes that are kept: each once, so a few thousand. */
const MOST_COMPARED = 100_000;
/** Tags are below this. */
const TAGS = 1 << 20;

interface Candidate {
  low: number;
  high: number;
  value: number;
}

export class Addresses implements Uses {
  readonly pages = new Set<number>();
  readonly touched = new Uint8Array(0x10000);
  readonly numbers = new Set<number>();
  readonly lengths = new Map<number, { from: number; to: number }>();
  private readonly found = new Map<number, AddressUse>();
  private readonly candidates = new Map<number, Candidate[]>();
  private readonly comparedPairs = new Set<number>();
  /** Limits, which are addresses where they are words of instructions. */
  readonly limits: AddressUse[] = [];
  tags!: Tags;

  /** @param image 64 KB with the program as it was loaded, which moves within `from` to `to` */
  constructor(
    private readonly image: Uint8Array,
    private readonly range: { from: number; to: number },
  ) {}

  address(high: number, low: number, address: number, isCode: boolean): void {
    this.touched[address] = 1;
    if (high === 0) return;
    const all = this.candidatesOf(high, low);
    const close = all.filter(({ value }) => this.moves(value) || this.moves(address));
    let best: Candidate | undefined;
    for (const one of close) if (!best || Math.abs(one.value - address) < Math.abs(best.value - address)) best = one;
    if (best && (this.moves(best.value) || Math.abs(best.value - address) < 0x100)) {
      this.use(best, address, isCode);
      for (const other of all) if (other !== best) this.numbers.add(other.low);
      return;
    }
    if (all.length > 0) return;
    this.apart(high, low, address, isCode);
  }

  compared(a: number, b: number): void {
    if (a === 0 || b === 0 || this.comparedPairs.size > MOST_COMPARED) return;
    const [xs, ys] = [this.tags.places(a), this.tags.places(b)];
    // A limit is as it was written; what was added up is none.
    if (xs.length > 1 && ys.length > 1) return;
    for (const x of xs) for (const y of ys) this.comparedPairs.add(x * 0x10000 + y);
  }

  counted(high: number, low: number, count: number, from: number | undefined): void {
    for (const { low: at, value } of this.candidatesOf(high, low)) {
      this.numbers.add(at);
      if (value === count && from !== undefined && !this.lengths.has(at))
        this.lengths.set(at, { from, to: from + count });
    }
  }

  /** All that were used; then `limits` are those that they were compared with. */
  uses(): AddressUse[] {
    const roles = new Map<number, AddressUse>();
    for (const use of this.found.values()) {
      roles.set(use.low, use);
      roles.set(use.high, use);
    }
    for (const pair of this.comparedPairs) {
      const [x, y] = [Math.floor(pair / 0x10000), pair % 0x10000];
      this.compare(roles, x, y);
      this.compare(roles, y, x);
    }
    return [...this.found.values()].sort((a, b) => a.low - b.low || a.high - b.high);
  }

  /** What an address was compared with, a byte with a byte in the same place of a word, is one as well. */
  private compare(roles: ReadonlyMap<number, AddressUse>, one: number, other: number): void {
    const use = roles.get(one);
    if (!use || roles.has(other)) return;
    const low = use.low === one ? other : other - 1;
    const limit = this.candidate(low, low + 1);
    if (!this.moves(limit.value) || this.found.has(low * 0x10000 + low + 1)) return;
    this.limits.push({ ...limit, nearest: Math.max(0, limit.value - 1), isCode: false });
  }

  private moves(address: number): boolean {
    return address >= this.range.from && address <= this.range.to;
  }

  private use({ low, high, value }: Candidate, address: number, isCode: boolean): void {
    const key = low * 0x10000 + high;
    const use = this.found.get(key);
    if (!use) {
      this.found.set(key, { low, high, value, nearest: address, isCode });
      return;
    }
    if (Math.abs(address - value) < Math.abs(use.nearest - value)) use.nearest = address;
    use.isCode ||= isCode;
  }

  /** Halves that came from bytes which lie apart: LD L,n and LD H,n, or a page whose lower half is an index. */
  private apart(high: number, low: number, address: number, isCode: boolean): void {
    for (const h of this.tags.places(high)) {
      for (const l of this.tags.places(low)) {
        const one = this.candidate(l, h);
        if (!this.moves(one.value) || Math.abs(one.value - address) > 0x100 || Math.abs(l - h) > NEAR) continue;
        return this.use(one, address, isCode);
      }
    }
    for (const h of this.tags.places(high))
      if (this.image[h] === address >> 8 && this.moves(address)) return void this.pages.add(h);
  }

  private candidatesOf(high: number, low: number): Candidate[] {
    const key = high * TAGS + low;
    let all = this.candidates.get(key);
    if (!all) {
      const lows = this.tags.places(low);
      all = this.tags
        .places(high)
        .filter((h) => lows.includes(h - 1))
        .map((h) => this.candidate(h - 1, h));
      this.candidates.set(key, all);
    }
    return all;
  }

  private candidate(low: number, high: number): Candidate {
    return { low, high, value: this.image[low]! | (this.image[high & 0xffff]! << 8) };
  }
}
