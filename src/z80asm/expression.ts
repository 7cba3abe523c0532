/**
 * Expressions: the text of an operand → a tree, and its value at a place. Operators and their precedence are the
 * dialect's (operators.ts).
 */
import { fail } from './diagnostics.js';
import { closingBracket, Scanner, type Token } from './lexer.js';
import type { Operator, Operators } from './operators.js';
import type { Syntax } from './syntax.js';

export type Expression = { at: number; end: number } & (
  | { op: 'number'; value: number }
  | { op: 'string'; text: string }
  | { op: 'name'; name: string }
  | { op: 'here' }
  | { op: 'defined'; name: string }
  | { op: 'unary'; operator: Operator; a: Expression }
  | { op: 'binary'; operator: Operator; a: Expression; b: Expression }
  | { op: 'choice'; a: Expression; b: Expression; c: Expression }
);

const MAX_NODES = 2_000;
const MAX_DEPTH = 100;

/** A cursor over the tokens of a statement. */
export class Parser {
  private readonly scanner: Scanner;
  private nodes = 0;
  private depth = 0;
  /** Where a bracket opens that is not closed, in dialects that allow it; else -1. */
  unclosedAt = -1;
  /** The operand at hand has an operator that is a word. */
  private worded = false;
  private began = 0;

  /** @param operators those of the dialect, or others to read the same text with */
  constructor(
    readonly syntax: Syntax,
    private readonly operators: Operators = syntax.dialect.operators,
  ) {
    this.scanner = new Scanner(syntax);
  }

  /** Where the operand that was read last has word operators and began; undefined where it has none. */
  get wordedFrom(): number | undefined {
    return this.worded ? this.began : undefined;
  }

  /** Begin at a place of a line. @throws FaultError */
  start(text: string, from: number): this {
    this.depth = 0;
    this.unclosedAt = -1;
    this.scanner.start(text, from);
    return this;
  }

  get kind(): Token['kind'] {
    return this.scanner.kind;
  }

  /** The name or operator at the cursor. */
  get word(): string {
    return this.scanner.word;
  }

  get at(): number {
    return this.scanner.at;
  }

  get end(): number {
    return this.scanner.end;
  }

  /** The character behind the token at the cursor, blanks left out; '' where the line or its comment begins. */
  get following(): string {
    return characterFrom(this.scanner.text, this.scanner.end);
  }

  /** Go on to the next token. @throws FaultError */
  advance(): void {
    if (this.scanner.kind !== 'end') this.scanner.next();
  }

  /** The token at the cursor; the cursor goes on. @throws FaultError */
  next(): Token {
    const token = this.scanner.token();
    this.advance();
    return token;
  }

  isOp(text: string): boolean {
    return this.scanner.word === text && this.scanner.kind === 'op';
  }

  get atEnd(): boolean {
    return this.scanner.kind === 'end';
  }

  /** The statement ends here, and so does the line, or another statement follows. */
  get atSeparator(): boolean {
    return this.scanner.kind === 'op' && this.syntax.dialect.separators.includes(this.scanner.word);
  }

  /** Go over the operator that must stand here. Returns where it ends. */
  expectOp(text: string, why: string): number {
    if (!this.isOp(text)) this.unexpected(`expected '${text}' ${why}`);
    const { end } = this;
    this.advance();
    return end;
  }

  /** @throws FaultError always */
  unexpected(message: string, hint?: string): never {
    const { kind, text, at, end } = this.scanner.token();
    return fail(
      'syntax',
      at,
      end,
      kind === 'end' ? `${message}, but the line ends` : `${message}, not '${text}'`,
      hint,
    );
  }

  /** Is the bracket at the cursor closed in this line? */
  bracketCloses(): boolean {
    return closingBracket(this.scanner.text, this.scanner.at, this.syntax) >= 0;
  }

  /** Does the bracket at the cursor close just before a comma or the end of the statement? */
  bracketsWholeOperand(): boolean {
    const { text, at } = this.scanner;
    const close = closingBracket(text, at, this.syntax);
    if (close < 0) return false;
    const c = characterFrom(text, close + 1);
    return c === '' || c === ',' || this.syntax.dialect.separators.includes(c);
  }

  /** A new operand of the line: its own count of parts. @throws FaultError */
  expression(): Expression {
    this.nodes = 0;
    this.worded = false;
    this.began = this.at;
    return this.choice();
  }

  private choice(): Expression {
    if (++this.depth > MAX_DEPTH) this.tooComplex();
    let a = this.binary(1);
    if (this.isOp('?')) {
      this.advance();
      const b = this.choice();
      this.expectOp(':', 'between the two values of a choice');
      const c = this.choice();
      a = this.node({ op: 'choice', a, b, c, at: a.at, end: c.end });
    }
    this.depth--;
    return a;
  }

  private binary(level: number): Expression {
    let a = this.unary();
    for (;;) {
      const operator = this.binaryOperator();
      if (!operator || operator.level < level) return a;
      this.advanceToValue();
      if (++this.depth > MAX_DEPTH) this.tooComplex();
      const b = this.binary(operator.level + 1);
      this.depth--;
      a = this.node({ op: 'binary', operator, a, b, at: a.at, end: b.end });
    }
  }

  private binaryOperator(): Operator | undefined {
    const { kind, word } = this.scanner;
    if (kind === 'op') return this.operators.binary.get(word);
    const known = kind === 'name' ? this.syntax.word(word) : undefined;
    if (!known?.binary) return undefined;
    this.worded = true;
    return this.operators.binary.get(known.upper);
  }

  private unary(): Expression {
    const { kind, word, at, end } = this.scanner;
    if (kind === 'number') return this.leaf({ op: 'number', value: this.scanner.value | 0, at, end });
    if (kind === 'string') return this.leaf({ op: 'string', text: word, at, end });
    if (kind === 'op') {
      if (word === '$') return this.leaf({ op: 'here', at, end });
      if (word === '(') return this.bracket();
      if (word === '*' && this.syntax.dialect.starIsHere) return this.leaf({ op: 'here', at, end });
      const operator = this.operators.unary.get(word);
      return operator ? this.operation(operator, at) : this.unexpected('expected a value');
    }
    if (kind === 'end') return this.unexpected('expected a value');
    const known = this.syntax.word(word) ?? (this.following === '(' ? this.syntax.claimed(word) : undefined);
    if (known) {
      const { upper } = known;
      const unary = this.operators.unary.get(upper);
      if (unary && upper === 'NUL') return this.nul(at);
      if (unary && this.valueFollows()) {
        this.worded = true;
        return this.operation(unary, at);
      }
      if (upper === 'DEFINED') return this.defined(at);
      if (known.number !== undefined) return this.leaf({ op: 'number', value: known.number, at, end });
      if (known.register !== undefined) this.registerAsValue(upper);
      if (known.binary) this.unexpected('expected a value');
    }
    return this.leaf({ op: 'name', name: word, at, end });
  }

  private registerAsValue(upper: string): never {
    const { at, end } = this.scanner;
    const c = this.following;
    const hint =
      (c === '+' || c === '-') && /^(BC|DE|HL|SP)$/.test(upper)
        ? `only IX and IY take a displacement; the address after ${upper} needs an INC ${upper}`
        : undefined;
    return fail('syntax', at, end, `${upper} is a register and has no value in an expression`, hint);
  }

  /** LOW is an operator before a value, else a name that the program may have given. */
  private valueFollows(): boolean {
    const c = this.following;
    return c !== '' && !',)]*/=&|^?:<>'.includes(c);
  }

  /** Go on behind an operator. Behind a word, too, `$12` is a number: HIGH $1234. */
  private advanceToValue(): void {
    if (this.kind === 'name') this.scanner.restart(this.scanner.end);
    else this.advance();
  }

  private operation(operator: Operator, at: number): Expression {
    this.advanceToValue();
    if (++this.depth > MAX_DEPTH) this.tooComplex();
    const a = this.binary(operator.level);
    this.depth--;
    return this.node({ op: 'unary', operator, a, at, end: a.end });
  }

  /** NUL takes the rest of the line, and is true where that is empty. */
  private nul(at: number): Expression {
    this.advance();
    const value = this.atEnd ? -1 : 0;
    while (!this.atEnd) this.advance();
    return this.node({ op: 'number', value, at, end: this.at });
  }

  private bracket(): Expression {
    const { at } = this;
    this.advance();
    const inner = this.choice();
    if (this.syntax.dialect.looseEnds && (this.atEnd || this.atSeparator)) {
      this.unclosedAt = at;
      return inner;
    }
    this.expectOp(')', 'to close the bracket');
    return inner;
  }

  private defined(at: number): Expression {
    this.advance();
    const bracket = this.isOp('(');
    if (bracket) this.advance();
    if (this.kind !== 'name') this.unexpected('expected a name after DEFINED');
    const name = this.next();
    const end = bracket ? this.expectOp(')', 'after the name') : name.end;
    return this.node({ op: 'defined', name: name.text, at, end });
  }

  private leaf(expression: Expression): Expression {
    this.scanner.next();
    return this.node(expression);
  }

  private node(expression: Expression): Expression {
    if (++this.nodes > MAX_NODES) this.tooComplex();
    return expression;
  }

  private tooComplex(): never {
    const { at, end } = this.scanner;
    return fail('too-complex', at, end, 'the expression is too long or too deeply nested');
  }
}

/** The first character from `at` that is no blank; '' at the end of the line or its comment. */
function characterFrom(text: string, at: number): string {
  while (text.charCodeAt(at) <= 32) at++;
  const c = text[at] ?? '';
  return c === ';' || (c === '/' && text[at + 1] === '/') ? '' : c;
}

/** What an expression can ask of the place where it stands. */
export interface Scope {
  /** `$` */
  readonly here: number;
  /** Width of the arithmetic. */
  readonly bits: 16 | 32;
  /** Of two characters, the first is the low byte. */
  readonly textOrder?: boolean;
  /** The value of a name; undefined while it is unknown (the scope has then said so, if it should). */
  lookup(name: string, at: number, end: number): number | undefined;
  isDefined(name: string): boolean;
  fault(fault: { name: 'division-by-zero' | 'syntax'; message: string; at: number; end: number }): void;
}

/** The value, or undefined while something in it is unknown or wrong. */
export function evaluate(expression: Expression, scope: Scope): number | undefined {
  switch (expression.op) {
    case 'number':
      return cut(expression.value, scope.bits);
    case 'here':
      return scope.here;
    case 'name':
      return scope.lookup(expression.name, expression.at, expression.end);
    case 'defined':
      return scope.isDefined(expression.name) ? -1 : 0;
    case 'string':
      return stringValue(expression, scope);
    case 'unary': {
      const a = evaluate(expression.a, scope);
      return a === undefined ? undefined : cut(expression.operator.apply(a, 0), scope.bits);
    }
    case 'choice': {
      const a = evaluate(expression.a, scope);
      return a === undefined ? undefined : evaluate(a !== 0 ? expression.b : expression.c, scope);
    }
    case 'binary': {
      const { operator, at, end } = expression;
      const { text } = operator;
      const a = evaluate(expression.a, scope);
      if (a !== undefined && ((text === '&&' && a === 0) || (text === '||' && a !== 0))) return operator.apply(a, 0);
      const b = evaluate(expression.b, scope);
      if (a === undefined || b === undefined) return undefined;
      if (b === 0 && (text === '/' || text === '%')) {
        scope.fault({ name: 'division-by-zero', message: 'division by zero', at, end });
        return undefined;
      }
      return cut(operator.apply(a, b), scope.bits);
    }
  }
}

/** Two's complement: signed in 32 bits; in 16, as the machine's own words, unsigned. */
function cut(value: number, bits: 16 | 32): number {
  return bits === 32 ? value | 0 : value & 0xffff;
}

/** 'A' is its code, "AB" a word with A in the upper half, as in M80. */
function stringValue(expression: Expression & { op: 'string' }, scope: Scope): number | undefined {
  const { text, at, end } = expression;
  if (text.length === 1) return text.charCodeAt(0);
  if (text.length === 2) {
    const [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
    return scope.textOrder ? first + second * 256 : first * 256 + second;
  }
  scope.fault({
    name: 'syntax',
    message: text === '' ? 'an empty string has no value' : 'only one or two characters make a number',
    at,
    end,
  });
  return undefined;
}
