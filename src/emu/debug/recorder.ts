/**
 * A CPU that remembers: the machine has it in the place of its Z80, and while it runs, what the outside does is recorded
 * (recording.ts) and the whole state is kept now and then (snapshots.ts). From both each past moment is made again, by the CPU
 * alone: nothing of the system is run a second time.
 *
 *     snapshot ──► run, the port handlers' results from the recording ──► between two runs: apply ──► … ──► moment
 *
 * The machine's code writes into `memory` directly, so what it did is found by comparing: around each port access, and at
 * the start of each run with how the last one left it.
 */
import type { Cpu, CpuState, Met, Ports, Registers, Use } from '../cpu.js';
import { createZ80 } from '../z80.js';
import { MEMORY_SIZE } from '../z80/layout.js';
import { apply, difference, isNothing, type Effects, type Patch } from './effects.js';
import { HostStates } from './host-states.js';
import { isBefore, isSame, momentOf, type Moment } from './moment.js';
import { Recording } from './recording.js';
import { Snapshots, type Snapshot } from './snapshots.js';

/** T-states between two snapshots: some milliseconds of running, hundreds of times what it takes to keep one. */
const SNAPSHOT_EVERY = 20_000_000;

/** A port access that was asked for. */
export interface PortMet {
  use: 'in' | 'out';
  port: number;
  value: number;
  by: number;
}

/** Looks on, live and in replay alike. Each tells whether to stop there. */
export interface Observer {
  met(met: Met): boolean;
  port(met: PortMet): boolean;
  /** The system is about to write; memory is still as before. */
  patched(patches: readonly Patch[], by: () => number): boolean;
  /** An interrupt was acknowledged, and has written the address of the instruction `by` to the stack. */
  pushed(sp: number, by: number): boolean;
  /** The operator of the debugger had changed memory here. */
  lookAgain?(): void;
}

export class Recorder implements Cpu {
  readonly memory: Uint8Array;
  observer: Observer = { met: () => false, port: () => false, patched: () => false, pushed: () => false };
  /** Called where the observer wants to stop while the machine runs. */
  pauseMachine: () => void = () => {};
  /** What the machine keeps on the host's side. */
  keepHost: () => unknown = () => undefined;
  /** Watch out for what interrupts write, too: instructions are done one by one while one could come. */
  seesPushes = false;
  /** By port, bits of PORT_IN and PORT_OUT. */
  readonly watchedPorts = new Uint8Array(256);
  /** The next `run` does this much before it looks at marks: one step, that alone, or nothing of the kind. */
  private first: 'step' | 'only' | 'none' = 'none';

  private readonly inner: Cpu;
  private readonly recording = new Recording();
  private readonly snapshots = new Snapshots();
  private readonly hostStates = new HostStates();
  /** Memory as the last run or handler left it. */
  private readonly known = new Uint8Array(MEMORY_SIZE);
  /** What was done to the CPU since, but for memory. */
  private pending: Effects = {};
  private inAdvance = false;
  /** Nothing is recorded yet: what is done now is how the machine begins. */
  private isFresh = true;
  private hasForgotten = false;
  private stopped = false;
  private portMet: PortMet | undefined;
  private wanted = false;
  private intActive = false;
  private nmiPending = false;
  private nextSnapshot = 0;
  /** The end of the last live run: what is between it and now has not been recorded. */
  private edge: Moment = { instructions: 0, tStates: 0 };
  /** While in the past: the present. */
  private present: { state: CpuState; intActive: boolean; nmiPending: boolean } | undefined;
  /** Where in the recording the past is. */
  private access = 0;
  private between = 0;

  constructor(
    private readonly ports: Ports,
    createCpu: (ports: Ports) => Cpu = createZ80,
  ) {
    this.inner = createCpu({ in: (port) => this.in(port), out: (port, value) => this.out(port, value) });
    this.memory = this.inner.memory;
  }

  // As a Cpu: what the machine does to it is taken down.

  get pc(): number {
    return this.inner.pc;
  }
  set pc(value: number) {
    this.setRegisters({ pc: value & 0xffff });
  }
  get sp(): number {
    return this.inner.sp;
  }
  set sp(value: number) {
    this.setRegisters({ sp: value & 0xffff });
  }
  get tStates(): number {
    return this.inner.tStates;
  }
  set tStates(value: number) {
    this.pending.tStates = this.inner.tStates = value;
  }
  get instructions(): number {
    return this.inner.instructions;
  }
  get fetches(): number {
    return this.inner.fetches;
  }
  get halted(): boolean {
    return this.inner.halted;
  }
  get met(): Met | undefined {
    return this.inner.met;
  }

  /** Forgets what was recorded. */
  reset(): void {
    this.inner.reset();
    this.intActive = this.nmiPending = false;
    this.forget();
  }

  run(until: number): void {
    this.go(until, this.first);
  }

  step(): void {
    this.go(0, 'only');
  }

  stop(): void {
    this.stopped = true;
    this.inner.stop();
  }

  setInt(active: boolean, bus = 0xff): void {
    this.pending.int = { active, bus };
    this.inner.setInt(active, bus);
    this.lineChanged(active, false);
  }

  nmi(): void {
    this.pending.nmi = true;
    this.inner.nmi();
    this.lineChanged(this.intActive, true);
  }

  /** Who watches for what interrupts write goes on in steps: not even this run may acknowledge one unseen. */
  private lineChanged(active: boolean, nmi: boolean): void {
    this.intActive = active;
    this.nmiPending ||= nmi;
    if (this.seesPushes && this.inAdvance) this.inner.stop();
  }

  watch(address: number, uses: readonly Use[]): void {
    this.inner.watch(address, uses);
  }

  save(): CpuState {
    return this.inner.save();
  }

  /** Another state than the recording leads to: it begins anew. */
  restore(state: CpuState): void {
    this.inner.restore(state);
    this.forget();
  }

  trail(): number[] {
    return this.inner.trail();
  }

  getRegisters(): Registers {
    return this.inner.getRegisters();
  }

  setRegisters(values: Partial<Registers>): void {
    this.pending.registers = { ...this.pending.registers, ...values };
    this.inner.setRegisters(values);
  }

  /** An instruction is about to begin: neither does HALT go on, nor is an interrupt due. */
  get isBeforeInstruction(): boolean {
    if (this.halted || this.nmiPending) return false;
    if (!this.intActive) return true;
    const { iff1, ei } = this.getRegisters();
    return !iff1 || ei === 1;
  }

  // The recording.

  get now(): Moment {
    return momentOf(this.inner);
  }
  get isLive(): boolean {
    return this.present === undefined;
  }
  /** The earliest moment there is. */
  get beginning(): Moment {
    return this.snapshots.first?.moment ?? this.now;
  }
  /** That moment is the program's start. */
  get isWhole(): boolean {
    return !this.hasForgotten;
  }
  /** The last moment that was lived through. */
  get last(): Moment {
    return this.isLive ? this.now : this.edge;
  }

  /** Any where none is given, both ways where neither is. */
  watchPort(port: number | undefined, input = false, output = false): void {
    const both = !input && !output;
    const bits = (both || input ? PORT.in : 0) | (both || output ? PORT.out : 0);
    for (let at = 0; at < this.watchedPorts.length; at++)
      if (port === undefined || at === port) this.watchedPorts[at]! |= bits;
  }

  forget(): void {
    this.recording.clear();
    this.snapshots.clear();
    this.hostStates.clear();
    this.pending = {};
    this.present = undefined;
    this.isFresh = true;
    this.hasForgotten = false;
    this.edge = this.now;
  }

  /** The next run of the machine begins with a step that sees no mark, or is that step. */
  beginWith(first: 'step' | 'only'): void {
    this.first = first;
  }

  /** Live: what was asked of the run is done, and recorded. */
  private go(until: number, first: 'step' | 'only' | 'none'): void {
    const { inner } = this;
    this.first = 'none';
    this.stopped = this.wanted = false;
    this.recordBetween();
    if (this.wanted) return this.pauseMachine();
    if (first !== 'none') this.advance(0, true);
    while (first !== 'only' && !this.stopped && !this.wanted && inner.tStates < until) {
      this.advance(Math.min(until, Math.max(this.nextSnapshot, inner.tStates + 1)), false);
      if (inner.tStates >= this.nextSnapshot) this.keep();
    }
    this.edge = this.now;
    this.known.set(this.memory);
    if (this.wanted) this.pauseMachine();
  }

  /** Live or not: the CPU runs until then, or until the observer wants to stop. */
  private advance(until: number, oneStep: boolean): void {
    const { inner } = this;
    const isWatchful = this.seesPushes && (this.intActive || this.nmiPending);
    if (!oneStep && inner.tStates >= until) return;
    this.nmiPending = false;
    this.inAdvance = true;
    if (oneStep || isWatchful) this.stepSeeing(oneStep);
    else inner.run(until);
    this.inAdvance = false;
    if (inner.met && this.observer.met(inner.met)) this.wanted = true;
    if (this.portMet && this.observer.port(this.portMet)) this.wanted = true;
    this.portMet = undefined;
  }

  /** @param blindly no mark at this instruction holds it up */
  private stepSeeing(blindly: boolean): void {
    const { inner } = this;
    const { instructions, pc, tStates } = inner;
    if (blindly) inner.step();
    else inner.run(tStates + 1);
    const isAcknowledge = inner.instructions === instructions && inner.tStates > tStates;
    if (isAcknowledge && this.observer.pushed(inner.sp, pc)) this.wanted = true;
  }

  private in(port: number): number {
    if (!this.isLive) return this.again('in', port, undefined);
    const keepsMemory = this.enterHandler(port);
    const value = this.ports.in(port) & 0xff;
    this.leaveHandler(value, keepsMemory);
    this.look('in', port, value);
    return value;
  }

  private out(port: number, value: number): void {
    if (!this.isLive) return void this.again('out', port, value);
    const keepsMemory = this.enterHandler(port);
    this.ports.out(port, value);
    this.leaveHandler(value, keepsMemory);
    this.look('out', port, value);
  }

  /** @returns whether memory need not be compared: that costs more than many a call does */
  private enterHandler(port: number): boolean {
    const keepsMemory = this.ports.keepsMemory?.(port) ?? false;
    if (!keepsMemory) this.known.set(this.memory);
    this.pending = {};
    return keepsMemory;
  }

  private leaveHandler(value: number, keepsMemory: boolean): void {
    const effects = this.takeEffects(keepsMemory);
    this.recording.addAccess(value, effects);
    this.noteHost();
    if (effects?.patches && this.isPatchWanted(effects.patches)) this.wish();
  }

  /** From the recording, what the handler did. */
  private again(use: 'in' | 'out', port: number, value: number | undefined): number {
    const recorded = this.recording.value(this.access);
    if (this.access >= this.recording.accesses || (value !== undefined && value !== recorded)) this.differs();
    const effects = this.recording.effectsOf(this.access++);
    if (effects) this.redo(effects);
    this.look(use, port, recorded);
    return recorded;
  }

  /** A defect of ours, or of the CPU's. */
  private differs(): never {
    throw new Error(`the past does not repeat itself at T-state ${this.inner.tStates}`);
  }

  private redo(effects: Effects, isSilent = false): void {
    if (effects.patches && !isSilent && this.observer.patched(effects.patches, this.by)) this.wish();
    apply(this.inner, effects);
    if (isSilent) this.observer.lookAgain?.();
    // The slice that is being run was meant for the time before.
    if (effects.tStates !== undefined) this.inner.stop();
    if (effects.int || effects.nmi) this.lineChanged(effects.int?.active ?? this.intActive, effects.nmi === true);
  }

  /** Memory holds the patches already; the observer is to see it as it was. */
  private isPatchWanted(patches: readonly Patch[]): boolean {
    const old = patches.map(({ at, bytes }) => ({ at, bytes: this.known.slice(at, at + bytes.length) }));
    for (const { at, bytes } of old) this.memory.set(bytes, at);
    const isWanted = this.observer.patched(patches, this.by);
    for (const { at, bytes } of patches) this.memory.set(bytes, at);
    return isWanted;
  }

  private readonly by = (): number => this.inner.trail().at(-1) ?? this.inner.pc;

  private look(use: 'in' | 'out', port: number, value: number): void {
    if (!(this.watchedPorts[port & 0xff]! & PORT[use])) return;
    this.portMet = { use, port, value, by: this.by() };
    this.inner.stop();
  }

  private wish(): void {
    this.wanted = true;
    this.inner.stop();
  }

  private takeEffects(keepsMemory = false): Effects | undefined {
    const effects = this.pending;
    this.pending = {};
    const patches = keepsMemory ? undefined : difference(this.known, this.memory);
    if (patches) effects.patches = patches;
    return isNothing(effects) ? undefined : effects;
  }

  /** What the machine, or somebody, did since the last run. */
  private recordBetween(): void {
    if (this.isFresh) return this.begin();
    const effects = this.record(false);
    if (!effects?.patches) return;
    if (this.isPatchWanted(effects.patches)) this.wanted = true;
    this.known.set(this.memory);
  }

  private record(isSilent: boolean): Effects | undefined {
    const effects = this.takeEffects();
    if (effects) this.recording.addBetween({ moment: this.edge, effects, isSilent });
    this.edge = this.now;
    this.noteHost();
    return effects;
  }

  private noteHost(): void {
    this.hostStates.note(this.recording.accesses, this.recording.between, this.keepHost());
  }

  private begin(): void {
    this.isFresh = false;
    this.pending = {};
    this.edge = this.now;
    this.noteHost();
    this.keep();
  }

  private keep(): void {
    this.snapshots.keep(this.snapshot());
    this.nextSnapshot = this.inner.tStates + SNAPSHOT_EVERY;
    if (!this.recording.isFull || this.snapshots.count < 2) return;
    const { accesses, between } = this.snapshots.dropOlderHalf();
    this.recording.dropBefore(accesses, between);
    this.hostStates.dropBefore(accesses, between);
    this.hasForgotten = true;
  }

  private snapshot(): Snapshot {
    const { recording, isLive, intActive } = this;
    const accesses = isLive ? recording.accesses : this.access;
    const between = isLive ? recording.between : this.between;
    return { moment: this.now, state: this.inner.save(), accesses, between, intActive };
  }

  /** The machine is ready to run: this is the first moment. */
  start(): void {
    this.forget();
    this.begin();
    this.known.set(this.memory);
  }

  /** The operator of the debugger changes something now: the observer does not hear of it. */
  change(work: () => void): void {
    this.reopen();
    if (this.isFresh) return work();
    this.record(false);
    this.known.set(this.memory);
    work();
    this.record(true);
    this.known.set(this.memory);
  }

  // The past.

  /** Go to the newest state at the moment or before it; with `strictly`, before it. @returns false where none is */
  rewind(moment: Moment, strictly = false): boolean {
    if (this.isFresh) return false;
    const snapshot = this.snapshots.before(moment, strictly);
    if (!snapshot) return false;
    const { intActive, nmiPending } = this;
    this.present ??= { state: this.inner.save(), intActive, nmiPending };
    this.inner.restore(snapshot.state);
    this.access = snapshot.accesses;
    this.between = snapshot.between;
    this.intActive = snapshot.intActive;
    this.nmiPending = false;
    return true;
  }

  /**
   * In the past: run until then, or until the observer wants to stop, or what was recorded ends: then it is the present.
   * @returns whether the observer wanted to stop
   */
  replay(until: number, oneStep = false): boolean {
    this.wanted = false;
    this.redoBetween();
    if (this.wanted || this.arrive()) return this.wanted;
    const { inner } = this;
    const next = this.recording.betweenAt(this.between)?.moment ?? this.edge;
    if (isBefore(next, this.now)) this.differs();
    // A call that set the time back lies before it: instruction by instruction.
    const limit = inner.tStates < next.tStates ? Math.min(until, next.tStates) : inner.tStates + 1;
    this.advance(limit, oneStep);
    this.arrive();
    return this.wanted;
  }

  /** Keep this place near at hand. */
  keepNear(): void {
    this.snapshots.keepNear(this.snapshot());
  }

  /** The present, where somebody may have changed the CPU since the last run. */
  toPresent(): void {
    if (!this.present) return;
    const { state, intActive, nmiPending } = this.present;
    this.inner.restore(state);
    Object.assign(this, { intActive, nmiPending });
    this.present = undefined;
  }

  private arrive(): boolean {
    const isThere =
      this.access === this.recording.accesses &&
      this.between === this.recording.between &&
      !isBefore(this.now, this.edge);
    if (isThere) this.toPresent();
    return isThere;
  }

  private redoBetween(): void {
    for (;;) {
      const next = this.recording.betweenAt(this.between);
      if (!next || !isSame(next.moment, this.now)) return;
      this.between++;
      this.redo(next.effects, next.isSilent);
      if (this.wanted) return;
    }
  }

  /** In the past: what the machine kept on the host's side at this moment. */
  get keptHost(): unknown {
    return this.hostStates.at(this.access, this.between);
  }

  /** The result of a call that was under way here comes with this moment: nobody would give it later. */
  finishCall(): void {
    for (;;) {
      const next = this.isLive ? undefined : this.recording.betweenAt(this.between);
      if (!next || next.isSilent || !isSame(next.moment, this.now)) return;
      this.between++;
      apply(this.inner, next.effects);
    }
  }

  /** The present moment is here: what was recorded behind it is forgotten. */
  reopen(): void {
    if (this.isLive) return;
    this.recording.dropFrom(this.access, this.between);
    this.hostStates.dropFrom(this.access, this.between);
    this.snapshots.dropFrom(this.now);
    this.present = undefined;
    this.pending = {};
    this.edge = this.now;
    this.known.set(this.memory);
    this.nextSnapshot = this.inner.tStates + SNAPSHOT_EVERY;
  }
}

const PORT = { in: 1, out: 2 } as const;
