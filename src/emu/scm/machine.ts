/**
 * An RC2014 with the Small Computer Monitor, without its prompt: 32 KB of ROM, 32 KB of RAM, the API, and a program that
 * G has started. What was seen of version 1.0:
 *
 *     0000  ROM; RST 30h is the API, its function in C
 *     8000  RAM, full of noise after power-on: the program's
 *     FC00  the monitor's; at G the stack is at FCBEh, and RET leads back to the prompt
 *
 *     C = 1   A = a key, waited for, not echoed          C = 6   the text at DE, up to a zero
 *     C = 2   A to the console                           C = 7   a new line
 *     C = 3   Z: no key waits
 *
 * What a call gives is all that it promises: no other main register is as it was, nor a flag.
 *
 * An API call takes no T-states but those of RST, OUT and RET: what the real one takes for polling its UART is the
 * line's time, not the program's.
 */
import type { Console } from '../../seams/console.js';
import { InputError } from '../../seams/errors.js';
import { parseHexProgram } from '../../seams/intel-hex.js';
import { hex16 } from '../../seams/words.js';
import type { Program } from '../../seams/target.js';
import type { Cpu, CreateCpu } from '../cpu.js';
import type { EmulatedMachine, MachineStop } from '../emulated.js';
import { IdlePolls } from '../idle-polls.js';
import { fillWithNoise } from '../ram-noise.js';
import { createZ80 } from '../z80.js';

/** RAM that is a program's. */
export const SCM_RAM = { from: 0x8000, end: 0xfc00 };
const STACK_AT_G = 0xfcbe;
const API = 0x30;
const CRASH = 0x38;
/** Where a program's RET leads. */
const PROMPT = 0x40;
const TRAP_PORT = 0xed;
/** OUT (TRAP_PORT),A / RET */
const STUB = [0xd3, TRAP_PORT, 0xc9];
const OUT_LENGTH = 2;
const FLAG_Z = 0x40;
/** All of F but Z. */
const OTHER_FLAGS = 0xff & ~FLAG_Z;
/** What a call leaves in registers that it promises nothing of: the same each time, and of no use to anybody. */
const LEFT = { a: 0xa5, f: OTHER_FLAGS, b: 0xdb, c: 0xdc, d: 0xdd, e: 0xde, h: 0xd8, l: 0xd1 };
const CR_LF = [0x0d, 0x0a];
const FUNCTION = { read: 1, write: 2, status: 3, text: 6, newLine: 7 } as const;

export function createScm(console: Console, createCpu: CreateCpu = createZ80): EmulatedMachine {
  return new ScmMachine(console, createCpu);
}

class ScmMachine implements EmulatedMachine {
  readonly cpu: Cpu;
  readonly names = new Map([
    [API, 'API'],
    [PROMPT, 'prompt'],
  ]);
  private readonly polls: IdlePolls;
  /** The UART holds a key for whoever looks. */
  private held: number | undefined;
  /** A read waits for a key. */
  private reading = false;
  private stop: MachineStop | undefined;
  private finished: MachineStop | undefined;

  constructor(
    private readonly console: Console,
    createCpu: CreateCpu,
  ) {
    this.cpu = createCpu({ in: () => 0xff, out: (port) => this.out(port & 0xff) });
    this.polls = new IdlePolls(this.cpu);
  }

  load({ name, bytes }: Program, tail: string): void {
    if (tail !== '')
      throw new InputError('the monitor gives programs no command tail', { where: name, hint: 'type it when it asks' });
    const { cpu } = this;
    const { segments, entry } = parseHexProgram(bytes, name);
    for (const { address, bytes: part } of segments) {
      const end = address + part.length;
      if (address >= SCM_RAM.from && end <= SCM_RAM.end) continue;
      throw new InputError(`the program wants ${hex16(address)} to ${hex16(end - 1)}`, {
        where: name,
        hint: `under the monitor ${hex16(SCM_RAM.from)} to ${hex16(SCM_RAM.end - 1)} is free; z80lm build --machine scm makes programs for it`,
      });
    }
    const { tStates } = cpu;
    cpu.reset();
    cpu.tStates = tStates;
    fillWithNoise(cpu.memory.fill(0xff, 0, SCM_RAM.from).subarray(SCM_RAM.from));
    for (const at of [API, CRASH, PROMPT]) cpu.memory.set(STUB, at);
    for (const { address, bytes: part } of segments) cpu.memory.set(part, address);
    cpu.sp = STACK_AT_G;
    cpu.memory.set([PROMPT & 0xff, PROMPT >> 8], cpu.sp);
    cpu.pc = entry;
    this.held = this.finished = undefined;
    this.reading = false;
    this.polls.reset();
  }

  run(until: number): MachineStop {
    const { cpu } = this;
    this.stop = undefined;
    if (this.finished) return this.finished;
    if (this.reading && !this.read()) return { why: 'key' };
    cpu.run(until);
    if (this.finished) return this.finished;
    if (cpu.halted) return this.crash(cpu.pc - 1, 'HALT, and nothing interrupts');
    return this.stop ?? { why: 'time' };
  }

  pause(): void {
    this.stopWith({ why: 'paused' });
  }

  reopen(): void {
    this.reading = false;
    this.stop = this.finished = undefined;
    this.polls.reset();
  }

  private stopWith(stop: MachineStop): void {
    this.stop = stop;
    this.cpu.stop();
  }

  private out(port: number): void {
    const at = this.cpu.pc - OUT_LENGTH;
    if (port !== TRAP_PORT) return;
    if (at === API) this.call();
    else if (at === PROMPT) {
      this.finished = { why: 'ended', code: 0, lost: [] };
      this.cpu.stop();
    } else if (at === CRASH) {
      const { memory, sp } = this.cpu;
      this.crash(((memory[sp]! | (memory[sp + 1]! << 8)) - 1) & 0xffff, 'executing ROM, or RST 38h without a handler');
    }
  }

  private call(): void {
    const { cpu, console, polls } = this;
    const { a, c, d, e } = cpu.getRegisters();
    if (c !== FUNCTION.status) polls.reset();
    cpu.setRegisters(LEFT);
    switch (c) {
      case FUNCTION.read:
        this.reading = true;
        if (!this.read()) this.stopWith({ why: 'key' });
        return;
      case FUNCTION.write:
        return console.write(a);
      case FUNCTION.status: {
        this.held ??= console.read();
        const found = this.held !== undefined;
        if (!found) cpu.setRegisters({ f: LEFT.f | FLAG_Z });
        if (polls.look(found)) this.stopWith({ why: 'idle' });
        return;
      }
      case FUNCTION.text:
        for (let at = (d << 8) | e; cpu.memory[at & 0xffff] !== 0 && at < 0x2_0000; at++)
          console.write(cpu.memory[at & 0xffff]!);
        return;
      case FUNCTION.newLine:
        for (const byte of CR_LF) console.write(byte);
    }
  }

  /** The read that was asked for; false where no key is there. */
  private read(): boolean {
    const key = this.held ?? this.console.read();
    this.held = undefined;
    if (key === undefined) return false;
    this.reading = false;
    this.cpu.setRegisters({ a: key });
    return true;
  }

  private crash(at: number, message: string): MachineStop {
    this.cpu.stop();
    return (this.finished = { why: 'crashed', at, message });
  }
}
