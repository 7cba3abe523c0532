/**
 * Findings of the assembler, as data. Codes are stable: scripts and tests may rely on them, so a code is
 * never given to another finding. Printing is the front ends' business; `formatDiagnostic` gives the text.
 */

import { plainText } from '../seams/plain.js';

export type Severity = 'error' | 'warning' | 'hint';

/** Everything the assembler can find: name → [code, what it means and what to do]. E, W and H are severities. */
export const FINDINGS = {
  // Reading the text
  'bad-character': ['E101', 'A character that no token starts with.'],
  'bad-number': ['E102', 'A number whose digits do not fit its base, or that is above 0xFFFFFFFF.'],
  'open-string': ['E103', 'A string without its closing quote.'],
  syntax: ['E104', 'Something is missing, or stands where it cannot.'],
  'too-complex': ['E105', 'An expression of more than 2,000 parts or nested more than 100 deep.'],
  'line-too-long': ['E106', 'A line of more than 16,384 characters.'],
  'unknown-instruction': ['E107', 'Neither an instruction, a directive, a macro nor a structure.'],
  'bad-operands': ['E108', 'The instruction exists, but not with these operands.'],
  'bad-escape': ['E109', 'A backslash sequence that double-quoted strings do not know.'],
  // Symbols
  'undefined-symbol': ['E201', 'A name that is defined nowhere.'],
  'duplicate-symbol': ['E202', 'A name that is already defined elsewhere.'],
  'reserved-name': [
    'E203',
    'A register or operator used as the name of a label, or an instruction or directive as that of a macro.',
  ],
  'circular-symbol': ['E204', 'A symbol whose value depends on itself.'],
  unsettled: ['E205', 'Addresses keep changing from pass to pass: something depends on its own size.'],
  'unknown-value': ['E206', 'A value that must be known at this point, such as that of -D.'],
  // Values
  'byte-range': ['E301', 'A value that does not fit a byte (-128 to 255).'],
  'word-range': ['E302', 'A value that does not fit a word (-65535 to 65535).'],
  'jump-range': ['E303', 'JR or DJNZ to a place more than -126 to +129 bytes away.'],
  'displacement-range': ['E304', 'A displacement outside (IX-128) to (IX+127).'],
  'operand-range': ['E305', 'A bit number, restart address or interrupt mode that does not exist.'],
  'division-by-zero': ['E306', 'Division or modulo by zero.'],
  'size-range': ['E307', 'A size, count or address that is negative or above 65,536.'],
  'character-range': ['E309', 'A character above 255 in a string: it fits no byte.'],
  // Output
  'past-end': ['E401', 'Code or data beyond address 0xFFFF.'],
  overlap: ['E402', 'Two things assembled to the same address.'],
  segments: ['E405', 'Code or data in two segments that only a linker could place.'],
  'no-output': ['E403', 'The source produced no bytes.'],
  'com-origin': ['E404', 'A .COM program that does not start at 0x100.'],
  // Blocks and directives
  'open-block': ['E501', 'A block (IF, MACRO, REPT, STRUCT ...) without its end.'],
  'stray-end': ['E502', 'An end (ENDIF, ENDM, ELSE ...) without its beginning.'],
  'macro-arguments': ['E503', 'A macro called with too few or too many arguments.'],
  'assert-failed': ['E504', 'An ASSERT whose expression is zero.'],
  'error-directive': ['E505', 'An ERROR directive was reached.'],
  'in-struct': ['E506', 'Something that a STRUCT cannot contain.'],
  // Files
  'file-not-found': ['E601', 'An INCLUDE or INCBIN file that is in none of the search paths.'],
  'file-part': ['E602', 'An INCBIN offset or length beyond the end of the file.'],
  // Limits
  'include-depth': ['E901', 'INCLUDE nested more than 32 deep: usually a file that includes itself.'],
  'macro-depth': ['E902', 'Macros nested more than 64 deep: usually one that calls itself.'],
  'too-many-lines': ['E903', 'More than a million lines after expansion.'],
  'too-many-errors': ['E904', 'More than 1,000 errors; the rest is not shown.'],
  // Slips that assemble
  'parenthesised-immediate': ['W101', 'AND (5) and the like take the number 5, not the byte at address 5.'],
  'address-as-byte': ['W102', 'LD A,label loads the address itself; LD A,(label) loads what is there.'],
  'character-as-address': ['W103', "LD A,('x') reads memory at the character's code; LD A,'x' loads the character."],
  unreachable: ['W104', 'An instruction after RET or JP that nothing can reach: it has no label.'],
  'unused-label': ['W105', 'A label that nothing refers to. PUBLIC, or a name starting with _, says it is meant.'],
  'trailing-space': ['H103', 'A .COM ends with DS: RESB makes the same room without making the file longer.'],
  'ignored-directive': ['H102', 'A directive of other assemblers that has no effect here.'],
  'after-end': ['W106', 'Text after END.'],
  'warning-directive': ['W107', 'A WARNING directive was reached.'],
  'value-cut': ['W121', 'A value that does not fit its place and loses its upper part, as this dialect has it.'],
  'z180-instruction': [
    'W123',
    'An instruction of the Z180, where nothing says that the program is for one: .Z180 does.',
  ],
  'gap-left-out': ['W124', 'The output goes on without the bytes of a gap, as TASM has it; --fill fills it.'],
  'not-looked-at': ['W125', 'Text that this dialect does not look at: a mistake shows nowhere else.'],
  'define-in-if': ['W122', '#IF sees labels only: a name of #DEFINE counts as 0.'],
  'entry-ignored': ['W108', 'END names an entry that is not the start: a .COM always starts at 0x100.'],
  'stray-dephase': ['W109', 'DEPHASE where no PHASE is in force.'],
  'ignored-label': ['W110', 'A label in front of ENDM, which defines nothing.'],
  'other-precedence': ['W111', 'Word operators that bind otherwise in M80, written without brackets.'],
  'jp-could-be-jr': ['H101', 'A JP that JR would reach: a byte shorter, 2 T-states slower when taken.'],
} as const satisfies Record<string, readonly [string, string]>;

export type Finding = keyof typeof FINDINGS;

/** Where a line came from: the call or INCLUDE, from the innermost outwards. */
export interface StackEntry {
  kind: 'include' | 'macro' | 'repeat';
  /** Macro or file name. */
  name: string;
  /** The line that called or included. */
  file: string;
  line: number;
}

export interface Diagnostic {
  /** Stable: E201, W104, H101. */
  code: string;
  /** The same in words: undefined-symbol. */
  name: Finding;
  severity: Severity;
  message: string;
  /** What to do about it, where we know. */
  hint?: string;
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in characters of `source`. */
  column: number;
  /** How many characters of `source` it is about, at least 1. */
  length: number;
  /** The line as assembled: in a macro, with its arguments put in. */
  source: string;
  stack: StackEntry[];
}

const SEVERITIES: Record<string, Severity> = { E: 'error', W: 'warning', H: 'hint' };

export function severityOf(name: Finding): Severity {
  return SEVERITIES[FINDINGS[name][0][0]!]!;
}

/** The longest part of a source line that a message quotes. */
const EXCERPT = 160;

/** `file:line:column: error: …` with the source line, a caret, the stack and the hint. No newline at the end. */
export function formatDiagnostic(d: Diagnostic): string {
  const lines = [`${shown(d.file)}:${d.line}:${d.column}: ${d.severity}: ${shown(d.message)} [${d.code}]`];
  if (d.source.trim() !== '') {
    // Of a very long line, the part around the caret.
    const from = d.column > EXCERPT - 20 ? d.column - 41 : 0;
    const excerpt = shown(d.source.slice(from, from + EXCERPT));
    const room = Math.max(1, excerpt.length - (d.column - 1 - from));
    const pad = excerpt.slice(0, d.column - 1 - from).replace(/[^\t]/g, ' ');
    lines.push(`    ${excerpt}`, `    ${pad}${'^'.repeat(Math.min(Math.max(1, d.length), room))}`);
  }
  for (const entry of d.stack) {
    const what = { include: 'included', macro: `in macro ${entry.name}, called`, repeat: `in ${entry.name}` }[
      entry.kind
    ];
    lines.push(`    ${shown(`${what} at ${entry.file}`)}:${entry.line}`);
  }
  if (d.hint !== undefined) lines.push(`    hint: ${shown(d.hint)}`);
  return lines.join('\n');
}

/** Text of a source for a terminal: whatever it would obey becomes a question mark; tabs stay. */
const shown = (text: string): string => text.split('\t').map(plainText).join('\t');

/** A finding about part of one line, before it is known where that line stands. */
export interface Fault {
  name: Finding;
  message: string;
  hint?: string | undefined;
  /** Part of the line, from 0. */
  at: number;
  end: number;
}

/** Thrown inside the parser only; a parsed line carries its fault as data. */
export class FaultError extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

export function fail(name: Finding, at: number, end: number, message: string, hint?: string): never {
  throw new FaultError({ name, message, hint, at, end });
}
