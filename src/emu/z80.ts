/**
 * The Z80: a core that runs instructions (z80/) and, around it, what happens between them: interrupts, NMI, HALT,
 * the T-state count.
 *
 *     run(until) ──► acknowledge INT or NMI if due ──► core runs a slice ──► until reached, or HALT, or attention
 *
 * The core knows nothing of interrupts. It returns early where one could become due: after a port access, EI
 * and RETN, and only while `attention` is set. Directly after EI it is given a slice of one T-state, which is one
 * instruction.
 */
import type { Cpu, CpuState, Met, Ports, Registers, Use } from './cpu.js';
import type { Core } from './z80/core.js';
import { Regions, TRANSLATION, type Translation } from './z80/regions.js';
import { createWasmCore } from './z80/wasm-core.js';
import { MARK, MEMORY_SIZE, NOWHERE, STATE, TRAIL_LENGTH } from './z80/layout.js';

const NMI_ADDRESS = 0x66;
/** State words that are a register of the same name. */
const WORDS = [
  'a', 'f', 'af_', 'bc_', 'de_', 'hl_', 'ix', 'iy', 'sp', 'pc', 'i', 'wz', 'q', 'iff1', 'iff2', 'im',
] as const; // prettier-ignore
const HALVES = { b: ['bc', 8], c: ['bc', 0], d: ['de', 8], e: ['de', 0], h: ['hl', 8], l: ['hl', 0] } as const;
const MARKS = { ei: 'eiMark', p: 'pMark' } as const;
/** No instruction of this slice. */
const NEVER = -1;

export function createZ80(ports: Ports, translation: Partial<Translation> = {}): Cpu {
  return new Z80(ports, { ...TRANSLATION, ...translation });
}

class Z80 implements Cpu {
  readonly memory: Uint8Array;
  private readonly all: Uint8Array;
  private readonly s: Int32Array;
  private readonly trailWords: Int32Array;
  private readonly marks: Uint8Array;
  private readonly regions: Regions;
  private core: () => void;
  private readonly cores: { plain: () => void; make: () => () => void; watchful?: () => void };
  /** Addresses whose data is watched; with any, the core that sees data runs. */
  private dataWatched = 0;
  private metNow: Met | undefined;
  /** `instructions` when an `execute` was reported: the next run goes on from there. */
  private reportedAt = NEVER;
  /** tStates at the end of the present slice. */
  private sliceEnd = 0;
  private instructionsBefore = 0;
  /** Multiples of 128 that the refresh counter has lost, so that with it every M1 cycle is counted. */
  private refreshWrapped = 0;
  private stopWanted = false;
  private nmiWanted = false;
  /** `instructions` at the last acknowledge of an NMI: the chip does not see another before the next instruction. */
  private nmiAt = NEVER;
  private intActive = false;
  private bus = 0xff;

  constructor(
    ports: Ports,
    private readonly translation: Translation,
    create: (calls: Ports) => Core = createWasmCore,
  ) {
    const made = create({
      in: (port) => ports.in(port) & 0xff,
      out: (port, value) => ports.out(port, value),
    });
    const { memory, state, trail, marks, core, watchfulCore } = made;
    this.all = memory;
    this.memory = memory.subarray(0, MEMORY_SIZE);
    this.s = state;
    this.trailWords = trail;
    this.marks = marks;
    this.regions = new Regions(made, translation);
    this.core = core;
    this.cores = { plain: core, make: watchfulCore };
    this.reset();
  }

  get pc(): number {
    return this.s[STATE.pc]!;
  }
  set pc(value: number) {
    this.s[STATE.pc] = value & 0xffff;
  }
  get sp(): number {
    return this.s[STATE.sp]!;
  }
  set sp(value: number) {
    this.s[STATE.sp] = value & 0xffff;
  }
  get tStates(): number {
    return this.sliceEnd - this.s[STATE.left]!;
  }
  /** The slice goes on for as long as it would have: what a handler adds comes on top of what `run` was asked for. */
  set tStates(value: number) {
    this.sliceEnd = value + this.s[STATE.left]!;
  }
  get instructions(): number {
    return this.instructionsBefore + this.s[STATE.n]!;
  }
  get fetches(): number {
    return this.refreshWrapped + this.s[STATE.refreshLost]! + this.s[STATE.r]! + this.s[STATE.n]!;
  }
  get halted(): boolean {
    return this.s[STATE.halted] !== 0;
  }

  /** As the chip comes up; AF and SP are FFFFh, the rest is undefined there and 0 here. Memory stays. */
  reset(): void {
    this.s.fill(0);
    this.trailWords.fill(NEVER);
    this.s[STATE.a] = this.s[STATE.f] = 0xff;
    this.s[STATE.sp] = 0xffff;
    this.forgetMarks();
    this.sliceEnd = 0;
    this.instructionsBefore = 0;
    this.refreshWrapped = 0;
    this.nmiWanted = false;
    this.nmiAt = this.reportedAt = NEVER;
    this.metNow = undefined;
    this.updateAttention();
  }

  run(until: number): void {
    this.stopWanted = false;
    this.metNow = undefined;
    this.updateAttention();
    let prefixes = 0;
    for (;;) {
      const left = until - this.tStates;
      const midInstruction = this.isMarked('prefixMark');
      // Nobody waits for the end of a memory full of prefixes.
      if ((left <= 0 || this.stopWanted || this.metNow) && !(midInstruction && prefixes++ < MEMORY_SIZE)) return;
      if (!midInstruction && this.marks[this.pc]! >= MARK.execute && this.isBefore()) return;
      this.advance(left, midInstruction);
    }
  }

  step(): void {
    this.metNow = undefined;
    this.updateAttention();
    let prefixes = 0;
    do this.advance(1, this.isMarked('prefixMark'));
    while (this.isMarked('prefixMark') && prefixes++ < MEMORY_SIZE);
  }

  stop(): void {
    this.stopWanted = true;
    this.updateAttention();
  }

  setInt(active: boolean, bus = 0xff): void {
    this.intActive = active;
    this.bus = bus & 0xff;
    this.updateAttention();
  }

  nmi(): void {
    if (this.instructions === this.nmiAt) return;
    this.nmiWanted = true;
    this.updateAttention();
  }

  get met(): Met | undefined {
    return this.metNow;
  }

  watch(address: number, uses: readonly Use[]): void {
    const at = address & 0xffff;
    const before = this.marks[at]!;
    const kept = before & (MARK.entry | MARK.code);
    this.marks[at] = uses.reduce((bits, use) => bits | MARK[use], kept);
    if (uses.includes('execute')) this.regions.forget(at);
    const isData = (bits: number): number => (bits & (MARK.read | MARK.write) ? 1 : 0);
    this.dataWatched += isData(this.marks[at]) - isData(before);
    const { core, cores } = this;
    this.core = this.dataWatched > 0 ? (cores.watchful ??= cores.make()) : cores.plain;
    // In a port handler: the rest of the slice is the other core's.
    if (this.core !== core) this.s[STATE.attention] = 1;
  }

  save(): CpuState {
    this.regions.settleTrail();
    const { all, sliceEnd, instructionsBefore, refreshWrapped, nmiWanted, nmiAt, intActive, bus } = this;
    const outside = { sliceEnd, instructionsBefore, refreshWrapped, nmiWanted, nmiAt, intActive, bus };
    return { bytes: all.slice(0, MEMORY_SIZE), words: this.s.slice(), trail: this.trailWords.slice(), outside };
  }

  restore({ bytes, words, trail, outside }: CpuState): void {
    this.all.set(bytes);
    this.s.set(words);
    this.trailWords.set(trail);
    Object.assign(this, outside);
    this.reportedAt = NEVER;
    this.metNow = undefined;
    this.stopWanted = false;
    this.updateAttention();
  }

  trail(): number[] {
    return this.regions.trail();
  }

  getRegisters(): Registers {
    const { s } = this;
    const registers = {
      r: ((s[STATE.r]! + s[STATE.n]!) & 0x7f) | s[STATE.r7]!,
      ei: this.isMarked('eiMark') ? 1 : 0,
      p: this.isMarked('pMark') ? 1 : 0,
    } as Registers;
    for (const name of WORDS) registers[name] = s[STATE[name]]!;
    for (const [name, [pair, shift]] of Object.entries(HALVES))
      registers[name as keyof typeof HALVES] = (s[STATE[pair]]! >> shift) & 0xff;
    return registers;
  }

  setRegisters(values: Partial<Registers>): void {
    const { s } = this;
    for (const name of WORDS) {
      const value = values[name];
      if (value !== undefined) s[STATE[name]] = value;
    }
    for (const [name, [pair, shift]] of Object.entries(HALVES)) {
      const value = values[name as keyof typeof HALVES];
      if (value !== undefined) s[STATE[pair]] = (s[STATE[pair]]! & (0xff00 >> shift)) | (value << shift);
    }
    if (values.r !== undefined) {
      this.refreshWrapped += s[STATE.r]! - (values.r - s[STATE.n]!);
      s[STATE.r] = values.r - s[STATE.n]!;
      s[STATE.r7] = values.r & 0x80;
    }
    for (const name of ['ei', 'p'] as const) {
      const value = values[name];
      if (value !== undefined) s[STATE[MARKS[name]]] = value ? s[STATE.n]! : NEVER;
    }
  }

  /** One acknowledge, or instructions for about `left` T-states. */
  private advance(left: number, midInstruction: boolean): void {
    const { s } = this;
    const shadow = midInstruction || this.isMarked('eiMark') || this.isMarked('retMark');
    if (!midInstruction && this.nmiWanted) return this.acknowledgeNmi();
    const intDue = this.intActive && s[STATE.iff1] !== 0;
    if (intDue && !shadow) return this.acknowledgeInt();
    if (this.halted) return this.idle(left);
    // While an interrupt waits for the instruction after EI or a lost prefix, run just that.
    this.slice(shadow && (intDue || this.nmiWanted || midInstruction) ? 1 : Math.min(left, this.translation.slice));
  }

  private slice(length: number): void {
    const { s } = this;
    const whole = Math.ceil(length);
    this.sliceEnd += whole - s[STATE.left]!;
    s[STATE.left] = whole;
    // `n` begins again, but where the trail goes on.
    const counted = s[STATE.n]! & -TRAIL_LENGTH;
    this.instructionsBefore += counted;
    const refresh = s[STATE.r]! + counted;
    s[STATE.r] = refresh & 0x7f;
    this.refreshWrapped += refresh - s[STATE.r]!;
    s[STATE.n]! -= counted;
    s[STATE.skipped]! &= TRAIL_LENGTH - 1;
    this.forgetMarks();
    s[STATE.wrote] = s[STATE.wroteToo] = s[STATE.got] = s[STATE.gotToo] = NOWHERE;
    this.updateAttention();
    this.core();
    if (s[STATE.stale] !== 0) this.regions.dropStale();
    else if (s[STATE.left]! <= 0 && length === this.translation.slice) this.regions.sample(this.pc);
    this.lookAtUses();
  }

  /** Whether the slice's last instruction used data that is watched: the core returned behind it. */
  private lookAtUses(): void {
    const { s, marks } = this;
    const used = (place: number, mark: number): boolean => (marks[s[place]!]! & mark) !== 0;
    const find = (use: 'write' | 'read', places: number[]): boolean => {
      const place = places.find((candidate) => used(candidate, MARK[use]));
      if (place !== undefined) this.metNow = { use, at: s[place]!, by: this.trail().at(-1)! };
      return place !== undefined;
    };
    if (!find('write', [STATE.wrote, STATE.wroteToo])) find('read', [STATE.got, STATE.gotToo]);
  }

  /** Before an instruction that `watch` asked for, and not the one that was told of already. */
  private isBefore(): boolean {
    const intDue = this.intActive && this.s[STATE.iff1] !== 0 && !this.isMarked('eiMark') && !this.isMarked('retMark');
    if (intDue || this.nmiWanted || this.halted || this.reportedAt === this.instructions) return false;
    this.reportedAt = this.instructions;
    this.metNow = { use: 'execute', at: this.pc, by: this.pc };
    return true;
  }

  /** HALT executes NOPs: four T-states and a refresh each. */
  private idle(left: number): void {
    const nops = Math.ceil(left / 4);
    this.sliceEnd += 4 * nops;
    this.s[STATE.r]! += nops % 128;
    this.refreshWrapped += nops - (nops % 128);
    this.instructionsBefore += nops;
    this.forgetMarks();
  }

  private acknowledgeNmi(): void {
    this.nmiWanted = false;
    this.nmiAt = this.instructions;
    this.updateAttention();
    this.s[STATE.iff1] = 0;
    this.call(NMI_ADDRESS, 11);
  }

  private acknowledgeInt(): void {
    const { s } = this;
    // LD A,I copies IFF2 too late to see the interrupt that clears it.
    if (this.isMarked('pMark')) s[STATE.f]! &= ~0x04;
    s[STATE.iff1] = s[STATE.iff2] = 0;
    if (s[STATE.im] === 1) this.call(0x38, 13);
    else if (s[STATE.im] === 2) {
      const vector = (s[STATE.i]! << 8) | this.bus;
      this.call(this.memory[vector]! | (this.memory[(vector + 1) & 0xffff]! << 8), 19);
    } else this.executeFromBus();
  }

  private call(address: number, tStates: number): void {
    const { s } = this;
    s[STATE.halted] = 0;
    // Another place at the same count of instructions.
    this.reportedAt = NEVER;
    const sp = (this.sp - 2) & 0xffff;
    this.memory[sp] = this.pc & 0xff;
    this.memory[(sp + 1) & 0xffff] = this.pc >> 8;
    this.sp = sp;
    this.pc = s[STATE.wz] = address;
    s[STATE.q] = 0;
    s[STATE.r]!++;
    this.sliceEnd += tStates;
    this.forgetMarks();
  }

  /**
   * IM 0: the byte on the bus is the opcode, in practice an RST. It goes to the shadow page, just before where the
   * next fetch wraps to the real PC. Operands would come from memory, not from the bus.
   */
  private executeFromBus(): void {
    this.s[STATE.halted] = 0;
    const at = MEMORY_SIZE + ((this.pc - 1) & 0xffff);
    this.all[at] = this.bus;
    this.s[STATE.pc] = at;
    this.slice(1);
    this.instructionsBefore--;
    this.sliceEnd += 2;
  }

  private isMarked(mark: 'eiMark' | 'retMark' | 'pMark' | 'prefixMark'): boolean {
    return this.s[STATE[mark]] === this.s[STATE.n];
  }

  private forgetMarks(): void {
    this.s[STATE.eiMark] = this.s[STATE.retMark] = this.s[STATE.pMark] = this.s[STATE.prefixMark] = NEVER;
  }

  private updateAttention(): void {
    this.s[STATE.attention] = this.stopWanted || this.nmiWanted || this.intActive ? 1 : 0;
  }
}
