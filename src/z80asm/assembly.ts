/** What assembling deals in beside text and bytes: macros, structures, lines of the listing, measured regions. */
import type { BodyLine, SourceReader, Template } from './source.js';
import type { Syntax } from './syntax.js';

export interface Macro {
  name: string;
  parameters: { name: string; default: string | undefined }[];
  body: Template;
  file: string;
  line: number;
}

export interface Struct {
  name: string;
  /** Default contents; its length is the size. */
  bytes: number[];
  fields: { name: string; offset: number }[];
}

/** A line of the listing, and what it made. */
export interface ListingLine {
  file: string;
  line: number;
  text: string;
  /** 0 in a file, more in expansions. */
  depth: number;
  address: number;
  bytes: Uint8Array;
  /** Value of the symbol that the line defines, where that is not its address. */
  value: number | undefined;
  tStates: number | undefined;
  tStatesTaken: number | undefined;
  /** Sums since TIMED, within one. */
  sum: { least: number; most: number } | undefined;
  /** Skipped by a condition. */
  skipped: boolean;
}

/** What TIMED measured. */
export interface TimedRegion {
  name: string;
  file: string;
  line: number;
  bytes: number;
  least: number;
  most: number;
}

/** An IF that is open. */
export interface Condition {
  active: boolean;
  /** Some branch was taken already. */
  taken: boolean;
  outer: boolean;
  sawElse: boolean;
  opened: BodyLine;
}

export interface AssemblerOptions extends SourceReader {
  includePaths: string[];
  defines: Record<string, number | string>;
  syntax: Syntax;
  caseInsensitive: boolean;
  fill: number;
}
