/**
 * A program → source that assembles to the same bytes, and that can be edited: what is an address is written as a label.
 *
 *     entries, a run ──► disasm-flow.ts: code and data ──► disasm-references.ts: what words mean ──► disasm-source.ts: lines
 *                                                                                                       │
 *                                  a line that does not come back as its bytes is written as DB ◄── assembled, compared
 */
import { assemble, memoryReader } from './assemble.js';
import { Flow, type Loaded } from './disasm-flow.js';
import { References } from './disasm-references.js';
import { Source, type Found } from './disasm-source.js';
import type { Evidence } from './evidence.js';

export interface DisassembleOptions {
  /** Address of the first byte. */
  origin: number;
  /** Addresses where code is known to begin; the origin is the default. */
  entries?: number[];
  /** Address → name. */
  names?: ReadonlyMap<number, string>;
  /** What a run of the program has shown. */
  evidence?: Evidence | undefined;
  /** Follow jumps and calls only, and name nothing of CP/M's. */
  isPlain?: boolean;
}

export interface DisassembledProgram {
  /** The source. */
  text: string;
  /** How many of the bytes were reached as code. */
  codeBytes: number;
  /** What was recognised. */
  found: Found;
}

/** Each time at least one line more is DB; what is left then is written as DB altogether. */
const MOST_CORRECTIONS = 20;

export function disassemble(bytes: Uint8Array, options: DisassembleOptions): DisassembledProgram {
  const { origin, names = new Map<number, string>(), evidence, isPlain = false } = options;
  const entries = options.entries ?? [origin];
  const end = Math.min(0x10000, origin + bytes.length);
  const memory = new Uint8Array(0x10000);
  memory.set(bytes.subarray(0, end - origin), origin);
  const flow = new Flow({ memory, origin, end } satisfies Loaded, evidence, isPlain);
  flow.follow(entries);
  const source = new Source(flow, new References(flow), { names, entries, isPlain });
  for (let i = 0; ; i++) {
    const text = source.write();
    if (i > MOST_CORRECTIONS) source.writeAsBytes();
    else if (!correct(source, text, memory.subarray(origin, end), origin))
      return { text, codeBytes: flow.covered.reduce((sum, c) => sum + c, 0), found: source.found() };
  }
}

/** @returns whether there was something to correct */
function correct(source: Source, text: string, bytes: Uint8Array, origin: number): boolean {
  const result = assemble({ main: 'program.asm', ...memoryReader({ 'program.asm': text }) });
  let isWrong = false;
  for (const { severity, line } of result.diagnostics)
    if (severity === 'error') isWrong = source.spoil({ line }) || isWrong;
  if (isWrong) return true;
  if (result.bytes.length !== bytes.length) {
    source.writeAsBytes();
    return true;
  }
  for (let i = 0; i < bytes.length; i++)
    if (result.bytes[i] !== bytes[i]) isWrong = source.spoil({ address: origin + i }) || isWrong;
  return isWrong;
}
