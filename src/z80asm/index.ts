/** What other rooms may use of the assembler. */
export {
  assemble,
  decodeSource,
  formatDiagnostic,
  memoryReader,
  type AssembleOptions,
  type AssemblyResult,
  type Diagnostic,
  type ListingLine,
  type SourceReader,
  type TimedRegion,
} from './assemble.js';
export { disassembleOne, type Disassembled, type Names } from './disassemble-one.js';
