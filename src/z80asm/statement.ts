/**
 * One line → what it says, without knowing any symbol: label, operation, operands. So a line is parsed once,
 * however many passes there are.
 *
 *     name:   op  operands   ; comment
 *     name    op  operands               a label without colon, at the left margin or before a known op
 *     name    EQU expression             the name belongs to the directive
 */
import { FaultError, fail, type Fault } from './diagnostics.js';
import { SOFT, findDirective, type Directive } from './directive-table.js';
import { OPERATOR_WORDS, Parser, type Expression } from './expression.js';
import {
  BY_KEY,
  CONDITION_NAMES,
  MNEMONICS,
  REGISTER_ALIASES,
  REGISTER_NAMES,
  formsOf,
  type Instruction,
} from './instructions.js';
import { commentAt, nameAt, tokenize, type Token } from './lexer.js';
import { closest } from './suggest.js';

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
  text: string;
  label: Label | undefined;
  /** The operation's name as written, and where; '' on a line without one. */
  op: string;
  opAt: number;
  /** Where the operands start in `text`. */
  restAt: number;
  instruction: { instruction: Instruction; operands: Operand[] } | undefined;
  directive: Directive | undefined;
  /** What is wrong with it, unless its operation turns out to be a macro. */
  fault: Fault | undefined;
  /** Parsed operands of a directive, kept by `args()`. */
  argsCache: Expression[] | Fault | undefined;
}

export const MAX_LINE = 16_384;

export function isRegister(upper: string): boolean {
  return REGISTER_NAMES.has(upper) || REGISTER_ALIASES.has(upper);
}

/** Names that no label or macro may have. */
export function isReserved(name: string): boolean {
  const upper = name.toUpperCase();
  return isRegister(upper) || OPERATOR_WORDS.has(upper);
}

/** Parse a line. Never throws: what is wrong is in `fault`. */
export function parseStatement(text: string): Statement {
  const statement: Statement = {
    text,
    label: undefined,
    op: '',
    opAt: 0,
    restAt: 0,
    instruction: undefined,
    directive: undefined,
    fault: undefined,
    argsCache: undefined,
  };
  try {
    if (text.length > MAX_LINE)
      fail('line-too-long', 0, 1, `the line has ${text.length} characters, more than ${MAX_LINE}`);
    parseInto(statement, text);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    statement.fault = error.fault;
  }
  return statement;
}

function skipSpace(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\f' || text[at] === '\x1a') at++;
  return at;
}

function isOperation(name: string): boolean {
  return MNEMONICS.has(name.toUpperCase()) || findDirective(name) !== undefined;
}

/** The directive that takes the name before it, if the text at `at` starts one: EQU, =, DEFL, MACRO ... */
function namedDirectiveAt(text: string, at: number): boolean {
  if (text[at] === '=' && text[at + 1] !== '=') return true;
  const word = nameAt(text, at);
  if (word === undefined) return false;
  if (word.toUpperCase() === 'SET') return isAssignment(text, at + 3);
  return findDirective(word)?.label === 'name';
}

/** `name SET expression` assigns; `name SET 3,A` is an instruction after a label. */
function isAssignment(text: string, at: number): boolean {
  const end = commentAt(text, at);
  return !text.slice(at, end).includes(',') && text.slice(at, end).trim() !== '';
}

function parseInto(statement: Statement, text: string): void {
  let at = skipSpace(text, 0);
  const first = text[at];
  if (first === undefined || first === ';') return;
  const name = nameAt(text, at);
  if (name !== undefined) {
    const end = at + name.length;
    const after = skipSpace(text, end);
    const colon = text[after] === ':';
    // A label: by its colon, by the directive that names it, by standing at the margin, or before an operation.
    const next = nameAt(text, after);
    const isLabel =
      colon ||
      (namedDirectiveAt(text, after) && !(isOperation(name) && findDirective(name)?.label === 'name')) ||
      (!isOperation(name) && (at === 0 || (next !== undefined && isOperation(next)))) ||
      (SOFT.has(name.toUpperCase()) && at === 0 && next !== undefined && isOperation(next)) ||
      (at === 0 && /^\.end$/i.test(name));
    if (isLabel) {
      statement.label = { name, at, end, colon };
      at = colon ? skipSpace(text, after + (text[after + 1] === ':' ? 2 : 1)) : after;
    }
  }
  const c = text[at];
  if (c === undefined || c === ';') return;
  statement.opAt = at;
  const afterLabel = statement.label !== undefined;
  if (c === '=' && afterLabel) {
    statement.op = '=';
    statement.restAt = at + 1;
    statement.directive = findDirective('=');
    return;
  }
  const op = nameAt(text, at);
  if (op === undefined) {
    const token = tokenize(text, at)[0]!;
    fail('syntax', token.at, token.end, `expected an instruction or a directive, not '${token.text || c}'`);
  }
  statement.op = op;
  statement.restAt = at + op.length;
  const upper = op.toUpperCase();
  if (upper === 'SET' && afterLabel && isAssignment(text, statement.restAt))
    statement.directive = findDirective('DEFL');
  else if (MNEMONICS.has(upper)) parseInstruction(statement, upper);
  else statement.directive = findDirective(op);
}

function parseInstruction(statement: Statement, mnemonic: string): void {
  const tokens = tokenize(statement.text, statement.restAt);
  const parser = new Parser(tokens, isRegister);
  let operands: Operand[] = [];
  if (!parser.atEnd) {
    for (;;) {
      const inner = operands.length === 1 && mnemonic === 'LD' ? innerOperation(parser) : undefined;
      if (inner !== undefined) {
        // LD A,RLC (IX+d): the operation inside, with the register as its last operand.
        const { at } = parser.next();
        const rest = parseOperands(parser);
        parseForm(statement, inner, [...rest, operands[0]!], at);
        return;
      }
      operands.push(parseOperand(parser));
      if (!parser.isOp(',')) break;
      parser.next();
    }
    if (!parser.atEnd) {
      const colon = parser.isOp(':');
      parser.unexpected(
        'expected a comma or the end of the line',
        colon ? 'one instruction a line; a label before a colon must stand at the start' : undefined,
      );
    }
  }
  if (operands.length > 3) operands = operands.slice(0, 4);
  parseForm(statement, mnemonic, operands, statement.opAt);
}

const INNER_OPERATIONS = new Set(['RLC', 'RRC', 'RL', 'RR', 'SLA', 'SRA', 'SLL', 'SL1', 'SLI', 'SRL', 'SET', 'RES']);

function innerOperation(parser: Parser): string | undefined {
  const { kind, text } = parser.token;
  const next = parser.peek(1);
  if (kind !== 'name' || next.kind === 'end' || (next.kind === 'op' && next.text !== '(')) return undefined;
  return INNER_OPERATIONS.has(text.toUpperCase()) ? text.toUpperCase() : undefined;
}

function parseOperands(parser: Parser): Operand[] {
  const operands = [parseOperand(parser)];
  while (parser.isOp(',')) {
    parser.next();
    operands.push(parseOperand(parser));
  }
  if (!parser.atEnd) parser.unexpected('expected a comma or the end of the line');
  return operands;
}

const INDIRECT = new Set(['HL', 'BC', 'DE', 'SP', 'C', 'IX', 'IY']);

function parseOperand(parser: Parser): Operand {
  const start = parser.token;
  if (parser.isOp('(') && parser.bracketsWholeOperand()) {
    parser.next();
    const inner = parser.token;
    const upper = inner.kind === 'name' ? inner.text.toUpperCase() : '';
    const next = parser.peek(1);
    if (INDIRECT.has(upper) && next.kind === 'op') {
      if (next.text === ')') {
        parser.next();
        return { shape: `(${upper})`, expression: undefined, at: start.at, end: parser.next().end };
      }
      if ((upper === 'IX' || upper === 'IY') && (next.text === '+' || next.text === '-')) {
        parser.next();
        // The sign starts the expression: (IX-2+1) is IX plus (-2+1).
        const expression = parser.expression();
        const { end } = parser.expectOp(')', `to close (${upper}`);
        return { shape: `(${upper}#)`, expression, at: start.at, end };
      }
    }
    const expression = parser.expression();
    const { end } = parser.expectOp(')', 'to close the bracket');
    return { shape: '(#)', expression, at: start.at, end };
  }
  if (start.kind === 'name') {
    const next = parser.peek(1);
    if (next.kind === 'end' || (next.kind === 'op' && next.text === ',')) {
      const upper = start.text.toUpperCase();
      const register = REGISTER_ALIASES.get(upper) ?? upper;
      if (REGISTER_NAMES.has(register) || CONDITION_NAMES.has(upper)) {
        parser.next();
        return { shape: register, expression: undefined, at: start.at, end: start.end };
      }
    }
  }
  const expression = parser.expression();
  return { shape: '#', expression, at: start.at, end: expression.end };
}

/** Other readings of an operand, tried in turn where the plain one gives no form. */
function readings(operand: Operand, text: string): Operand[] {
  const { shape, at, end } = operand;
  const out = [operand];
  // JP (IX) needs the brackets alone, LD A,(IX) means (IX+0).
  if (shape === '(IX)' || shape === '(IY)')
    out.push({ ...operand, shape: `${shape.slice(0, 3)}#)`, expression: { op: 'number', value: 0, at, end } });
  // A label may be called M or NZ, where no condition is meant.
  if (CONDITION_NAMES.has(shape) && shape !== 'C')
    out.push({ ...operand, shape: '#', expression: { op: 'name', name: text.slice(at, end), at, end } });
  // AND (5): brackets around a number that is no address.
  if (shape === '(#)') out.push({ ...operand, shape: '#', bracketed: true });
  return out;
}

function formOf(mnemonic: string, operands: Operand[]): Instruction | undefined {
  let key = mnemonic;
  for (let i = 0; i < operands.length; i++) key += (i === 0 ? ' ' : ',') + operands[i]!.shape;
  return BY_KEY.get(key);
}

function parseForm(statement: Statement, mnemonic: string, operands: Operand[], at: number): void {
  // The plain reading nearly always fits.
  const instruction = formOf(mnemonic, operands);
  if (instruction) {
    statement.instruction = { instruction, operands };
    return;
  }
  let candidates: Operand[][] = [[]];
  for (const operand of operands.slice(0, 4))
    candidates = candidates.flatMap((list) => readings(operand, statement.text).map((reading) => [...list, reading]));
  for (const candidate of candidates) {
    const instruction = formOf(mnemonic, candidate);
    if (instruction) {
      statement.instruction = { instruction, operands: candidate };
      return;
    }
  }
  const last = operands.at(-1);
  fail(
    'bad-operands',
    operands[0]?.at ?? at,
    last?.end ?? at + mnemonic.length,
    operands.length
      ? `${mnemonic} does not take ${operands.map((o) => statement.text.slice(o.at, o.end)).join(',')}`
      : `${mnemonic} needs operands`,
    operandHint(mnemonic, operands),
  );
}

/** Which forms there are, generalised so that the list stays short. */
function operandHint(mnemonic: string, operands: Operand[]): string {
  const all = formsOf(mnemonic);
  if (all.length === 1 && all[0] === '') return `${mnemonic} stands alone`;
  const first = operands[0]?.shape;
  const near = operands.length > 1 ? all.filter((form) => form.split(',')[0] === first) : [];
  const few = near.length > 0 ? near : all;
  const shown = [...new Set(few.map((form) => form.replace(/\b[BCDEHLA]\b(?!,)/g, 'r')))];
  const list = shown.slice(0, 8).map((form) => `${mnemonic} ${form}`);
  return `it takes ${list.join(' | ')}${shown.length > 8 ? ' …' : ''}`;
}

/** The comma-separated expressions of a directive. @throws FaultError */
export function args(statement: Statement): Expression[] {
  const cached = statement.argsCache;
  if (Array.isArray(cached)) return cached;
  if (cached) throw new FaultError(cached);
  try {
    const parser = new Parser(tokenize(statement.text, statement.restAt), isRegister);
    const list: Expression[] = [];
    if (!parser.atEnd) {
      list.push(parser.expression());
      while (parser.isOp(',')) {
        parser.next();
        list.push(parser.expression());
      }
      if (!parser.atEnd) parser.unexpected('expected a comma or the end of the line');
    }
    statement.argsCache = list;
    return list;
  } catch (error) {
    if (error instanceof FaultError) statement.argsCache = error.fault;
    throw error;
  }
}

/** The operands of a directive that takes words rather than values, comments cut off. */
export function restOf(statement: Statement): { text: string; at: number; end: number } {
  const end = commentAt(statement.text, statement.restAt);
  const at = Math.min(skipSpace(statement.text, statement.restAt), end);
  const text = statement.text.slice(at, end).trimEnd();
  return { text, at, end: at + Math.max(1, text.length) };
}

/** The tokens of a directive's operands. @throws FaultError */
export function restTokens(statement: Statement): Token[] {
  return tokenize(statement.text, statement.restAt);
}

/** "did you mean", for an operation that nothing knows. */
export function suggestOperation(op: string, others: Iterable<string>): string | undefined {
  return closest(op.toUpperCase(), [...MNEMONICS, ...others]);
}
