/** What an editor shows of a program that stands still: the stack, registers, memory, instructions. */
import { Source, StackFrame } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { basename } from 'node:path';
import type { Registers } from '../../emu/cpu.js';
import { hex } from '../../emu/debug/names.js';
import { UsageError } from '../../seams/errors.js';
import { disassembleOne } from '../../z80asm/index.js';
import { PAIRS, callers } from '../picture.js';
import { REGISTERS } from '../looking.js';
import type { DapProgram } from './adapter.js';
import { addressIn, reference } from './breakpoints.js';

/** References of the scopes; variables have no children. */
const SCOPES = { registers: 1, flags: 2, shadow: 3, stack: 4 } as const;
const FLAG_BITS: Readonly<Record<string, number>> = { S: 0x80, Z: 0x40, Y: 0x20, H: 0x10, X: 0x08, 'P/V': 0x04, N: 0x02, C: 0x01 }; // prettier-ignore
const STACK_WORDS = 16;
/** What an editor may ask for in one go. */
const MOST_INSTRUCTIONS = 0x10000;

interface Row {
  value: number;
  digits: number;
  /** It points into memory. */
  isPointer?: boolean;
}

type Rows = Readonly<Record<string, Row>>;

export function views(program: DapProgram, firstLine: number): Readonly<Record<string, (args: never) => unknown>> {
  const { session } = program;
  const { memory } = session.cpu;

  const sourceAt = (address: number): { source?: Source; line: number } => {
    const line = program.source.at(address);
    const path = line && program.sourcePath(line.file);
    if (line && path !== undefined) return { source: new Source(basename(path), path), line: line.line };
    // The source is not here: its listing is.
    const listing = line && program.sourcePath('');
    return line && listing !== undefined
      ? { source: new Source(basename(listing), listing), line: line.row }
      : { line: 0 };
  };

  const rows = (scope: number): Rows => {
    const r = session.cpu.getRegisters();
    switch (scope) {
      case SCOPES.registers:
        return {
          ...Object.fromEntries(
            PAIRS.map(([name, of]) => [name, { value: of(r), digits: 4, isPointer: name !== 'AF' }]),
          ),
          PC: { value: r.pc, digits: 4, isPointer: true },
          I: { value: r.i, digits: 2 },
          R: { value: r.r, digits: 2 },
        };
      case SCOPES.flags:
        return Object.fromEntries(
          Object.entries(FLAG_BITS).map(([name, bit]) => [name, { value: r.f & bit ? 1 : 0, digits: 1 }]),
        );
      case SCOPES.shadow:
        return {
          "AF'": { value: r.af_, digits: 4 },
          "BC'": { value: r.bc_, digits: 4, isPointer: true },
          "DE'": { value: r.de_, digits: 4, isPointer: true },
          "HL'": { value: r.hl_, digits: 4, isPointer: true },
        };
      case SCOPES.stack:
        return Object.fromEntries(
          Array.from({ length: STACK_WORDS }, (_, i) => (r.sp + 2 * i) & 0xffff).map((at) => [
            `${hex(at)}h`,
            { value: memory[at]! | (memory[(at + 1) & 0xffff]! << 8), digits: 4, isPointer: true },
          ]),
        );
      default:
        throw new UsageError(`there are no variables ${scope}`);
    }
  };

  const shown = (name: string, { value, digits, isPointer }: Row): DebugProtocol.Variable => {
    const label = isPointer ? session.symbols.names.get(value) : undefined;
    // A flag's name may be a register's, too.
    const isFlag = digits === 1;
    const evaluated = isFlag ? `flag.${name[0]!.toLowerCase()}` : REGISTERS[name.toLowerCase()] && name.toLowerCase();
    const text = isFlag ? String(value) : `${hex(value, digits)}h`;
    return {
      name,
      value: label === undefined ? text : `${text} ${label}`,
      variablesReference: 0,
      ...(isPointer && { memoryReference: reference(value) }),
      ...(evaluated && { evaluateName: evaluated }),
    };
  };

  return {
    stackTrace({ startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments) {
      const places = [session.cpu.pc, ...callers(program).map(({ at }) => at)];
      const frames = places.map((at, id) => {
        const { source, line } = sourceAt(at);
        const name = session.symbols.describe(at) ?? `${hex(at)}h`;
        const frame: DebugProtocol.StackFrame = new StackFrame(id, name, source, source ? line - 1 + firstLine : 0, source ? firstLine : 0); // prettier-ignore
        frame.instructionPointerReference = reference(at);
        return frame;
      });
      const stackFrames = frames.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
      return { stackFrames, totalFrames: frames.length };
    },

    scopes: () => ({
      scopes: [
        { name: 'Registers', presentationHint: 'registers', variablesReference: SCOPES.registers, expensive: false },
        { name: 'Flags', variablesReference: SCOPES.flags, expensive: false },
        { name: 'Shadow registers', variablesReference: SCOPES.shadow, expensive: false },
        { name: 'Stack', variablesReference: SCOPES.stack, expensive: false },
      ],
    }),

    variables: ({ variablesReference }: DebugProtocol.VariablesArguments) => ({
      variables: Object.entries(rows(variablesReference)).map(([name, row]) => shown(name, row)),
    }),

    setVariable({ variablesReference, name, value }: DebugProtocol.SetVariableArguments) {
      const row = rows(variablesReference)[name];
      if (!row) throw new UsageError(`there is no ${JSON.stringify(name)} here`);
      const number = session.evaluate(value);
      if (number < 0 || number >= 16 ** row.digits || (row.digits === 1 && number > 1))
        throw new UsageError(`${value} does not fit into ${name}`);
      const r = session.cpu.getRegisters();
      if (variablesReference === SCOPES.flags)
        session.setRegisters({ f: number ? r.f | FLAG_BITS[name]! : r.f & ~FLAG_BITS[name]! });
      else if (variablesReference === SCOPES.stack)
        session.write(parseInt(name, 16), Uint8Array.of(number & 0xff, number >> 8));
      else session.setRegisters(changed(name, number, r));
      const { value: text } = shown(name, rows(variablesReference)[name]!);
      return { value: text };
    },

    readMemory({ memoryReference, offset = 0, count }: DebugProtocol.ReadMemoryArguments) {
      const wanted = Number(memoryReference) + offset;
      if (!Number.isInteger(wanted) || !Number.isInteger(count) || count < 0)
        throw new UsageError(`${JSON.stringify(memoryReference)} is not an address, or ${count} not a length`);
      const from = Math.min(0x10000, Math.max(0, wanted));
      const to = Math.min(0x10000, Math.max(from, wanted + count));
      return {
        address: reference(from),
        unreadableBytes: count - (to - from),
        data: Buffer.from(memory.subarray(from, to)).toString('base64'),
      };
    },

    writeMemory({ memoryReference, offset = 0, data }: DebugProtocol.WriteMemoryArguments) {
      const bytes = Buffer.from(data, 'base64');
      session.write(addressIn(memoryReference, offset), bytes);
      return { bytesWritten: bytes.length };
    },

    disassemble(args: DebugProtocol.DisassembleArguments) {
      const { memoryReference, offset = 0, instructionOffset = 0, instructionCount } = args;
      if (!(instructionCount >= 0 && instructionCount <= MOST_INSTRUCTIONS))
        throw new UsageError(`${instructionCount} instructions are too many`);
      const base = addressIn(memoryReference, offset);
      const before = instructionOffset < 0 ? instructionsBefore(memory, base, Math.min(-instructionOffset, MOST_INSTRUCTIONS)) : []; // prettier-ignore
      let at: number = base;
      for (let i = 0; i < instructionOffset && at <= 0xffff; i++) at += disassembleOne(memory, at).length;
      const places = before.slice(0, instructionCount);
      if (instructionOffset < 0) at = base;
      while (places.length < instructionCount) {
        places.push(at <= 0xffff ? at : undefined);
        if (at <= 0xffff) at += disassembleOne(memory, at).length;
      }
      return { instructions: places.map((place) => instruction(place, program, sourceAt, firstLine)) };
    },
  };
}

function changed(name: string, value: number, r: Registers): Partial<Registers> {
  return REGISTERS[name.toLowerCase()]!.to(value, r);
}

/** Instructions that lead up to an address: the longest way back on which they do not overlap it. @returns undefined for what is none */
function instructionsBefore(memory: Uint8Array, base: number, count: number): (number | undefined)[] {
  for (let from = Math.max(0, base - 4 * count); from < base; from++) {
    const places: number[] = [];
    let at = from;
    for (; at < base; at += disassembleOne(memory, at).length) places.push(at);
    if (at !== base) continue;
    const found = places.slice(-count);
    if (found.length === count || from + 4 >= base || from === 0)
      return [...new Array<undefined>(count - found.length), ...found];
  }
  return Array.from({ length: count }, () => undefined);
}

function instruction(
  at: number | undefined,
  { session }: DapProgram,
  sourceAt: (address: number) => { source?: Source; line: number },
  firstLine: number,
): DebugProtocol.DisassembledInstruction {
  if (at === undefined) return { address: '0xFFFFFFFF', instruction: '(none)', presentationHint: 'invalid' };
  const { memory } = session.cpu;
  const { text, length } = disassembleOne(memory, at, session.symbols.names);
  const symbol = session.symbols.names.get(at);
  const { source, line } = sourceAt(at);
  return {
    address: reference(at),
    instructionBytes: Array.from({ length }, (_, i) => hex(memory[(at + i) & 0xffff]!, 2)).join(' '),
    instruction: text,
    ...(symbol !== undefined && { symbol }),
    ...(source && { location: source, line: line - 1 + firstLine }),
  };
}
