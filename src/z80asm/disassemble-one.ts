/**
 * One instruction from memory → its text, length and T-states, from the same table the assembler uses. For
 * the emulator's trace and profile, and the base of the disassembler.
 */
import { allInstructions, numberOf, type Instruction, type Slot } from './instructions.js';

export interface Disassembled {
  /** `LD A,(IX+5)`; `DB 0xED,0x00` for what is no instruction. */
  text: string;
  /** In bytes, 1 to 4. */
  length: number;
  /** When a condition does not hold or a repetition ends; else simply its T-states. */
  tStates: number;
  /** When a jump is taken or a repetition goes on. */
  tStatesTaken: number;
  /** The table's form; undefined for DB. */
  instruction: Instruction | undefined;
  /** The number in the operands that is an address (JP, CALL, JR, (nn)) or a word, where there is one. */
  word: number | undefined;
}

/** Address → name, for operands. */
export type Names = ReadonlyMap<number, string>;

type Decoded = { instruction: Instruction; numbers: Map<Slot, number> };

type Decoding = Record<string, (Decoded | undefined)[]>;

const PREFIXES: Record<number, string> = { 0xcb: 'CB', 0xdd: 'DD', 0xed: 'ED', 0xfd: 'FD' };

function prefixOf(code: number[]): { prefix: string; opcodeAt: number } {
  const first = code.length > 1 ? PREFIXES[code[0]!] : undefined;
  if (first === undefined) return { prefix: '', opcodeAt: 0 };
  if ((first === 'DD' || first === 'FD') && code[1] === 0xcb && code.length === 4)
    return { prefix: `${first}CB`, opcodeAt: 3 };
  return { prefix: first, opcodeAt: 1 };
}

/** Enter a form under every opcode that its numbered bits allow. */
function enter(instruction: Instruction, decoding: Decoding): void {
  const { prefix, opcodeAt } = prefixOf(instruction.code);
  const table = decoding[prefix]!;
  const slot = instruction.slots.find((s) => s.kind === 'b' || s.kind === 't' || s.kind === 'm');
  const base = instruction.code[opcodeAt]!;
  if (!slot) {
    table[base] ??= { instruction, numbers: new Map() };
    return;
  }
  const width = slot.kind === 'm' ? 4 : 8;
  for (let code = 0; code < width; code++) {
    const value = numberOf(slot.kind as 'b' | 't' | 'm', code);
    if (value !== undefined) table[base | (code << slot.shift)] ??= { instruction, numbers: new Map([[slot, value]]) };
  }
}

let made: Decoding | undefined;

/** Opcodes by prefix, each of 256; made when the first instruction is asked for, as many commands ask for none. */
function decoding(): Decoding {
  if (made) return made;
  const prefixes = ['', 'CB', 'ED', 'DD', 'FD', 'DDCB', 'FDCB'];
  made = Object.fromEntries(prefixes.map((prefix) => [prefix, new Array<Decoded | undefined>(256)]));
  for (const instruction of allInstructions()) if (instruction.variant !== 'spelling') enter(instruction, made);
  return made;
}

export function hex8(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function hex16(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Disassemble the instruction at `pc` of a 64 KB memory (addresses wrap; a shorter array reads as 0 beyond its end).
 * Words that `symbols` has a name for are shown by it.
 */
export function disassembleOne(memory: Uint8Array, pc: number, symbols?: Names): Disassembled {
  const at = (offset: number): number => memory[(pc + offset) & 0xffff] ?? 0;
  let prefix = PREFIXES[at(0)] ?? '';
  let opcodeAt = prefix === '' ? 0 : 1;
  if (opcodeAt === 1 && (prefix === 'DD' || prefix === 'FD') && at(1) === 0xcb) {
    prefix += 'CB';
    opcodeAt = 3;
  }
  const decoded = decoding()[prefix]![at(opcodeAt)];
  if (!decoded) {
    // ED with an unknown opcode does nothing for 8 T-states; DD and FD before others only cost 4.
    const length = prefix === 'ED' ? 2 : 1;
    const text = `DB ${Array.from({ length }, (_, i) => hex8(at(i))).join(',')}`;
    return { text, length, tStates: 4 * length, tStatesTaken: 4 * length, instruction: undefined, word: undefined };
  }
  const { instruction, numbers } = decoded;
  const length = instruction.code.length;
  let word: number | undefined;
  const operands = [...instruction.operands];
  for (const slot of instruction.slots) {
    const shape = operands[slot.operand]!;
    operands[slot.operand] = shape.replace(/\+d|nn|[nebtmz]/, () => {
      switch (slot.kind) {
        case 'nn':
          word = at(slot.byte) | (at(slot.byte + 1) << 8);
          return symbols?.get(word) ?? hex16(word);
        case 'e':
          word = (pc + length + ((at(slot.byte) << 24) >> 24)) & 0xffff;
          return symbols?.get(word) ?? hex16(word);
        case 'd': {
          const d = (at(slot.byte) << 24) >> 24;
          return d < 0 ? String(d) : `+${d}`;
        }
        case 'n':
          return hex8(at(slot.byte));
        case 'z':
          return '0';
        case 't':
          return hex8(numbers.get(slot)!);
        default:
          return String(numbers.get(slot));
      }
    });
  }
  const text = operands.length ? `${instruction.mnemonic} ${operands.join(',')}` : instruction.mnemonic;
  return { text, length, tStates: instruction.tStates, tStatesTaken: instruction.tStatesTaken, instruction, word };
}
