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
import { MARK, MEMORY_SIZE, MOST_REGIONS, MOST_STRETCHES, STATE, TRAIL_LENGTH } from './layout.js';
import { Patches } from './patches.js';
import { regionModule, TRAIL_STRETCH, type Region } from './region-code.js';
import { stretchAt, type Segment, type Stretch } from './stretch.js';

/** When code is translated. */
export interface Translation {
  /** T-states that the core runs at a time; where it is then, is looked at. */
  slice: number;
  /** Slices that ended in the same 32 bytes before their code is translated; Infinity: never. */
  hot: number;
}

/**
 * A translation costs some 50 ms of a processor, most of it in the compiler's own thread, and for that long code is slower
 * than the interpreter: what is translated has run for about as long. Measured with four programs, from 4 to 64.
 */
export const TRANSLATION: Translation = { slice: 100_000, hot: 32 };
const HOT_SHIFT = 5;
/** So that a program is looked at for patches before anything of it is hot. */
const SAMPLES_A_LOOK = 4;
/** Instructions of a region: beyond a few hundred the compiler's own time grows faster than what it saves. */
const MOST_INSTRUCTIONS = 320;
/** As many bytes that have changed are patched operands; more, and there is another program. */
const MOST_PATCHED = 8;
/** Translations of a CPU in all: a program that changes its code for ever is left to the interpreter. */
const MOST_TRANSLATIONS = 500;
const TRANSLATIONS_TO_DOUBT = 5;
/** Stretches that the trail can name, before all is forgotten. */
const MOST_NAMED = 20_000;

/** A region and where the interpreter was when it was translated. */
interface Known extends Region {
  seeds: number[];
}

type Found = Pick<Known, 'stretches' | 'bytes' | 'seeds'>;

export class Regions {
  private readonly heat = new Map<number, number>();
  private readonly regions: (Known | undefined)[] = [];
  /** Bytes that the program patches. */
  private readonly patched: Patches;
  private samples = 0;
  /** For the trail: addresses of the instructions of each stretch that was translated. */
  private named: number[][] = [];
  /** Hot places whose instruction is the interpreter's. */
  private readonly barren = new Set<number>();
  private translations = 0;

  constructor(
    private readonly core: Pick<Core, 'memory' | 'state' | 'trail' | 'marks' | 'entries' | 'addRegion'>,
    private readonly translation: Translation,
  ) {
    this.patched = new Patches(core.memory.subarray(0, MEMORY_SIZE));
  }

  /** The interpreter was here at the end of a slice. */
  sample(pc: number): void {
    if (this.samples++ % SAMPLES_A_LOOK === 0) this.patched.look();
    if (this.core.marks[pc]! & MARK.code) return;
    const place = pc >> HOT_SHIFT;
    const count = (this.heat.get(place) ?? 0) + 1;
    if (this.barren.has(pc)) return;
    // A program of which much was translated already, to little avail, has to ask for more.
    const hot = this.translation.hot * (1 + (this.translations >> TRANSLATIONS_TO_DOUBT));
    this.heat.set(place, count < hot ? count : 0);
    if (count >= hot) this.translate([pc]);
  }

  /** A region found its bytes changed when it was entered. */
  dropStale(): void {
    const { state, memory } = this.core;
    const region = this.regions[state[STATE.stale]!];
    state[STATE.stale] = 0;
    if (!region) return;
    const changed = [...region.bytes].filter(([at, byte]) => memory[at] !== byte).map(([at]) => at);
    this.drop(region);
    // Another program is translated when it is hot; two that take turns here would have each other translated again and again.
    if (changed.length > MOST_PATCHED) return;
    for (const at of changed) this.patched.add(at);
    this.translate(region.seeds);
  }

  /** The instruction at this address has to be looked at from now on. */
  forget(address: number): void {
    for (const region of this.regions) if (region?.bytes.has(address)) this.drop(region);
  }

  forgetAll(): void {
    for (const region of this.regions) if (region) this.drop(region);
    this.heat.clear();
    this.patched.forget();
    this.barren.clear();
    this.named = [];
  }

  /** Addresses of the last instructions, at most 16, oldest first. */
  trail(): number[] {
    const { state, trail } = this.core;
    const last = state[STATE.n]! + state[STATE.skipped]!;
    const entries = Array.from({ length: TRAIL_LENGTH }, (_, i) => trail[(last + 1 + i) & (TRAIL_LENGTH - 1)]!);
    return entries.flatMap((entry) => (entry < 0 ? [] : this.trailed(entry))).slice(-TRAIL_LENGTH);
  }

  /** The addresses that an entry of the trail stands for. */
  private trailed(entry: number): number[] {
    if (entry < TRAIL_STRETCH) return [entry & 0xffff];
    return this.named[(entry >> 8) & 0xffff]!.slice(0, entry & 0xff);
  }

  private translate(seeds: number[]): void {
    if (this.translations >= MOST_TRANSLATIONS) return;
    let number = 1;
    while (number < MOST_REGIONS && this.regions[number]) number++;
    if (number === MOST_REGIONS || this.named.length > MOST_NAMED) return this.startAgain();
    this.translations++;
    const found = this.find(seeds);
    if (!found) return;
    const { stretches } = found;
    const trailNumbers = stretches.map(({ instructions }) => this.named.push(instructions) - 1);
    const region = { number, trailNumbers, ...found };
    this.core.addRegion(number, regionModule(region));
    this.regions[number] = region;
    const { marks, entries } = this.core;
    for (const at of found.bytes.keys()) marks[at]! |= MARK.code;
    stretches.forEach(({ at }, i) => {
      if (entries[at] !== 0) return;
      entries[at] = (number << 8) | i;
      marks[at]! |= MARK.entry;
    });
  }

  /** Stretches that can be reached from where the interpreter was, nearest first. */
  private find(seeds: number[]): Found | undefined {
    const { memory, marks } = this.core;
    const bytes = new Map<number, number>();
    const leaders = new Set(seeds);
    const stretches: Stretch[] = [];
    let size = 0;
    for (const at of leaders) {
      if (stretches.length >= MOST_STRETCHES || size >= MOST_INSTRUCTIONS) break;
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
      else if (at === seeds[0]) {
        this.barren.add(at);
        return undefined;
      }
      size += stretch.instructions.length;
      for (const next of successors(stretch.body)) leaders.add(next);
      if (stretch.resumes !== undefined) leaders.add(stretch.resumes & 0xffff);
    }
    if (stretches.length === 0) return undefined;
    stretches.sort((x, y) => x.at - y.at);
    return { stretches, seeds, bytes: new Map([...bytes].sort(([x], [y]) => x - y)) };
  }

  private drop(region: Known): void {
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

  /** Writes the trail in addresses, which mean the same to every CPU and at any time. */
  settleTrail(): void {
    const { state, trail } = this.core;
    const last = state[STATE.n]! + state[STATE.skipped]!;
    const places = this.trail();
    trail.fill(-1);
    places.forEach((place, i) => (trail[(last + 1 + TRAIL_LENGTH - places.length + i) & (TRAIL_LENGTH - 1)] = place));
  }

  /** There are too many: what is hot will be found again. */
  private startAgain(): void {
    this.settleTrail();
    this.forgetAll();
  }
}

function successors({ end }: Segment): number[] {
  if (end.kind === 'if') return [...successors(end.yes), ...successors(end.no)];
  return end.pc.kind === 'number' ? [end.pc.value] : [];
}
