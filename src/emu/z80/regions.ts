/**
 * Which code is translated, and until when. The interpreter runs everything at first; where it is found again and again
 * at the end of a slice, the code from there on is translated to a region (region-code.ts), a function that the
 * interpreter enters from then on when it comes by.
 *
 *     slice ends at pc ──► so often near here? ──► stretches that can be reached from pc ──► region: entries, marks
 *     region entered ──► its bytes have changed ──► what a program patches is read anew from then on ──► translated again
 *
 * A store into translated bytes, by anybody, is seen by the check of each region's bytes when it is entered, and by the
 * marks where a region's own code stores. So memory may be written by whoever likes.
 */
import type { Core } from './core.js';
import { MARK, MOST_REGIONS, MOST_STRETCHES, STATE, TRAIL_LENGTH } from './layout.js';
import { regionModule, TRAIL_STRETCH, type Region } from './region-code.js';
import { stretchAt, type Segment, type Stretch } from './stretch.js';

/** When code is translated. */
export interface Translation {
  /** T-states that the core runs at a time; where it is then, is looked at. */
  slice: number;
  /** Slices that ended in the same 32 bytes before their code is translated; Infinity: never. */
  hot: number;
}

/** A few milliseconds of a program's time, so that what runs once is never translated. */
export const TRANSLATION: Translation = { slice: 100_000, hot: 4 };
const HOT_SHIFT = 5;
/** Instructions of a region: beyond a few hundred the compiler's own time grows faster than what it saves. */
const MOST_INSTRUCTIONS = 320;
/** As many bytes that have changed are patched operands; more, and there is another program. */
const MOST_PATCHED = 8;
/** Regions that a CPU translates in all: one that changes its code for ever is left to the interpreter. */
const MOST_TRANSLATIONS = 2000;
/** Stretches that the trail can name, before all is forgotten. */
const MOST_NAMED = 20_000;

export class Regions {
  private readonly heat = new Map<number, number>();
  private readonly regions: (Region | undefined)[] = [];
  /** Bytes that the program patches. */
  private readonly patched = new Set<number>();
  /** For the trail: addresses of the instructions of each stretch that was translated. */
  private named: number[][] = [];
  private translations = 0;

  constructor(
    private readonly core: Pick<Core, 'memory' | 'state' | 'trail' | 'marks' | 'entries' | 'addRegion'>,
    private readonly translation: Translation,
  ) {}

  /** The interpreter was here at the end of a slice. */
  sample(pc: number): void {
    if (this.core.marks[pc]! & MARK.code || this.translations >= MOST_TRANSLATIONS) return;
    const place = pc >> HOT_SHIFT;
    const count = (this.heat.get(place) ?? 0) + 1;
    const { hot } = this.translation;
    this.heat.set(place, count < hot ? count : 0);
    if (count >= hot) this.translate(pc);
  }

  /** A region found its bytes changed when it was entered. */
  dropStale(): void {
    const { state, memory } = this.core;
    const region = this.regions[state[STATE.stale]!];
    state[STATE.stale] = 0;
    if (!region) return;
    const changed = [...region.bytes].filter(([at, byte]) => memory[at] !== byte).map(([at]) => at);
    if (changed.length <= MOST_PATCHED) for (const at of changed) this.patched.add(at);
    this.drop(region);
    this.translate(region.stretches[0]!.at);
  }

  /** The instruction at this address has to be looked at from now on. */
  forget(address: number): void {
    for (const region of this.regions) if (region?.bytes.has(address)) this.drop(region);
  }

  forgetAll(): void {
    for (const region of this.regions) if (region) this.drop(region);
    this.heat.clear();
    this.patched.clear();
    this.named = [];
  }

  /** The addresses that an entry of the trail stands for. */
  trailed(entry: number): number[] {
    if (entry < TRAIL_STRETCH) return [entry & 0xffff];
    return this.named[(entry >> 8) & 0xffff]!.slice(0, entry & 0xff);
  }

  private translate(pc: number): void {
    let number = 1;
    while (number < MOST_REGIONS && this.regions[number]) number++;
    if (number === MOST_REGIONS || this.named.length > MOST_NAMED) return this.startAgain();
    this.translations++;
    const found = this.find(pc);
    if (!found) return;
    const { stretches, bytes } = found;
    const trailNumbers = stretches.map(({ instructions }) => this.named.push(instructions) - 1);
    const region: Region = { number, stretches, bytes, trailNumbers };
    this.core.addRegion(number, regionModule(region));
    this.regions[number] = region;
    const { marks, entries } = this.core;
    for (const at of bytes.keys()) marks[at]! |= MARK.code;
    stretches.forEach(({ at }, i) => {
      if (entries[at] !== 0) return;
      entries[at] = (number << 8) | i;
      marks[at]! |= MARK.entry;
    });
  }

  /** Stretches that can be reached from an address, nearest first. */
  private find(pc: number): Pick<Region, 'stretches' | 'bytes'> | undefined {
    const { memory, marks } = this.core;
    const bytes = new Map<number, number>();
    const leaders = new Set([pc]);
    const stretches: Stretch[] = [];
    let instructions = 0;
    for (const at of leaders) {
      if (stretches.length >= MOST_STRETCHES || instructions >= MOST_INSTRUCTIONS) break;
      if (marks[at]! & MARK.execute) continue;
      const stretch = stretchAt(at, {
        byte: (address) => {
          if (this.patched.has(address)) return undefined;
          bytes.set(address, memory[address]!);
          return memory[address]!;
        },
        isBorder: (address) => leaders.has(address) || (marks[address]! & MARK.execute) !== 0,
      });
      if (stretch.instructions.length > 0) stretches.push(stretch);
      instructions += stretch.instructions.length;
      for (const next of successors(stretch.body)) leaders.add(next);
      if (stretch.resumes !== undefined) leaders.add(stretch.resumes & 0xffff);
    }
    if (stretches.length === 0) return undefined;
    stretches.sort((x, y) => x.at - y.at);
    return { stretches, bytes: new Map([...bytes].sort(([x], [y]) => x - y)) };
  }

  private drop(region: Region): void {
    const { marks, entries } = this.core;
    this.regions[region.number] = undefined;
    for (const { at } of region.stretches) {
      if (entries[at]! >> 8 !== region.number) continue;
      entries[at] = 0;
      marks[at]! &= ~MARK.entry;
    }
    for (const at of region.bytes.keys()) marks[at]! &= ~MARK.code;
    for (const other of this.regions) if (other) for (const at of other.bytes.keys()) marks[at]! |= MARK.code;
  }

  /** There are too many: what is hot will be found again. The trail keeps what it means. */
  private startAgain(): void {
    const { state, trail } = this.core;
    const last = state[STATE.n]! + state[STATE.skipped]!;
    const entries = Array.from({ length: TRAIL_LENGTH }, (_, i) => trail[(last + 1 + i) & (TRAIL_LENGTH - 1)]!);
    const places = entries.flatMap((entry) => (entry < 0 ? [entry] : this.trailed(entry))).slice(-TRAIL_LENGTH);
    places.forEach((place, i) => (trail[(last + 1 + i) & (TRAIL_LENGTH - 1)] = place));
    this.forgetAll();
  }
}

function successors({ end }: Segment): number[] {
  if (end.kind === 'if') return [...successors(end.yes), ...successors(end.no)];
  return end.pc.kind === 'number' ? [end.pc.value] : [];
}
