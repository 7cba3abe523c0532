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
import type { Breakpoints } from './breakpoints.js';
import type { Moment } from './moment.js';
import type { SymbolMap } from './names.js';
import { Session } from './session-verbs.js';

export type { Breakpoint, BreakpointRequest, Breakpoints } from './breakpoints.js';
export type { Moment } from './moment.js';

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
      /** Not the instruction itself, but what the system did for it, or an interrupt before it. */
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
  how: 'instruction' | 'system' | 'interrupt' | 'loaded';
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
