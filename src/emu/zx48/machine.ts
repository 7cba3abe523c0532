/**
 * A ZX Spectrum 48K in which a tape has been loaded and its program been started by USR. There is no ROM but stubs for the
 * routines that firmware/hosts/zx48.asm calls; what each of them does is done here.
 *
 *     0010  print A                       0D6B  wipe the screen         1F54  no carry: BREAK is pressed
 *     0038  the interrupt, 50 Hz: keys    15F2  print A, as RST 10h     2D2B  where a program's RET leads
 *     03B5  a tone                        1601  open a channel
 *
 * The operator's terminal is not a Spectrum: what RST 10h prints goes to it, a new line as CR LF, so that what is said
 * can be compared with what is said elsewhere. What a program prints by 15F2h is seen on the Spectrum's screen alone (`screen`).
 * Its keys become the Spectrum's: backspace is DELETE, ^U is EDIT, ^C and ESC are BREAK.
 *
 * The routines cost T-states as the real ones do, about (COST). That memory below 8000h is slower is not emulated.
 */
import type { Console } from '../../seams/console.js';
import { InputError } from '../../seams/errors.js';
import type { Program } from '../../seams/target.js';
import { hex16 } from '../../seams/words.js';
import type { Cpu, CreateCpu } from '../cpu.js';
import type { EmulatedMachine, MachineStop } from '../emulated.js';
import { createZ80 } from '../z80.js';
import { Screen } from './screen.js';
import { AFTER_POWER_ON, BASIC_HL, BASIC_IY, FRAME, INTERRUPT, KEY_THERE, RAM_FROM, ROM, SYSTEM } from './system.js';
import { decodeTape } from './tape.js';

const TRAP_PORT = 0xed;
/** OUT (TRAP_PORT),A / RET */
const STUB = [0xd3, TRAP_PORT, 0xc9];
/** The same with EI before RET. */
const INTERRUPT_STUB = [0xd3, TRAP_PORT, 0xfb, 0xc9];
const OUT_LENGTH = 2;
const FLAG_CARRY = 0x01;
/** RST 38h: what is executed where there is no stub. */
const NO_ROM = 0xff;
/** BASIC's stack lies below the program, and is in use. */
const STACK_USED = 10;
const ENTER = 0x0d;
const BELL = 0x07;
/** Pictures in a row that a program has waited for with no key coming: it does nothing else. */
const IDLE_FRAMES = 25;

/** T-states of the ROM's routines, as OpenSE BASIC's, a free ROM, were measured. */
const COST = { print: 1_500, scroll: 152_000, interrupt: 850, cls: 165_000 };

/** The Spectrum's keys by those of a terminal; all others of ASCII are the same. */
const KEYS: Readonly<Record<number, number>> = { 0x08: 0x0c, 0x7f: 0x0c, 0x15: 0x07, 0x0d: 0x0d };
const BREAKS = [0x03, 0x1b];

export interface Zx48 extends EmulatedMachine {
  /** The 24 lines of the screen as a person sees them. */
  screen(): string[];
}

export function createZx48(console: Console, createCpu: CreateCpu = createZ80): Zx48 {
  return new Zx48Machine(console, createCpu);
}

class Zx48Machine implements Zx48 {
  readonly cpu: Cpu;
  readonly names = new Map(Object.entries(ROM).map(([name, at]) => [at, name] as const));
  private display: Screen;
  private nextInterrupt = FRAME;
  /** When the interrupt line falls; undefined while it is not raised. */
  private interruptEnds: number | undefined;
  /** The interrupt has come upon a HALT. */
  private waited = false;
  private idleFrames = 0;
  /** BREAK is pressed, until somebody looks. */
  private breakPressed = false;
  private stop: MachineStop | undefined;
  private finished: MachineStop | undefined;

  constructor(
    private readonly console: Console,
    createCpu: CreateCpu,
  ) {
    this.cpu = createCpu({ in: () => 0xff, out: (port) => this.out(port & 0xff) });
    this.display = new Screen(this.cpu.memory);
  }

  screen(): string[] {
    return this.display.lines();
  }

  load({ name, bytes }: Program, tail: string): void {
    if (tail !== '')
      throw new InputError('BASIC gives programs no command tail', { where: name, hint: 'type it when it asks' });
    const program = decodeTape(bytes, name);
    if (program.origin < RAM_FROM)
      throw new InputError(`the program wants ${hex16(program.origin)}, and RAM begins at ${hex16(RAM_FROM)}`, {
        where: name,
      });
    const { cpu } = this;
    const { memory, tStates } = cpu;
    cpu.reset();
    cpu.tStates = tStates;
    memory.fill(NO_ROM, 0, RAM_FROM).fill(0, RAM_FROM);
    for (const at of Object.values(ROM)) memory.set(at === ROM.interrupt ? INTERRUPT_STUB : STUB, at);
    for (const [at, ...values] of AFTER_POWER_ON) memory.set(values, at);
    memory.set(program.bytes, program.origin);
    cpu.setRegisters({ iy: BASIC_IY, hl_: BASIC_HL, iff1: 1, iff2: 1, im: 1, i: 0x3f });
    cpu.sp = program.origin - STACK_USED;
    memory.set([ROM.usrEnd & 0xff, ROM.usrEnd >> 8], cpu.sp);
    cpu.pc = program.entry;
    this.display = new Screen(memory);
    this.display.clear();
    this.nextInterrupt = tStates + FRAME;
    this.interruptEnds = this.finished = undefined;
    this.breakPressed = this.waited = false;
    this.idleFrames = 0;
    cpu.setInt(false);
  }

  run(until: number): MachineStop {
    const { cpu } = this;
    this.stop = undefined;
    while (!this.finished && !this.stop && cpu.tStates < until) {
      this.driveInterrupt();
      cpu.run(Math.min(until, Math.max(this.interruptEnds ?? this.nextInterrupt, cpu.tStates + 1)));
      if (cpu.halted && cpu.getRegisters().iff1 === 0) this.crash(cpu.pc - 1, 'HALT, and nothing interrupts');
    }
    return this.finished ?? this.stop ?? { why: 'time' };
  }

  pause(): void {
    this.stopWith({ why: 'paused' });
  }

  reopen(): void {
    this.stop = this.finished = undefined;
    this.nextInterrupt = Math.ceil((this.cpu.tStates + 1) / FRAME) * FRAME;
    this.interruptEnds = undefined;
    this.cpu.setInt(false);
  }

  private stopWith(stop: MachineStop): void {
    this.stop = stop;
    this.cpu.stop();
  }

  /** Raise or drop the line where it is due. */
  private driveInterrupt(): void {
    const { cpu } = this;
    // Taken in the last moment, it has yet to reach its routine.
    const isTaken = cpu.pc === ROM.interrupt;
    if (this.interruptEnds !== undefined && cpu.tStates >= this.interruptEnds && !isTaken) {
      this.interruptEnds = undefined;
      cpu.setInt(false);
    }
    if (cpu.tStates < this.nextInterrupt) return;
    this.waited = cpu.halted;
    // A routine of the ROM's takes its time at once, and the real one can be interrupted: none is missed for it.
    this.interruptEnds = cpu.tStates + INTERRUPT;
    // Whoever sets the time on skips pictures.
    while (this.nextInterrupt <= cpu.tStates) this.nextInterrupt += FRAME;
    cpu.setInt(true);
  }

  private out(port: number): void {
    if (port !== TRAP_PORT) return;
    const { a } = this.cpu.getRegisters();
    switch (this.cpu.pc - OUT_LENGTH) {
      case ROM.print:
        this.idleFrames = 0;
        for (const byte of a === ENTER ? [ENTER, 0x0a] : [a]) this.console.write(byte);
        return this.print(a);
      case ROM.printA:
        return this.print(a);
      case ROM.interrupt:
        if (this.interruptEnds === undefined) {
          const { memory, sp } = this.cpu;
          const from = (memory[sp]! | (memory[sp + 1]! << 8)) - 1;
          return this.crash(from & 0xffff, 'executing ROM that is not emulated, or RST 38h');
        }
        this.cpu.setInt(false);
        this.spend(COST.interrupt);
        return this.takeKey();
      case ROM.beeper: {
        const { d, e, h, l } = this.cpu.getRegisters();
        this.spend(((d << 8) | e) * 8 * (((h << 8) | l) + 30));
        return this.console.write(BELL);
      }
      case ROM.cls:
        this.spend(COST.cls);
        return this.display.clear();
      case ROM.breakKey: {
        const { f } = this.cpu.getRegisters();
        this.cpu.setRegisters({ f: this.breakPressed ? f & ~FLAG_CARRY : f | FLAG_CARRY });
        this.breakPressed = false;
        return;
      }
      case ROM.usrEnd:
        this.finished = { why: 'ended', code: 0, lost: [] };
        this.cpu.stop();
    }
  }

  private print(code: number): void {
    this.spend(COST.print);
    const { memory } = this.cpu;
    const scrolls = memory[SYSTEM.scrolls];
    if (!this.display.print(code)) this.crash(this.cpu.pc - OUT_LENGTH, 'the ROM asks "scroll?"');
    else if (memory[SYSTEM.scrolls] !== scrolls) this.spend(COST.scroll);
  }

  private spend(tStates: number): void {
    this.cpu.tStates += tStates;
  }

  /** The interrupt looks at the keyboard. One key waits at a time. */
  private takeKey(): void {
    const { console, waited } = this;
    const { memory } = this.cpu;
    const isFree = !this.breakPressed && (memory[SYSTEM.flags]! & KEY_THERE) === 0;
    // A program that computes has no wish for a key: only one that waits has looked in vain.
    const key = isFree && (waited || console.ready()) ? console.read() : undefined;
    if (key !== undefined) this.press(key);
    else if (waited && isFree && ++this.idleFrames >= IDLE_FRAMES) {
      this.idleFrames = 0;
      this.stopWith({ why: 'idle' });
    }
  }

  private press(key: number): void {
    const { memory } = this.cpu;
    this.idleFrames = 0;
    if (BREAKS.includes(key)) {
      this.breakPressed = true;
      return;
    }
    const code = KEYS[key] ?? key;
    if (code >= 0x80) return;
    memory[SYSTEM.lastKey] = code;
    memory[SYSTEM.flags]! |= KEY_THERE;
  }

  private crash(at: number, message: string): void {
    this.cpu.stop();
    this.finished = { why: 'crashed', at, message };
  }
}
