/**
 * The assembler's front door.
 *
 *     const result = assemble({ main: 'hello.asm', readText, readBinary });
 *     if (!result.ok) for (const d of result.diagnostics) show(formatDiagnostic(d));
 *
 * Pure: files come through the reader given, so a source may as well be in memory (`memoryReader`).
 */
import { Assembler } from './assembler.js';
import type { ListingLine, TimedRegion } from './assembly.js';
import type { Segment } from '../seams/intel-hex.js';
import { FaultError, type Diagnostic } from './diagnostics.js';
import { HANDLERS } from './directives.js';
import { evaluate, Parser } from './expression.js';
import type { BodyLine, SourceReader } from './source.js';
import type { SymbolEntry } from './symbols.js';
import { Syntax } from './syntax.js';
import { DIALECT_NAMES, type DialectName } from './dialect.js';
import { evidenceIn, guessDialect, type Guess } from './guess-dialect.js';

export { formatDiagnostic, type Diagnostic } from './diagnostics.js';
export type { ListingLine, TimedRegion } from './assembly.js';
export type { SourceReader } from './source.js';

export interface AssembleOptions extends SourceReader {
  /** The path of the source, as the reader knows it and messages show it. */
  main: string;
  /** Folders for INCLUDE and INCBIN, after the including file's own. */
  includePaths?: string[];
  /** Symbols to begin with, as -D gives them. Text only where -D defines text, as in TASM's dialect. */
  defines?: Record<string, number | string>;
  /** Labels differ in more than letter case only; the default is that case counts. */
  caseInsensitive?: boolean | undefined;
  /**
   * What the output has where the source gave no byte: gaps, and DS without a fill. The default is 0; in TASM's dialect
   * it is nothing at all: what follows a gap goes on behind what stands before it.
   */
  fill?: number | undefined;
  /** Whose language the source is in. The default is what it shows: our own, unless there is strong evidence. */
  dialect?: DialectName | undefined;
  /** Where no dialect is given and the source has errors, see whether another takes it. */
  tryOthers?: boolean;
  /** What the output will be: a .COM must start at 0x100. */
  format?: OutputFormat;
}

export type OutputFormat = 'com' | 'bin' | 'hex';

export interface AssemblyResult {
  /** No errors; warnings and hints there may be. */
  ok: boolean;
  /** From the lowest address written to the highest, gaps filled (or see `fill`). Empty if not ok. */
  bytes: Uint8Array;
  /** Address of `bytes[0]`. */
  origin: number;
  /** The address that END names. */
  entry: number | undefined;
  /** All symbols that are unique: labels, constants, fields. */
  symbols: Map<string, number>;
  /** The same with where they are defined and of what kind. */
  symbolTable: SymbolEntry[];
  /** In the order of the source: errors, warnings, hints. */
  diagnostics: Diagnostic[];
  listing: ListingLine[];
  /** Lines that the source itself tells: .ECHO. No control characters are in them. */
  messages: string[];
  /** What TIMED measured. */
  regions: TimedRegion[];
  /** Runs of bytes without gaps. */
  segments: Segment[];
  /** All files read, the main one first. */
  dependencies: string[];
  passes: number;
  /** Whose language the source was read as. */
  dialect: DialectName;
  /** What in the main file spoke for that, where no dialect was asked for. */
  because: { text: string; line: number } | undefined;
  /** Another dialect, in which the source has far fewer errors. */
  nearest: { dialect: DialectName; errors: number } | undefined;
}

/** Where CP/M loads and starts programs. */
const COM_ORIGIN = 0x100;

/**
 * Assemble a source. Never throws for anything in the source: what is wrong is in `diagnostics`. Where no dialect is given,
 * the source shows it (guess-dialect.ts).
 */
export function assemble(options: AssembleOptions): AssemblyResult {
  if (options.dialect !== undefined) return assembleAs(options.dialect, options);
  const text = options.readText(options.main);
  // Standard input, or a file on a slow disk, is read once.
  let fresh = true;
  const readText = (path: string): string | undefined => {
    if (path !== options.main || !fresh) return options.readText(path);
    fresh = false;
    return text;
  };
  const guess = guessDialect(text ?? '');
  const result = assembleAs(guess.dialect, { ...options, readText }, guess);
  return result.ok || !options.tryOthers ? result : otherwise(options, text ?? '', result);
}

/** Lines of all passes up to which a source with errors is tried in other dialects. */
const FEW_LINES = 400_000;

/** So many lines that cannot be read are more than slips. */
const STRANGE = 3;

/** A source with errors: is it another dialect's, in which it has none? */
function otherwise(options: AssembleOptions, text: string, result: Result): AssemblyResult {
  if (result.lines * result.passes > FEW_LINES) return result;
  const errors = countErrors(result);
  const evidence = evidenceIn(text);
  const of = (dialect: DialectName): Guess | undefined => evidence.find((guess) => guess.dialect === dialect);
  let nearest = { dialect: result.dialect, errors };
  for (const dialect of DIALECT_NAMES.filter((name) => name !== result.dialect)) {
    const guess = of(dialect);
    const other = assembleAs(dialect, options, guess);
    // Something must speak for it, too: some dialects take nearly everything, slips of our own included.
    if (other.ok && guess && guess.weight > 0) return other;
    const count = countErrors(other);
    if (count < nearest.errors) nearest = { dialect, errors: count };
  }
  // A value too large, or a name defined twice, is a slip that another dialect would only keep quiet about.
  const strange = result.diagnostics.filter(({ code }) => code.startsWith('E1')).length;
  if (strange >= STRANGE && nearest.errors * 2 <= errors) result.nearest = nearest;
  return result;
}

function countErrors({ diagnostics }: AssemblyResult): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

/** A result, and how much work it was. */
type Result = AssemblyResult & { lines: number };

function assembleAs(dialect: DialectName, options: AssembleOptions, guess?: Guess): Result {
  const syntax = new Syntax(dialect);
  const asm = new Assembler(
    {
      syntax,
      readText: (path) => options.readText(path),
      readBinary: (path) => options.readBinary(path),
      otherCase: options.otherCase,
      includePaths: options.includePaths ?? [],
      defines: options.defines ?? {},
      caseInsensitive: options.caseInsensitive ?? syntax.dialect.ignoreCase,
      fill: options.fill ?? 0,
    },
    HANDLERS,
  );
  asm.run(options.main);
  if (options.format === 'com' && !asm.image.empty) {
    checkCom(asm);
    checkTrailingSpace(asm);
  }
  const gapless = syntax.dialect.gapless && options.fill === undefined;
  if (gapless && options.format !== 'hex') checkGaps(asm);
  // Not everybody wants these, and they take long to make.
  let listing: ListingLine[] | undefined;
  let symbols: Map<string, number> | undefined;
  let segments: Segment[] | undefined;
  const ok = !asm.diagnostics.some((d) => d.severity === 'error');
  const symbolTable = [...asm.symbols.entries.values()].filter((e) => !e.expansion && e.value !== undefined);
  return {
    ok,
    bytes: !ok ? new Uint8Array(0) : gapless ? asm.listing.inOrder(asm.image) : asm.image.toBytes(asm.fill),
    origin: asm.image.origin,
    entry: asm.entry,
    get symbols() {
      return (symbols ??= new Map(symbolTable.map((e) => [e.name, e.value!])));
    },
    symbolTable,
    diagnostics: asm.diagnostics,
    get listing() {
      return (listing ??= asm.listing.lines((path, line) => asm.files.line(path, line), asm.image));
    },
    messages: asm.messages(),
    regions: asm.regions,
    get segments() {
      return (segments ??= ok ? asm.image.segments() : []);
    },
    dependencies: [...asm.files.used],
    passes: asm.pass,
    dialect,
    because: guess && guess.because !== '' ? { text: guess.because, line: guess.line } : undefined,
    nearest: undefined,
    lines: asm.listing.count,
  };
}

/** Where gaps are left out, an address is no longer a place in the file. */
function checkGaps(asm: Assembler): void {
  const first = asm.listing.firstBehindGap();
  if (first < 0) return;
  const address = asm.listing.pcAt(first).toString(16).toUpperCase().padStart(4, '0');
  asm.reportAt(
    line(asm, first),
    'gap-left-out',
    `this is for address 0x${address}, but its bytes go right behind those before: there is a gap, which is left out`,
    'TASM and uz80as do the same; --fill 0 fills gaps, and Intel HEX keeps them',
  );
}

/** Room at the end of a .COM that only makes its file longer, worth a word from this size on. */
const MUCH_ROOM = 128;

function checkTrailingSpace(asm: Assembler): void {
  const { listing } = asm;
  let room = 0;
  let first = -1;
  for (let i = listing.count - 1; i >= 0; i--) {
    const length = listing.lengthAt(i);
    if (length === 0) continue;
    if (!/\b(ds|defs)\b/i.test(line(asm, i).text) || !asm.image.has(listing.pcAt(i), length, asm.fill)) break;
    room += length;
    first = i;
  }
  if (first >= 0 && room >= MUCH_ROOM)
    asm.reportAt(
      line(asm, first),
      'trailing-space',
      `the file ends with ${room} bytes of DS`,
      'RESB makes room without them',
    );
}

/** A line of the listing as the source has it. */
function line(asm: Assembler, index: number): BodyLine {
  return asm.listing.line(index, (path, number) => asm.files.line(path, number));
}

/** CP/M loads a .COM at 0x100 and starts it there, whatever the source says. */
function checkCom(asm: Assembler): void {
  const first = line(asm, Math.max(0, asm.listing.firstWithBytes()));
  const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
  if (asm.image.origin !== COM_ORIGIN)
    asm.reportAt(
      first,
      'com-origin',
      `the program starts at ${hex(asm.image.origin)}, but a .COM is loaded at 0x0100`,
      'begin with ORG 100h, or write a .bin or .hex',
    );
  else if (asm.entry !== undefined && asm.entry !== COM_ORIGIN)
    asm.reportAt(
      first,
      'entry-ignored',
      `END names ${hex(asm.entry)} as the entry, but a .COM always starts at 0x0100`,
      'begin with a jump to the entry',
    );
}

const OWN_SYNTAX = new Syntax();

/** The value of a constant expression in the assembler's own notation, or undefined if it is none. */
export function parseConstant(text: string): number | undefined {
  try {
    const parser = new Parser(OWN_SYNTAX).start(text, 0);
    const expression = parser.expression();
    if (!parser.atEnd) return undefined;
    return evaluate(expression, {
      here: 0,
      bits: 32,
      lookup: () => undefined,
      isDefined: () => false,
      fault: () => {},
    });
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  }
}

/** A reader over files in memory: path → text or bytes. */
export function memoryReader(files: Record<string, string | Uint8Array>): SourceReader {
  const find = (path: string): string | Uint8Array | undefined =>
    Object.hasOwn(files, path) ? files[path] : undefined;
  return {
    readText(path) {
      const file = find(path);
      return typeof file === 'object' ? Array.from(file, (byte) => String.fromCharCode(byte)).join('') : file;
    },
    readBinary(path) {
      const file = find(path);
      return typeof file === 'string' ? Uint8Array.from(file, (c) => c.charCodeAt(0) & 0xff) : file;
    },
  };
}
