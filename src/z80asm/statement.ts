/**
 * One statement → what it says, without knowing any symbol's value: label, operation, operands. So a line is parsed once,
 * however many passes there are.
 *
 *     name:   op  operands   ; comment
 *     name    op  operands               a label without colon, at the left margin or before a known op
 *     name    EQU expression             the name belongs to the directive
 *     op operands \ op operands          several on a line, apart by what the dialect has for that
 */
import { FaultError, fail, type Fault } from './diagnostics.js';
import { SOFT, findDirective, type Directive } from './directive-table.js';
import { Parser, type Expression } from './expression.js';
import { fakeInstruction } from './fake-instructions.js';
import { CONDITION_NAMES, MNEMONICS, type FormNode, type Instruction } from './instructions.js';
import { nameAt, statementEnd, tokenize, type Token } from './lexer.js';
import { operandFault } from './operand-hints.js';
import { otherPrecedence } from './precedence.js';
import { closest } from './suggest.js';
import { SPACE, Syntax, type Word } from './syntax.js';

export interface Label {
  name: string;
  at: number;
  end: number;
  colon: boolean;
}

export interface Operand {
  /** `A`, `(HL)`, `#`, `(#)`, `(IX#)`: what the instruction table calls it. */
  shape: string;
  /** The number in it, where it has one; `(IX)` alone may mean (IX+0). */
  expression: Expression | undefined;
  at: number;
  end: number;
  /** Brackets around it that mean nothing, since the form takes a plain number. */
  bracketed?: boolean;
}

export interface Statement {
  /** The line; positions count from its start. */
  text: string;
  syntax: Syntax;
  label: Label | undefined;
  /** The operation's name as written, and where; '' where there is none. */
  op: string;
  opAt: number;
  /** Where the operands start in `text`. */
  restAt: number;
  instruction: { instruction: Instruction; operands: Operand[] } | undefined;
  directive: Directive | undefined;
  /** What is wrong with it, unless its operation turns out to be a macro. */
  fault: Fault | undefined;
  /** What is to be said of it though it is right. */
  doubt: Fault | undefined;
  /** Parsed operands of a directive, kept by `args()`. */
  argsCache: Expression[] | Fault | undefined;
  /** Where the next statement of the line begins; -1 where none does. */
  moreAt: number;
}

export const MAX_LINE = 16_384;

const OWN_SYNTAX = new Syntax();

/** Names that no label or macro of our own dialect may have. */
export function isReserved(name: string): boolean {
  return OWN_SYNTAX.isReserved(name);
}

/** How many parsed statements are kept, and up to which length. Of twice as many, half a million lines take 100 MB more. */
const KEPT = 8_192;
const KEPT_LENGTH = 200;

/** Parses statements in one syntax. */
export class StatementParser {
  private readonly parser: Parser;
  /** By their text without comment. What a word means may change with what the program defines. */
  private readonly kept = new Map<string, Statement>();
  private version = 0;

  constructor(readonly syntax: Syntax) {
    this.parser = new Parser(syntax);
  }

  /** Parse the statement at `from` of a line. Never throws: what is wrong is in `fault`. */
  parse(text: string, from = 0): Statement {
    if (from > 0 || text.length > MAX_LINE) return this.parseAt(text, from);
    if (this.version !== this.syntax.version) {
      this.kept.clear();
      this.version = this.syntax.version;
    }
    const { dialect } = this.syntax;
    // Where a separator ends a comment as well, there may be code behind one.
    const code = dialect.separatorEndsComment && text.includes(dialect.separators) ? text : withoutComment(text);
    let statement = this.kept.get(code);
    if (!statement) {
      statement = this.parseAt(code, 0);
      if (this.keeps(statement)) this.kept.set(code, statement);
    }
    return statement;
  }

  /** Is it worth its room to remember the statement? */
  keeps({ text }: Statement): boolean {
    return this.kept.size < KEPT && text.length <= KEPT_LENGTH;
  }

  private parseAt(text: string, from: number): Statement {
    const statement: Statement = {
      text,
      syntax: this.syntax,
      label: undefined,
      op: '',
      opAt: 0,
      restAt: 0,
      instruction: undefined,
      directive: undefined,
      fault: undefined,
      doubt: undefined,
      argsCache: undefined,
      moreAt: -1,
    };
    try {
      if (text.length > MAX_LINE)
        fail('line-too-long', 0, 1, `the line has ${text.length} characters, more than ${MAX_LINE}`);
      if (from > 0 || text === '' || !this.syntax.dialect.marginComments.includes(text[0]!))
        parseInto(statement, from, this.parser);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      statement.fault = error.fault;
    }
    if (statement.moreAt < 0 && this.syntax.dialect.separatorEndsComment) codeBehindComment(statement, from);
    return statement;
  }
}

/**
 * Digital Research's: `; comment ! code`. Only where an operation follows, as with MAC's own programs it must: to other
 * assemblers of 8080 mnemonics, all is comment.
 */
function codeBehindComment(statement: Statement, from: number): void {
  const { text, syntax } = statement;
  const margin = from === 0 && text !== '' && syntax.dialect.marginComments.includes(text[0]!);
  const more = text.indexOf(syntax.dialect.separators, margin ? 0 : statementEnd(text, from, syntax));
  if (more < 0) return;
  const word = nameAt(text, skipSpace(text, more + 1, syntax), syntax);
  if (word !== undefined && isOperation(syntax.word(word))) statement.moreAt = more + 1;
}

/** The line without what certainly is comment: a semicolon before which no quote stands. */
function withoutComment(text: string): string {
  const semicolon = text.indexOf(';');
  if (semicolon < 0 || isBefore('"', text, semicolon) || isBefore("'", text, semicolon)) return text;
  let end = semicolon;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(0, end);
}

function isBefore(character: string, text: string, end: number): boolean {
  const at = text.indexOf(character);
  return at >= 0 && at < end;
}

function skipSpace(text: string, at: number, { classes }: Syntax): number {
  for (let c = text.charCodeAt(at); c < 128 && classes[c]! & SPACE;) c = text.charCodeAt(++at);
  return at;
}

/** Nothing, or a comment. */
function endsAt(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c !== c || c === 0x3b || (c === 0x2f && text.charCodeAt(at + 1) === 0x2f);
}

function isOperation(word: Word | undefined): boolean {
  return word !== undefined && (word.forms !== undefined || word.directive !== undefined);
}

/** The directive that takes the name before it, if the text at `at` starts one: EQU, =, DEFL, MACRO ... */
function namedDirectiveAt(text: string, at: number, next: string | undefined, word: Word | undefined): boolean {
  if (next === undefined) return text[at] === '=' && text[at + 1] !== '=';
  if (word?.upper === 'SET' && word.forms) return isAssignment(text, at + 3);
  return word?.directive?.label === 'name';
}

/** `name SET expression` assigns; `name SET 3,A` is an instruction after a label. */
function isAssignment(text: string, at: number): boolean {
  const operands = text.slice(at, statementEnd(text, at));
  return !operands.includes(',') && operands.trim() !== '';
}

function parseInto(statement: Statement, from: number, parser: Parser): void {
  const { text, syntax } = statement;
  let at = skipSpace(text, from, syntax);
  if (endsAt(text, at)) return;
  if (text[at] === '#' && syntax.dialect.preprocessor) {
    const directive = `#${nameAt(text, at + 1, syntax) ?? ''}`;
    return parseOperation(statement, at, directive, syntax.word(directive), parser);
  }
  const number = syntax.dialect.numberedLabels ? numberLabelAt(text, at) : undefined;
  if (number !== undefined) {
    const after = skipSpace(text, at + number.length, syntax);
    const colon = text[after] === ':';
    statement.label = { name: number, at, end: at + number.length, colon };
    at = colon ? skipSpace(text, after + 1, syntax) : after;
    if (endsAt(text, at)) return;
  }
  let name = nameAt(text, at, syntax);
  let word = name === undefined ? undefined : syntax.word(name);
  if (name !== undefined && number === undefined) {
    const end = at + name.length;
    const after = skipSpace(text, end, syntax);
    const colon = text[after] === ':' && !(at > 0 && isOperation(word) && syntax.dialect.separators.includes(':'));
    const next = nameAt(text, after, syntax);
    const nextWord = next === undefined ? undefined : syntax.word(next);
    if (colon || isLabel(text, at, word, after, next, nextWord, syntax)) {
      statement.label = { name, at, end, colon };
      at = colon ? skipSpace(text, after + (text[after + 1] === ':' ? 2 : 1), syntax) : after;
      if (endsAt(text, at)) return;
      name = at === after ? next : nameAt(text, at, syntax);
      word = at === after ? nextWord : name === undefined ? undefined : syntax.word(name);
    }
  }
  parseOperation(statement, at, name, word, parser);
}

/** A label that is a number, at the margin or with a colon. */
function numberLabelAt(text: string, at: number): string | undefined {
  const c = text.charCodeAt(at);
  if (!(c >= 0x30 && c <= 0x39)) return undefined;
  const [found, , colon] = /^(\d{1,9})(?=\s|$|;|(:))/.exec(text.slice(at, at + 12)) ?? [];
  return found !== undefined && (at === 0 || colon) ? found : undefined;
}

/** Instructions whose operand may be a numbered label. */
const JUMPS: ReadonlySet<string> = new Set(['CALL', 'DJNZ', 'JP', 'JR']);

/** `1b`, where it may be the label 1 before as well as the binary number. */
function asNumberedLabel(operand: Operand, text: string): void {
  const { expression } = operand;
  if (operand.shape !== '#' || expression?.op !== 'number') return;
  const name = text.slice(expression.at, expression.end);
  if (NUMBERED.test(name)) operand.expression = { op: 'name', name, at: expression.at, end: expression.end };
}

const NUMBERED = /^\d+b$/i;

/** Is the first word a label, though it has no colon? */
function isLabel(
  text: string,
  at: number,
  word: Word | undefined,
  after: number,
  next: string | undefined,
  nextWord: Word | undefined,
  syntax: Syntax,
): boolean {
  if (!isOperation(word)) return at === 0 || isOperation(nextWord) || namedDirectiveAt(text, after, next, nextWord);
  if (namedDirectiveAt(text, after, next, nextWord)) return word!.directive?.label !== 'name';
  // An instruction that only a Z180 has may be a label at the margin.
  if (at === 0 && word!.soft && isOperation(nextWord)) return true;
  if (at > 0 || !word!.directive) return false;
  // At the margin before an operation, the name of a directive may as well be the program's own.
  if (nextWord?.forms && word!.directive.label !== 'name') return true;
  if (SOFT.has(word!.upper) && isOperation(nextWord)) return true;
  // `.end` is what many call the last local label of a routine; those who end their source with it write capitals.
  return text.startsWith('.end', at) && !syntax.dialect.preprocessor;
}

function parseOperation(
  statement: Statement,
  at: number,
  op: string | undefined,
  word: Word | undefined,
  parser: Parser,
): void {
  const { text, syntax } = statement;
  const afterLabel = statement.label !== undefined;
  statement.opAt = at;
  if (op === undefined) {
    if (text[at] === '=' && afterLabel) {
      statement.op = '=';
      statement.restAt = at + 1;
      statement.directive = findDirective('=');
      return findMore(statement);
    }
    if (syntax.dialect.separators.includes(text[at]!)) {
      statement.moreAt = at + 1;
      return;
    }
    const token = tokenize(text, at, syntax)[0]!;
    fail('syntax', token.at, token.end, `expected an instruction or a directive, not '${token.text || text[at]}'`);
  }
  // Behind a label, a word with a colon is another label.
  if (afterLabel && !isOperation(word) && text[at + op.length] === ':') {
    statement.moreAt = at;
    return;
  }
  statement.op = op;
  statement.restAt = at + op.length;
  if (word?.upper === 'SET' && word.forms && afterLabel && isAssignment(text, statement.restAt))
    statement.directive = findDirective('DEFL');
  else if (word?.forms) return parseInstruction(statement, word.upper, word.forms, parser);
  else statement.directive = word?.directive;
  findMore(statement);
}

/** Where the line goes on behind a directive or the call of a macro. */
function findMore(statement: Statement): void {
  const { text, restAt } = statement;
  const separators = separatorsOf(statement);
  if (separators === '') return;
  const end = statementEnd(text, restAt, statement.syntax, separators);
  if (separators.includes(text[end] ?? ';')) statement.moreAt = end + 1;
}

/** What a macro is given may have a colon, and a file's name a backslash as well. */
function separatorsOf({ directive, syntax, op }: Statement): string {
  const { separators } = syntax.dialect;
  if (directive) return directive.raw ? '' : separators;
  return op === '=' ? separators : separators.replace(':', '');
}

function parseInstruction(statement: Statement, mnemonic: string, forms: FormNode, parser: Parser): void {
  parser.start(statement.text, statement.restAt);
  const operands: Operand[] = [];
  if (!atStatementEnd(statement, parser)) {
    for (;;) {
      const inner = operands.length === 1 && mnemonic === 'LD' ? innerOperation(parser) : undefined;
      if (inner !== undefined) {
        // LD A,RLC (IX+d): the operation inside, with the register as its last operand.
        const { at } = parser.next();
        const rest = parseOperands(statement, parser);
        parseForm(statement, inner.upper, inner.forms!, [...rest, operands[0]!], at);
        return;
      }
      const operand = parseOperand(parser);
      if (operand.expression) checkPrecedence(statement, operand.expression, parser);
      operands.push(operand);
      if (!parser.isOp(',')) break;
      parser.advance();
    }
    if (!atStatementEnd(statement, parser)) parser.unexpected('expected a comma or the end of the line');
  }
  if (operands.length > 0 && JUMPS.has(mnemonic) && parser.syntax.dialect.numberedLabels)
    asNumberedLabel(operands.at(-1)!, statement.text);
  parseForm(statement, mnemonic, forms, operands, statement.opAt);
}

/** In our own dialect, words such as SHL bind otherwise than where they come from. */
function checkPrecedence(statement: Statement, expression: Expression, parser: Parser): void {
  const { text, syntax, doubt } = statement;
  const from = parser.wordedFrom;
  if (from !== undefined && !doubt && syntax.dialect.name === 'z80lm')
    statement.doubt = otherPrecedence(text, from, expression, syntax);
}

/** At the end of the line, or at what stands before its next statement. */
function atStatementEnd(statement: Statement, parser: Parser): boolean {
  if (parser.atEnd) return true;
  if (!parser.atSeparator) return false;
  statement.moreAt = parser.end;
  return true;
}

const INNER_OPERATIONS = new Set(['RLC', 'RRC', 'RL', 'RR', 'SLA', 'SRA', 'SLL', 'SL1', 'SLI', 'SRL', 'SET', 'RES']);

function innerOperation(parser: Parser): Word | undefined {
  if (parser.kind !== 'name') return undefined;
  const word = parser.syntax.word(parser.word);
  if (!word || !INNER_OPERATIONS.has(word.upper)) return undefined;
  const c = parser.following;
  // In brackets, or an operand of its own: SET 3,(IX+5).
  return c !== '' && (c === '(' || c === '[' || !',+-*/%&|^<>=?:)]'.includes(c)) ? word : undefined;
}

function parseOperands(statement: Statement, parser: Parser): Operand[] {
  const operands = [parseOperand(parser)];
  while (parser.isOp(',')) {
    parser.advance();
    operands.push(parseOperand(parser));
  }
  if (!atStatementEnd(statement, parser)) parser.unexpected('expected a comma or the end of the line');
  return operands;
}

/** Registers that stand in brackets, as the instruction table spells that. */
const INDIRECT = new Map(['HL', 'BC', 'DE', 'SP', 'C', 'IX', 'IY'].map((name) => [name, `(${name})`]));
const INDEXED = new Map([
  ['IX', '(IX#)'],
  ['IY', '(IY#)'],
]);

/** An 8080 operand is a register or an expression, brackets or not. */
function parseOperand8080(parser: Parser): Operand {
  const { at, end } = parser;
  const register = parser.kind === 'name' ? parser.syntax.word(parser.word)?.register : undefined;
  if (register !== undefined && operandEnds(parser)) {
    parser.advance();
    return { shape: register, expression: undefined, at, end };
  }
  const expression = parser.expression();
  return { shape: '#', expression, at, end: expression.end };
}

function parseOperand(parser: Parser): Operand {
  if (parser.syntax.mnemonics === '8080') return parseOperand8080(parser);
  const { at, end } = parser;
  if (parser.isOp('(') && !parser.bracketCloses()) fail('syntax', at, end, 'this bracket is not closed');
  if (parser.isOp('(') && parser.bracketsWholeOperand()) {
    parser.advance();
    if (parser.kind === 'name') {
      const register = parser.syntax.word(parser.word)?.register ?? '';
      const c = parser.following;
      const indirect = INDIRECT.get(register);
      if (indirect !== undefined && (c === ')' || c === ']')) {
        parser.advance();
        const { end } = parser;
        parser.advance();
        return { shape: indirect, expression: undefined, at, end };
      }
      const indexed = INDEXED.get(register);
      if (indexed !== undefined && (c === '+' || c === '-')) {
        parser.advance();
        // The sign starts the expression: (IX-2+1) is IX plus (-2+1).
        const expression = parser.expression();
        return { shape: indexed, expression, at, end: parser.expectOp(')', `to close (${register}`) };
      }
    }
    const expression = parser.expression();
    return { shape: '(#)', expression, at, end: parser.expectOp(')', 'to close the bracket') };
  }
  if (parser.kind === 'name') {
    const word = parser.syntax.word(parser.word);
    if (word && (word.register !== undefined || word.condition)) {
      if (operandEnds(parser)) {
        parser.advance();
        return { shape: word.register ?? word.upper, expression: undefined, at, end };
      }
      if (word.register !== undefined && /[\w"'.@$#([]/.test(parser.following)) {
        parser.advance();
        parser.unexpected(`expected a comma after ${word.upper}`);
      }
    }
  }
  const expression = parser.expression();
  return { shape: '#', expression, at, end: expression.end };
}

/** Is the token at the cursor the whole operand? */
function operandEnds(parser: Parser): boolean {
  const c = parser.following;
  return c === '' || c === ',' || parser.syntax.dialect.separators.includes(c);
}

/** Other readings of an operand, tried in turn where the plain one gives no form. */
function readings(operand: Operand, { text, syntax }: Statement): Operand[] {
  const { shape, at, end } = operand;
  const out = [operand];
  // An 8080 register is a number as well.
  const number = syntax.word(shape)?.number;
  if (number !== undefined) {
    out.push({ ...operand, shape: '#', expression: { op: 'number', value: number, at, end } });
    return out;
  }
  // JP (IX) needs the brackets alone, LD A,(IX) means (IX+0).
  const indexed = INDEXED.get(shape.slice(1, -1));
  if (indexed !== undefined && shape.startsWith('('))
    out.push({ ...operand, shape: indexed, expression: { op: 'number', value: 0, at, end } });
  // A label may be called M or NZ, where no condition is meant.
  if (CONDITION_NAMES.has(shape) && shape !== 'C')
    out.push({ ...operand, shape: '#', expression: { op: 'name', name: text.slice(at, end), at, end } });
  // AND (5): brackets around a number that is no address.
  if (shape === '(#)') out.push({ ...operand, shape: '#', bracketed: true });
  return out;
}

function formOf(forms: FormNode, operands: Operand[]): Instruction | undefined {
  let node: FormNode | undefined = forms;
  for (let i = 0; i < operands.length; i++) {
    node = node.next?.get(operands[i]!.shape);
    if (!node) return undefined;
  }
  return node.instruction;
}

function parseForm(statement: Statement, mnemonic: string, forms: FormNode, operands: Operand[], at: number): void {
  // The plain reading nearly always fits.
  const instruction = formOf(forms, operands);
  if (instruction) {
    statement.instruction = { instruction, operands };
    return;
  }
  let candidates: Operand[][] = [[]];
  for (const operand of operands.slice(0, 4))
    candidates = candidates.flatMap((list) => readings(operand, statement).map((reading) => [...list, reading]));
  for (const candidate of candidates) {
    const instruction = formOf(forms, candidate);
    if (instruction) {
      statement.instruction = { instruction, operands: candidate };
      return;
    }
  }
  if (statement.syntax.dialect.fakes) {
    const fake = fakeInstruction(
      mnemonic,
      operands.map(({ shape }) => shape),
    );
    if (fake) {
      statement.instruction = { instruction: fake, operands };
      return;
    }
  }
  const last = operands.at(-1);
  const { message, hint } = operandFault(mnemonic, operands, statement.text);
  fail('bad-operands', operands[0]?.at ?? at, last?.end ?? at + mnemonic.length, message, hint);
}

/** An expression; or 0 for one that is left out, in the dialects that let it. */
function argument(parser: Parser): Expression {
  const { at } = parser;
  const missing = parser.isOp(',') || parser.atEnd || parser.atSeparator;
  return missing && parser.syntax.dialect.emptyIsZero ? { op: 'number', value: 0, at, end: at } : parser.expression();
}

/** The comma-separated expressions of a directive. @throws FaultError */
export function args(statement: Statement): Expression[] {
  const cached = statement.argsCache;
  if (Array.isArray(cached)) return cached;
  if (cached) throw new FaultError(cached);
  try {
    const parser = operandParser(statement);
    const list: Expression[] = [];
    if (!parser.atEnd && !parser.atSeparator) {
      const { trailingComma } = statement.syntax.dialect;
      for (;;) {
        const expression = argument(parser);
        checkPrecedence(statement, expression, parser);
        list.push(expression);
        if (!parser.isOp(',')) break;
        parser.advance();
        if (trailingComma && (parser.atEnd || parser.atSeparator)) break;
      }
      checkEnd(statement, parser);
    }
    statement.argsCache = list;
    return list;
  } catch (error) {
    if (error instanceof FaultError) statement.argsCache = error.fault;
    throw error;
  }
}

/** Behind the operands of a directive: the end, or what the dialect does not look at. @throws FaultError */
export function checkEnd(statement: Statement, parser: Parser): void {
  const { syntax, text } = statement;
  const unclosed = parser.unclosedAt;
  if (unclosed >= 0)
    statement.doubt = {
      name: 'not-looked-at',
      message: 'this bracket is never closed',
      hint: 'this dialect takes that for closed at the end',
      at: unclosed,
      end: unclosed + 1,
    };
  if (parser.atEnd || parser.atSeparator) return;
  if (!syntax.dialect.looseEnds) parser.unexpected('expected a comma or the end of the line');
  const end = statementEnd(text, parser.at, syntax, syntax.dialect.separators);
  const message = 'this dialect does not look at what stands behind a value';
  statement.doubt = { name: 'not-looked-at', message, at: parser.at, end: Math.max(end, parser.at + 1) };
}

/** The operands of a directive that takes words rather than values, comments cut off. */
export function restOf(statement: Statement): { text: string; at: number; end: number } {
  const { syntax, restAt } = statement;
  const end = statementEnd(statement.text, restAt, syntax, separatorsOf(statement));
  const at = Math.min(skipSpace(statement.text, restAt, syntax), end);
  const text = statement.text.slice(at, end).trimEnd();
  return { text, at, end: at + Math.max(1, text.length) };
}

/** The tokens of a directive's operands. @throws FaultError */
export function restTokens({ text, restAt, syntax }: Statement): Token[] {
  return tokenize(text, restAt, syntax);
}

/** A cursor over a directive's operands, or what is left of them from `at`. @throws FaultError */
export function operandParser({ text, restAt, syntax }: Statement, at = restAt): Parser {
  return new Parser(syntax).start(text, at);
}

/** "did you mean", for an operation that nothing knows. */
export function suggestOperation(op: string, others: Iterable<string>): string | undefined {
  return closest(op.toUpperCase(), [...MNEMONICS, ...others]);
}
