/**
 * Runs a machine to its end with a live operator: waits for keys, keeps true speed if asked to, and gives the
 * rest of the process its turns.
 */
import type { Clock } from '../seams/clock.js';
import type { Console } from '../seams/console.js';
import type { EmulatedMachine, MachineStop } from './emulated.js';

/** Without a clock to keep: T-states between two turns of the event loop, about a hundredth of a second. */
const FREE_SLICE = 10_000_000;
/** An instruction at a time is a hundred times slower, and a trace prints a line for each: slices that end as soon. */
const DEBUG_SLICE = 20_000;
/** With one: slices of a hundredth of a second, below what a person sees. */
const SLICES_A_SECOND = 100;
/** How long an idle program is left alone before it may look for a key again. */
const IDLE_MS = 20;

/** A console that one can wait on. */
export interface LiveConsole extends Console {
  /** Resolves when a key is there, the input has ended, or the time is over. */
  wait(ms: number): Promise<void>;
}

export interface DriveOptions {
  /** Keep the pace of a Z80 at this clock; as fast as possible without. */
  clockHz?: number;
  /** Stop when so many T-states have passed since the start. */
  maxTStates?: number;
  signal?: AbortSignal;
  /** After each slice: show what has been printed; resolves when there is room for more. */
  flush?: () => void | Promise<void>;
  /** In the place of `machine.run`, for a debugger. */
  run?: (until: number) => MachineStop;
  /** It goes an instruction at a time. */
  isStepwise?: boolean;
}

/** How it ended: as the machine says, or no key will come, the limit is reached, or somebody called `pause`. */
export type DriveEnd =
  Extract<MachineStop, { why: 'ended' | 'crashed' }> | { why: 'no more input' | 'limit' | 'interrupted' | 'paused' };

export async function drive(
  machine: EmulatedMachine,
  console: LiveConsole,
  clock: Clock,
  options: DriveOptions = {},
): Promise<DriveEnd> {
  const { clockHz, maxTStates = Infinity, signal, flush = () => {}, run = (until) => machine.run(until) } = options;
  const { cpu } = machine;
  const limit = cpu.tStates + maxTStates;
  const free = options.isStepwise ? DEBUG_SLICE : FREE_SLICE;
  const slice = clockHz === undefined ? free : Math.min(FREE_SLICE, Math.ceil(clockHz / SLICES_A_SECOND));
  /** The moment of the clock that T-state 0 would have had, so that small delays never add up. */
  let origin = 0;
  const restart = (): void => {
    origin = clock.now() - (cpu.tStates / (clockHz ?? 1)) * 1000;
  };
  restart();
  for (;;) {
    const stop = run(Math.min(limit, cpu.tStates + slice));
    await flush();
    if (signal?.aborted) return { why: 'interrupted' };
    if (stop.why === 'ended' || stop.why === 'crashed') return stop;
    if (stop.why === 'paused') return { why: 'paused' };
    if (cpu.tStates >= limit) return { why: 'limit' };
    if (stop.why === 'key' || stop.why === 'idle') {
      if (console.ended && !console.ready()) return { why: 'no more input' };
      await console.wait(stop.why === 'key' ? Infinity : IDLE_MS);
      if (signal?.aborted) return { why: 'interrupted' };
      restart();
    } else if (clockHz === undefined) await clock.sleep(0);
    else {
      const ahead = origin + (cpu.tStates / clockHz) * 1000 - clock.now();
      // A host that was away (suspended, stopped in a debugger) does not make the board hurry afterwards.
      if (ahead < -1000) restart();
      await clock.sleep(Math.max(0, ahead));
    }
  }
}
