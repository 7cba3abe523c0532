/** What a person reads about the machine: an instruction, the registers, a piece of memory. */
import { disassembleOne } from '../../z80asm/disassemble-one.js';
import type { Cpu, Registers } from '../cpu.js';
import { hex, type SymbolMap } from './names.js';

const FLAGS = 'SZYHXPNC';
const DUMP_WIDTH = 16;

/** `0105  21 80 00     LD HL,0080H`, with a line for the label before it. */
export function instructionLines(memory: Uint8Array, pc: number, symbols: SymbolMap): string[] {
  const { text, length } = disassembleOne(memory, pc, symbols.names);
  const bytes = Array.from({ length }, (_, i) => hex(memory[(pc + i) & 0xffff]!, 2)).join(' ');
  const label = symbols.names.get(pc);
  return [...(label === undefined ? [] : [`${label}:`]), `${hex(pc)}  ${bytes.padEnd(11)}  ${text}`];
}

export function registerLines(r: Registers): string[] {
  const pair = (high: number, low: number): string => hex((high << 8) | low);
  const flags = Array.from(FLAGS, (flag, i) => (r.f & (0x80 >> i) ? flag : '-')).join('');
  return [
    `AF ${pair(r.a, r.f)}  BC ${pair(r.b, r.c)}  DE ${pair(r.d, r.e)}  HL ${pair(r.h, r.l)}  IX ${hex(r.ix)}  IY ${hex(r.iy)}  flags ${flags}`,
    `AF'${hex(r.af_)}  BC'${hex(r.bc_)}  DE'${hex(r.de_)}  HL'${hex(r.hl_)}  SP ${hex(r.sp)}  PC ${hex(r.pc)}  I ${hex(r.i, 2)} R ${hex(r.r, 2)} IM ${r.im} IFF ${r.iff1}${r.iff2}`,
  ];
}

/** Lines of 16 bytes, in hex and as text. */
export function dumpLines(memory: Uint8Array, from: number, count: number): string[] {
  const lines: string[] = [];
  for (let at = from; at < from + count; at += DUMP_WIDTH) {
    const bytes = Array.from({ length: Math.min(DUMP_WIDTH, from + count - at) }, (_, i) => memory[(at + i) & 0xffff]!);
    const text = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(
      `${hex(at & 0xffff)}  ${bytes
        .map((byte) => hex(byte, 2))
        .join(' ')
        .padEnd(3 * DUMP_WIDTH)} ${text}`,
    );
  }
  return lines;
}

/** The whole picture at a stop: where it was, where it is, registers, and memory at SP and the pairs. */
export function stopLines(cpu: Cpu, symbols: SymbolMap): string[] {
  const r = cpu.getRegisters();
  const places: [string, number][] = [
    ['SP', r.sp],
    ['HL', (r.h << 8) | r.l],
    ['DE', (r.d << 8) | r.e],
    ['BC', (r.b << 8) | r.c],
  ];
  return [
    ...trailLines(cpu, symbols),
    ...registerLines(r),
    ...places.map(([name, at]) => `${name} ${dumpLines(cpu.memory, at, DUMP_WIDTH)[0]!}`),
    `next: ${instructionLines(cpu.memory, r.pc, symbols).at(-1)!}`,
  ];
}

/** The last instructions, as they stand in memory now. */
function trailLines(cpu: Cpu, symbols: SymbolMap): string[] {
  const trail = cpu.trail();
  return [
    `last ${trail.length} instructions:`,
    ...trail.flatMap((pc) => instructionLines(cpu.memory, pc, symbols).map((line) => `  ${line}`)),
  ];
}
