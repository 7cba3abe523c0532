/** What other rooms may use of the assembler. */
export {
  assemble,
  formatDiagnostic,
  memoryReader,
  parseConstant,
  type AssembleOptions,
  type AssemblyResult,
  type Diagnostic,
  type ListingLine,
  type OutputFormat,
  type SourceReader,
  type TimedRegion,
} from './assemble.js';
export { DIALECT_NAMES, dialectOf, type DialectName } from './dialect.js';
export { disassembleOne, type Disassembled, type Names } from './disassemble-one.js';
export type { Evidence, AddressUse } from './evidence.js';
export { disassemble, type DisassembledProgram, type DisassembleOptions } from './disassembler.js';
export { toIntelHex } from './intel-hex.js';
export { formatDependencies, formatListing, formatMap } from './listing.js';
export { decodeSource } from './source-text.js';
export { parseSymbols, type SymbolFile } from './symbol-file.js';
export {
  formatSymbols,
  symbolExtension,
  symbolFormatOf,
  SYMBOL_FORMATS,
  type SymbolFormat,
  type SymbolOptions,
} from './symbol-formats.js';
