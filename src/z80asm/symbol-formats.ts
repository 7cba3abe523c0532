/**
 * Symbols and lines for the debuggers that people have. Each row of the table writes one form:
 *
 *     z80lm     name EQU 0100H ; kind file:line    can be INCLUDEd; our emulator, debugger and disassembler read it
 *     sld       DeZog, as sjasmplus writes it      https://z00m128.github.io/sjasmplus/documentation.html#s_sld_file_format
 *     openmsx   openMSX and its debugger           `name: equ 0100H`, SymbolManager::detectType in its sources
 *     noice     NoICE                              http://noicedebugger.com/help/symfiles.htm
 *     wla       WLA DX, Emulicious                 https://github.com/vhelin/wla-dx/blob/master/doc/symbols.rst
 */
import type { AssemblyResult, ListingLine } from './assemble.js';
import type { SymbolEntry } from './symbols.js';

export const SYMBOL_FORMATS = ['z80lm', 'sld', 'openmsx', 'noice', 'wla'] as const;
export type SymbolFormat = (typeof SYMBOL_FORMATS)[number];

export interface SymbolOptions {
  /** The default is z80lm. */
  format?: SymbolFormat;
  /** CRC-32 of a source file, which WLA files have beside its name. Without it they name no files, and no lines. */
  checksum?: (file: string) => number;
}

interface Form {
  /** What such files' names end with. */
  extension: string;
  lines(symbols: readonly SymbolEntry[], result: AssemblyResult, options: SymbolOptions): string[];
}

const FORMS: Readonly<Record<SymbolFormat, Form>> = {
  z80lm: { extension: '.sym', lines: ownLines },
  sld: { extension: '.sld', lines: sldLines },
  openmsx: {
    extension: '.sym',
    lines: (symbols) => symbols.map(({ name, value }) => `${name}: equ ${ownHex(value!)}`),
  },
  noice: { extension: '.noi', lines: noiceLines },
  wla: { extension: '.sym', lines: wlaLines },
};

/** The form that a file's name asks for: X.sld (or X.sld.txt) is DeZog's, X.noi NoICE's, any other ours. */
export function symbolFormatOf(path: string): SymbolFormat {
  if (/\.sld(\.txt)?$/i.test(path)) return 'sld';
  return /\.noi$/i.test(path) ? 'noice' : 'z80lm';
}

/** How the name of such a file ends: `.sym`. */
export function symbolExtension(format: SymbolFormat): string {
  return FORMS[format].extension;
}

/** All symbols of an assembly, as a file; the forms of debuggers have the lines of the source, too. */
export function formatSymbols(result: AssemblyResult, options: SymbolOptions = {}): string {
  const symbols = [...result.symbolTable]
    // .names without a parent and anonymous labels mean nothing elsewhere.
    .filter((entry) => /^[A-Za-z_]/.test(entry.name))
    .sort((a, b) => a.value! - b.value! || (a.name < b.name ? -1 : 1));
  return `${FORMS[options.format ?? 'z80lm'].lines(symbols, result, options).join('\n')}\n`;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const word = (value: number): string => hex(value & 0xffff, 4);
const ownHex = (value: number): string => `0${word(value).toUpperCase()}H`;

/** Places in memory; the rest are numbers. */
const isPlace = ({ kind }: SymbolEntry): boolean => kind === 'label';
/** Lines that are instructions: where a debugger can stop. */
const steps = ({ listing }: AssemblyResult): ListingLine[] => listing.filter(({ tStates }) => tStates !== undefined);

function ownLines(symbols: readonly SymbolEntry[]): string[] {
  return symbols.map(
    ({ name, value, kind, file, line }) => `${name.padEnd(24)} EQU ${ownHex(value!)} ; ${kind} ${file}:${line}`,
  );
}

// ---- DeZog ---------------------------------------------------------------------------------------------

/** DeZog reads comments that have one of these: a watchpoint, a message, a condition that must hold. */
const KEYWORDS = ['WPMEM', 'LOGPOINT', 'ASSERTION'];
const KEYWORD = new RegExp(`\\b(?:${KEYWORDS.join('|')})\\b`);
/** sjasmplus' device NOSLOT64K, which DeZog maps to whatever memory its machine has: 64 KB, without banks. */
const DEVICE = 'pages.size:65536,pages.count:32,slots.count:1,slots.adr:0';

/**
 * `file|line|definition file|its line|page|value|type|data`: types Z (memory), L (name), T (instruction), K (comment). A line
 * of a macro stands for itself, not for the call: so one can step into it.
 */
function sldLines(symbols: readonly SymbolEntry[], result: AssemblyResult): string[] {
  const places = new Set(symbols.filter(isPlace).map(({ name }) => name));
  const record = (file: string, line: number, page: number, value: number, type: string, data = ''): string =>
    `${field(file)}|${line}||0|${page}|${value}|${type}|${data}`;
  return [
    '|SLD.data.version|1',
    `||K|KEYWORDS|${KEYWORDS.join(',')}`,
    record(result.dependencies[0] ?? '', 1, -1, -1, 'Z', DEVICE),
    ...symbols
      // Of command-line symbols nobody can be shown the source.
      .filter(({ line }) => line > 0)
      .map((entry) => {
        const { name, kind, file, line, value } = entry;
        const trait = isPlace(entry) ? '' : kind === 'struct' || kind === 'field' ? ',+struct_def' : ',+equ';
        return record(file, line, isPlace(entry) ? 0 : -1, value!, 'L', `${parts(name, places).join(',')}${trait}`);
      }),
    ...steps(result).map(({ file, line, address }) => record(file, line, 0, address, 'T')),
    ...result.listing
      .filter(({ text, skipped }) => !skipped && KEYWORD.test(text))
      .flatMap(({ file, line, address, text }) => {
        const comment = /;.*/.exec(text)?.[0];
        return comment && KEYWORD.test(comment) ? [record(file, line, 0, address, 'K', field(comment))] : [];
      }),
  ];
}

/** Nothing that would begin another field, or another line. */
const field = (text: string): string => text.replace(/[|\r\n]/g, ' ');

/** `screen.print.loop` → module, label, local label. */
function parts(name: string, places: ReadonlySet<string>): [module: string, label: string, local: string] {
  const dot = name.lastIndexOf('.');
  const isLocal = dot > 0 && places.has(name.slice(0, dot));
  const full = isLocal ? name.slice(0, dot) : name;
  const at = full.lastIndexOf('.');
  return [full.slice(0, Math.max(0, at)), full.slice(at + 1), isLocal ? name.slice(dot + 1) : ''];
}

// ---- NoICE ---------------------------------------------------------------------------------------------

/** Commands that NoICE plays: DEF name value, FILE name, LINE number address. */
function noiceLines(symbols: readonly SymbolEntry[], result: AssemblyResult): string[] {
  const out = symbols
    // Its names have letters, digits, and these.
    .filter(({ name }) => /^[\w.$?]+$/.test(name))
    .map(({ name, value }) => `DEF ${name} 0x${word(value!)}`);
  let current: string | undefined;
  for (const { file, line, address } of steps(result)) {
    if (file !== current) out.push(`FILE ${field(file)}`);
    current = file;
    out.push(`LINE ${line} 0x${word(address)}`);
  }
  return out;
}

// ---- WLA DX --------------------------------------------------------------------------------------------

/** Sections; all numbers are hexadecimal. There is one bank, 00, and one object file, 0001. */
function wlaLines(symbols: readonly SymbolEntry[], result: AssemblyResult, { checksum }: SymbolOptions): string[] {
  const out = ['[information]', 'version 3', 'wlasymbol true'];
  const section = (name: string, lines: readonly string[]): void => {
    if (lines.length > 0) out.push('', `[${name}]`, ...lines);
  };
  section(
    'labels',
    symbols.filter(isPlace).map(({ name, value }) => `00:${word(value!)} ${name}`),
  );
  section(
    'definitions',
    symbols.filter((entry) => !isPlace(entry)).map(({ name, value }) => `${hex(value! >>> 0, 8)} ${name}`),
  );
  if (!checksum) return out;
  const lines = steps(result);
  const files = [...new Set(lines.map(({ file }) => file))];
  section(
    'source files v2',
    files.map((file, i) => `0001:${hex(i, 4)} ${hex(checksum(file) >>> 0, 8)} ${field(file)}`),
  );
  section(
    'addr-to-line mapping v2',
    lines.map(({ file, line, address }) => {
      const offset = Math.max(0, address - result.origin);
      return `${hex(offset, 8)} 00:${word(offset)} ${word(address)} 0001:${hex(files.indexOf(file), 4)}:${hex(line, 8)}`;
    }),
  );
  return out;
}
