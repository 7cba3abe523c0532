/** `z80lm asm`: assemble a source; findings go to stderr, the files where they were asked for. */
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { Option, type Command } from 'commander';
import { readStdin } from '../host/read-stdin.js';
import { colour } from './colour.js';
import { AsmError, EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { pageUrl } from '../seams/pages.js';
import { counted } from '../seams/words.js';
import {
  assemble,
  decodeSource,
  DIALECT_NAMES,
  formatDependencies,
  formatDiagnostic,
  formatListing,
  formatMap,
  formatSymbols,
  parseConstant,
  symbolExtension,
  symbolFormatOf,
  SYMBOL_FORMATS,
  toIntelHex,
  type AssemblyResult,
  type Diagnostic,
  type DialectName,
  type OutputFormat,
  type SourceReader,
  type SymbolFormat,
} from '../z80asm/index.js';
import { otherCase } from '../host/other-case.js';
import { action } from './shared.js';

interface Options {
  output: string;
  format?: OutputFormat;
  listing?: string | true;
  symbols?: string | true;
  symbolFormat?: SymbolFormat;
  map?: string | true;
  deps?: string | true;
  include?: string[];
  define?: string[];
  fill?: string;
  ignoreCase?: boolean;
  dialect?: DialectName;
  hints?: boolean;
  warnings: boolean;
}

const collect = (value: string, list: string[] = []): string[] => [...list, value];

export function registerAsm(program: Command): void {
  program
    .command('asm')
    .description(`Assemble Z80 source. The language: ${pageUrl('assembler')}`)
    .argument('<source>', 'the .asm file, or - for standard input')
    .requiredOption('-o, --output <file>', 'where the program goes')
    .addOption(
      new Option('--format <format>', "what to write (default: by the output's name)").choices(['com', 'bin', 'hex']),
    )
    .option('--listing [file]', 'addresses, bytes and T-states beside the source (default: output with .lst)')
    .option('--symbols [file]', 'names and values (default: output with .sym)')
    .addOption(
      new Option('--symbol-format <format>', "whose form --symbols has (default: by the file's name)").choices([
        ...SYMBOL_FORMATS,
      ]),
    )
    .option('--map [file]', 'segments and labels by address (default: output with .map)')
    .option('--deps [file]', 'the files it was made from, as a make rule (default: output with .d)')
    .option('-I, --include <dir>', 'look for INCLUDE and INCBIN files here as well', collect)
    .option('-D, --define <name[=value]>', 'define a symbol (1 where no value is given)', collect)
    .option('--fill <byte>', 'what gaps and DS without a value have (default: 0; in tasm they are left out)')
    .addOption(
      new Option('--dialect <dialect>', 'whose language the source is in (default: what it shows)').choices(
        DIALECT_NAMES,
      ),
    )
    .option('--ignore-case', 'labels that differ in letter case only are the same')
    .option('--hints', 'show hints as well, such as a JP that could be a JR')
    .option('--no-warnings', 'show errors only')
    .action(
      action<Options, [string]>(async (shell, options, argument) => {
        if (options.symbolFormat !== undefined && options.symbols === undefined)
          throw new UsageError('--symbol-format says how, but no symbols are asked for', {
            hint: `add --symbols, or --symbols X${symbolExtension(options.symbolFormat)}`,
          });
        const format = options.format ?? formatOf(options.output);
        const typed = argument === STDIN ? await readStdin('source', STDIN_NAME) : undefined;
        const source = typed ? STDIN_NAME : argument;
        const reader = storeReader(shell.files, source, typed);
        const result = assemble({
          main: source,
          ...reader,
          includePaths: options.include ?? [],
          defines: defines(options.define ?? [], options.dialect),
          caseInsensitive: options.ignoreCase,
          fill: options.fill === undefined ? undefined : fillByte(options.fill),
          dialect: options.dialect,
          tryOthers: true,
          format,
        });
        const wanted = result.diagnostics.filter(
          (d) =>
            d.severity === 'error' ||
            (d.severity === 'warning' && options.warnings) ||
            (d.severity === 'hint' && options.hints),
        );
        for (const line of dialectNotes(result)) shell.note(line);
        for (const diagnostic of wanted) shell.note(coloured(diagnostic));
        for (const line of result.messages) shell.note(line);
        // With --json the summary has said it all: one document.
        // It has every line, which takes long: only where it is wanted.
        if (!result.ok && shell.json) shell.emit(summary(source, options, result, wanted));
        if (!result.ok && shell.json) return EXIT.usage;
        if (!result.ok) return failed(result, shell.quiet ? wanted : []);
        const beside = (file: string | true | undefined, extension: string): string | undefined =>
          file === true ? options.output.replace(/(\.[^./\\]*)?$/, extension) : file;
        const listing = beside(options.listing, '.lst');
        const symbolFormat =
          options.symbolFormat ?? (typeof options.symbols === 'string' ? symbolFormatOf(options.symbols) : 'z80lm');
        const symbols = beside(options.symbols, symbolExtension(symbolFormat));
        const map = beside(options.map, '.map');
        const deps = beside(options.deps, '.d');
        shell.files.willWrite({
          '-o': options.output,
          '--listing': listing,
          '--symbols': symbols,
          '--map': map,
          '--deps': deps,
        });
        shell.files.write(options.output, format === 'hex' ? toIntelHex(result.segments, result.entry) : result.bytes);
        if (listing !== undefined) shell.files.write(listing, formatListing(result));
        if (symbols !== undefined)
          shell.files.write(
            symbols,
            formatSymbols(result, { format: symbolFormat, checksum: (file) => crc32(reader.readBinary(file) ?? '') }),
          );
        if (map !== undefined) shell.files.write(map, formatMap(result));
        if (deps !== undefined) shell.files.write(deps, formatDependencies(options.output, withoutStdin(result)));
        if (shell.json) shell.emit(summary(source, options, result, wanted));
        const end = result.origin + result.bytes.length - 1;
        shell.print(`${options.output}: ${result.bytes.length} bytes, ${hex(result.origin)} to ${hex(end)}`);
        return EXIT.done;
      }),
    );
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

function formatOf(path: string): OutputFormat {
  const extension = /\.(\w+)$/.exec(basename(path))?.[1]?.toLowerCase();
  return extension === 'com' || extension === 'hex' ? extension : 'bin';
}

/** What the argument is for standard input, and what messages and listings call that. */
const STDIN = '-';
const STDIN_NAME = '<stdin>';

/**
 * Files as the assembler wants them: undefined where there is none. The main file's absence is the store's error.
 * @param typed the main file, where it is not in the store
 */
function storeReader(files: FileStore, main: string, typed: Uint8Array | undefined): SourceReader {
  const read = (path: string): Uint8Array | undefined =>
    typed && path === main ? typed : path === main || files.exists(path) ? files.read(path, 'source') : undefined;
  return {
    readText: (path) => {
      const bytes = read(path);
      return bytes && decodeSource(bytes);
    },
    readBinary: read,
    otherCase,
  };
}

function fillByte(text: string): number {
  const value = parseConstant(text);
  if (value === undefined || value < 0 || value > 255)
    throw new UsageError(`--fill is ${JSON.stringify(text)}`, { hint: 'give a byte such as 0xFF' });
  return value;
}

/** What -D says. @throws UsageError for what defines nothing */
/** -D as given. A value that is no number is text, which only TASM's dialect has. */
export function defines(list: string[], dialect?: DialectName): Record<string, number | string> {
  return Object.fromEntries(
    list.map((text) => {
      const [, name, value] = /^([A-Za-z_][\w.]*)(?:=(.*))?$/.exec(text) ?? [];
      const number = name === undefined ? undefined : value === undefined ? 1 : parseConstant(value);
      if (number === undefined && name !== undefined && dialect === 'tasm') return [name, value!];
      if (number === undefined)
        throw new UsageError(`-D ${text} defines nothing`, {
          hint: 'give it as NAME or NAME=VALUE, such as -D CLOCK=7372; with --dialect tasm the value may be any text',
        });
      return [name!, number];
    }),
  );
}

/** Whose language the source was read as, where nobody asked for that; and whose it may be. */
function dialectNotes({ dialect: read, because, nearest }: AssemblyResult): string[] {
  const notes = [];
  if (because && read !== 'z80lm')
    notes.push(`read in the dialect ${read} (${because.text} in line ${because.line}); --dialect says otherwise`);
  if (nearest) {
    const { dialect, errors } = nearest;
    const there = errors === 0 ? 'is no error' : `${errors === 1 ? 'is' : 'are'} ${counted(errors, 'error')}`;
    notes.push(`with --dialect ${dialect} there ${there}`);
  }
  return notes;
}

function coloured(diagnostic: Diagnostic): string {
  const paint = { error: colour.red, warning: colour.yellow, hint: colour.cyan }[diagnostic.severity];
  return formatDiagnostic(diagnostic).replace(`${diagnostic.severity}:`, paint(`${diagnostic.severity}:`));
}

function summary(source: string, options: Options, result: AssemblyResult, diagnostics: Diagnostic[]): unknown {
  return {
    source,
    output: options.output,
    ok: result.ok,
    dialect: result.dialect,
    origin: result.origin,
    bytes: result.bytes.length,
    entry: result.entry,
    regions: result.regions,
    dependencies: result.dependencies,
    messages: result.messages,
    diagnostics,
    symbols: result.symbolTable.map(({ name, value, kind, file, line, column }) => ({
      name,
      value,
      kind,
      file,
      line,
      column,
    })),
    lines: result.listing
      .filter(({ bytes }) => bytes.length > 0)
      .map(({ address, bytes, file, line, tStates, tStatesTaken }) => ({
        address,
        length: bytes.length,
        file,
        line,
        tStates,
        tStatesTaken,
      })),
  };
}

/** A rule of make cannot ask for standard input. */
function withoutStdin(result: AssemblyResult): AssemblyResult {
  return { ...result, dependencies: result.dependencies.filter((path) => path !== STDIN_NAME) };
}

/** With --quiet the findings have not been shown, so the error carries the first. */
function failed(result: AssemblyResult, hidden: Diagnostic[]): ExitStatus {
  const errors = result.diagnostics.filter((d) => d.severity === 'error');
  const first = hidden.find((d) => d.severity === 'error');
  const count = counted(errors.length, 'error');
  if (!first) throw new AsmError(`${count}; nothing was written`);
  throw new AsmError(`${first.message} (${count}; nothing was written)`, {
    where: `${first.file}:${first.line}:${first.column}`,
    hint: first.hint,
  });
}
