/**
 * A program → source that assembles to the same bytes. Code is what can be reached from the entry by following
 * jumps and calls; everything else is data. What is reached through tables or JP (HL) stays data unless its
 * address is given as an entry.
 *
 *     entries → follow → code map + targets → names → lines
 */
import { disassembleOne, hex16, hex8, type Disassembled } from './disassemble-one.js';
import { isReserved } from './statement.js';

export interface DisassembleOptions {
  /** Address of the first byte. */
  origin: number;
  /** Addresses where code is known to begin; the origin is the default. */
  entries?: number[];
  /** Address → name. */
  names?: ReadonlyMap<number, string>;
}

export interface DisassembledProgram {
  /** The source. */
  text: string;
  /** How many of the bytes were reached as code. */
  codeBytes: number;
}

/** Where an instruction's word goes: to code, to memory, or nowhere we know (a constant, perhaps an address). */
type Use = 'code' | 'memory' | 'constant';

const JUMPS = new Set(['JP', 'JR', 'CALL', 'DJNZ']);
const ENDS = new Set(['JP', 'JR', 'RET', 'RETI', 'RETN']);
/** A well-known place outside every program. */
const BDOS = 5;

function useOf({ instruction }: Disassembled): Use {
  if (JUMPS.has(instruction!.mnemonic)) return 'code';
  return instruction!.operands.some((operand) => operand === '(nn)') ? 'memory' : 'constant';
}

/** Does control never go on to the next instruction? */
function ends({ instruction }: Disassembled): boolean {
  if (!instruction || !ENDS.has(instruction.mnemonic)) return false;
  const { mnemonic, operands } = instruction;
  return operands.length === 0 || (operands.length === 1 && mnemonic !== 'RET');
}

export function disassemble(bytes: Uint8Array, options: DisassembleOptions): DisassembledProgram {
  const program = new Program(bytes, options);
  program.follow();
  program.nameTargets();
  return program.write();
}

class Program {
  private readonly memory = new Uint8Array(0x10000);
  private readonly origin: number;
  private readonly end: number;
  /** By address: the instruction that begins there. */
  private readonly code = new Map<number, Disassembled>();
  /** By address: 1 if it belongs to an instruction. */
  private readonly covered = new Uint8Array(0x10000);
  private readonly names = new Map<number, string>();
  private readonly given: ReadonlyMap<number, string>;
  private readonly entries: number[];

  constructor(bytes: Uint8Array, options: DisassembleOptions) {
    this.origin = options.origin;
    this.end = Math.min(0x10000, options.origin + bytes.length);
    this.memory.set(bytes.subarray(0, this.end - this.origin), this.origin);
    this.given = options.names ?? new Map();
    this.entries = options.entries ?? [options.origin];
  }

  private inside(address: number): boolean {
    return address >= this.origin && address < this.end;
  }

  follow(): void {
    const waiting = [...this.entries];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (let pc = at; this.inside(pc);) {
        const one = disassembleOne(this.memory, pc);
        if (this.covered.subarray(pc, pc + one.length).some((c) => c !== 0)) break;
        if (!one.instruction || pc + one.length > this.end) break;
        this.code.set(pc, one);
        this.covered.fill(1, pc, pc + one.length);
        const { word } = one;
        if (word !== undefined && useOf(one) === 'code') waiting.push(word);
        if (one.instruction.mnemonic === 'RST') waiting.push(this.memory[pc]! & 0x38);
        if (ends(one)) break;
        pc += one.length;
      }
    }
  }

  /** Give a name to every address that an instruction means, where a line can carry it. */
  nameTargets(): void {
    const used = new Set<string>();
    const name = (address: number, fallback: string): void => {
      if (this.names.has(address)) return;
      const given = this.given.get(address);
      const good = given !== undefined && /^[A-Za-z_][\w.@$]*$/.test(given) && !isReserved(given);
      let chosen = good ? given : fallback;
      if (used.has(chosen)) chosen = fallback;
      if (used.has(chosen)) return;
      used.add(chosen);
      this.names.set(address, chosen);
    };
    for (const address of this.given.keys()) if (this.lineStarts(address)) name(address, `L${hex(address)}`);
    for (const entry of this.entries)
      if (this.lineStarts(entry)) name(entry, entry === this.origin ? 'start' : `L${hex(entry)}`);
    for (const one of this.code.values()) {
      const { word } = one;
      if (word === undefined) continue;
      const use = useOf(one);
      if (this.lineStarts(word)) name(word, `${this.code.has(word) ? 'L' : 'D'}${hex(word)}`);
      else if (this.inside(word) && use !== 'constant') name(word, `M${hex(word)}`);
      else if (!this.inside(word) && use !== 'constant' && this.given.has(word)) name(word, `X${hex(word)}`);
      else if (word === BDOS && use === 'code' && this.origin === 0x100) name(word, 'BDOS');
    }
  }

  /** Can a label stand here: on data, or where an instruction begins? */
  private lineStarts(address: number): boolean {
    return this.inside(address) && (this.covered[address] === 0 || this.code.has(address));
  }

  write(): DisassembledProgram {
    const out: string[] = [];
    const outside = [...this.names].filter(([address]) => !this.lineStarts(address)).sort(([a], [b]) => a - b);
    for (const [address, name] of outside) out.push(`${name.padEnd(15)} EQU ${hex16(address)}`);
    if (out.length) out.push('');
    out.push(row('', `ORG ${hex16(this.origin)}`, ''));
    for (let at = this.origin; at < this.end;) {
      const one = this.code.get(at);
      if (one) {
        out.push(this.codeRow(at, one));
        at += one.length;
      } else {
        let stop = at + 1;
        while (stop < this.end && !this.covered[stop] && !this.names.has(stop)) stop++;
        out.push(...this.dataRows(at, stop));
        at = stop;
      }
    }
    const codeBytes = this.covered.reduce((sum, c) => sum + c, 0);
    return { text: `${out.join('\n')}\n`, codeBytes };
  }

  private codeRow(at: number, one: Disassembled): string {
    const label = this.names.get(at);
    const bytes = Array.from(this.memory.subarray(at, at + one.length));
    // A constant is a name only where the source most likely meant the place.
    const names = useOf(one) === 'constant' && !this.inside(one.word ?? -1) ? undefined : this.names;
    const { text } = disassembleOne(this.memory, at, names);
    const note = `${hex(at)}  ${bytes.map((b) => hex(b, 2)).join(' ')}`;
    if (this.assemblesBack(at, one)) return row(label, text, note);
    return row(label, `DB ${bytes.map(hex8).join(',')}`, `${note}  ${text}`);
  }

  /** Not for a second opcode of an instruction, nor a relative jump around the end of memory. */
  private assemblesBack(at: number, one: Disassembled): boolean {
    const { instruction, word } = one;
    if (instruction!.variant) return false;
    return !instruction!.operands.includes('e') || Math.abs(word! - at) < 200;
  }

  private dataRows(from: number, to: number): string[] {
    const out: string[] = [];
    let label = this.names.get(from);
    for (let at = from; at < to;) {
      const run = this.runLength(at, to);
      let text: string;
      let next: number;
      if (run >= 16) {
        next = at + run;
        text = `DS ${run},${hex8(this.memory[at]!)}`;
      } else {
        next = at;
        while (next < Math.min(to, at + 16) && (next === at || this.runLength(next, to) < 16)) next++;
        text = `DB ${dataItems(this.memory.subarray(at, next))}`;
      }
      out.push(row(label, text, hex(at)));
      label = undefined;
      at = next;
    }
    return out;
  }

  private runLength(at: number, to: number): number {
    let end = at;
    while (end < to && this.memory[end] === this.memory[at]) end++;
    return end - at;
  }
}

/** Bytes for DB: text of four characters or more in quotes, the rest as numbers. */
function dataItems(bytes: Uint8Array): string {
  const latin = Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  return latin
    .split(/([ !#-&(-:<-~]{4,})/)
    .flatMap((part, i) => (i % 2 ? [`'${part}'`] : Array.from(part, (c) => hex8(c.charCodeAt(0)))))
    .join(',');
}

function hex(value: number, digits = 4): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function row(label: string | undefined, text: string, note: string): string {
  const lead = label ? `${label}:` : '';
  const code = `${lead.padEnd(15)} ${text}`;
  return note === '' ? code : `${code.padEnd(48)} ; ${note}`;
}
