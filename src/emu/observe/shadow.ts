/**
 * Beside every register and every byte of memory: where its content came from (tags.ts). An instruction moves tags as
 * it moves bytes; where one uses a pair as an address, that is told.
 *
 * Values are not kept here: the CPU has them. So a repeating instruction is seen a round at a time.
 */
import type { Instruction, Slot } from '../../z80asm/instructions.js';
import { Tags } from './tags.js';

/** What the shadow asks about the machine, before an instruction is executed. */
export interface Values {
  readonly memory: Uint8Array;
  pair(name: Pair): number;
}

export type Pair = 'BC' | 'DE' | 'HL' | 'IX' | 'IY' | 'SP';

export interface Uses {
  /** An address was used that is made of these two. */
  address(high: number, low: number, address: number, isCode: boolean): void;
  /** Two bytes were compared, or one subtracted from the other. */
  compared(a: number, b: number): void;
  /** A word was a count, where it is one of the program's own. */
  counted(high: number, low: number, count: number, from: number | undefined): void;
}

const REGISTERS = ['B', 'C', 'D', 'E', 'H', 'L', 'A', 'F', 'IXH', 'IXL', 'IYH', 'IYL', 'S', 'P'];
const INDEX = new Map(REGISTERS.map((name, i) => [name, i]));
const HALVES: Record<string, [number, number]> = {
  BC: [0, 1], DE: [2, 3], HL: [4, 5], AF: [6, 7], IX: [8, 9], IY: [10, 11], SP: [12, 13],
}; // prettier-ignore
const A = 6;

type Effect = (shadow: Shadow, pc: number, values: Values) => void;

export class Shadow {
  readonly tags = new Tags();
  readonly registers = new Int32Array(REGISTERS.length);
  private readonly others = new Int32Array(REGISTERS.length);
  readonly memory = new Int32Array(0x10000);
  private readonly effects = new Map<Instruction, Effect>();

  /** @param origin where the program lies, `length` bytes of it: each came from its own place */
  constructor(
    readonly uses: Uses,
    origin: number,
    length: number,
  ) {
    for (let at = origin; at < origin + length; at++) this.memory[at] = at + 1;
  }

  /** Before the instruction is executed. */
  execute(instruction: Instruction, pc: number, values: Values): void {
    let effect = this.effects.get(instruction);
    if (!effect) this.effects.set(instruction, (effect = effectOf(instruction)));
    effect(this, pc, values);
  }

  /** The host has answered a call: what is in registers came from outside. */
  forgetAnswer(): void {
    for (const name of ['A', 'B', 'H', 'L', 'F']) this.registers[INDEX.get(name)!] = 0;
  }

  /** Of a register pair. */
  pairTags(name: string): [low: number, high: number] {
    const [high, low] = HALVES[name]!;
    return [this.registers[low]!, this.registers[high]!];
  }

  use(name: Pair, address: number, isCode = false): void {
    const [high, low] = HALVES[name]!;
    this.uses.address(this.registers[high]!, this.registers[low]!, address & 0xffff, isCode);
  }

  useOperand(at: number, address: number, isCode: boolean): void {
    this.uses.address(this.memory[(at + 1) & 0xffff]!, this.memory[at & 0xffff]!, address, isCode);
  }

  exchange(from: number, to: number): void {
    for (let i = from; i <= to; i++) {
      const kept = this.registers[i]!;
      this.registers[i] = this.others[i]!;
      this.others[i] = kept;
    }
  }
}

/** Reads a word of memory. */
function wordAt(memory: Uint8Array, at: number): number {
  return memory[at & 0xffff]! | (memory[(at + 1) & 0xffff]! << 8);
}

/** An operand of one byte: where its tag is, and where a new one goes. */
interface Place {
  get(shadow: Shadow, pc: number, values: Values): number;
  set(shadow: Shadow, pc: number, values: Values, tag: number): void;
  isMemory: boolean;
}

function placeOf(operand: string, slot: Slot | undefined): Place | undefined {
  const register = INDEX.get(operand);
  if (register !== undefined)
    return {
      get: (shadow) => shadow.registers[register]!,
      set: (shadow, _pc, _values, tag) => void (shadow.registers[register] = tag),
      isMemory: false,
    };
  if (operand === 'n' && slot)
    return {
      // Zero adds nothing.
      get: (shadow, pc, { memory }) => (memory[(pc + slot.byte) & 0xffff] === 0 ? 0 : shadow.memory[(pc + slot.byte) & 0xffff]!),
      set: () => {},
      isMemory: false,
    }; // prettier-ignore
  const address = addressOf(operand, slot);
  if (!address) return undefined;
  return {
    get: (shadow, pc, values) => shadow.memory[address(shadow, pc, values)]!,
    set: (shadow, pc, values, tag) => void (shadow.memory[address(shadow, pc, values)] = tag),
    isMemory: true,
  };
}

/** Of an operand in memory: its address, whose use is told. */
function addressOf(
  operand: string,
  slot: Slot | undefined,
): ((shadow: Shadow, pc: number, values: Values) => number) | undefined {
  const pair = /^\((BC|DE|HL|IX|IY|SP)(\+d)?\)$/.exec(operand);
  if (pair) {
    const name = pair[1] as Pair;
    const isIndexed = pair[2] !== undefined;
    return (shadow, pc, values) => {
      const base = values.pair(name);
      const d = isIndexed ? (values.memory[(pc + slot!.byte) & 0xffff]! << 24) >> 24 : 0;
      const address = (base + d) & 0xffff;
      if (name !== 'SP') shadow.use(name, address);
      return address;
    };
  }
  if (operand === '(nn)' && slot)
    return (shadow, pc, { memory }) => {
      const address = wordAt(memory, pc + slot.byte);
      shadow.useOperand(pc + slot.byte, address, false);
      return address;
    };
  return undefined;
}

const SUMS = new Set(['ADD', 'ADC', 'AND', 'OR', 'XOR']);
const DIFFERENCES = new Set(['SUB', 'SBC', 'CP']);
const TURNS = new Set(['RLC', 'RRC', 'RL', 'RR', 'SLA', 'SRA', 'SLL', 'SRL']);
const KEEPS = new Set(['INC', 'DEC', 'RES', 'SET', 'BIT']);
const NOTHING: Effect = () => {};
const clears =
  (...names: string[]): Effect =>
  (shadow) => {
    for (const name of names) shadow.registers[INDEX.get(name)!] = 0;
  };

/** Instructions without operands, or whose operands say nothing. */
const OWN: Record<string, Effect> = {
  NEG: clears('A'),
  CPL: clears('A'),
  DAA: clears('A'),
  RLCA: clears('A'),
  RRCA: clears('A'),
  RLA: clears('A'),
  RRA: clears('A'),
  EXX: (shadow) => shadow.exchange(0, 5),
  RLD: nibbles,
  RRD: nibbles,
  LDI: copies,
  LDIR: copies,
  LDD: copies,
  LDDR: copies,
  CPI: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  CPIR: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  CPD: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  CPDR: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  INI: arrives,
  INIR: arrives,
  IND: arrives,
  INDR: arrives,
  OUTI: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  OTIR: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  OUTD: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
  OTDR: (shadow, _pc, values) => shadow.use('HL', values.pair('HL')),
};

function nibbles(shadow: Shadow, _pc: number, values: Values): void {
  const at = values.pair('HL');
  shadow.use('HL', at);
  shadow.memory[at] = shadow.registers[A] = 0;
}

function arrives(shadow: Shadow, _pc: number, values: Values): void {
  const at = values.pair('HL');
  shadow.use('HL', at);
  shadow.memory[at] = 0;
}

function copies(shadow: Shadow, pc: number, values: Values): void {
  const from = values.pair('HL');
  const to = values.pair('DE');
  shadow.use('HL', from);
  shadow.use('DE', to);
  const isBack = (values.memory[(pc + 1) & 0xffff]! & 8) !== 0;
  const { registers } = shadow;
  shadow.uses.counted(registers[0]!, registers[1]!, values.pair('BC'), isBack ? undefined : from);
  shadow.memory[to] = shadow.memory[from]!;
}

function effectOf(instruction: Instruction): Effect {
  const { mnemonic, operands, slots } = instruction;
  const own = OWN[mnemonic];
  if (own) return own;
  const slot = (operand: number): Slot | undefined =>
    slots.find((s) => s.operand === operand && (s.kind === 'n' || s.kind === 'nn' || s.kind === 'd'));
  const [first = '', second = ''] = operands;
  if (mnemonic === 'LD') return load(first, second, slot(0), slot(1));
  if (mnemonic === 'PUSH') return push(first);
  if (mnemonic === 'POP') return pop(first);
  if (mnemonic === 'EX') return exchange(first, second);
  if (mnemonic === 'JP' && first.startsWith('(')) return (shadow, _pc, values) => shadow.use(first.slice(1, 3) as Pair, values.pair(first.slice(1, 3) as Pair), true); // prettier-ignore
  if (mnemonic === 'JP' || mnemonic === 'CALL') {
    const { byte } = slots.find(({ kind }) => kind === 'nn')!;
    return (shadow, pc, { memory }) => shadow.useOperand(pc + byte, wordAt(memory, pc + byte), true);
  }
  if (first in HALVES && KEEPS.has(mnemonic)) return NOTHING;
  if (first in HALVES && second in HALVES) return addWords(mnemonic, first, second);
  if (SUMS.has(mnemonic) || DIFFERENCES.has(mnemonic)) {
    const last = operands.length - 1;
    return arithmetic(mnemonic, operands[last]!, placeOf(operands[last]!, slot(last)));
  }
  if (KEEPS.has(mnemonic) || TURNS.has(mnemonic)) return onPlace(mnemonic, operands, slot);
  if (mnemonic === 'IN') return first === 'F' ? NOTHING : clears(first);
  return NOTHING;
}

function load(to: string, from: string, toSlot: Slot | undefined, fromSlot: Slot | undefined): Effect {
  const pair = HALVES[to] ?? HALVES[from];
  if (pair) return loadPair(to, from, pair, toSlot ?? fromSlot);
  const source = placeOf(from, fromSlot);
  // LD (IX+d),n has two.
  const target = placeOf(to, toSlot);
  return (shadow, pc, values) => target?.set(shadow, pc, values, source?.get(shadow, pc, values) ?? 0);
}

function loadPair(to: string, from: string, [high, low]: [number, number], slot: Slot | undefined): Effect {
  if (to in HALVES && from in HALVES) {
    const [otherHigh, otherLow] = HALVES[from]!;
    return ({ registers }) => {
      registers[high] = registers[otherHigh]!;
      registers[low] = registers[otherLow]!;
    };
  }
  const byte = slot!.byte;
  if (from === 'nn')
    return ({ registers, memory }, pc) => {
      registers[low] = memory[(pc + byte) & 0xffff]!;
      registers[high] = memory[(pc + byte + 1) & 0xffff]!;
    };
  const isStore = to === '(nn)';
  return (shadow, pc, values) => {
    const at = wordAt(values.memory, pc + byte);
    shadow.useOperand(pc + byte, at, false);
    const above = (at + 1) & 0xffff;
    const { registers, memory } = shadow;
    if (isStore) {
      memory[at] = registers[low]!;
      memory[above] = registers[high]!;
    } else {
      registers[low] = memory[at]!;
      registers[high] = memory[above]!;
    }
  };
}

function push(name: string): Effect {
  const [high, low] = HALVES[name]!;
  return ({ registers, memory }, _pc, values) => {
    const sp = values.pair('SP');
    memory[(sp - 1) & 0xffff] = registers[high]!;
    memory[(sp - 2) & 0xffff] = registers[low]!;
  };
}

function pop(name: string): Effect {
  const [high, low] = HALVES[name]!;
  return ({ registers, memory }, _pc, values) => {
    const sp = values.pair('SP');
    registers[low] = memory[sp]!;
    registers[high] = memory[(sp + 1) & 0xffff]!;
  };
}

function exchange(first: string, second: string): Effect {
  if (first === 'AF') return (shadow) => shadow.exchange(6, 7);
  const [high, low] = HALVES[second]!;
  if (first === '(SP)')
    return ({ registers, memory }, _pc, values) => {
      const sp = values.pair('SP');
      const above = (sp + 1) & 0xffff;
      [registers[low], memory[sp]] = [memory[sp]!, registers[low]!];
      [registers[high], memory[above]] = [memory[above]!, registers[high]!];
    };
  const [d, e] = HALVES[first]!;
  return ({ registers }) => {
    [registers[d], registers[high]] = [registers[high]!, registers[d]!];
    [registers[e], registers[low]] = [registers[low]!, registers[e]!];
  };
}

/** ADD, ADC and SBC of pairs. A pair doubled is no address any more. */
function addWords(mnemonic: string, to: string, from: string): Effect {
  const [high, low] = HALVES[to]!;
  const [otherHigh, otherLow] = HALVES[from]!;
  return ({ registers, tags, uses }) => {
    if (mnemonic === 'SBC') {
      uses.compared(registers[low]!, registers[otherLow]!);
      uses.compared(registers[high]!, registers[otherHigh]!);
      return;
    }
    registers[low] = to === from ? 0 : tags.union(registers[low]!, registers[otherLow]!);
    registers[high] = to === from ? 0 : tags.union(registers[high]!, registers[otherHigh]!);
  };
}

function arithmetic(mnemonic: string, operand: string, place: Place | undefined): Effect {
  const isSelf = operand === 'A';
  const isSum = SUMS.has(mnemonic);
  return (shadow, pc, values) => {
    const { registers, tags, uses } = shadow;
    const other = place?.get(shadow, pc, values) ?? 0;
    if (isSelf) {
      if (mnemonic !== 'AND' && mnemonic !== 'OR' && mnemonic !== 'CP') registers[A] = 0;
      return;
    }
    if (!isSum || mnemonic === 'XOR') uses.compared(registers[A]!, other);
    if (isSum) registers[A] = tags.union(registers[A]!, other);
  };
}

/** INC and their kind keep what a byte was made of; what was turned is something else. */
function onPlace(mnemonic: string, operands: string[], slot: (operand: number) => Slot | undefined): Effect {
  const at = mnemonic === 'RES' || mnemonic === 'SET' || mnemonic === 'BIT' ? 1 : 0;
  const place = placeOf(operands[at]!, slot(at));
  const also = operands[at + 1] === undefined ? undefined : placeOf(operands[at + 1]!, undefined);
  const isKept = KEEPS.has(mnemonic);
  return (shadow, pc, values) => {
    const tag = isKept ? (place?.get(shadow, pc, values) ?? 0) : 0;
    if (!isKept) place?.set(shadow, pc, values, 0);
    also?.set(shadow, pc, values, tag);
  };
}
