/** What a person reads at a stop, and what a program reads with --json. */
import { callAt, callLine } from '../emu/debug/bdos-trace.js';
import { instructionLines } from '../emu/debug/listing.js';
import { hex } from '../emu/debug/names.js';
import type { Stop } from '../emu/debug/session.js';
import type { Registers } from '../emu/cpu.js';
import { plainLine } from '../seams/plain.js';
import type { Debuggee } from './debuggee.js';

const FLAGS = 'SZYHXPNC';
/** Words of the stack that are looked at for return addresses. */
const STACK_WORDS = 64;

const pair = (high: number, low: number): number => (high << 8) | low;

/** The registers that a stop shows, in this order. */
export const PAIRS: readonly (readonly [name: string, of: (r: Registers) => number])[] = [
  ['AF', (r) => pair(r.a, r.f)],
  ['BC', (r) => pair(r.b, r.c)],
  ['DE', (r) => pair(r.d, r.e)],
  ['HL', (r) => pair(r.h, r.l)],
  ['IX', (r) => r.ix],
  ['IY', (r) => r.iy],
  ['SP', (r) => r.sp],
];

export function flagsOf(f: number): string {
  return Array.from(FLAGS, (flag, i) => (f & (0x80 >> i) ? flag : '-')).join('');
}

/** One line; `*` before what has changed since `before`. */
export function registersLine(now: Registers, before: Registers | undefined): string {
  const pairs = PAIRS.map(([name, of]) => `${name}${before && of(before) !== of(now) ? '*' : ' '}${hex(of(now))}`);
  return `${pairs.join('  ')}  ${flagsOf(now.f)}`;
}

/** `main+3h`, or `0103h` where no name is near. */
export function placeName(address: number, { session, source }: Debuggee): string {
  const name = session.symbols.describe(address) ?? `${hex(address)}h`;
  const line = source.at(address);
  return line ? `${name} (${plainLine(line.file)}:${line.line})` : name;
}

/** An instruction with the label before it and its line of source behind it, and what a CALL of the BDOS asks for. */
export function codeLines(address: number, debuggee: Debuggee): string[] {
  const { session, source } = debuggee;
  const lines = instructionLines(session.cpu.memory, address, session.symbols);
  const line = source.at(address);
  const code = lines.pop()!;
  return [
    ...lines,
    line?.address === address
      ? `${code.padEnd(40)} ; ${plainLine(`${line.file}:${line.line} ${line.text.trim()}`)}`
      : code,
  ];
}

/** `bdos 9 print string "Hello" at 0109`: where the program is about to call the BDOS. */
export function bdosLine({ session: { cpu, machine } }: Debuggee): string[] {
  const { memory, pc } = cpu;
  const isSystem = [...machine.names.values()].includes('bdos');
  const isCall = memory[pc] === 0xcd && pair(memory[(pc + 2) & 0xffff]!, memory[(pc + 1) & 0xffff]!) === 5;
  if (!isSystem || (pc !== 5 && !isCall)) return [];
  return [`      bdos ${callLine(callAt(cpu))}`];
}

/**
 * Where the present routine and those around it were called from, as the stack looks: words on it that lie behind a CALL or
 * RST. A guess: what was pushed may look the same.
 */
export function callers({
  session: { cpu },
}: Pick<Debuggee, 'session'>): { returnsTo: number; at: number; sp: number }[] {
  const { memory, sp } = cpu;
  const found: { returnsTo: number; at: number; sp: number }[] = [];
  for (let i = 0; i < STACK_WORDS && sp + 2 * i + 1 <= 0xffff; i++) {
    const place = sp + 2 * i;
    const returnsTo = pair(memory[place + 1]!, memory[place]!);
    const call = memory[(returnsTo - 3) & 0xffff]!;
    const restart = memory[(returnsTo - 1) & 0xffff]!;
    if (returnsTo >= 3 && (call === 0xcd || (call & 0xc7) === 0xc4))
      found.push({ returnsTo, at: returnsTo - 3, sp: place });
    else if (returnsTo >= 0x100 && (restart & 0xc7) === 0xc7 && restart !== 0xff)
      found.push({ returnsTo, at: returnsTo - 1, sp: place });
  }
  return found;
}

/** Why it stands still, in words; none for a step that is done. */
export function stopWords(stop: Stop, debuggee: Debuggee): string | undefined {
  const place = (address: number): string => placeName(address, debuggee);
  const byte = (value: number): string => hex(value, 2);
  switch (stop.why) {
    case 'step':
      return undefined;
    case 'breakpoint':
      return `breakpoint ${stop.id}: ${place(stop.at)}`;
    case 'watchpoint': {
      const what = stop.use === 'write' ? `${byte(stop.old)} -> ${byte(stop.value)}` : `read ${byte(stop.value)}`;
      return `watchpoint ${stop.id}: ${place(stop.at)} ${what}, by ${stop.bySystem ? 'the system, called at ' : ''}${place(stop.by)}`;
    }
    case 'port':
      return `port ${stop.id}: ${stop.use} ${byte(stop.port)} ${byte(stop.value)}, by ${place(stop.by)}`;
    case 'bdos':
      return `bdos ${stop.id}: ${callLine(callAt(debuggee.session.cpu))}, for ${place(stop.returnsTo)}`;
    case 'until':
      return `at ${place(stop.at)}`;
    case 'interrupted':
      return 'interrupted';
    case 'key':
      return 'the program waits for a key: type TEXT, then go on';
    case 'idle':
      return 'the program waits for a key, and looks again and again: type TEXT, then go on';
    case 'ended':
      return `the program has ended${stop.code === 0 ? '' : `, with code ${hex(stop.code)}`}${stop.lost.length === 0 ? '' : `; not saved: ${stop.lost.join(', ')}`}`;
    case 'crashed':
      return `crashed at ${place(stop.at)}: ${stop.message}`;
    case 'beginning':
      return 'nothing before this is recorded';
  }
}

/** Why, the registers, and what comes next. */
export function stopLines(stop: Stop | undefined, debuggee: Debuggee, before: Registers | undefined): string[] {
  const { cpu } = debuggee.session;
  const words = stop && stopWords(stop, debuggee);
  return [
    ...(words === undefined ? [] : [words]),
    registersLine(cpu.getRegisters(), before),
    ...codeLines(cpu.pc, debuggee),
    ...bdosLine(debuggee),
  ];
}

/** A stop, for programs. */
export function stopReport(stop: Stop | undefined, debuggee: Debuggee): object {
  const { cpu, symbols } = debuggee.session;
  const line = debuggee.source.at(cpu.pc);
  return {
    ...(stop && { stop }),
    pc: cpu.pc,
    symbol: symbols.describe(cpu.pc),
    ...(line && { source: { file: line.file, line: line.line, text: line.text } }),
    instruction: instructionLines(cpu.memory, cpu.pc, symbols).at(-1)!.slice(19),
    registers: cpu.getRegisters(),
    tStates: cpu.tStates,
    instructions: cpu.instructions,
  };
}
