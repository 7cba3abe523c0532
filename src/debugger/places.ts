/**
 * Addresses and numbers as a person writes them to the debugger. Numbers are hex, as in DDT; what is no number is a name, a
 * line of source, or an expression, whose numbers are written as the assembler has them.
 *
 *     100   0100h   main   loop+3   print.asm:12   :12   hl   word(sp)
 */
import { UsageError } from '../seams/errors.js';
import type { Debuggee } from './debuggee.js';

/** These would be hex numbers: registers are meant more often, and 0AF is the number. */
const PAIRS = new Set(['af', 'bc', 'de']);
const HEX = /^(?:0x|\$)?([0-9a-f]+)h?$/i;

/** A number in hex. @throws UsageError for one beyond `most`, which else would be read as a decimal one */
function hexNumber(text: string, most: number): number | undefined {
  const digits = PAIRS.has(text.toLowerCase()) ? undefined : HEX.exec(text)?.[1];
  const value = digits === undefined ? undefined : parseInt(digits, 16);
  // Letters alone are a name that nobody knows.
  if (value !== undefined && value > most && /^(0x|\$|\d)/i.test(text))
    throw new UsageError(`${text} does not fit`, {
      hint: `numbers are in hex, up to ${most.toString(16).toUpperCase()}`,
    });
  return value !== undefined && value <= most ? value : undefined;
}

/** An address. @throws UsageError for what means none */
export function placeOf(text: string, debuggee: Debuggee): number {
  return placesOf(text, debuggee)[0];
}

/** The same; a line of a macro has as many as the macro was used. */
export function placesOf(text: string, debuggee: Debuggee): [number, ...number[]] {
  const named = valueOf(text, debuggee.values);
  if (named !== undefined) return [named & 0xffff];
  const line = /^(.*):(\d+)$/.exec(text);
  if (line) return linePlaces(line[1]!, Number(line[2]), debuggee);
  const number = hexNumber(text, 0xffff);
  if (number !== undefined) return [number];
  return [expression(text, debuggee) & 0xffff];
}

/** A byte. @throws UsageError for what is none */
export function byteOf(text: string, debuggee: Debuggee): number {
  const quoted = /^'(.)'$/.exec(text)?.[1];
  const value =
    quoted?.charCodeAt(0) ?? hexNumber(text, 0xffff) ?? valueOf(text, debuggee.values) ?? expression(text, debuggee);
  if (value > 0xff) throw new UsageError(`${JSON.stringify(text)} is no byte`, { hint: 'bytes are 00 to FF' });
  return value;
}

/** The symbol of this name, in any case where only one fits. */
function valueOf(name: string, values: ReadonlyMap<string, number>): number | undefined {
  // SID's names have a dot before them.
  const exact = values.get(name) ?? values.get(name.replace(/^\./, ''));
  if (exact !== undefined || !/^[a-z_.@?]/i.test(name)) return exact;
  const same = [...values].filter(([other]) => other.toLowerCase() === name.toLowerCase());
  return same.length === 1 ? same[0]![1] : undefined;
}

function expression(text: string, { session }: Debuggee): number {
  try {
    return session.evaluate(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${JSON.stringify(text)} is no place`, {
      hint: 'a place is a name, a number in hex, FILE:LINE, or an expression such as hl+2',
      cause: error,
    });
  }
}

function linePlaces(name: string, line: number, { source, session }: Debuggee): [number, ...number[]] {
  if (source.lines.length === 0)
    throw new UsageError('lines of source are not known', {
      hint: 'assemble with --listing, which writes X.lst beside X.COM',
    });
  const file = name === '' ? (source.at(session.cpu.pc)?.file ?? source.files[0]!) : source.file(name);
  if (file === undefined)
    throw new UsageError(`the listing has no file ${JSON.stringify(name)}`, {
      hint: `it has ${source.files.slice(0, 8).join(', ')}`,
    });
  const [first, ...rest] = source.places(file, line).map(({ address }) => address);
  if (first === undefined) throw new UsageError(`${file} has no code at line ${line} or behind it`);
  return [first, ...rest];
}
