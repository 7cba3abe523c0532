/**
 * Sees what the CPU meets, and tells which breakpoint it is for: the same going forwards and while the past is searched.
 * What is to be done about it is up to whoever listens.
 */
import { UsageError } from '../../seams/errors.js';
import type { Met, Use } from '../cpu.js';
import { MEMORY_SIZE } from '../z80/layout.js';
import { callAt, type TracedCall } from './bdos-trace.js';
import { isAbout, usesOf, type Armed } from './breakpoints.js';
import type { Patch } from './effects.js';
import type { Moment } from './moment.js';
import type { Observer, PortMet, Recorder } from './recorder.js';
import type { Stop } from './session.js';

/** A system call's stub: OUT (port),A, and behind it the call has been answered. */
const STUB_OUT = 2;

/** A place that a verb runs to. */
export interface Goal {
  at: number;
  isReached(): boolean;
  stop: Stop;
}

/** Takes a hit whose condition holds. @returns whether to stop there */
export type Listener = (armed: Armed | undefined, stop: Stop, locals: Record<string, number>) => boolean;

export class Lookout implements Observer {
  listener: Listener = () => false;
  goal: Goal | undefined;
  /** Takes calls that were answered. */
  traced: ((call: TracedCall) => void) | undefined;
  /** Not while the past is searched. */
  tellsCalls = true;
  /** Where an instruction was last seen about to begin: it was counted there. */
  seenAt: Moment | undefined;
  private calling: TracedCall | undefined;
  private armed: Armed[] = [];
  /** Memory as it was, where it is watched. */
  private readonly seen = new Uint8Array(MEMORY_SIZE);

  constructor(
    private readonly recorder: Recorder,
    private readonly bdosEntry: () => number | undefined,
    private readonly values: () => ReadonlyMap<string, number>,
  ) {}

  /** What to see from now on. @returns the marks that the CPU needs for it */
  arm(armed: Armed[]): [address: number, use: Use][] {
    this.armed = armed;
    const { recorder } = this;
    recorder.watchedPorts.fill(0);
    recorder.seesPushes = false;
    this.lookAgain();
    const marks: [number, Use][] = [];
    const entry = this.bdosEntry();
    for (const { point } of armed) {
      if (point.kind === 'execute') marks.push([point.at, 'execute']);
      else if (point.kind === 'bdos' && entry !== undefined) marks.push([entry, 'execute']);
      else if (point.kind === 'memory') {
        for (const use of usesOf(point))
          for (let i = 0; i < (point.length ?? 1); i++) marks.push([point.from + i, use]);
        recorder.seesPushes ||= usesOf(point).includes('write');
      } else if (point.kind === 'port') recorder.watchPort(point.port, point.in, point.out);
    }
    if (this.traced && entry !== undefined) marks.push([entry, 'execute'], [entry + STUB_OUT, 'execute']);
    return marks;
  }

  /** Memory has become another's, all at once. */
  lookAgain(): void {
    this.seen.set(this.recorder.memory);
    this.calling = undefined;
  }

  met({ use, at, by }: Met): boolean {
    if (use === 'execute') return this.executes(at);
    const { memory } = this.recorder;
    // A word that was written may be two bytes that are watched, and the core tells of one.
    const beside = use === 'write' ? [at - 1, at + 1].filter((place) => this.seen[place] !== memory[place]) : [];
    const uses = [at, ...beside].map((place) => ({ place, old: this.seen[place]!, value: memory[place]! }));
    this.refresh(at);
    let wants = false;
    for (const { place, old, value } of uses) wants = this.data(use, place, old, value, by, false) || wants;
    return wants;
  }

  /** An instruction is about to begin here. */
  executes(at: number): boolean {
    const { goal } = this;
    this.seenAt = this.recorder.now;
    const entry = this.bdosEntry();
    if (this.traced && this.tellsCalls) this.trace(at, entry);
    let wants = goal !== undefined && goal.at === at && goal.isReached() && this.listener(undefined, goal.stop, {});
    for (const armed of this.armed) {
      const { point } = armed;
      if (point.kind === 'execute' && point.at === at)
        wants = this.hit(armed, { why: 'breakpoint', id: point.id, at }) || wants;
      else if (point.kind === 'bdos' && at === entry) {
        const { number, returnsTo } = callAt(this.recorder);
        if ((point.call ?? number) === number)
          wants = this.hit(armed, { why: 'bdos', id: point.id, call: number, returnsTo }) || wants;
      }
    }
    return wants;
  }

  port({ use, port, value, by }: PortMet): boolean {
    let wants = false;
    for (const armed of this.armed) {
      const { point } = armed;
      if (point.kind !== 'port' || (point.port ?? port & 0xff) !== (port & 0xff)) continue;
      if (!point[use] && (point.in || point.out)) continue;
      wants = this.hit(armed, { why: 'port', id: point.id, use, port, value, by }, { value }) || wants;
    }
    return wants;
  }

  patched(patches: readonly Patch[], by: () => number): boolean {
    let wants = false;
    for (const { at, bytes } of patches)
      for (const { point } of this.armed) {
        if (point.kind !== 'memory' || !usesOf(point).includes('write')) continue;
        const from = Math.max(at, point.from);
        const end = Math.min(at + bytes.length, point.from + (point.length ?? 1));
        for (let place = from; place < end; place++) {
          const old = this.recorder.memory[place]!;
          const value = bytes[place - at]!;
          if (old === value) continue;
          this.seen[place] = value;
          wants = this.data('write', place, old, value, by(), true, point.id) || wants;
          break;
        }
      }
    for (const { at, bytes } of patches) this.seen.set(bytes, at);
    return wants;
  }

  pushed(sp: number, by: number): boolean {
    const places = [sp, (sp + 1) & 0xffff];
    const olds = places.map((place) => this.seen[place]!);
    this.refresh(sp);
    let wants = false;
    places.forEach((place, i) => {
      const value = this.recorder.memory[place]!;
      wants = this.data('write', place, olds[i]!, value, by, true) || wants;
    });
    return wants;
  }

  private data(
    use: 'read' | 'write' | 'execute',
    at: number,
    old: number,
    value: number,
    by: number,
    bySystem: boolean,
    id?: number,
  ): boolean {
    // prettier-ignore
    if (use === 'execute') return false;
    let wants = false;
    for (const armed of this.armed) {
      const { point } = armed;
      if (!isAbout(point, { use, at }) || (id !== undefined && id !== point.id)) continue;
      const stop: Stop = { why: 'watchpoint', id: point.id, use, at, old, value, by, bySystem };
      wants = this.hit(armed, stop, { value, old, at }) || wants;
    }
    return wants;
  }

  private hit(armed: Armed, stop: Stop, locals: Record<string, number> = {}): boolean {
    return this.holds(armed, locals) && this.listener(armed, stop, locals);
  }

  /** A condition that cannot be reckoned (a division by zero) holds: better one stop too many. */
  private holds({ condition }: Armed, locals: Record<string, number>): boolean {
    try {
      return !condition || condition.evaluate({ cpu: this.recorder, values: this.values(), locals }) !== 0;
    } catch (error) {
      if (error instanceof UsageError) return true;
      throw error;
    }
  }

  /** An instruction writes two bytes at most, side by side. */
  private refresh(at: number): void {
    for (const place of [at - 1, at, at + 1]) this.seen[place & 0xffff] = this.recorder.memory[place & 0xffff]!;
  }

  private trace(at: number, entry: number | undefined): void {
    if (entry === undefined) return;
    if (at === entry) this.calling = callAt(this.recorder);
    else if (at === entry + STUB_OUT && this.calling) {
      const { h, l } = this.recorder.getRegisters();
      this.traced?.({ ...this.calling, result: (h << 8) | l });
      this.calling = undefined;
    }
  }
}
