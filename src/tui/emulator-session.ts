/**
 * The program in the emulator with a person at its console: at the pace of its clock or as fast as it goes, with
 * stops, steps, breakpoints and a profile. `drive` runs it; every change of pace ends one drive and begins another.
 */
import { drive, type DriveEnd, type LiveConsole } from '../emu/drive.js';
import type { EmulatedMachine, MachineStop } from '../emu/emulated.js';
import { createDebugger, type Debugger } from '../emu/debug/debugger.js';
import { instructionLines, registerLines } from '../emu/debug/listing.js';
import { hex, SymbolMap } from '../emu/debug/names.js';
import { Profile } from '../emu/debug/profile.js';
import type { Machine } from '../machines/machine.js';
import { utf8 } from '../seams/bytes.js';
import type { Clock } from '../seams/clock.js';
import type { Program } from '../seams/target.js';
import type { EmulatorAction, EmulatorStatus } from './protocol.js';

/** Instruction by instruction a machine is slow: so many T-states take about a hundredth of a second. */
const DEBUG_SLICE = 50_000;
const STATUS_MS = 100;
/** Characters whose T-states are shown, and from where on a gap is thought rather than printing. */
const CHARACTERS = 200;
const THOUGHT = 20_000;
const PROFILE_ROWS = 20;

export interface EmulatorSessionOptions {
  /** What it is emulated on. */
  machine: Machine;
  program: Program;
  /** Address → name, of the program. */
  names: ReadonlyMap<number, string>;
  clockHz: number;
  clock: Clock;
  onOutput: (bytes: Uint8Array) => void;
  onStatus: (status: EmulatorStatus) => void;
  /** Resolves when whoever shows the output has kept up; the program stands still until then. */
  room: () => Promise<void>;
}

/** Keys that wait for the program: a long paste. What a program never reads would stay for ever. */
const KEYS_WAITING = 64 * 1024;

export class EmulatorSession {
  readonly #machine: EmulatedMachine;
  readonly #symbols: SymbolMap;
  readonly #breakpoints = new Set<number>();
  readonly #keys: number[] = [];
  readonly #characters: number[] = [];
  #output: number[] = [];
  #profile: Profile | undefined;
  #debug: Debugger | undefined;
  #wake = (): void => {};
  #change = new AbortController();
  #running = false;
  #trueSpeed = true;
  #state = 'loaded';
  #lastPrinted = 0;
  #lastStatusMs = 0;
  #over = false;
  #closed = false;

  constructor(private readonly options: EmulatorSessionOptions) {
    this.#machine = options.machine.emulate(this.#console);
    this.#symbols = new SymbolMap(new Map([...this.#machine.names, ...options.names]));
    this.#machine.load(options.program, '');
  }

  /** Run it for as long as the session lasts. */
  async run(): Promise<void> {
    while (!this.#closed) {
      this.#status();
      if (!this.#running) {
        await new Promise<void>((resolve) => this.#change.signal.addEventListener('abort', () => resolve()));
      } else {
        const end = await this.#drive();
        if (end.why !== 'interrupted') {
          this.#running = false;
          this.#state = this.#words(end);
          this.#over = end.why === 'ended' || end.why === 'crashed';
        }
      }
      if (this.#change.signal.aborted) this.#change = new AbortController();
    }
  }

  type(text: string): void {
    for (const byte of utf8(text)) if (this.#keys.length < KEYS_WAITING) this.#keys.push(byte);
    this.#wake();
  }

  act(action: Exclude<EmulatorAction, 'restart'>): void {
    if (action === 'go') this.#go();
    else if (action === 'break') this.#halt('stopped');
    else if (action === 'step') this.#step();
    else if (action === 'speed') this.#trueSpeed = !this.#trueSpeed;
    else this.#profile = this.#profile ? undefined : new Profile(this.#symbols);
    this.#watch();
    this.#change.abort();
  }

  /** Set a breakpoint, or take it away. @returns whether the place is known */
  breakpoint(place: string): boolean {
    const named = [...this.#symbols.names].find(([, name]) => name.toLowerCase() === place.toLowerCase())?.[0];
    const address = named ?? (/^[0-9a-f]{1,4}h?$/i.test(place) ? parseInt(place, 16) : undefined);
    if (address === undefined) return false;
    if (!this.#breakpoints.delete(address)) this.#breakpoints.add(address);
    this.#watch();
    this.#change.abort();
    return true;
  }

  /** At once: the console and the status belong to the next session, though this one may be in the middle of a slice. */
  close(): void {
    this.#closed = true;
    this.#change.abort();
    this.#wake();
  }

  #drive(): Promise<DriveEnd> {
    const debug = this.#debug;
    const { signal } = this.#change;
    this.#state = 'running';
    signal.addEventListener('abort', () => this.#wake());
    const { clock, room } = this.options;
    const pace: Clock = {
      now: () => clock.now(),
      async sleep(ms) {
        await room();
        await clock.sleep(ms);
      },
    };
    return drive(this.#machine, this.#console, pace, {
      ...(this.#trueSpeed && { clockHz: this.options.clockHz }),
      ...(debug && {
        run: (until: number): MachineStop => debug.run(Math.min(until, this.#machine.cpu.tStates + DEBUG_SLICE)),
      }),
      signal,
      flush: () => {
        this.#flush();
        if (this.options.clock.now() - this.#lastStatusMs >= STATUS_MS) this.#status();
      },
    });
  }

  #go(): void {
    if (this.#over || this.#running) return;
    // Off the breakpoint first.
    if (this.#breakpoints.has(this.#machine.cpu.pc)) this.#machine.run(this.#machine.cpu.tStates + 1);
    this.#running = true;
  }

  #halt(state: string): void {
    if (this.#running) this.#state = state;
    this.#running = false;
  }

  #step(): void {
    if (this.#running || this.#over) return this.#halt('stopped');
    const stop = this.#machine.run(this.#machine.cpu.tStates + 1);
    this.#flush();
    this.#state = stop.why === 'key' ? 'waits for a key' : 'stopped';
  }

  /** Looking costs speed, so it is done only where there is something to look for. */
  #watch(): void {
    const needed = this.#profile !== undefined || this.#breakpoints.size > 0;
    this.#debug = needed
      ? createDebugger(this.#machine, {
          symbols: this.#symbols,
          profile: this.#profile,
          breakpoints: this.#breakpoints,
        })
      : undefined;
  }

  #words(end: DriveEnd): string {
    const place = (at: number): string => this.#symbols.describe(at) ?? `${hex(at)}h`;
    if (end.why === 'crashed') return `crashed at ${place(end.at)}: ${end.message}`;
    if (end.why === 'paused') return `breakpoint ${place(this.#debug?.hit ?? this.#machine.cpu.pc)}`;
    return end.why;
  }

  readonly #console: LiveConsole = {
    ended: false,
    ready: () => this.#keys.length > 0,
    read: () => this.#keys.shift(),
    write: (byte) => {
      this.#output.push(byte);
      const { tStates } = this.#machine.cpu;
      if (tStates - this.#lastPrinted >= THOUGHT) this.#characters.push(tStates - this.#lastPrinted);
      if (this.#characters.length > CHARACTERS) this.#characters.shift();
      this.#lastPrinted = tStates;
    },
    wait: async (ms) => {
      this.#flush();
      if (this.#keys.length > 0 || this.#change.signal.aborted) return;
      if (ms === Infinity) {
        this.#state = 'waits for a key';
        this.#status();
      }
      await new Promise<void>((resolve) => {
        const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      // What a person needs for typing is nobody's thought.
      this.#lastPrinted = this.#machine.cpu.tStates;
      if (this.#running) this.#state = 'running';
    },
  };

  #flush(): void {
    if (this.#output.length === 0 || this.#closed) return;
    this.options.onOutput(Uint8Array.from(this.#output));
    this.#output = [];
  }

  #status(): void {
    if (this.#closed) return;
    const { cpu } = this.#machine;
    this.#lastStatusMs = this.options.clock.now();
    const rows = this.#profile?.rows() ?? [];
    const all = rows.reduce((sum, row) => sum + row.self, 0) || 1;
    this.options.onStatus({
      type: 'emulator',
      state: this.#state,
      running: this.#running,
      trueSpeed: this.#trueSpeed,
      profiling: this.#profile !== undefined,
      tStates: cpu.tStates,
      instructions: cpu.instructions,
      registers: registerLines(cpu.getRegisters()),
      next: instructionLines(cpu.memory, cpu.pc, this.#symbols).at(-1)!,
      characters: [...this.#characters],
      profile: rows.slice(0, PROFILE_ROWS).map(({ name, self }) => ({ name, share: self / all })),
      breakpoints: [...this.#breakpoints].map((at) => this.#symbols.describe(at) ?? `${hex(at)}h`),
    });
  }
}
