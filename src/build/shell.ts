/** TALK (firmware/talk), the shell that loads minds from disk: it is the same for every model. */
import { formatListing, formatSymbols, type SourceReader } from '../z80asm/index.js';
import { assembleShell } from './assemble-firmware.js';
import { MIND_ORIGIN } from './mind.js';
import type { BuiltProgram } from './program.js';

export interface BuiltShell extends Pick<BuiltProgram, 'program' | 'origin' | 'symbols' | 'listing' | 'symbolFile'> {
  /** Bytes of memory below the minds: the program, its variables, and room for later versions. */
  resident: number;
}

/** @param firmware reads sources by their path within firmware/ */
export function buildShell(firmware: SourceReader): BuiltShell {
  const result = assembleShell(firmware);
  return {
    program: result.bytes,
    origin: result.origin,
    symbols: result.symbols,
    listing: () => formatListing(result),
    resident: MIND_ORIGIN - result.origin,
    symbolFile: () => formatSymbols(result),
  };
}
