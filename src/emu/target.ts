/**
 * The emulator as a Target: a program on its machine, in time that is counted, not lived through.
 *
 * `read` runs the machine until it has printed something, waits for a key, or the target's time is up. Waiting for
 * a key with nobody typing passes the time in no time. Bytes that came at the same T-state are one output, so each
 * carries its own exact time.
 */
import { EmuError } from '../seams/errors.js';
import type { Clock } from '../seams/clock.js';
import type { Console } from '../seams/console.js';
import type { LoadProgress, Program, Target, TargetOutput } from '../seams/target.js';
import { RC2014_HZ } from './cpu.js';
import { createCpm } from './cpm/machine.js';
import type { EmulatedMachine, MachineStop } from './emulated.js';

/** T-states between two chances for the rest of the process to do something. */
const BREATH = 20_000_000;

export interface EmulatorTargetOptions {
  /** What turns T-states into the milliseconds of TargetOutput. */
  clockHz?: number;
  /** What is emulated: CP/M unless given. */
  emulate?: (console: Console) => EmulatedMachine;
  /** Lets the event loop turn now and then during long computations. */
  clock?: Clock;
}

export interface EmulatorTarget extends Target {
  readonly clockHz: number;
  readonly machine: EmulatedMachine;
  /** How the program ended; undefined while it runs. After its last output `read` gives nothing more. */
  readonly ended: MachineStop | undefined;
}

export function emulatorTarget(options: EmulatorTargetOptions = {}): EmulatorTarget {
  return new Emulator(options);
}

class Emulator implements EmulatorTarget {
  readonly name = 'emulator';
  readonly abilities = { tStates: true, transfer: false, realTime: false };
  readonly clockHz: number;
  readonly machine: EmulatedMachine;
  ended: MachineStop | undefined;
  private program: Program | undefined;
  private started = false;
  private keys: number[] = [];
  private outputs: { bytes: number[]; tStates: number; fetches: number }[] = [];
  private sinceBreath = 0;

  constructor(private readonly options: EmulatorTargetOptions) {
    this.clockHz = options.clockHz ?? RC2014_HZ;
    const { emulate = (console: Console) => createCpm({ console }) } = options;
    this.machine = emulate(this.operator());
  }

  async *load(program: Program): AsyncIterable<LoadProgress> {
    // Loading is proven by trying: what is wrong with a program shows here, not at its start.
    this.machine.load(program, '');
    this.program = program;
    this.started = false;
    const size = program.bytes.length;
    yield { phase: 'done', step: 'loaded', doneBytes: size, totalBytes: size, retries: 0 };
  }

  async start(tail: string): Promise<void> {
    if (!this.program) throw new EmuError('no program is loaded', { hint: 'load one before starting it' });
    this.keys = [];
    this.outputs = [];
    this.ended = undefined;
    this.machine.load(this.program, tail);
    this.started = true;
  }

  async type(bytes: Uint8Array): Promise<void> {
    this.keys.push(...bytes);
  }

  /** @throws EmuError when the program crashes */
  async read(timeoutMs: number): Promise<TargetOutput | undefined> {
    const { cpu } = this.machine;
    const deadline = cpu.tStates + Math.ceil((timeoutMs * this.clockHz) / 1000);
    while (this.outputs.length === 0 && !this.ended && this.started && cpu.tStates < deadline) {
      const from = cpu.tStates;
      const stop = this.machine.run(Math.min(deadline, from + BREATH));
      await this.breathe(cpu.tStates - from);
      if (stop.why === 'key') {
        // Nobody types before `read` returns: the rest of the time passes in waiting.
        if (this.outputs.length === 0) cpu.tStates = deadline;
        break;
      }
      if (stop.why === 'ended' || stop.why === 'crashed') this.ended = stop;
    }
    const output = this.outputs.shift();
    if (output) {
      const { bytes, tStates, fetches } = output;
      return { bytes: Uint8Array.from(bytes), atMs: (tStates / this.clockHz) * 1000, tStates, fetches };
    }
    if (this.ended?.why === 'crashed')
      throw new EmuError(`the program crashed at ${hex(this.ended.at)}: ${this.ended.message}`, {
        where: this.program?.name,
      });
    return undefined;
  }

  async close(): Promise<void> {
    this.started = false;
  }

  private operator(): Console {
    return {
      ended: false,
      ready: () => this.keys.length > 0,
      read: () => this.keys.shift(),
      write: (byte) => {
        const { tStates, fetches } = this.machine.cpu;
        const last = this.outputs.at(-1);
        if (last?.tStates === tStates) last.bytes.push(byte);
        else this.outputs.push({ bytes: [byte], tStates, fetches });
        this.machine.pause();
      },
    };
  }

  private async breathe(tStates: number): Promise<void> {
    this.sinceBreath += tStates;
    if (this.sinceBreath < BREATH) return;
    this.sinceBreath = 0;
    await this.options.clock?.sleep(0);
  }
}

function hex(address: number): string {
  return `${address.toString(16).toUpperCase().padStart(4, '0')}h`;
}
