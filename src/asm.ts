/** `z80lm/asm`: the assembler and the disassembler. No Node in it: it also runs in a browser. */
export {
  assemble,
  disassemble,
  formatDiagnostic,
  formatListing,
  formatSymbols,
  memoryReader,
  parseSymbols,
  toIntelHex,
  type AssembleOptions,
  type AssemblyResult,
  type Diagnostic,
  type DisassembledProgram,
  type DisassembleOptions,
  type SourceReader,
  type SymbolFile,
  type SymbolFormat,
  type SymbolOptions,
} from './z80asm/index.js';

// ## Errors
export { AsmError, InputError, UsageError, Z80lmError } from './seams/errors.js';

// ## Types that the above mention
export type { OutputFormat } from './z80asm/assemble.js';
export type { DialectName } from './z80asm/dialect.js';
export type { AddressUse, Evidence } from './z80asm/evidence.js';
export type { Found } from './z80asm/disasm-source.js';
export type { ListingLine, TimedRegion } from './z80asm/assembly.js';
export type { Finding, Severity, StackEntry } from './z80asm/diagnostics.js';
export type { SymbolEntry } from './z80asm/symbols.js';
export type { Segment } from './seams/intel-hex.js';
export type { ErrorDetails, ExitStatus } from './seams/errors.js';
