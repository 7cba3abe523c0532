/**
 * A row of the instruction table → the instructions it stands for. What letters mean in it: instructions.ts.
 */
import type { Instruction, Slot } from './instructions.js';

/** A row as written. */
export interface Row {
  form: string;
  code: string;
  times: string;
  flags: string;
}

const REGISTERS = ['B', 'C', 'D', 'E', 'H', 'L', '', 'A'];

/** Classes with names for members: the index is the code; empty names are no members. */
export const NAMED: Record<string, string[]> = {
  r: REGISTERS,
  s: REGISTERS,
  v: ['B', 'C', 'D', 'E', 'IXH', 'IXL', '', 'A'],
  w: ['B', 'C', 'D', 'E', '', '', '', 'A'],
  h: ['IXH', 'IXL'],
  p: ['BC', 'DE', 'HL', 'SP'],
  q: ['BC', 'DE', 'HL', 'AF'],
  x: ['BC', 'DE', 'IX', 'SP'],
  c: ['NZ', 'Z', 'NC', 'C', 'PO', 'PE', 'P', 'M'],
  k: ['NZ', 'Z', 'NC', 'C'],
};

const OPERATIONS: Record<string, string[]> = {
  '{alu}': ['ADD A,', 'ADC A,', 'SUB ', 'SBC A,', 'AND ', 'XOR ', 'OR ', 'CP '],
  // The same eight with the accumulator spelled the other way round.
  '{ALU}': ['ADD ', 'ADC ', 'SUB A,', 'SBC ', 'AND A,', 'XOR A,', 'OR A,', 'CP A,'],
  '{rot}': ['RLC ', 'RRC ', 'RL ', 'RR ', 'SLA ', 'SRA ', 'SLL ', 'SRL '],
};

/** A row of one mnemonic, its operation settled; and all that it stands for, from when somebody asked for that. */
export interface OpenRow extends Row {
  mnemonic: string;
  instructions: Instruction[] | undefined;
}

export function openRows(row: Row): OpenRow[] {
  const operation = /\{\w+\}/.exec(row.form)?.[0];
  const forms =
    operation === undefined ? [row.form] : OPERATIONS[operation]!.map((name) => row.form.replace(operation, name));
  return forms.map((form, number) => ({
    ...row,
    form,
    code: row.code.replace('ooo', number.toString(2).padStart(3, '0')),
    mnemonic: form.split(' ', 1)[0]!,
    instructions: undefined,
  }));
}

/** All ways to settle a row's classes with named members. */
export function settle({ mnemonic, form, code, times, flags }: OpenRow): Instruction[] {
  // Text stands at the even places and a class at the odd ones.
  const pieces = form.slice(mnemonic.length + 1).split(/(?<![a-z])([rsvwhpqxck])(?![a-z])/);
  const isIy = code.startsWith('FD');
  const { bytes, fields, slots } = readCode(form, code);
  const [taken = 0, not = taken] = times.split('/').map(Number);
  // d, as a variant opcode: (IX+d) with a register number that means nothing.
  const silent = fields['r'] && !pieces.includes('r') ? 'r' : undefined;
  if (silent) pieces.push(silent, '');
  const out: Instruction[] = [];
  const settleFrom = (at: number, operands: string, settled: number[]): void => {
    const letter = pieces[at];
    if (letter === undefined) {
      out.push({
        mnemonic,
        operands: operands === '' ? [] : operands.split(','),
        code: settled,
        slots,
        tStates: not,
        tStatesTaken: taken,
        undocumented: flags.includes('u') || mnemonic === 'SLL',
        variant: flags.includes('a') ? 'spelling' : flags.includes('d') ? 'opcode' : undefined,
      });
      return;
    }
    const { byte, shift } = fields[letter]!;
    for (const [number, name] of NAMED[letter]!.entries()) {
      if (name === '') continue;
      const next = [...settled];
      next[byte]! |= number << shift;
      const text = letter === silent ? '' : isIy ? name.replace('IX', 'IY') : name;
      settleFrom(at + 2, operands + text + pieces[at + 1]!, next);
    }
  };
  settleFrom(1, pieces[0]!, bytes);
  return out;
}

/** Where the code of a class stands: its lowest bit. */
interface Field {
  byte: number;
  shift: number;
}

/** A row's code with all letters 0, where each letter stands, and the numbers that operands bring. */
function readCode(
  form: string,
  code: string,
): { bytes: number[]; fields: Partial<Record<string, Field>>; slots: Slot[] } {
  const kinds = (form.split(' ')[1] ?? '').split(',').map((operand) => /\b(nn|[nedbtmz])\b/.exec(operand)?.[1]);
  const bytes: number[] = [];
  const fields: Partial<Record<string, Field>> = {};
  const slots: Slot[] = [];
  const addSlot = (kind: Slot['kind'], byte: number, shift = 0): void => {
    slots.push({ kind, operand: kinds.indexOf(kind), byte, shift });
  };
  for (const cell of code.split(' ')) {
    const byte = bytes.length;
    if (cell === 'n' || cell === 'nn' || cell === 'e' || cell === 'd') {
      addSlot(cell, byte);
      bytes.push(0);
      if (cell === 'nn') bytes.push(0);
    } else if (cell.length === 2) bytes.push(parseInt(cell, 16));
    else {
      bytes.push(parseInt(cell.replace(/[a-z]/g, '0'), 2));
      for (const letter of new Set(cell.replace(/[01]/g, '')))
        fields[letter] = { byte, shift: 7 - cell.lastIndexOf(letter) };
      for (const kind of ['b', 't', 'm'] as const)
        if (fields[kind] && cell.includes(kind)) addSlot(kind, byte, fields[kind].shift);
    }
  }
  if (kinds.includes('z')) addSlot('z', 0);
  return { bytes, fields, slots };
}
