/** What the verbs of a session do (session.ts has what they mean): ways that yield while they are under way. */
import { UsageError } from '../../seams/errors.js';
import type { Cpu, Registers } from '../cpu.js';
import type { EmulatedMachine, MachineStop } from '../emulated.js';
import { MEMORY_SIZE } from '../z80/layout.js';
import { BreakpointTable, Marks, type Armed } from './breakpoints.js';
import { parseExpression } from './expression.js';
import { callsOrRepeats, isCall, isReturn, isRepeat } from './flow.js';
import { Lookout, type Goal } from './lookout.js';
import { isBefore, isSame, type Moment } from './moment.js';
import type { SymbolMap } from './names.js';
import { lastHit } from './past-hits.js';
import { Recorder } from './recorder.js';
import type { DebugSession, HistoryRange, PastInstruction, SessionOptions, SessionState, Stop, Verb, Writer } from './session.js'; // prettier-ignore
import { ADVANCE_T_STATES, Travel, type Way } from './travel.js';
import { lastWrite } from './who-wrote.js';

/** Yields chances to do other things, and stops at which it waits for a key. */
type Doing = Generator<Stop | undefined, Stop>;
type Part<T> = Generator<Stop | undefined, T>;

const MOST_INSTRUCTIONS = 100_000;
/** Steps of a way out, between two chances to do other things. */
const MOST_STEPS = 2_000;
const STEP: Stop = { why: 'step' };
const BEGINNING: Stop = { why: 'beginning' };

export class Session implements DebugSession {
  readonly machine: EmulatedMachine;
  readonly symbols: SymbolMap;
  readonly breakpoints: BreakpointTable;
  private readonly recorder: Recorder;
  private readonly lookout: Lookout;
  private readonly marks: Marks;
  private readonly travel: Travel;
  private readonly values: ReadonlyMap<string, number>;
  /** How the machine's last run ended, if the program cannot go on. */
  private over: Extract<MachineStop, { why: 'ended' | 'crashed' }> | undefined;
  private doing: Doing | undefined;
  private isInterrupted = false;
  /** The stop that was met on the way. */
  private found: Stop | undefined;

  constructor(private readonly options: SessionOptions) {
    let recorder: Recorder | undefined;
    this.machine = options.machine((ports) => (recorder = new Recorder(ports)));
    if (!recorder) throw new Error('the machine made no CPU');
    this.recorder = recorder;
    this.symbols = options.symbols;
    const named = [...options.symbols.names].map(([address, name]) => [name, address] as const);
    this.values = new Map([...named, ...(options.values ?? [])]);
    this.marks = new Marks(recorder);
    this.travel = new Travel(recorder, this.marks);
    const entry = (): number | undefined => this.bdosEntry();
    this.lookout = new Lookout(recorder, entry, () => this.values);
    this.lookout.listener = (armed, stop, locals) => this.meets(armed, stop, locals);
    this.breakpoints = new BreakpointTable(
      () => this.arm(),
      () => entry() !== undefined,
      (expression) =>
        void expression.evaluate({ cpu: this.cpu, values: this.values, locals: { value: 1, old: 1, at: 1 } }),
    );
    recorder.observer = this.lookout;
    recorder.pauseMachine = () => this.machine.pause();
    recorder.keepHost = () => this.machine.keep?.();
  }

  get cpu(): Cpu {
    return this.recorder;
  }
  get isLive(): boolean {
    return this.recorder.isLive;
  }
  get state(): SessionState {
    return this.isLive && this.over ? this.over.why : 'stopped';
  }
  get history(): HistoryRange {
    const { beginning: first, last, now } = this.recorder;
    return { first, last, now };
  }
  get traceCalls(): boolean {
    return this.lookout.traced !== undefined;
  }
  set traceCalls(on: boolean) {
    this.lookout.traced = on ? (call) => this.options.traced?.(call) : undefined;
    this.arm();
  }

  start(load: () => void): void {
    this.giveUp();
    this.recorder.toPresent();
    load();
    this.over = undefined;
    for (const point of this.breakpoints.list()) point.met = 0;
    this.arm();
    this.recorder.start();
  }

  begin(verb: Verb): void {
    this.giveUp();
    this.doing = this.verb(verb);
  }

  advance(): Stop | undefined {
    if (!this.doing) throw new Error('no verb was begun');
    if (this.isInterrupted) {
      this.giveUp();
      return { why: 'interrupted' };
    }
    const { done, value } = this.doing.next();
    if (done) this.doing = undefined;
    return value;
  }

  interrupt(): void {
    this.isInterrupted = this.doing !== undefined;
  }

  run(verb: Verb): Stop {
    this.begin(verb);
    for (;;) {
      const stop = this.advance();
      if (stop) return stop;
    }
  }

  whoWrote(address: number): Writer | undefined {
    checkAddress(address);
    return this.lookingBack(() => lastWrite(this.recorder, this.marks, this.travel, address));
  }

  lastInstructions(count: number): PastInstruction[] {
    const { recorder } = this;
    const here = recorder.now;
    return this.lookingBack(function* (this: Session): Way<PastInstruction[]> {
      const past: PastInstruction[] = [];
      yield* this.travel.toInstructionsBefore(Math.min(count, MOST_INSTRUCTIONS));
      yield* this.travel.steps(here, () => {
        past.push({ moment: recorder.now, pc: recorder.pc, registers: recorder.getRegisters() });
      });
      return past.slice(-count);
    });
  }

  write(address: number, bytes: Uint8Array): void {
    if (!Number.isInteger(address) || address < 0 || address + bytes.length > MEMORY_SIZE)
      throw new UsageError(`${bytes.length} bytes at ${address} do not fit into 64 KB`);
    this.change(() => this.cpu.memory.set(bytes, address));
  }

  setRegisters(values: Partial<Registers>): void {
    this.change(() => this.recorder.setRegisters(values));
  }

  evaluate(expression: string): number {
    return parseExpression(expression).evaluate({ cpu: this.cpu, values: this.values });
  }

  private change(work: () => void): void {
    this.giveUp();
    if (!this.isLive) {
      this.over = undefined;
      this.recorder.finishCall();
      this.machine.reopen?.(this.recorder.keptHost);
    }
    this.recorder.change(work);
    this.lookout.lookAgain();
  }

  private bdosEntry(): number | undefined {
    for (const [address, name] of this.machine.names) if (name === 'bdos') return address;
    return undefined;
  }

  private arm(): void {
    this.marks.want(this.lookout.arm(this.breakpoints.active()));
  }

  private giveUp(): void {
    this.doing?.return(STEP);
    this.doing = undefined;
    this.isInterrupted = false;
    this.lookout.lookAgain();
  }

  /** Going forwards. */
  private meets(armed: Armed | undefined, stop: Stop, locals: Record<string, number>): boolean {
    if (armed) {
      const { point, counts, log } = armed;
      point.met++;
      if (counts && !counts(point.met)) return false;
      if (log) {
        this.options.log?.(point.id, log({ cpu: this.cpu, values: this.values, locals }));
        return false;
      }
    }
    // At a breakpoint that is where a step leads, the breakpoint is what is told of.
    if (!this.found || this.found.why === 'step') this.found = stop;
    return true;
  }

  private verb(verb: Verb): Doing {
    if (typeof verb === 'object') return 'goTo' in verb ? this.goTo(verb.goTo) : this.until(verb.until);
    return {
      stepInto: () => this.stepInto(),
      stepOver: () => this.stepOver(),
      stepOut: () => this.stepOut(),
      continue: () => this.forwards(),
      stepBack: () => this.stepBack(),
      reverseOver: () => this.reverseOver(),
      reverseOut: () => this.reverseOut(),
      reverseContinue: () => this.reverseContinue(),
    }[verb]();
  }

  // Forwards.

  /** What is met at the present place was told of already. */
  private *forwards(): Doing {
    const { recorder, machine } = this;
    let isFirst = true;
    let pauseAt = recorder.tStates + ADVANCE_T_STATES;
    let pieces = 0;
    for (;;) {
      const before = recorder.now;
      this.found = undefined;
      let stop: Stop | undefined;
      if (recorder.isLive) {
        if (isFirst) recorder.beginWith('step');
        stop = this.judge(machine.run(recorder.tStates + ADVANCE_T_STATES));
      } else recorder.replay(recorder.tStates + ADVANCE_T_STATES, isFirst);
      if (this.found) {
        this.lookOnce();
        return this.found;
      }
      isFirst &&= isSame(before, recorder.now);
      if (stop && stop.why !== 'key' && stop.why !== 'idle') return stop;
      // Replay comes in pieces, some of one instruction.
      if (!stop && recorder.tStates < pauseAt && ++pieces < MOST_STEPS) continue;
      yield stop;
      pauseAt = recorder.tStates + ADVANCE_T_STATES;
      pieces = 0;
    }
  }

  /** What the machine's stop is to us; undefined where it can go on. */
  private judge(stop: MachineStop): Stop | undefined {
    if (stop.why === 'ended' || stop.why === 'crashed') this.over = stop;
    else if (stop.why !== 'key' && stop.why !== 'idle') return undefined;
    return stop;
  }

  /** One instruction or acknowledge. @returns a stop that is more than the step */
  private *one(): Part<Stop | undefined> {
    const { recorder, machine } = this;
    for (;;) {
      const before = recorder.now;
      this.found = undefined;
      let stop: Stop | undefined;
      if (recorder.isLive) {
        recorder.beginWith('only');
        stop = this.judge(machine.run(recorder.tStates + 1));
      } else recorder.replay(0, true);
      const isDone = !isSame(before, recorder.now);
      if (isDone) this.lookOnce();
      if (this.found) return this.found;
      if (stop && (stop.why === 'ended' || stop.why === 'crashed')) return stop;
      if (isDone) return undefined;
      yield stop;
    }
  }

  /** What stops behind an instruction may stand where another breakpoint is: going on would step over that. */
  private lookOnce(): void {
    const { lookout, recorder } = this;
    const isSeen = lookout.seenAt && isSame(lookout.seenAt, recorder.now);
    if (!isSeen && recorder.isBeforeInstruction) lookout.executes(recorder.pc);
  }

  private *stepInto(): Doing {
    return (yield* this.one()) ?? STEP;
  }

  private *stepOver(): Doing {
    const { cpu } = this;
    const { memory, pc, sp, instructions } = cpu;
    const length = callsOrRepeats(memory, pc);
    const stop = yield* this.one();
    if (stop) return stop;
    // Not counted: an interrupt came, and what it does is stepped over.
    const isAcknowledge = cpu.instructions === instructions;
    if (!isAcknowledge && length === undefined) return STEP;
    const goal: Goal = {
      at: (isAcknowledge ? pc : pc + length!) & 0xffff,
      isReached: () => cpu.sp >= sp && !cpu.halted,
      stop: STEP,
    };
    return yield* this.runTo(goal);
  }

  private *stepOut(): Doing {
    const { cpu } = this;
    const from = cpu.sp;
    for (let steps = 1; ; steps++) {
      const { memory, pc, sp } = cpu;
      const stop = yield* this.stepOver();
      if (stop.why !== 'step') return stop;
      if (isReturn(memory, pc) && sp >= from && cpu.sp === ((sp + 2) & 0xffff)) return STEP;
      if (steps % MOST_STEPS === 0) yield undefined;
    }
  }

  private *until(at: number): Doing {
    checkAddress(at);
    const stop = yield* this.one();
    if (stop) return stop;
    return yield* this.runTo({ at, isReached: () => true, stop: { why: 'until', at } });
  }

  private *runTo(goal: Goal): Doing {
    const { lookout, marks, cpu } = this;
    if (cpu.pc === goal.at && goal.isReached()) return goal.stop;
    lookout.goal = goal;
    marks.add(goal.at, 'execute');
    try {
      return yield* this.forwards();
    } finally {
      lookout.goal = undefined;
      marks.remove(goal.at);
    }
  }

  // Backwards.

  private *goTo(moment: Moment): Doing {
    yield* this.travel.to(moment);
    return this.arrived(isBefore(moment, this.recorder.beginning) ? BEGINNING : STEP);
  }

  private *stepBack(): Doing {
    return this.arrived((yield* this.travel.toPrevious()) ? STEP : BEGINNING);
  }

  private *reverseOver(): Doing {
    const { cpu, recorder, travel } = this;
    const { sp, pc } = cpu;
    if (!(yield* travel.toPrevious())) return BEGINNING;
    const at = cpu.pc;
    if (isReturn(cpu.memory, at) && sp === ((cpu.sp + 2) & 0xffff)) {
      // Whoever pushed the address that it returned to is the call, or the interrupt.
      const call = yield* lastWrite(recorder, this.marks, travel, cpu.sp);
      if (call?.how === 'instruction' || call?.how === 'interrupt') {
        yield* travel.to(call.moment);
        yield* travel.toPrevious();
      }
    } else if (isRepeat(cpu.memory, at) && (pc === at || pc === at + 2)) {
      let first = recorder.now;
      while ((yield* travel.toPrevious()) && cpu.pc === at) first = recorder.now;
      yield* travel.to(first);
    }
    return this.arrived(STEP);
  }

  private *reverseOut(): Doing {
    const { cpu } = this;
    const from = cpu.sp;
    for (let steps = 1; ; steps++) {
      const after = cpu.sp;
      const stop = yield* this.reverseOver();
      if (stop.why !== 'step') return stop;
      if (isCall(cpu.memory, cpu.pc) && after >= from && cpu.sp === ((after + 2) & 0xffff)) return stop;
      if (steps % MOST_STEPS === 0) yield undefined;
    }
  }

  private *reverseContinue(): Doing {
    const { recorder, travel, lookout } = this;
    const hit = yield* lastHit(recorder, travel, lookout);
    yield* travel.to(hit?.moment ?? recorder.beginning);
    lookout.seenAt = recorder.now;
    return this.arrived(hit?.stop ?? BEGINNING);
  }

  private arrived(stop: Stop): Stop {
    this.lookout.lookAgain();
    return stop;
  }

  /** A question about the past, answered at once; the present place stays. */
  private lookingBack<T>(way: (this: Session) => Way<T>): T {
    this.giveUp();
    const here = this.recorder.now;
    const wasLive = this.recorder.isLive;
    try {
      return finish(way.call(this));
    } finally {
      if (wasLive) this.recorder.toPresent();
      else finish(this.travel.to(here));
      this.lookout.lookAgain();
    }
  }
}

function finish<T>(way: Way<T>): T {
  for (;;) {
    const { done, value } = way.next();
    if (done) return value;
  }
}

function checkAddress(address: number): void {
  if (!Number.isInteger(address) || address < 0 || address >= MEMORY_SIZE)
    throw new UsageError(`there is no address ${address}`, { hint: 'addresses are from 0 to FFFFh' });
}
