/**
 * What is code: what was executed, and what can be reached from there and from the entries by jumps and calls, through
 * tables behind JP (HL), and past the arguments that stand behind a CALL.
 */
import { argumentsOf, type ArgumentStyle, behindCall } from './disasm-arguments.js';
import { disassembleOne, type Disassembled } from './disassemble-one.js';
import type { Evidence } from './evidence.js';
import { extendTable, staticTable } from './disasm-tables.js';

const JUMPS = new Set(['JP', 'JR', 'CALL', 'DJNZ']);
const ENDS = new Set(['JP', 'JR', 'RET', 'RETI', 'RETN']);

/** Where an instruction's word goes: to code, to memory, or nowhere we know (a constant, perhaps an address). */
export type Use = 'code' | 'memory' | 'constant';

export function useOf({ instruction }: Disassembled): Use {
  if (JUMPS.has(instruction!.mnemonic)) return 'code';
  return instruction!.operands.some((operand) => operand === '(nn)') ? 'memory' : 'constant';
}

/** Does control never go on to the next instruction? */
export function ends({ instruction }: Disassembled): boolean {
  if (!instruction || !ENDS.has(instruction.mnemonic)) return false;
  const { mnemonic, operands } = instruction;
  return operands.length === 0 || (operands.length === 1 && mnemonic !== 'RET');
}

/** CALL or RST: where it goes. */
export function calleeOf({ instruction, word }: Disassembled, opcode: number): number | undefined {
  if (instruction?.mnemonic === 'CALL') return word;
  return instruction?.mnemonic === 'RST' ? opcode & 0x38 : undefined;
}

export interface Loaded {
  /** 64 KB with the program in its place. */
  memory: Uint8Array;
  origin: number;
  /** The address behind its last byte. */
  end: number;
}

export class Flow {
  readonly memory: Uint8Array;
  readonly origin: number;
  readonly end: number;
  /** By address: the instruction that begins there. */
  readonly code = new Map<number, Disassembled>();
  /** By address: 1 if it belongs to an instruction. */
  readonly covered = new Uint8Array(0x10000);
  /** Data behind calls, by where it begins: its length. */
  readonly inline = new Map<number, number>();
  /** Places of words that are in tables of code. */
  readonly tableWords = new Set<number>();
  tables = 0;
  /** Where jumps and calls go to. */
  readonly targets = new Set<number>();
  private readonly styles = new Map<number, ArgumentStyle | undefined>();
  private waiting: number[] = [];

  constructor(
    program: Loaded,
    readonly evidence: Evidence | undefined,
    private readonly isPlain: boolean,
  ) {
    ({ memory: this.memory, origin: this.origin, end: this.end } = program);
  }

  inside(address: number): boolean {
    return address >= this.origin && address < this.end;
  }

  follow(entries: readonly number[]): void {
    this.placeExecuted();
    this.waiting = [...entries].reverse();
    for (const use of this.evidence?.uses ?? []) if (use.isCode) this.waiting.push(use.value);
    const fromRun = [...this.code];
    for (const [at, one] of fromRun) this.goOn(at, one);
    this.goOnThere();
    if (this.isPlain) return;
    this.followTables();
  }

  /** Could an instruction begin here, as far as one knows? */
  mayBeCode(address: number): boolean {
    if (!this.inside(address)) return false;
    if (this.covered[address]) return this.code.has(address);
    return disassembleOne(this.memory, address).instruction !== undefined && !isFiller(this.memory, address);
  }

  /** What was executed is certain. Where two overlap, the outer one hides the inner: its first bytes are data. */
  private placeExecuted(): void {
    if (!this.evidence) return;
    const all = [...this.evidence.executed].filter((at) => this.inside(at)).sort((a, b) => a - b);
    all.forEach((at, i) => {
      const one = disassembleOne(this.memory, at);
      const next = all[i + 1] ?? this.end;
      if (one.instruction && at + one.length <= Math.min(next, this.end)) this.place(at, one);
    });
  }

  private place(at: number, one: Disassembled): void {
    this.code.set(at, one);
    this.covered.fill(1, at, at + one.length);
  }

  private goOnThere(): void {
    for (let at = this.waiting.pop(); at !== undefined; at = this.waiting.pop()) {
      let pc: number | undefined = at;
      while (pc !== undefined && this.inside(pc)) {
        const one = disassembleOne(this.memory, pc);
        if (!one.instruction || pc + one.length > this.end) break;
        if (this.covered.subarray(pc, pc + one.length).some((c) => c !== 0)) break;
        if (this.isArgument(pc)) break;
        this.place(pc, one);
        pc = this.goOn(pc, one, false);
      }
    }
  }

  private isArgument(at: number): boolean {
    for (const [from, length] of this.inline) if (at >= from && at < from + length) return true;
    return false;
  }

  /** Note where an instruction leads. @returns where control goes on behind it */
  private goOn(at: number, one: Disassembled, isQueued = true): number | undefined {
    const { word } = one;
    if (word !== undefined && useOf(one) === 'code') this.reach(word);
    const callee = calleeOf(one, this.memory[at]!);
    if (one.instruction!.mnemonic === 'RST') this.reach(callee!);
    if (ends(one)) return undefined;
    const next = callee === undefined ? at + one.length : this.behindCall(at, one, callee);
    if (next !== undefined && isQueued) this.waiting.push(next);
    return next;
  }

  private reach(address: number): void {
    this.targets.add(address);
    this.waiting.push(address);
  }

  /** Behind a call and its arguments; undefined where nobody knows how many there are. */
  private behindCall(at: number, one: Disassembled, callee: number): number | undefined {
    const back = at + one.length;
    if (this.isPlain) return back;
    if (!this.styles.has(callee)) this.styles.set(callee, argumentsOf(this, callee));
    const length = behindCall(this, at, back, this.styles.get(callee));
    if (length === undefined || back + length > this.end) return undefined;
    if (length > 0 && !this.covered.subarray(back, back + length).some((c) => c !== 0)) this.inline.set(back, length);
    return back + length;
  }

  /** Each table may lead to code with more of them. */
  private followTables(): void {
    const seen = new Set<number>();
    for (let before = -1; before !== this.code.size;) {
      before = this.code.size;
      const sorted = [...this.code.keys()].sort((a, b) => a - b);
      const words: number[] = [];
      sorted.forEach((at, i) => {
        if (seen.has(at) || !this.code.get(at)!.instruction!.operands[0]?.startsWith('(')) return;
        seen.add(at);
        words.push(...staticTable(this, sorted, i));
      });
      if (words.length > 0) this.tables++;
      words.push(...extendTable(this));
      for (const place of words) {
        if (this.tableWords.has(place) || this.covered[place] || this.covered[place + 1]) continue;
        this.tableWords.add(place);
        this.reach(this.memory[place]! | (this.memory[place + 1]! << 8));
      }
      this.goOnThere();
    }
  }
}

/** A few bytes that are all the same are no code, though they decode. */
function isFiller(memory: Uint8Array, at: number): boolean {
  return [1, 2, 3].every((i) => memory[(at + i) & 0xffff] === memory[at]);
}
