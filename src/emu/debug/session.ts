/**
 * A machine under the debugger: forwards, and backwards. It prints nothing and waits for nothing; a front end drives it:
 *
 *     const session = createSession({ machine: (createCpu) => createCpm({ console, createCpu }), symbols });
 *     session.start(() => cpm.load(program, tail));
 *     session.breakpoints.add({ kind: 'execute', at: 0x0105 });
 *     session.begin('continue');
 *     for (;;) {
 *       const stop = session.advance();          // a slice, some milliseconds
 *       if (stop) break;                         // what happened, as values
 *       await aTurnOfTheEventLoop();             // session.interrupt() may come here
 *     }
 *
 * Where time goes backwards only the CPU and its memory do: nothing of the system's is done again, no file is touched and
 * nothing printed. Running forwards from a past moment goes through what was recorded until its end, and from there on
 * the machine is live again.
 */
import type { Cpu, CreateCpu, Registers } from '../cpu.js';
import type { EmulatedMachine } from '../emulated.js';
import type { TracedCall } from './bdos-trace.js';
import { parseExpression } from './expression.js';
import type { SymbolMap } from './names.js';
import { createZ80 } from '../z80.js';
import { UsageError } from '../../seams/errors.js';

/** An instruction boundary. T-states tell those apart that lie before and behind the acknowledge of an interrupt. */
export interface Moment {
  /** Instructions since the start. */
  instructions: number;
  tStates: number;
}

export type Verb =
  /** An instruction, or an acknowledge. */
  | 'stepInto'
  /** The same, and where it calls (CALL, RST) all of the call; repeating instructions (LDIR, HALT) as a whole. */
  | 'stepOver'
  /** Until the present routine has returned. */
  | 'stepOut'
  | 'continue'
  /** The same backwards. A stop of `reverseContinue` is at a moment at which `continue` would have stopped. */
  | 'stepBack'
  | 'reverseOver'
  /** Back to the call of the present routine. */
  | 'reverseOut'
  | 'reverseContinue'
  /** To a recorded moment, either way; the nearest there is. */
  | { goTo: Moment }
  /** `continue`, and stop at this address too. */
  | { until: number };

/** Asked for at a breakpoint; what is common to all kinds. */
interface Conditions {
  /** An expression (expression.ts); the stop is made where it is not 0. In a watchpoint `value` is the byte, `old` what it was. */
  condition?: string;
  /** Which of the times that the condition holds: `5` the fifth only, `>=5` from it on, `%5` each fifth. */
  hits?: string;
  /** Do not stop: say this, with {expressions} in it, in an event `log`. */
  log?: string;
}

export type BreakpointRequest = Conditions &
  (
    | { kind: 'execute'; at: number }
    /** Data: stops behind the instruction. `read` and `write`; both where neither is given. Of the host's work (a BDOS call) writes are seen. */
    | { kind: 'memory'; from: number; length?: number; read?: boolean; write?: boolean }
    /** Stops behind the IN or OUT. Any port where none is given; of 8 bits. */
    | { kind: 'port'; port?: number; in?: boolean; out?: boolean }
    /** Before the system is asked. Any number where none is given. */
    | { kind: 'bdos'; call?: number }
  );

export type Breakpoint = BreakpointRequest & {
  readonly id: number;
  enabled: boolean;
  /** How often it was met. */ met: number;
};

export interface Breakpoints {
  /** @throws UsageError for a condition, log or count that cannot be read, or a place outside of memory */
  add(request: BreakpointRequest): Breakpoint;
  /** @throws UsageError where there is none of this number */
  remove(id: number): void;
  enable(id: number, enabled: boolean): void;
  list(): readonly Breakpoint[];
}

export type Stop =
  /** The step, or the way to a moment, is done. */
  | { why: 'step' }
  | { why: 'breakpoint'; id: number; at: number }
  | {
      why: 'watchpoint';
      id: number;
      use: 'read' | 'write';
      at: number;
      old: number;
      value: number;
      /** The instruction that did it. */
      by: number;
      /** Not the instruction itself, but what the system did for it. */
      bySystem: boolean;
    }
  | { why: 'port'; id: number; use: 'in' | 'out'; port: number; value: number; by: number }
  | { why: 'bdos'; id: number; call: number; /** Where the program goes on behind it. */ returnsTo: number }
  | { why: 'until'; at: number }
  | { why: 'interrupted' }
  /** A call waits for a key, or (`idle`) the program asks for one over and over. The verb is not done: `advance` goes on with it when there is one. */
  | { why: 'key' | 'idle' }
  | { why: 'ended'; code: number; lost: string[] }
  | { why: 'crashed'; at: number; message: string }
  /** Backwards: nothing is recorded before this moment. */
  | { why: 'beginning' };

export type SessionState = 'stopped' | 'ended' | 'crashed';

/** A thing that was written, and by what. */
export interface Writer {
  /** Behind the instruction that did it. */
  moment: Moment;
  /** The instruction's address. */
  by: number;
  /** The system did it for that instruction, or (`loaded`) before the first. */
  how: 'instruction' | 'system' | 'loaded';
  value: number;
}

export interface HistoryRange {
  first: Moment;
  last: Moment;
  now: Moment;
}

/** An instruction that was executed. */
export interface PastInstruction {
  moment: Moment;
  pc: number;
  /** Before it. */
  registers: Registers;
}

export interface SessionOptions {
  /** Makes the machine, with a CPU from this. */
  machine: (createCpu: CreateCpu) => EmulatedMachine;
  symbols: SymbolMap;
  /** Names with values, places or not, for expressions. */
  values?: ReadonlyMap<string, number>;
  /** Takes what log points say. */
  log?: (id: number, text: string) => void;
  /** Takes the system's calls as they return, where it is CP/M and `traceCalls` is set; going forwards only. */
  traced?: (call: TracedCall) => void;
}

export interface DebugSession {
  readonly machine: EmulatedMachine;
  /** For looking. Change things by `setRegisters` and `write` of the session. */
  readonly cpu: Cpu;
  readonly symbols: SymbolMap;
  readonly breakpoints: Breakpoints;
  readonly state: SessionState;
  /** The last recorded moment is the present one. */
  readonly isLive: boolean;
  readonly history: HistoryRange;
  /** Power on; `load` puts the program in its place. What was recorded is forgotten. */
  start(load: () => void): void;
  /** Begin with a verb; an unfinished one is given up. */
  begin(verb: Verb): void;
  /**
   * Go on with it for a slice (ADVANCE_T_STATES, some milliseconds).
   * @returns how it ended, or undefined where it has not yet
   */
  advance(): Stop | undefined;
  /** The next `advance` ends the verb, with `interrupted`. */
  interrupt(): void;
  /** `begin` and `advance` until there is a stop: for tests and scripts. */
  run(verb: Verb): Stop;
  /** Who wrote this byte last before now. Undefined where it lies before what is recorded. Replays up to all of the history. */
  whoWrote(address: number): Writer | undefined;
  /** The last instructions before now, oldest first. */
  lastInstructions(count: number): PastInstruction[];
  /**
   * Patch memory; in the past it opens a new future, and the recorded one is forgotten.
   * @throws UsageError where the bytes do not fit below 64 KB
   */
  write(address: number, bytes: Uint8Array): void;
  setRegisters(values: Partial<Registers>): void;
  /** The value of an expression now. @throws UsageError */
  evaluate(expression: string): number;
  traceCalls: boolean;
}

export function createSession(options: SessionOptions): DebugSession {
  return new Session(options);
}

/** For now: forwards, by steps. */
class Session implements DebugSession {
  readonly machine: EmulatedMachine;
  readonly symbols: SymbolMap;
  readonly breakpoints: Breakpoints;
  readonly isLive = true;
  state: SessionState = 'stopped';
  traceCalls = false;
  private verb: Verb | undefined;
  private interrupted = false;
  private depth = 0;
  private places: Breakpoint[] = [];

  constructor(private readonly options: SessionOptions) {
    this.machine = options.machine(createZ80);
    this.symbols = options.symbols;
    let last = 0;
    const find = (id: number): Breakpoint => {
      const found = this.places.find((place) => place.id === id);
      if (!found) throw new UsageError(`there is no breakpoint ${id}`);
      return found;
    };
    this.breakpoints = {
      add: (request) => {
        const added = { ...request, id: ++last, enabled: true, met: 0 };
        this.places.push(added);
        return added;
      },
      remove: (id) => {
        const found = find(id);
        this.places = this.places.filter((place) => place !== found);
      },
      enable: (id, enabled) => void (find(id).enabled = enabled),
      list: () => this.places,
    };
  }

  get cpu(): Cpu {
    return this.machine.cpu;
  }
  get history(): HistoryRange {
    const { instructions, tStates } = this.cpu;
    const now = { instructions, tStates };
    return { first: now, last: now, now };
  }

  start(load: () => void): void {
    load();
    this.state = 'stopped';
  }

  begin(verb: Verb): void {
    this.verb = verb;
    this.depth = this.cpu.sp;
    this.interrupted = false;
  }

  advance(): Stop | undefined {
    const { verb, cpu } = this;
    if (verb === undefined) throw new Error('nothing was begun');
    for (let steps = 0; steps < 20_000; steps++) {
      if (this.interrupted) return { why: 'interrupted' };
      const stop = this.machine.run(cpu.tStates + 1);
      if (stop.why === 'ended' || stop.why === 'crashed') this.state = stop.why;
      if (stop.why !== 'time' && stop.why !== 'paused') return stop as Stop;
      if (verb === 'stepInto' || (verb === 'stepOver' && cpu.sp >= this.depth) || (verb === 'stepOut' && cpu.sp > this.depth)) return { why: 'step' }; // prettier-ignore
      if (typeof verb === 'object' && 'until' in verb && verb.until === cpu.pc) return { why: 'until', at: cpu.pc };
      const met = this.places.find((place) => place.enabled && place.kind === 'execute' && place.at === cpu.pc);
      if (met) {
        met.met++;
        return { why: 'breakpoint', id: met.id, at: cpu.pc };
      }
    }
    return undefined;
  }

  interrupt(): void {
    this.interrupted = true;
  }

  run(verb: Verb): Stop {
    this.begin(verb);
    for (;;) {
      const stop = this.advance();
      if (stop) return stop;
    }
  }

  whoWrote(): Writer | undefined {
    return undefined;
  }

  lastInstructions(): PastInstruction[] {
    return [];
  }

  write(address: number, bytes: Uint8Array): void {
    if (address + bytes.length > 0x10000) throw new UsageError('the bytes do not fit below 64 KB');
    this.cpu.memory.set(bytes, address);
  }

  setRegisters(values: Partial<Registers>): void {
    this.cpu.setRegisters(values);
  }

  evaluate(expression: string): number {
    return parseExpression(expression).evaluate({ cpu: this.cpu, values: this.options.values ?? new Map() });
  }
}
