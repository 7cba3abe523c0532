/**
 * The assembler's front door.
 *
 *     const result = assemble({ main: 'hello.asm', readText, readBinary });
 *     if (!result.ok) for (const d of result.diagnostics) show(formatDiagnostic(d));
 *
 * Pure: files come through the reader given, so a source may as well be in memory (`memoryReader`).
 */
import { Assembler, type ListingLine, type TimedRegion } from './assembler.js';
import type { Diagnostic } from './diagnostics.js';
import { BLOCK_HANDLERS } from './directives-blocks.js';
import { DATA_HANDLERS } from './directives-data.js';
import type { SourceReader } from './source.js';
import type { SymbolEntry } from './symbols.js';

export { formatDiagnostic, type Diagnostic } from './diagnostics.js';
export type { ListingLine, TimedRegion } from './assembler.js';
export type { SourceReader } from './source.js';

export interface AssembleOptions extends SourceReader {
  /** The path of the source, as the reader knows it and messages show it. */
  main: string;
  /** Folders for INCLUDE and INCBIN, after the including file's own. */
  includePaths?: string[];
  /** Symbols to begin with, as -D gives them. */
  defines?: Record<string, number>;
  /** Labels differ in more than letter case only; the default is that case counts. */
  caseInsensitive?: boolean;
  /** What the output has where the source wrote nothing. */
  fill?: number;
}

export interface AssemblyResult {
  /** No errors; warnings and hints there may be. */
  ok: boolean;
  /** From the lowest address written to the highest, gaps filled. Empty if not ok. */
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
  /** What TIMED measured. */
  regions: TimedRegion[];
  /** Runs of bytes without gaps. */
  segments: { address: number; bytes: Uint8Array }[];
  /** All files read, the main one first. */
  dependencies: string[];
  passes: number;
}

/** Assemble a source. Never throws for anything in the source: what is wrong is in `diagnostics`. */
export function assemble(options: AssembleOptions): AssemblyResult {
  const asm = new Assembler(
    {
      readText: (path) => options.readText(path),
      readBinary: (path) => options.readBinary(path),
      includePaths: options.includePaths ?? [],
      defines: options.defines ?? {},
      caseInsensitive: options.caseInsensitive ?? false,
    },
    { ...DATA_HANDLERS, ...BLOCK_HANDLERS },
  );
  asm.run(options.main);
  const ok = !asm.diagnostics.some((d) => d.severity === 'error');
  const symbolTable = [...asm.symbols.entries.values()].filter((e) => !e.expansion && e.value !== undefined);
  return {
    ok,
    bytes: ok ? asm.image.toBytes(options.fill ?? 0) : new Uint8Array(0),
    origin: asm.image.origin,
    entry: asm.entry,
    symbols: new Map(symbolTable.map((e) => [e.name, e.value!])),
    symbolTable,
    diagnostics: asm.diagnostics,
    listing: asm.listing,
    regions: asm.regions,
    segments: ok ? asm.image.segments() : [],
    dependencies: [...asm.dependencies],
    passes: asm.pass,
  };
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

/** Text of a source file's bytes: UTF-8, or Latin-1 where it is none, so that old files are read as they are. */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
