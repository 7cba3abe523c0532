/**
 * A CP/M 2.2 machine: the Z80, 64 KB, and the system calls done here instead of by Z80 code. It is driven by pull:
 *
 *     const cpm = createCpm({ console });
 *     cpm.load({ name: 'GUESS.COM', bytes }, 'is it big');
 *     for (;;) switch (cpm.run(cpm.cpu.tStates + slice).why) { case 'key': …wait for one…; case 'ended': … }
 *
 * System calls take no T-states but those of the call itself (CALL 5, JP, OUT, RET), unless the host has more to do for
 * them than the program pays for (host-work.ts). A call that needs a key where none is waiting, or time, stays pending,
 * and `run` goes on with it: nothing is executed twice.
 */
import { latin1, utf8 } from '../../seams/bytes.js';
import { InputError } from '../../seams/errors.js';
import type { Console } from '../../seams/console.js';
import type { Program } from '../../seams/target.js';
import type { Cpu, CreateCpu, Ports } from '../cpu.js';
import type { EmulatedMachine, MachineStop } from '../emulated.js';
import { IdlePolls } from '../idle-polls.js';
import { createZ80 } from '../z80.js';
import { BdosConsole, WarmBoot, type Call, type Need } from './bdos-console.js';
import { BdosError } from './bdos-error.js';
import { BdosFiles, type BdosState } from './bdos-files.js';
import { BiosCalls, warmBoot } from './bios-calls.js';
import { Ccp } from './ccp.js';
import { writeCommandTail } from './command-tail.js';
import { PaperDevices, type PaperOptions } from './paper-devices.js';
import { hex, overwrittenWords } from './crash-words.js';
import { Disks } from './disks.js';
import type { Folder } from './folder.js';
import { HostWork } from './host-work.js';
import {
  BDOS_BASE_RANGE,
  DEFAULT_BDOS_BASE,
  IO_BYTE,
  memoryMap,
  systemNames,
  TPA,
  TRAP_PORT,
  writeCcp,
  writePageZero,
  writeSystem,
  type MemoryMap,
  type Trap,
} from './memory-map.js';

/** CP/M 2.2 */
const VERSION = 0x22;
/** CP/M 3's codes of programs that ended so: an error of the BDOS's. */
const FATAL_ERROR = 0xfffd;

export interface CpmOptions extends PaperOptions {
  console: Console;
  /** Start of the BDOS, a multiple of 256: what the word at 0006h tells, less 6. */
  bdosBase?: number;
  /** Drives from A: on. */
  drives?: (Folder | undefined)[];
  /** The machine's other I/O; nothing answers without it. */
  ports?: Ports;
  /** In the place of `createZ80`: a debugger's, which records. */
  createCpu?: CreateCpu;
}

/** Why `run` returned; its code is that of BDOS call 108. */
export type CpmStop = MachineStop;

export interface Cpm extends EmulatedMachine {
  readonly map: MemoryMap;
  /** Cold boot to the CCP's prompt, where programs are started and end until EXIT. */
  boot(): void;
  /**
   * The run ends here, though the program has not: what it wrote to files and did not close goes to the host, beside
   * files that were there before.
   */
  cutOff(): CutOff;
}

export interface CutOff {
  /** Files that were not closed. */
  unclosed: string[];
  /** Those of them that could not be kept. */
  lost: string[];
}

export function createCpm(options: CpmOptions): Cpm {
  return new CpmMachine(options);
}

/** What calls set here and later ones depend on. */
type Kept = BdosState & { code: number };
const FIELDS = ['code', 'drive', 'user', 'dma', 'isSelected', 'loggedIn', 'protectedDrives', 'at', 'searched'] as const;

/** BDOS calls that only print, or look at the keyboard. */
const LEAVES_MEMORY: ReadonlySet<number> = new Set([2, 6, 11, 12]);

class CpmMachine implements Cpm {
  readonly cpu: Cpu;
  readonly map: MemoryMap;
  readonly names: ReadonlyMap<number, string>;
  private readonly console: BdosConsole;
  private readonly paper: PaperDevices;
  private readonly biosCalls: BiosCalls;
  private readonly disks: Disks;
  private readonly files: BdosFiles;
  /** There while the machine was booted to its prompt. */
  private ccp: Ccp | undefined;
  private readonly work: HostWork;
  private pending: Call | undefined;
  private need: Need = 'key';
  private pendingTrap: Trap = 'bdos';
  private finished: CpmStop | undefined;
  private paused = false;
  private idle = false;
  private readonly polls: IdlePolls;
  private code = 0;
  private kept: Kept | undefined;
  /** The program as it was loaded: a crash looks whether it still is. */
  private image: Uint8Array = new Uint8Array(0);

  /** BDOS calls by number, given DE and E; those that are not here give 0, as calls beyond CP/M's do. */
  private readonly bdosCalls: Record<number, (de: number, e: number) => number | Call> = {
    0: warmBoot,
    1: () => this.console.readWithEcho(),
    2: (_de, e) => this.console.write(e),
    3: () => this.paper.reader(),
    4: (_de, e) => this.paper.punch(e),
    5: (_de, e) => this.paper.list(e),
    6: (_de, e) => this.console.direct(e),
    7: () => this.cpu.memory[IO_BYTE]!,
    8: (_de, e) => ((this.cpu.memory[IO_BYTE] = e), 0),
    9: (de) => this.console.writeString(this.cpu.memory, de),
    10: (de) => this.console.readLine(this.cpu.memory, de),
    11: () => this.console.status(),
    12: () => VERSION,
    // CP/M 3's: the code that the program ends with.
    108: (de) => ((this.code = de), 0),
  };

  constructor(private readonly options: CpmOptions) {
    const bdosBase = options.bdosBase ?? DEFAULT_BDOS_BASE;
    const { least, most } = BDOS_BASE_RANGE;
    if (bdosBase % 256 !== 0 || bdosBase < least || bdosBase > most)
      throw new InputError(`the BDOS cannot begin at ${hex(bdosBase)}`, {
        hint: `choose a multiple of 100h from ${hex(least)} to ${hex(most)}`,
      });
    this.map = memoryMap(bdosBase);
    this.names = new Map(systemNames(this.map));
    this.cpu = (options.createCpu ?? createZ80)({
      in: (port) => options.ports?.in(port) ?? 0xff,
      out: (port, value) => this.out(port, value),
      keepsMemory: (port) => this.keepsMemory(port),
    });
    this.polls = new IdlePolls(this.cpu);
    this.work = new HostWork(this.cpu);
    this.paper = new PaperDevices(options);
    this.console = new BdosConsole(options.console, (byte) => this.paper.list(byte), this.work);
    this.biosCalls = new BiosCalls(this.cpu, options.console, this.console, this.paper);
    this.disks = new Disks(options.drives ?? [], this.work, options.remark);
    this.files = new BdosFiles(this.cpu.memory, this.disks, this.map, this.work);
    Object.assign(this.bdosCalls, this.files.calls);
  }

  load({ name, bytes }: Program, tail: string): void {
    const room = this.map.ccp - TPA;
    if (bytes.length === 0) throw new InputError('the program is empty', { where: name, hint: 'build it again' });
    if (bytes.length > room)
      throw new InputError(`the program has ${bytes.length} bytes, the TPA takes ${room}`, {
        where: name,
        hint: `make it ${bytes.length - room} bytes smaller`,
      });
    this.ccp = undefined;
    this.coldBoot();
    this.startProgram(bytes, latin1(utf8(tail)));
  }

  boot(): void {
    this.coldBoot();
    this.ccp = new Ccp(this.cpu.memory, this.map, this.console, this.files);
    this.startPrompt();
  }

  private coldBoot(): void {
    const { cpu } = this;
    const { tStates } = cpu;
    cpu.reset();
    cpu.tStates = tStates;
    this.console.reset();
    this.disks.discard();
    this.pending = this.finished = undefined;
    this.code = 0;
    this.polls.reset();
    writeSystem(cpu.memory, this.map);
    this.files.warmBoot();
  }

  private startProgram(bytes: Uint8Array, tail: string): void {
    const { cpu } = this;
    this.image = bytes;
    cpu.memory.set(bytes, TPA);
    writeCommandTail(cpu.memory, tail);
    cpu.pc = TPA;
    // A RET from the program goes to the CCP, or where there is none to 0000h, the warm boot.
    cpu.sp = this.map.bdosEntry - 8;
    const back = this.ccp ? this.map.ccpReturn : 0;
    cpu.memory.set([back & 0xff, back >> 8], cpu.sp);
  }

  /** The CCP, until it has a program to start. */
  private *prompt(): Call {
    const program = yield* this.ccp!.command();
    if (program === undefined) {
      this.ccp = undefined;
      throw new WarmBoot();
    }
    this.startProgram(program.bytes, program.tail);
    return 0;
  }

  run(until: number): CpmStop {
    const { cpu } = this;
    this.paused = this.idle = false;
    for (;;) {
      if (this.finished) return this.finished;
      if (this.pending && !this.goOn()) {
        const stop = this.waiting(until);
        if (stop) return stop;
        continue;
      }
      if (this.paused) return { why: 'paused' };
      this.work.takeStop();
      cpu.run(until);
      if (this.finished) return this.finished;
      if (this.paused && !this.pending) return { why: 'paused' };
      if (this.idle) return { why: 'idle' };
      // HALT: nothing in this machine interrupts.
      if (cpu.halted) {
        this.crash(cpu.pc - 1, 'HALT, and nothing interrupts');
        if (this.finished) return this.finished;
      }
      const stop = this.pending && this.waiting(until);
      if (stop) return stop;
      const goesOn = this.pending !== undefined || this.work.takeStop();
      if (!goesOn || cpu.tStates >= until) return { why: 'time' };
    }
  }

  /** Why to return while a call is pending, or has ended the program; undefined where it can go on at once. */
  private waiting(until: number): CpmStop | undefined {
    if (this.finished) return this.finished;
    if (this.need === 'key') return { why: 'key' };
    if (this.paused) return { why: 'paused' };
    return this.cpu.tStates >= until ? { why: 'time' } : undefined;
  }

  cutOff(): CutOff {
    const unclosed = this.disks.unclosed();
    return { unclosed, lost: this.disks.closeAll(true) };
  }

  pause(): void {
    this.paused = true;
    this.cpu.stop();
  }

  keep(): Kept {
    const now: Kept = { code: this.code, ...this.files.state() };
    const { kept } = this;
    if (!kept || FIELDS.some((field) => kept[field] !== now[field])) this.kept = now;
    return this.kept!;
  }

  reopen(kept: Kept): void {
    const { code, ...files } = kept;
    this.code = code;
    this.files.putBack(files);
    this.pending = this.finished = undefined;
    this.polls.reset();
  }

  private out(port: number, value: number): void {
    const trap = (port & 0xff) === TRAP_PORT ? this.map.traps.get(this.cpu.pc) : undefined;
    if (trap === undefined) return this.options.ports?.out(port, value);
    if (trap === 'crash') return this.runaway();
    this.pendingTrap = trap;
    const result = this.call(trap);
    if (typeof result === 'number') return this.answer(result);
    this.pending = result;
    if (!this.goOn()) this.cpu.stop();
  }

  /** Not at a prompt: there a ^C behind ^S brings the CCP, which writes page zero. */
  private keepsMemory(port: number): boolean {
    if ((port & 0xff) !== TRAP_PORT || this.ccp) return false;
    const trap = this.map.traps.get(this.cpu.pc);
    return trap === 'const' || trap === 'conout' || (trap === 'bdos' && LEAVES_MEMORY.has(this.cpu.getRegisters().c));
  }

  private call(trap: Exclude<Trap, 'crash'>): number | Call {
    switch (trap) {
      case 'bdos':
        return this.bdos();
      case 'ccp':
        return this.returned(true);
      case 'ccpclear':
      case 'return':
        return this.returned(false);
      default:
        this.watchPolls(trap === 'const');
        return this.biosCalls.call(trap);
    }
  }

  /** Go on with the pending call; false where it still waits, or has ended the program. */
  private goOn(): boolean {
    try {
      const step = this.pending!.next();
      if (!step.done) {
        this.need = step.value;
        return false;
      }
      this.pending = undefined;
      this.answer(step.value);
      return true;
    } catch (error) {
      if (error instanceof WarmBoot) return this.warmBoot();
      if (!(error instanceof BdosError)) throw error;
      this.pending = this.fatal(error);
      return this.goOn();
    }
  }

  /** The original waits for a key here; what it prints stays on the screen here without. */
  private *fatal(error: BdosError): Call {
    yield* this.console.print(`\r\n${error.message}`);
    this.code = FATAL_ERROR;
    throw new WarmBoot();
  }

  /** The end of a program: back to the prompt if there is one; false where that needs a key. */
  private warmBoot(isCutOff = false): boolean {
    const lost = this.disks.closeAll(isCutOff);
    this.pending = undefined;
    if (!this.ccp) {
      this.finished = { why: 'ended', code: this.code, lost };
      return false;
    }
    if (lost.length > 0) this.options.remark?.(`not saved: ${lost.join(', ')}`);
    writeCcp(this.cpu.memory, this.map);
    writePageZero(this.cpu.memory, this.map);
    this.files.warmBoot();
    this.startPrompt();
    return this.goOn();
  }

  private startPrompt(): void {
    this.pendingTrap = 'bdos';
    this.pending = this.prompt();
  }

  /**
   * A program returns to the CCP, or jumps to it: no warm boot, so what has put itself below the BDOS stays (XSUB).
   * @param hasCommand in the CCP's line, for it to do
   */
  private *returned(hasCommand: boolean): Call {
    if (!this.ccp) throw new WarmBoot();
    this.disks.closeAll();
    if (hasCommand) this.ccp.takeLine();
    return yield* this.prompt();
  }

  /** The BDOS gives HL, and the same in A and B; the BIOS's character calls use A alone. */
  private answer(value: number): void {
    const h = value >> 8;
    const l = value & 0xff;
    if (this.pendingTrap === 'bdos') this.cpu.setRegisters({ a: l, b: h, h, l });
    else this.cpu.setRegisters({ a: l });
  }

  private bdos(): number | Call {
    const { c, d, e } = this.cpu.getRegisters();
    this.watchPolls(c === 11 || (c === 6 && e >= 0xfe));
    try {
      return this.bdosCalls[c]?.((d << 8) | e, e) ?? 0;
    } catch (error) {
      if (error instanceof BdosError) return this.fatal(error);
      throw error;
    }
  }

  /** A look at the keyboard: many in quick succession without a key, and the program is only waiting. */
  private watchPolls(isPoll: boolean): void {
    if (!isPoll) return this.polls.reset();
    if (!this.polls.look(this.options.console.ready())) return;
    this.idle = true;
    this.cpu.stop();
  }

  /** An RST 38h that no program prepared for: most likely memory that was never written, which is full of them. */
  private runaway(): void {
    const { memory, sp } = this.cpu;
    const at = ((memory[sp]! | (memory[(sp + 1) & 0xffff]! << 8)) - 1) & 0xffff;
    // The RST's own push is not the program's doing.
    for (const place of [sp, sp + 1]) memory[place] = this.image[place - TPA] ?? memory[place]!;
    this.cpu.sp = sp + 2;
    this.crash(at, 'executing memory that was never written, or RST 38h without a handler');
    this.cpu.stop();
  }

  /** The end of the run; at the prompt only of the program, and the prompt comes again. */
  private crash(at: number, what: string): void {
    const message = what + overwrittenWords(this.cpu, this.map, this.image);
    if (!this.ccp) {
      this.finished = { why: 'crashed', at, message };
      return;
    }
    this.options.remark?.(`\nthe program crashed at ${hex(at)}: ${message}`);
    const { tStates } = this.cpu;
    this.cpu.reset();
    this.cpu.tStates = tStates;
    this.warmBoot(true);
  }
}
