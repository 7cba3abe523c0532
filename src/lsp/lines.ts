/**
 * What a line of source says, as far as an editor asks: its label, its operation, the names in its operands, its comment. The
 * assembler's parser reads the statement; names are found by their form, so that a line which is wrong or half typed has
 * them, too.
 */
import type { Directive } from '../z80asm/directive-table.js';
import type { Instruction } from '../z80asm/instructions.js';
import { commentAt } from '../z80asm/lexer.js';
import { parseStatement } from '../z80asm/statement.js';

/** Part of a line, in UTF-16 units from 0, as editors count. */
export interface Span {
  at: number;
  end: number;
}

export interface Word extends Span {
  text: string;
}

export interface Line {
  text: string;
  label: (Word & { colon: boolean }) | undefined;
  /** The operation as written: an instruction, a directive, or the name of a macro. */
  op: Word | undefined;
  directive: Directive | undefined;
  /** The form that the line is, where it is right. */
  instruction: Instruction | undefined;
  /** Names and numbers in the operands. */
  names: Word[];
  numbers: Word[];
  /** Where the operands end: at the comment, or at the end of the line. */
  end: number;
  /** What the comment says, without its semicolons; '' where there is none. */
  comment: string;
}

/** Strings, numbers, names; and what looks like one of them and is not: AF', and $FF after an operator. */
const TOKENS = /"(?:\\.|[^"\\])*"?|\bAF'|'[^']*'?|[$#][0-9A-Fa-f]+\b|\d\w*|[A-Za-z_.@?][\w.@$?]*/gi;

/** Directives whose operand is a file's name or a text: there are no names in it. */
const WITHOUT_NAMES = new Set(['INCLUDE', 'INCBIN', 'TITLE', 'ERROR', 'WARNING']);

/** Read a line; one that is too long for the assembler is all comment. */
export function readLine(text: string): Line {
  const { label, op, opAt, restAt, directive, instruction } = parseStatement(text);
  const end = commentAt(text, 0);
  const words =
    directive && WITHOUT_NAMES.has(directive.names[0]!) ? [] : tokensOf(text, op === '' ? end : restAt, end);
  return {
    text,
    label: label && { text: label.name, at: label.at, end: label.end, colon: label.colon },
    op: op === '' ? undefined : { text: op, at: opAt, end: opAt + op.length },
    directive,
    instruction: instruction?.instruction,
    names: words.filter((word) => /^[A-Za-z_.@?]/.test(word.text)),
    numbers: words.filter((word) => /^[\d$#]/.test(word.text)),
    end,
    comment: text
      .slice(end)
      .replace(/^;+\s*/, '')
      .trimEnd(),
  };
}

/** Names and numbers between two places of a line. */
function tokensOf(text: string, from: number, to: number): Word[] {
  const words: Word[] = [];
  TOKENS.lastIndex = from;
  for (let match = TOKENS.exec(text); match && match.index < to; match = TOKENS.exec(text))
    if (!/["']/.test(match[0])) words.push({ text: match[0], at: match.index, end: match.index + match[0].length });
  return words;
}

/** The lines of a text, as the assembler and the protocol divide them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** The word that a place is in, or directly behind. */
export function wordAt<W extends Span>(words: readonly (W | undefined)[], character: number): W | undefined {
  return words.find((word): word is W => word !== undefined && word.at <= character && character <= word.end);
}
