/**
 * Runs a CP/M program and watches every instruction: what is code, and which words are addresses. For the disassembler.
 *
 *     run an instruction ──► shadow.ts moves the tags ──► addresses.ts: evidence
 */
import type { Folder } from '../cpm/folder.js';
import { createCpm } from '../cpm/machine.js';
import { TPA } from '../cpm/memory-map.js';
import type { Console } from '../../seams/console.js';
import { disassembleOne, type Disassembled } from '../../z80asm/disassemble-one.js';
import type { Instruction } from '../../z80asm/instructions.js';
import type { Evidence } from '../../z80asm/evidence.js';
import { difference } from '../debug/effects.js';
import { Addresses } from './addresses.js';
import { Calls } from './calls.js';
import { Shadow, type Pair, type Values } from './shadow.js';

export interface Observed {
  evidence: Evidence;
  tStates: number;
  /** Why it was over: `limit` where the program would have gone on. */
  end: 'ended' | 'crashed' | 'no more input' | 'limit';
}

export interface ObserveOptions {
  /** The command tail. */
  tail?: string;
  /** Typed one at a time, each when the program waits for a key, and each with Enter. */
  lines?: readonly string[];
  /** Drives from A: on. */
  drives?: (Folder | undefined)[];
  /** Most T-states that are watched. */
  maxTStates?: number;
}

/** Two and a half seconds of an RC2014: enough for a program to start and answer, and a few seconds of ours. */
export const OBSERVED_TSTATES = 20_000_000;

/** BDOS functions whose DE is an address. */
const TAKES_ADDRESS = new Set([9, 10, 15, 16, 17, 19, 20, 21, 22, 23, 26, 30, 33, 34, 35, 36, 40]);
/** They change no memory. */
const LEAVES_MEMORY = new Set([1, 2, 5, 6, 9, 11, 12, 25]);

/** @throws InputError where the program is none for CP/M, or too big */
export function observe(program: Uint8Array, options: ObserveOptions = {}): Observed {
  return new Observer(program, options).run();
}

/** The lines of a script, and a screen that nobody looks at. */
class Script implements Console {
  private readonly keys: number[] = [];
  private next = 0;

  constructor(private readonly lines: readonly string[]) {}

  get ended(): boolean {
    return this.next >= this.lines.length;
  }

  typeLine(): void {
    this.keys.push(...new TextEncoder().encode(`${this.lines[this.next++]!}\r`));
  }

  ready(): boolean {
    return this.keys.length > 0;
  }

  read(): number | undefined {
    return this.keys.shift();
  }

  write(): void {}
}

class Observer implements Values {
  private readonly script: Script;
  private readonly machine;
  private readonly addresses: Addresses;
  private readonly shadow: Shadow;
  private readonly calls = new Calls();
  private readonly executed = new Set<number>();
  private readonly functions = new Set<number>();
  private readonly end: number;
  private pairs: Record<Pair, number> | undefined;
  /** Memory before the host answers a call. */
  private before: Uint8Array | undefined;
  /** Decoding takes longer than executing: by address, as long as the bytes are the same. */
  private readonly decoded = new Map<number, { code: number; one: Disassembled }>();

  constructor(
    private readonly program: Uint8Array,
    private readonly options: ObserveOptions,
  ) {
    this.script = new Script(options.lines ?? []);
    this.machine = createCpm({ console: this.script, ...(options.drives && { drives: options.drives }) });
    this.end = TPA + program.length;
    const image = new Uint8Array(0x10000);
    image.set(program.subarray(0, 0x10000 - TPA), TPA);
    this.addresses = new Addresses(image, { from: TPA, to: this.machine.map.ccp });
    this.shadow = new Shadow(this.addresses, TPA, program.length);
    this.addresses.tags = this.shadow.tags;
  }

  get memory(): Uint8Array {
    return this.machine.cpu.memory;
  }

  pair(name: Pair): number {
    if (name === 'SP') return this.machine.cpu.sp;
    if (!this.pairs) {
      const r = this.machine.cpu.getRegisters();
      this.pairs = { BC: (r.b << 8) | r.c, DE: (r.d << 8) | r.e, HL: (r.h << 8) | r.l, IX: r.ix, IY: r.iy, SP: r.sp };
    }
    return this.pairs[name];
  }

  run(): Observed {
    const { machine, script } = this;
    const { cpu } = machine;
    machine.load({ name: 'X.COM', bytes: this.program }, this.options.tail ?? '');
    const limit = cpu.tStates + (this.options.maxTStates ?? OBSERVED_TSTATES);
    const from = cpu.tStates;
    const over = (end: Observed['end']): Observed => ({
      evidence: this.evidence(end),
      tStates: cpu.tStates - from,
      end,
    });
    let seen = -1;
    while (cpu.tStates < limit) {
      const { pc, sp, instructions } = cpu;
      let one: Disassembled | undefined;
      if (seen !== instructions) {
        one = this.look(pc);
        seen = instructions;
      }
      const stop = machine.run(cpu.tStates + 1);
      if (stop.why === 'ended' || stop.why === 'crashed') return over(stop.why);
      if (cpu.instructions !== instructions) {
        if (this.before && one?.instruction?.mnemonic !== 'OUT') this.forgetWritten();
        if (one) this.calls.after(one, pc, sp, cpu.pc, cpu.sp, this.shadow.memory);
      }
      if (stop.why === 'key' || stop.why === 'idle') {
        if (script.ended) return over('no more input');
        script.typeLine();
      }
    }
    return over('limit');
  }

  /** The instruction that comes next. */
  private look(pc: number): Disassembled {
    this.pairs = undefined;
    const { shadow } = this;
    const one = this.decode(pc);
    if (pc < TPA || pc >= this.end) this.lookAtCall(pc);
    else if (shadow.memory[pc] === pc + 1) this.executed.add(pc);
    if (one.instruction) {
      const { mnemonic } = one.instruction;
      this.calls.returning = this.goesTo(one.instruction);
      shadow.execute(one.instruction, pc, this);
      const stack = one.instruction.operands[0] === 'SP' && mnemonic === 'LD';
      if (stack && one.word === undefined)
        shadow.use(one.instruction.operands[1] as Pair, this.pair(one.instruction.operands[1] as Pair) - 1); // prettier-ignore
      else if (stack && one.instruction.operands[1] === 'nn')
        shadow.useOperand(pc + one.length - 2, one.word! - 1, false);
    }
    return one;
  }

  /** Of RET and JP (HL): the tags of where they go. */
  private goesTo({ mnemonic, operands }: Instruction): [low: number, high: number] | undefined {
    if (mnemonic === 'JP' && operands[0]!.startsWith('(')) return this.shadow.pairTags(operands[0]!.slice(1, 3));
    if (!mnemonic.startsWith('RET')) return undefined;
    const { sp } = this.machine.cpu;
    return [this.shadow.memory[sp]!, this.shadow.memory[(sp + 1) & 0xffff]!];
  }

  private decode(pc: number): Disassembled {
    const { memory } = this;
    const code =
      memory[pc]! +
      memory[(pc + 1) & 0xffff]! * 0x100 +
      memory[(pc + 2) & 0xffff]! * 0x10000 +
      memory[(pc + 3) & 0xffff]! * 0x1000000;
    const known = this.decoded.get(pc);
    if (known?.code === code) return known.one;
    const one = disassembleOne(memory, pc);
    this.decoded.set(pc, { code, one });
    return one;
  }

  /** Is this a call that the host answers? */
  private lookAtCall(pc: number): void {
    const { shadow, machine } = this;
    const trap = machine.map.traps.get(pc + 2);
    if (trap === undefined) return;
    const { registers } = shadow;
    if (trap === 'bdos') {
      const number = this.pair('BC') & 0xff;
      for (const place of shadow.tags.places(registers[1]!))
        if (this.program[place - TPA] === number) this.functions.add(place);
      if (TAKES_ADDRESS.has(number)) shadow.use('DE', this.pair('DE'));
      if (!LEAVES_MEMORY.has(number)) this.before = this.memory.slice();
    } else {
      if (trap === 'setdma') shadow.use('BC', this.pair('BC'));
      if (trap === 'read') this.before = this.memory.slice();
    }
    shadow.forgetAnswer();
  }

  /** What a call has written came from outside. */
  private forgetWritten(): void {
    for (const { at, bytes } of difference(this.before!, this.memory) ?? [])
      for (let i = 0; i < bytes.length; i++) if (this.before![at + i] !== bytes[i]) this.shadow.memory[at + i] = 0;
    this.before = undefined;
  }

  private evidence(end: Observed['end']): Evidence {
    const { executed, functions, addresses, calls } = this;
    for (const { high, low, address } of calls.jumps) addresses.address(high, low, address, true);
    return {
      executed,
      functions,
      uses: addresses.uses(),
      limits: addresses.limits,
      touched: addresses.touched,
      pages: addresses.pages,
      numbers: addresses.numbers,
      lengths: addresses.lengths,
      inline: calls.inline,
      pending: new Set(end === 'limit' || end === 'no more input' ? calls.pending() : []),
    };
  }
}
