/** Commands that change registers, memory and what the program will read. */
import { hex } from '../emu/debug/names.js';
import { registerLines } from '../emu/debug/listing.js';
import { utf8 } from '../seams/bytes.js';
import { UsageError } from '../seams/errors.js';
import { assemble, formatDiagnostic, memoryReader } from '../z80asm/index.js';
import type { Context, Plain } from './debuggee.js';
import { argumentsOf, required, type CommandName } from './language.js';
import { REGISTERS } from './looking.js';
import { codeLines } from './picture.js';
import { byteOf, placeOf } from './places.js';

const MAIN = 'patch';

export const CHANGING: Readonly<Partial<Record<CommandName, Plain>>> = {
  regs(context, rest) {
    const { session } = context;
    const [, name = '', value = ''] = /^([a-z]+'?)?(?:\s*[=\s,]\s*(.+))?$/i.exec(rest) ?? [];
    if (rest === '') return registerLines(session.cpu.getRegisters());
    const register = REGISTERS[name.toLowerCase()];
    if (!register)
      throw new UsageError(`${JSON.stringify(name === '' ? rest : name)} is no register`, {
        hint: `there are ${Object.keys(REGISTERS).join(' ')}`,
      });
    if (value === '') return [`${name.toUpperCase()} ${hex(session.evaluate(name), register.bits / 4)}`];
    const number = register.bits === 8 ? byteOf(value, context) : placeOf(value, context);
    session.setRegisters(register.to(number, session.cpu.getRegisters()));
    return registerLines(session.cpu.getRegisters());
  },

  set(context, rest) {
    const [place, ...values] = argumentsOf(rest);
    const at = placeOf(required(place, 'a place'), context);
    required(values[0], 'a byte');
    const bytes = values.flatMap((text) => {
      const quoted = /^(['"])(.*)\1$/.exec(text)?.[2];
      return quoted === undefined ? [byteOf(text, context)] : [...utf8(quoted)];
    });
    return written(context, at, bytes);
  },

  patch(context, rest) {
    const [, place, code] = /^(\S+)\s+(.+)$/.exec(rest) ?? [];
    const at = placeOf(required(place, 'a place'), context);
    const defines = Object.fromEntries([...context.values].filter(([name]) => /^[A-Za-z_]\w*$/.test(name)));
    const source = ` org 0${hex(at)}h\n ${code}\n`;
    const result = assemble({ main: MAIN, ...memoryReader({ [MAIN]: source }), defines, format: 'bin' });
    const fault = result.diagnostics.find(({ severity }) => severity === 'error');
    if (fault)
      throw new UsageError(
        formatDiagnostic(fault)
          .split('\n')[0]!
          .replace(/^patch:\S*\s*/, ''),
      );
    context.session.write(at, result.bytes);
    return codeLines(at, context);
  },

  fill(context, rest) {
    const [from, to, byte] = argumentsOf(rest);
    const [at, end] = places(context, from, to);
    const value = byteOf(required(byte, 'a byte'), context);
    context.session.write(at, new Uint8Array(end - at + 1).fill(value));
    return [];
  },

  move(context, rest) {
    const [from, to, destination] = argumentsOf(rest);
    const [at, end] = places(context, from, to);
    const goal = placeOf(required(destination, 'a destination'), context);
    context.session.write(goal, context.session.cpu.memory.slice(at, end + 1));
    return [];
  },

  type(context, rest) {
    context.keyboard.type(rest);
    return [];
  },

  keys(context, rest) {
    const keys = rest.replace(/\^(.)/g, (_all, key: string) =>
      key === '^' ? '^' : String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f),
    );
    context.keyboard.press(utf8(keys));
    return [];
  },
};

function places(context: Context, from: string | undefined, to: string | undefined): [number, number] {
  const at = placeOf(required(from, 'a place'), context);
  const end = placeOf(required(to, 'the last address'), context);
  if (end < at) throw new UsageError(`${hex(end)} lies before ${hex(at)}`);
  return [at, end];
}

function written(context: Context, at: number, bytes: readonly number[]): string[] {
  const before = [...context.session.cpu.memory.subarray(at, at + bytes.length)];
  context.session.write(at, Uint8Array.from(bytes));
  const shown = (list: readonly number[]): string => list.map((byte) => hex(byte, 2)).join(' ');
  return [`${hex(at)}  ${shown(before)} -> ${shown(bytes)}`];
}
