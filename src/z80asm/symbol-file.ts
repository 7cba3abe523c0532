/**
 * Symbol files: `name EQU 0100H ; kind file:line`, by address. They can be INCLUDEd, and the emulator's trace and
 * profile and the disassembler read them.
 */
import { InputError } from '../seams/errors.js';
import type { AssemblyResult } from './assemble.js';
import { tokenize } from './lexer.js';

/** All symbols of an assembly, as a file. */
export function formatSymbols(result: AssemblyResult): string {
  const rows = [...result.symbolTable]
    // .names without a parent and anonymous labels mean nothing elsewhere.
    .filter((entry) => /^[A-Za-z_]/.test(entry.name))
    .sort((a, b) => a.value! - b.value! || (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const value = entry.value!;
      const word = `0${(value & 0xffff).toString(16).toUpperCase().padStart(4, '0')}H`;
      return `${entry.name.padEnd(24)} EQU ${word} ; ${entry.kind} ${entry.file}:${entry.line}`;
    });
  return `${rows.join('\n')}\n`;
}

export interface SymbolFile {
  /** Every name and its value. */
  values: Map<string, number>;
  /** Address → name, for the symbols that are places (all, where the file does not tell). */
  names: Map<number, string>;
}

/**
 * Read a symbol file: ours, pasmo's and z80asm's (`name EQU 0100H`, `name: equ $0100`), or the Digital Research
 * kind (`0100 NAME`, several a line).
 * @throws InputError with file:line for a line that is none of these
 */
export function parseSymbols(text: string, where: string): SymbolFile {
  const values = new Map<string, number>();
  const names = new Map<number, string>();
  text.split(/\r?\n/).forEach((line, index) => {
    const [code = '', ...comment] = line.replace(/\x1a.*/, '').split(';');
    if (code.trim() === '') return;
    const equ = /^\s*([A-Za-z_.@?$][\w.@?$]*):?\s+(?:EQU|DEFL|=)\s+(\S+)\s*$/i.exec(code);
    const pairs: [string, number | undefined][] = equ
      ? [[equ[1]!, numberIn(equ[2]!)]]
      : [...code.matchAll(/\b([0-9A-Fa-f]{4})[ \t]+([A-Za-z_.@?$][\w.@?$]*)/g)].map((m) => [
          m[2]!,
          parseInt(m[1]!, 16),
        ]);
    const kind = /^\s*(\w+)/.exec(comment.join(';'))?.[1];
    for (const [name, value] of pairs) {
      if (value === undefined) continue;
      values.set(name, value);
      const place =
        kind === undefined || kind === 'label' || !['equ', 'variable', 'define', 'struct', 'field'].includes(kind);
      if (place && !names.has(value)) names.set(value, name);
    }
    if (pairs.length === 0 || pairs.some(([, value]) => value === undefined))
      throw new InputError('this line is no symbol', {
        where: `${where}:${index + 1}`,
        hint: 'a symbol file has lines like "start EQU 0100H"',
      });
  });
  return { values, names };
}

function numberIn(text: string): number | undefined {
  try {
    const [token, end] = tokenize(text, 0);
    return token?.kind === 'number' && end?.kind === 'end' && token.value <= 0xffff ? token.value : undefined;
  } catch {
    return undefined;
  }
}
