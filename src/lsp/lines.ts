/**
 * What a line of source says, as far as an editor asks: the label, operation and names of each of its statements, and its
 * comment. The assembler's parser reads the statements; names are found by their form, so that a line which is wrong or half
 * typed has them, too.
 */
import type { DialectName } from '../z80asm/dialect.js';
import type { Directive } from '../z80asm/directive-table.js';
import type { Instruction } from '../z80asm/instructions.js';
import { commentAt } from '../z80asm/lexer.js';
import { MAX_LINE, StatementParser } from '../z80asm/statement.js';
import { Syntax } from '../z80asm/syntax.js';

/** Part of a line, in UTF-16 units from 0, as editors count. */
export interface Span {
  at: number;
  end: number;
}

export interface Word extends Span {
  text: string;
}

export interface Part extends Span {
  label: (Word & { colon: boolean }) | undefined;
  /** The operation as written: an instruction, a directive, or the name of a macro. */
  op: Word | undefined;
  directive: Directive | undefined;
  /** The form that it is, where it is right. */
  instruction: Instruction | undefined;
  /** Names and numbers in the operands. */
  names: Word[];
  numbers: Word[];
}

export interface Line {
  text: string;
  parts: readonly Part[];
  /** Where the comment begins; the line's length where there is none. */
  end: number;
  /** What the comment says, without its semicolons; '' where there is none. */
  comment: string;
}

/** Strings, numbers, names; and what looks like one of them and is not: AF', and $FF after an operator. */
const TOKENS = /"(?:\\.|[^"\\])*"?|\bAF'|'[^']*'?|[$#][0-9A-Fa-f]+\b|\d\w*|[A-Za-z_.@?][\w.@$?]*/gi;

/** Directives whose operand is a file's name or a text: there are no names in it. */
const WITHOUT_NAMES = new Set(['INCLUDE', 'INCBIN', 'TITLE', 'ERROR', 'WARNING']);

export class LineReader {
  private readonly syntax: Syntax;
  private readonly parser: StatementParser;

  constructor(readonly dialect: DialectName | undefined) {
    this.syntax = new Syntax(dialect);
    this.parser = new StatementParser(this.syntax);
  }

  /** The lines of a text, those of comments over several lines without statements. */
  read(text: string): Line[] {
    let inComment = false;
    return linesOf(text).map((line) => {
      const opens = !inComment && this.syntax.dialect.blockComments && /^\s*\/\*/.test(line);
      if (!inComment && !opens) return this.line(line);
      inComment = !line.includes('*/');
      return { text: line, parts: [], end: 0, comment: line.replace(/^\s*\/?\*+\/?\s*|\s*\*+\/\s*$/g, '') };
    });
  }

  /** One that is too long for the assembler says nothing. */
  private line(text: string): Line {
    if (text.length > MAX_LINE) return { text, parts: [], end: text.length, comment: '' };
    const end = commentAt(text, 0, this.syntax);
    const parts: Part[] = [];
    for (let at = 0; at >= 0 && at < end;) {
      const { label, op, opAt, restAt, directive, instruction, moreAt } = this.parser.parse(text, at);
      const last = moreAt > at && moreAt < end ? moreAt : end;
      const words = tokensOf(text, op === '' ? last : restAt, last);
      const hasNames = !directive || !WITHOUT_NAMES.has(directive.names[0]!);
      if (label || op !== '')
        parts.push({
          at,
          end: last,
          label: label && { text: label.name, at: label.at, end: label.end, colon: label.colon },
          op: op === '' ? undefined : { text: op, at: opAt, end: opAt + op.length },
          directive,
          instruction: instruction?.instruction,
          names: hasNames ? words.filter((word) => /^[A-Za-z_.@?]/.test(word.text)) : [],
          numbers: hasNames ? words.filter((word) => /^[\d$#]/.test(word.text)) : [],
        });
      at = moreAt > at ? moreAt : -1;
    }
    return {
      text,
      parts,
      end,
      comment: text
        .slice(end)
        .replace(/^[;/]+\s*/, '')
        .trimEnd(),
    };
  }
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

/** The statement of a line that a place is in. */
export function partAt({ parts }: Line, character: number): Part | undefined {
  return parts.find(({ end }) => character < end) ?? parts.at(-1);
}
