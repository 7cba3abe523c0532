/** Commands that look, and change nothing. */
import { dumpLines, instructionLines, registerLines } from '../emu/debug/listing.js';
import { hex } from '../emu/debug/names.js';
import type { Registers } from '../emu/cpu.js';
import { UsageError } from '../seams/errors.js';
import { counted, grouped } from '../seams/words.js';
import { disassembleOne } from '../z80asm/index.js';
import type { SourceLine } from '../z80asm/listing-file.js';
import { plainLine } from '../seams/plain.js';
import type { Context, Plain } from './debuggee.js';
import { argumentsOf, helpLines, required, type CommandName } from './language.js';
import { bdosLine, callers, codeLines, placeName } from './picture.js';
import { placeOf } from './places.js';

const DUMP_BYTES = 128;
const LIST_LINES = 12;
const HISTORY = 16;
const MOST_HISTORY = 10_000;
const MOST_SYMBOLS = 200;

/** `FROM[,END]`, END being the last address. */
function range(rest: string, context: Context): { from: number; to: number | undefined } | undefined {
  const [from, to, ...more] = argumentsOf(rest);
  if (from === undefined) return undefined;
  if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is too much: FROM[,END]`);
  const places = { from: placeOf(from, context), to: to === undefined ? undefined : placeOf(to, context) };
  if (places.to !== undefined && places.to < places.from)
    throw new UsageError(`${hex(places.to)} lies before ${hex(places.from)}`);
  return places;
}

/** Registers by name, as `regs` takes and `print` shows them; each pair and each half. */
export const REGISTERS: Readonly<
  Record<string, { bits: 8 | 16; to: (value: number, r: Registers) => Partial<Registers> }>
> = {
  ...Object.fromEntries(
    (['a', 'f', 'b', 'c', 'd', 'e', 'h', 'l', 'i', 'r'] as const).map((name) => [
      name,
      { bits: 8, to: (value: number) => ({ [name]: value }) },
    ]),
  ),
  ...Object.fromEntries(
    (['ix', 'iy', 'sp', 'pc'] as const).map((name) => [name, { bits: 16, to: (value: number) => ({ [name]: value }) }]),
  ),
  ...Object.fromEntries(
    (['af', 'bc', 'de', 'hl'] as const).flatMap((name) => [
      [name, { bits: 16, to: (value: number) => ({ [name[0]!]: value >> 8, [name[1]!]: value & 0xff }) }],
      [`${name}'`, { bits: 16, to: (value: number) => ({ [`${name}_`]: value }) }],
    ]),
  ),
};

export const LOOKING: Readonly<Partial<Record<CommandName, Plain>>> = {
  print(context, rest) {
    const value = context.session.evaluate(required(rest, 'an expression'));
    const low = value & 0xff;
    const letter = value >= 0x20 && value < 0x7f ? `  '${String.fromCharCode(low)}'` : '';
    const name = context.session.symbols.names.get(value & 0xffff);
    return [`${hex(value, value > 0xff ? 4 : 2)}h  ${value}${letter}${name === undefined ? '' : `  ${name}`}`];
  },

  mem(context, rest) {
    const asked = range(rest, context);
    const from = asked?.from ?? context.next.mem ?? context.session.cpu.pc;
    const to = Math.min(0xffff, asked?.to ?? from + DUMP_BYTES - 1);
    context.next.mem = (to + 1) & 0xffff;
    return dumpLines(context.session.cpu.memory, from, to - from + 1);
  },

  list(context, rest) {
    const asked = range(rest, context);
    const { memory } = context.session.cpu;
    let at = asked?.from ?? context.next.list ?? context.session.cpu.pc;
    const lines: string[] = [];
    for (let i = 0; asked?.to === undefined ? i < LIST_LINES : at <= asked.to; i++) {
      const { length } = disassembleOne(memory, at);
      const line = context.source.at(at);
      // A line of the source that is no one instruction: data.
      const isData = line?.address === at && line.length !== length;
      lines.push(...(isData ? dataLines(line, context) : codeLines(at, context)));
      at += isData ? line.length : length;
      if (at > 0xffff) break;
    }
    context.next.list = at & 0xffff;
    return lines;
  },

  stack(context) {
    const { cpu } = context.session;
    const found = callers(context);
    return [
      `   at ${placeName(cpu.pc, context)}`,
      ...found.map(({ at, sp }) => ` from ${placeName(at, context)}${' '.repeat(2)}(return address at ${hex(sp)})`),
      `   SP ${dumpLines(cpu.memory, cpu.sp, 16)[0]!}`,
    ];
  },

  bdos(context, rest) {
    const { session } = context;
    if (rest === 'on' || rest === 'off') {
      session.traceCalls = rest === 'on';
      return [`calls of the BDOS are ${rest === 'on' ? '' : 'no longer '}shown as they are made`];
    }
    if (rest !== '') throw new UsageError(`bdos takes on or off, or nothing`);
    const line = bdosLine(context);
    return line.length > 0 ? line : ['the next instruction is no call of the BDOS'];
  },

  who(context, rest) {
    const at = placeOf(required(rest, 'a place'), context);
    const writer = context.session.whoWrote(at);
    if (!writer) return [`${hex(at)}h was not written since ${since(context)}`];
    const byte = `${hex(at)}h: ${hex(writer.value, 2)}`;
    if (writer.how === 'loaded') return [`${byte} was loaded with the program`];
    const by = `${placeName(writer.by, context)}${writer.how === 'system' ? ', by the system that it called' : ''}`;
    const { instructions } = writer.moment;
    return [
      `${byte} was written at ${by}`,
      `  ${instructionLines(context.session.cpu.memory, writer.by, context.session.symbols).at(-1)!}`,
      `  ${counted(context.session.history.now.instructions - instructions, 'instruction')} ago; goto ${instructions} is directly behind it`,
    ];
  },

  history(context, rest) {
    const count = rest === '' ? HISTORY : Number(rest);
    if (!Number.isInteger(count) || count < 1 || count > MOST_HISTORY)
      throw new UsageError(`${JSON.stringify(rest)} is no number of instructions`, { hint: `1 to ${MOST_HISTORY}` });
    const { history, cpu, symbols, isLive } = context.session;
    const past = context.session.lastInstructions(count).map(({ moment, pc, registers }) => {
      const code = instructionLines(cpu.memory, pc, symbols).at(-1)!;
      return `${String(moment.instructions).padStart(10)}  ${code.padEnd(42)} ${registerLines(registers)[0]!}`;
    });
    const { first, last, now } = history;
    return [
      ...past,
      `recorded: ${grouped(first.instructions)} to ${grouped(last.instructions)} instructions; here: ${grouped(now.instructions)}${isLive ? '' : ', in the past'}`,
    ];
  },

  symbols(context, rest) {
    const wanted = rest.toLowerCase();
    const found = [...context.values].filter(([name]) => name.toLowerCase().includes(wanted));
    const shown = found.sort(([x, a], [y, b]) => a - b || (x < y ? -1 : 1)).slice(0, MOST_SYMBOLS);
    const more = found.length - shown.length;
    return [
      ...shown.map(([name, value]) => `${hex(value & 0xffff)}  ${name}`),
      ...(more > 0 ? [`and ${more} more: symbols TEXT shows those with TEXT in them`] : []),
      ...(found.length === 0 ? ['none'] : []),
    ];
  },

  hex(context, rest) {
    const [a = '', b = '0'] = argumentsOf(rest);
    const x = placeOf(required(a, 'a number'), context);
    const y = placeOf(b, context);
    return [`${hex((x + y) & 0xffff)} ${hex((x - y) & 0xffff)}`];
  },

  help: (_context, rest) => helpLines(rest),
};

/** A line of source that became data: the first of its bytes. */
function dataLines({ address, length, file, line, text }: SourceLine, { session }: Context): string[] {
  const label = session.symbols.names.get(address);
  const shown = Array.from(session.cpu.memory.subarray(address, address + Math.min(length, 8)), (byte) => hex(byte, 2));
  const bytes = `${hex(address)}  ${shown.join(' ')}${length > shown.length ? ` ... ${length} bytes` : ''}`;
  return [
    ...(label === undefined ? [] : [`${label}:`]),
    `${bytes.padEnd(40)} ; ${plainLine(`${file}:${line} ${text.trim()}`)}`,
  ];
}

/** How far back what is recorded goes, in words. */
function since({ session: { history } }: Context): string {
  return history.first.instructions === 0 ? 'the program was loaded' : `instruction ${grouped(history.first.instructions)}, where the record begins`; // prettier-ignore
}
