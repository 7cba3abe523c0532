/**
 * Arguments that stand behind a CALL or RST: a text up to its end mark, a byte, a word. How many there are is what calls
 * in a run showed, or what the routine does with its return address.
 */
import { disassembleOne } from './disassemble-one.js';
import type { Flow } from './disasm-flow.js';

/** How a routine's arguments end: after so many bytes, behind a byte of this value, behind one with bit 7 set. */
export type ArgumentStyle = { count: number } | { until: number } | { high: true } | 'unknown';

/** A longer text behind a call is none. */
const MOST_BYTES = 256;
/** Instructions of a routine in which it takes its arguments. */
const LOOKED_AT = 16;

/** @returns undefined where a routine takes none */
export function argumentsOf(flow: Flow, callee: number): ArgumentStyle | undefined {
  return fromCalls(flow, callee) ?? fromRoutine(flow, callee);
}

/** The bytes of arguments of a call, or undefined where control may not come back behind it. */
export function behindCall(flow: Flow, at: number, back: number, style: ArgumentStyle | undefined): number | undefined {
  const { evidence, memory } = flow;
  const seen = evidence?.inline.get(back);
  if (seen !== undefined) return seen;
  if (evidence?.executed.has(back)) return 0;
  // A call that was made and from which the program ended does not come back.
  if (style === undefined) return evidence?.executed.has(at) && !evidence.pending.has(back) ? undefined : 0;
  if (style === 'unknown') return undefined;
  if ('count' in style) return style.count;
  for (let length = 1; length <= MOST_BYTES; length++) {
    const byte = memory[(back + length - 1) & 0xffff]!;
    if ('until' in style ? byte === style.until : byte >= 0x80) return length;
  }
  return undefined;
}

/** What calls that were executed have in common. */
function fromCalls({ evidence, memory, code }: Flow, callee: number): ArgumentStyle | undefined {
  const texts: Uint8Array[] = [];
  for (const [back, length] of evidence?.inline ?? []) {
    const call = code.get(back - 3);
    const isCall = call?.instruction?.mnemonic === 'CALL' && call.word === callee;
    const isRst = (memory[back - 1]! & 0xc7) === 0xc7 && code.has(back - 1) && (memory[back - 1]! & 0x38) === callee;
    if (isCall || isRst) texts.push(memory.subarray(back, back + length));
  }
  if (texts.length === 0) return undefined;
  const count = texts[0]!.length;
  const last = texts[0]!.at(-1)!;
  const isSame = texts.every(({ length }) => length === count);
  const isMarked = texts.every((text) => text.indexOf(last) === text.length - 1);
  const isKnownMark = last === 0 || last === 0x24;
  if (isMarked && count > 2 && (isKnownMark || !isSame)) return { until: last };
  if (count > 2 && texts.every((text) => text.findIndex((byte) => byte >= 0x80) === text.length - 1))
    return { high: true };
  return isSame ? { count } : 'unknown';
}

/** Does the routine read what its return address points to? */
function fromRoutine(flow: Flow, callee: number): ArgumentStyle | undefined {
  if (!flow.inside(callee)) return undefined;
  let pointer: string | undefined;
  let hasRead = false;
  let steps = 0;
  for (let pc = callee, i = 0; i < LOOKED_AT && flow.inside(pc); i++) {
    const { instruction, text, length, word } = disassembleOne(flow.memory, pc);
    if (!instruction) return undefined;
    const { mnemonic, operands } = instruction;
    if (!pointer) {
      if (text === 'EX (SP),HL') pointer = 'HL';
      else if (mnemonic === 'POP' && operands[0] !== 'AF') pointer = operands[0]!;
      else if (i > 0 || mnemonic === 'PUSH' || mnemonic === 'CALL') return undefined;
    } else {
      if (!hasRead && (mnemonic === 'PUSH' || mnemonic === 'POP' || mnemonic === 'RET')) return undefined;
      if (operands[1] === `(${pointer})` && mnemonic === 'LD') hasRead = true;
      else if (text === `INC ${pointer}`) steps++;
      else if (hasRead && mnemonic === 'CP' && operands[0] === 'n') return { until: flow.memory[pc + 1]! };
      else if (hasRead && (text === 'OR A' || text === 'AND A')) return { until: 0 };
      else if (hasRead && (text === 'AND 0x7F' || text === 'RLA' || text === 'RLCA' || text.startsWith('BIT 7,') || text === 'ADD A,A')) return { high: true }; // prettier-ignore
      else if (hasRead && (text === `JP (${pointer})` || (mnemonic === 'RET' && operands.length === 0))) return steps > 0 ? { count: steps } : 'unknown'; // prettier-ignore
      else if (hasRead && (mnemonic === 'CALL' || mnemonic === 'DJNZ' || (word !== undefined && mnemonic === 'JR'))) return 'unknown'; // prettier-ignore
    }
    pc += length;
  }
  return hasRead ? 'unknown' : undefined;
}
