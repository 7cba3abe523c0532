/**
 * Which words are addresses, and of what: each gets a base (where a label can stand) and a distance from it, so that it
 * moves with what it points to when the source is edited.
 *
 *     a run's evidence, else jumps and (nn), else likely constants ──► places of bytes → what is written there
 */
import { LIKELY_PLACES, pageZeroPlace } from './cpm-names.js';
import type { Disassembled } from './disassemble-one.js';
import { useOf, type Flow } from './disasm-flow.js';
import type { AddressUse } from './evidence.js';

/** What a byte of the program is a half of. */
export interface Reference {
  /** Where the label stands. */
  base: number;
  /** Added to it. */
  offset: number;
  part: 'low' | 'high';
}

/** A block's length, in a word. */
export interface Length {
  from: number;
  to: number;
}

/** The TPA of a CP/M program: what it has behind its last byte moves with it, up to here. */
const TPA = 0x100;
const MOST_ADDRESS = 0xdc00;
/** Constants of a program that has not run: so far behind its end they may be its variables. */
const LIKELY_VARIABLES = 0x1000;
const PAGE = 0x100;
/** A constant in BC is a count or two bytes, unless it comes so often. */
const OFTEN = 3;
/** Numbers of these are as likely lengths and counts. */
const ROUND = [100, 128];

export class References {
  /** By place. */
  readonly bytes = new Map<number, Reference>();
  readonly lengths = new Map<number, Length>();
  /** Addresses that must stay at the beginning of a page. */
  readonly pages = new Set<number>();
  /** A table behind the end is found by the upper half of its address. */
  keepsPages = false;
  /** Places of words that the run proved to be addresses. */
  proven = 0;
  /** Addresses behind the end that move with the program. */
  readonly isCpm: boolean;
  private readonly limits = new Map<number, AddressUse>();
  /** Constants of instructions, by how often they are there. */
  private readonly constants = new Map<number, number>();
  /** What lies behind the end and moves with it ends here. */
  private readonly stays: number;
  private readonly uses = new Map<number, AddressUse>();
  private readonly targets: ReadonlySet<number>;

  constructor(private readonly flow: Flow) {
    this.isCpm = flow.origin === TPA;
    this.targets = flow.targets;
    for (const use of flow.evidence?.uses ?? []) this.uses.set(use.low, use);
    for (const limit of flow.evidence?.limits ?? []) this.limits.set(limit.low, limit);
    for (const one of flow.code.values()) {
      const { word } = one;
      if (word !== undefined && useOf(one) === 'constant')
        this.constants.set(word, (this.constants.get(word) ?? 0) + 1);
    }
    this.stays = this.endOfVariables();
    for (const [at, one] of flow.code) this.ofInstruction(at, one);
    for (const place of flow.tableWords) this.word(place, place + 1, this.wordAt(place));
    for (const use of this.uses.values()) this.ofUse(use);
    for (const place of flow.evidence?.pages ?? []) this.ofPage(place);
  }

  /** Can a label stand here: on data, where an instruction begins, or behind the last byte? */
  lineStarts(address: number): boolean {
    if (address === this.flow.end) return true;
    return this.flow.inside(address) && (this.flow.covered[address] === 0 || this.flow.code.has(address));
  }

  /** Behind the end, where variables are. */
  isBehind(address: number): boolean {
    return this.isCpm && address > this.flow.end && address < this.stays;
  }

  /**
   * Tables on pages of their own, a page or more behind the variables that follow the program, are where somebody chose:
   * their pages may stand in the program as plain numbers.
   */
  private endOfVariables(): number {
    const { evidence, end } = this.flow;
    if (!evidence) return MOST_ADDRESS;
    const { touched } = evidence;
    for (let page = (end + 2 * PAGE - 1) & -PAGE; page < MOST_ADDRESS; page += PAGE)
      if (this.constants.has(page) && !touched.subarray(page - PAGE, page).includes(1)) return page;
    return MOST_ADDRESS;
  }

  /** Does a label or a moving name stand for this address? */
  private moves(address: number): boolean {
    return this.flow.inside(address) || address === this.flow.end || this.isBehind(address);
  }

  private wordAt(place: number): number {
    return this.flow.memory[place]! | (this.flow.memory[(place + 1) & 0xffff]! << 8);
  }

  private word(low: number, high: number, value: number, nearest = value): boolean {
    const base = this.baseOf(value, nearest);
    if (base === undefined) return false;
    const offset = value - base;
    if (this.flow.inside(low)) this.bytes.set(low, { base, offset, part: 'low' });
    if (this.flow.inside(high)) this.bytes.set(high, { base, offset, part: 'high' });
    return true;
  }

  /** What an address is counted from: itself if it can be, else where its instruction begins, or what was reached with it. */
  private baseOf(value: number, nearest: number): number | undefined {
    const { flow } = this;
    const isData = (address: number): boolean => flow.inside(address) && !flow.covered[address];
    // One before a table, or the limit behind it.
    if (nearest !== value && !isData(value) && Math.abs(nearest - value) < 0x100 && isData(nearest) && !this.isBehind(value)) return nearest; // prettier-ignore
    if (!this.moves(value)) return Math.abs(nearest - value) < 0x100 && flow.inside(nearest) ? this.startOf(nearest) : undefined; // prettier-ignore
    return this.startOf(value);
  }

  private startOf(address: number): number {
    let at = address;
    while (!this.lineStarts(at) && this.flow.inside(at)) at--;
    return this.flow.inside(at) || at === this.flow.end ? at : address;
  }

  private ofInstruction(at: number, one: Disassembled): void {
    const { word, instruction } = one;
    if (word === undefined) return;
    const slot = instruction!.slots.find(({ kind }) => kind === 'nn');
    // JR has no word; its label is the writer's.
    if (!slot) return;
    const place = at + slot.byte;
    const { evidence } = this.flow;
    const use = this.uses.get(place);
    if (use?.high === place + 1) {
      if (this.word(place, place + 1, word, use.nearest)) this.proven++;
      this.uses.delete(place);
      return;
    }
    const length = evidence?.lengths.get(place);
    if (
      length &&
      this.flow.inside(length.from) &&
      length.to <= this.flow.end &&
      this.lineStarts(length.from) &&
      this.lineStarts(length.to)
    ) {
      // prettier-ignore
      this.lengths.set(place, length);
      return;
    }
    const limit = this.limits.get(place);
    if (limit) {
      this.word(place, place + 1, word, limit.nearest);
      return;
    }
    if (useOf(one) !== 'constant' || this.isLikely(at, one, place)) this.word(place, place + 1, word);
  }

  /** Is a constant that no run has used as an address most likely one? */
  private isLikely(at: number, { instruction, word: value = 0, length }: Disassembled, place: number): boolean {
    const { flow } = this;
    const [pair = ''] = instruction!.operands;
    if (pair === 'SP') return true;
    const isRound = ROUND.some((n) => value % n === 0 || (value + 1) % n === 0);
    if (flow.evidence?.numbers.has(place) || (isRound && value !== flow.end)) return false;
    if (pair === 'BC' && this.constants.get(value)! < OFTEN) return false;
    // Loaded in the run and never gone to: two letters, rather than a place behind the program.
    if (this.isBehind(value) && flow.evidence?.executed.has(at) && isTwoLetters(value)) return false;
    if (this.isBehind(value)) return flow.evidence !== undefined || value < flow.end + LIKELY_VARIABLES;
    if (!flow.inside(value)) return value === flow.end;
    if (!flow.covered[value]) return true;
    return flow.code.has(value) && (this.targets.has(value) || this.isKept(at + length));
  }

  /** Is what was loaded stored or pushed: an address to come back to? */
  private isKept(next: number): boolean {
    const { mnemonic, operands } = this.flow.code.get(next)?.instruction ?? { mnemonic: '', operands: [] };
    return (
      mnemonic === 'PUSH' ||
      (mnemonic === 'LD' && operands[0] === '(nn)') ||
      (mnemonic === 'EX' && operands[0] === '(SP)')
    );
  }

  private ofUse({ low, high, value, nearest }: AddressUse): void {
    // In the middle of an instruction that was placed, and not its word: two loads of a byte each.
    if (this.word(low, high, value, nearest)) this.proven++;
  }

  private ofPage(place: number): void {
    const { flow } = this;
    const page = flow.memory[place]! << 8;
    if (this.bytes.has(place) || !this.moves(page) || (flow.inside(page) && !this.lineStarts(page))) return;
    if (flow.inside(page)) this.pages.add(page);
    else this.keepsPages = true;
    this.bytes.set(place, { base: page, offset: 0, part: 'high' });
    // LD HL,table with an index in L later: one word of the source.
    if (flow.code.get(place - 2)?.word === page || flow.code.get(place - 3)?.word === page)
      this.bytes.set(place - 1, { base: page, offset: 0, part: 'low' });
  }
}

function isTwoLetters(value: number): boolean {
  return /^[A-Za-z0-9 $.]{2}$/.test(String.fromCharCode(value & 0xff, value >> 8));
}

/** The place of page zero that an operand means, where it does. */
export function systemPlaceOf(one: Disassembled): ReturnType<typeof pageZeroPlace> {
  const { word, instruction } = one;
  if (word === undefined) return undefined;
  if (useOf(one) !== 'constant') return pageZeroPlace(word);
  const pair = instruction!.operands[0];
  return (pair === 'HL' || pair === 'DE') && LIKELY_PLACES.has(word) ? pageZeroPlace(word) : undefined;
}
