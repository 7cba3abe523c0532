/**
 * Reads symbol files, of ours and of other tools: the emulator's trace and profile, the debugger and the disassembler have
 * their names from them. symbol-formats.ts writes them.
 */
import { InputError } from '../seams/errors.js';
import { tokenize } from './lexer.js';

export interface SymbolFile {
  /** Every name and its value. */
  values: Map<string, number>;
  /** Address → name, for the symbols that are places (all, where the file does not tell). */
  names: Map<number, string>;
}

/** A line of one kind: what it defines, or nothing, if it is known and defines no name. */
interface Kind {
  pattern: RegExp;
  /** @param match the line without its comment; `comment` is what is behind the first ; */
  read(match: RegExpExecArray, comment: string): Definition[];
}

interface Definition {
  name: string;
  /** undefined: the number is none. */
  value: number | undefined;
  /** It is a place in memory, as far as the file tells. */
  place: boolean;
}

const NAME = '[A-Za-z_.@?$][\\w.@?$]*';
const PAIR = `(?:00:)?([0-9A-F]{4})[ \\t]+(${NAME})`;
/** Kinds of our own files' comments that are no places. */
const NUMBERS = new Set(['equ', 'variable', 'define', 'struct', 'field']);

const KINDS: readonly Kind[] = [
  {
    // Ours, pasmo's, openMSX's: name EQU 0100H, name: equ $0100
    pattern: new RegExp(`^\\s*(${NAME}):?\\s+(?:EQU|DEFL|=)\\s+(\\S+)\\s*$`, 'i'),
    read: ([, name, value], comment) => [
      { name: name!, value: numberIn(value!), place: !NUMBERS.has(/^\s*(\w+)/.exec(comment)?.[1] ?? '') },
    ],
  },
  {
    // NoICE: DEF name 0x100, DEFS name 0:0x100; its other commands define none.
    pattern: new RegExp(`^\\s*DEFS?\\s+(${NAME})\\s+(?:\\d+:)?(0x[0-9A-F]+)\\s*$`, 'i'),
    read: ([, name, value]) => [{ name: name!, value: numberIn(value!), place: true }],
  },
  { pattern: /^\s*(?:FILE|LINE|FUNC|SFUNC|ENDF)(?:\s.*)?$/, read: () => [] },
  {
    // DeZog's: file|line|file|line|page|value|L|module,label,local,traits
    pattern: /^(?:[^|]*\|){4}(-?\d+)\|(-?\d+)\|L\|([^,|]*),([^,|]*),([^,|]*)/,
    read: ([, page, value, ...names]) => [
      { name: names.filter(Boolean).join('.'), value: Number(value) & 0xffff, place: page !== '-1' },
    ],
  },
  { pattern: /^(?:\||(?:[^|]*\|){6}[A-Z]\|)/, read: () => [] },
  {
    // Digital Research's: 0100 NAME, several a line; and with a bank, of which there is one: 00:0100 NAME
    pattern: new RegExp(`^\\s*${PAIR}(?:\\s+${PAIR})*\\s*$`, 'i'),
    read: ({ 0: line }) =>
      [...line.matchAll(new RegExp(PAIR, 'gi'))].map(([, value, name]) => ({
        name: name!,
        value: parseInt(value!, 16),
        place: true,
      })),
  },
];

/** Sections of WLA files that define names: 00:0100 label, 00000005 number. The others are passed over. */
const SECTIONS: Readonly<Record<string, boolean>> = { labels: true, symbols: true, definitions: false };
const IN_SECTION = new RegExp(`^\\s*(?:[0-9A-F]{2}:)?([0-9A-F]{4,8})\\s+(${NAME})\\s*$`, 'i');

/**
 * Read a symbol file: ours, pasmo's, openMSX's and z80asm's (`name EQU 0100H`, `name: equ $0100`), NoICE's, WLA DX's, DeZog's
 * .sld, or the Digital Research kind (`0100 NAME`, several a line).
 * @throws InputError with file:line for a line that is none of these
 */
export function parseSymbols(text: string, where: string): SymbolFile {
  const values = new Map<string, number>();
  const names = new Map<number, string>();
  let section: string | undefined;
  text.split(/\r?\n/).forEach((line, index) => {
    const [code = '', ...comment] = line.replace(/\x1a.*/, '').split(';');
    if (code.trim() === '') return;
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(code)?.[1];
    if (header !== undefined) section = header;
    const definitions =
      header !== undefined ? [] : section === undefined ? ofLine(code, comment.join(';')) : ofSection(section, code);
    if (!definitions || definitions.some(({ value }) => value === undefined))
      throw new InputError('this line is no symbol', {
        where: `${where}:${index + 1}`,
        hint: 'a symbol file has lines like "start EQU 0100H"',
      });
    for (const { name, value, place } of definitions) {
      values.set(name, value!);
      if (place && !names.has(value!)) names.set(value!, name);
    }
  });
  return { values, names };
}

function ofLine(code: string, comment: string): Definition[] | undefined {
  for (const { pattern, read } of KINDS) {
    const match = pattern.exec(code);
    if (match) return read(match, comment);
  }
  return undefined;
}

function ofSection(section: string, code: string): Definition[] | undefined {
  if (!Object.hasOwn(SECTIONS, section)) return [];
  const [, value, name] = IN_SECTION.exec(code) ?? [];
  return name === undefined ? undefined : [{ name, value: parseInt(value!, 16) & 0xffff, place: SECTIONS[section]! }];
}

function numberIn(text: string): number | undefined {
  try {
    const [token, end] = tokenize(text, 0);
    return token?.kind === 'number' && end?.kind === 'end' && token.value <= 0xffff ? token.value : undefined;
  } catch {
    return undefined;
  }
}
