/**
 * Expressions: C's operators with C's precedence, and the words of older assemblers for them.
 *
 *     ( )  unary: + - ~ ! NOT HIGH LOW DEFINED     tightest
 *     * / % MOD        + -        << >> SHL SHR
 *     < <= > >= LT LE GT GE       == = != <> EQ NE
 *     & AND      ^ XOR      | OR      &&      ||
 *     ? :                                          loosest
 *
 * True is -1 (all bits set), so that NOT, AND and OR work on conditions too; any value but 0 counts as true.
 * Values are whole numbers; & ^ | ~ work on 32 bits.
 */
import { fail } from './diagnostics.js';
import type { Token } from './lexer.js';

export type Expression = { at: number; end: number } & (
  | { op: 'number'; value: number }
  | { op: 'string'; text: string }
  | { op: 'name'; name: string }
  | { op: 'here' }
  | { op: 'defined'; name: string }
  | { op: 'unary'; operator: string; a: Expression }
  | { op: 'binary'; operator: string; a: Expression; b: Expression }
  | { op: 'choice'; a: Expression; b: Expression; c: Expression }
);

/** [precedence, operator, the words for it] */
const BINARY: [number, string, ...string[]][] = [
  [10, '*'],
  [10, '/'],
  [10, '%', 'MOD'],
  [9, '+'],
  [9, '-'],
  [8, '<<', 'SHL'],
  [8, '>>', 'SHR'],
  [7, '<', 'LT'],
  [7, '<=', 'LE'],
  [7, '>', 'GT'],
  [7, '>=', 'GE'],
  [6, '==', '=', 'EQ'],
  [6, '!=', '<>', 'NE'],
  [5, '&', 'AND'],
  [4, '^', 'XOR'],
  [3, '|', 'OR'],
  [2, '&&'],
  [1, '||'],
];
const BINARY_BY_NAME = new Map(
  BINARY.flatMap(([level, op, ...words]) => [op, ...words].map((w) => [w, { level, op }])),
);
const UNARY_BY_NAME = new Map([
  ['+', '+'],
  ['-', '-'],
  ['~', '~'],
  ['!', '!'],
  ['NOT', '~'],
  ['HIGH', 'HIGH'],
  ['LOW', 'LOW'],
]);

/** Words that are operators, so that no label may have their name. */
export const OPERATOR_WORDS: ReadonlySet<string> = new Set([
  ...[...BINARY_BY_NAME.keys(), ...UNARY_BY_NAME.keys()].filter((word) => /^[A-Z]/.test(word)),
  'DEFINED',
]);

const MAX_NODES = 2_000;
const MAX_DEPTH = 100;

/** A cursor over the tokens of a line. */
export class Parser {
  private index = 0;
  private nodes = 0;
  private depth = 0;

  constructor(
    private readonly tokens: Token[],
    /** Names that are registers here and no symbols. */
    private readonly isRegister: (upper: string) => boolean,
  ) {}

  get token(): Token {
    return this.tokens[this.index]!;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  isOp(text: string): boolean {
    return this.token.kind === 'op' && this.token.text === text;
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  expectOp(text: string, why: string): Token {
    if (!this.isOp(text)) this.unexpected(`expected '${text}' ${why}`);
    return this.next();
  }

  unexpected(message: string, hint?: string): never {
    const { kind, text, at, end } = this.token;
    return fail(
      'syntax',
      at,
      end,
      kind === 'end' ? `${message}, but the line ends` : `${message}, not '${text}'`,
      hint,
    );
  }

  /** Does the bracket at the cursor close just before a comma or the end? */
  bracketsWholeOperand(): boolean {
    let open = 0;
    for (let i = this.index; i < this.tokens.length; i++) {
      const { kind, text } = this.tokens[i]!;
      if (kind !== 'op') continue;
      if (text === '(') open++;
      else if (text === ')' && --open === 0) {
        const after = this.tokens[i + 1]!;
        return after.kind === 'end' || (after.kind === 'op' && after.text === ',');
      }
    }
    return false;
  }

  /** A new operand of the line: its own count of parts. */
  expression(): Expression {
    this.nodes = 0;
    return this.choice();
  }

  private choice(): Expression {
    if (++this.depth > MAX_DEPTH) this.tooComplex();
    let a = this.binary(1);
    if (this.isOp('?')) {
      this.next();
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
      const found = this.binaryOperator();
      if (!found || found.level < level) return a;
      this.next();
      if (++this.depth > MAX_DEPTH) this.tooComplex();
      const b = this.binary(found.level + 1);
      this.depth--;
      a = this.node({ op: 'binary', operator: found.op, a, b, at: a.at, end: b.end });
    }
  }

  private binaryOperator(): { level: number; op: string } | undefined {
    const { kind, text } = this.token;
    if (kind === 'op') return BINARY_BY_NAME.get(text);
    return kind === 'name' ? BINARY_BY_NAME.get(text.toUpperCase()) : undefined;
  }

  private unary(): Expression {
    const { kind, text, at } = this.token;
    const upper = kind === 'name' ? text.toUpperCase() : text;
    const operator = kind === 'name' || kind === 'op' ? UNARY_BY_NAME.get(upper) : undefined;
    if (operator !== undefined) {
      this.next();
      if (++this.depth > MAX_DEPTH) this.tooComplex();
      const a = this.unary();
      this.depth--;
      return this.node({ op: 'unary', operator, a, at, end: a.end });
    }
    if (kind === 'name' && upper === 'DEFINED') {
      this.next();
      const bracket = this.isOp('(');
      if (bracket) this.next();
      if (this.token.kind !== 'name') this.unexpected('expected a name after DEFINED');
      const name = this.next();
      const end = bracket ? this.expectOp(')', 'after the name').end : name.end;
      return this.node({ op: 'defined', name: name.text, at, end });
    }
    return this.primary();
  }

  private primary(): Expression {
    const { kind, text, value, at, end } = this.token;
    if (kind === 'number') {
      this.next();
      return this.node({ op: 'number', value, at, end });
    }
    if (kind === 'string') {
      this.next();
      return this.node({ op: 'string', text, at, end });
    }
    if (kind === 'op' && text === '$') {
      this.next();
      return this.node({ op: 'here', at, end });
    }
    if (kind === 'op' && text === '(') {
      this.next();
      const inner = this.choice();
      this.expectOp(')', 'to close the bracket');
      return inner;
    }
    if (kind === 'name') {
      const upper = text.toUpperCase();
      if (this.isRegister(upper)) fail('syntax', at, end, `${upper} is a register and has no value in an expression`);
      if (OPERATOR_WORDS.has(upper)) this.unexpected('expected a value');
      this.next();
      return this.node({ op: 'name', name: text, at, end });
    }
    return this.unexpected('expected a value');
  }

  private node(expression: Expression): Expression {
    if (++this.nodes > MAX_NODES) this.tooComplex();
    return expression;
  }

  private tooComplex(): never {
    const { at, end } = this.token;
    return fail('too-complex', at, end, 'the expression is too long or too deeply nested');
  }
}

/** What an expression can ask of the place where it stands. */
export interface Scope {
  /** `$` */
  readonly here: number;
  /** The value of a name; undefined while it is unknown (the scope has then said so, if it should). */
  lookup(name: string, at: number, end: number): number | undefined;
  isDefined(name: string): boolean;
  fault(fault: { name: 'division-by-zero' | 'overflow' | 'syntax'; message: string; at: number; end: number }): void;
}

const truth = (condition: boolean): number => (condition ? -1 : 0);

const BINARY_VALUES: Record<string, (a: number, b: number) => number> = {
  '*': (a, b) => a * b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '|': (a, b) => a | b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
};

const UNARY_VALUES: Record<string, (a: number) => number> = {
  '+': (a) => a,
  '-': (a) => -a,
  '~': (a) => ~a,
  '!': (a) => truth(a === 0),
  HIGH: (a) => (a >> 8) & 0xff,
  LOW: (a) => a & 0xff,
};

/** The value, or undefined while something in it is unknown or wrong. Never -0. */
export function evaluate(expression: Expression, scope: Scope): number | undefined {
  switch (expression.op) {
    case 'number':
      return expression.value;
    case 'here':
      return scope.here;
    case 'name':
      return scope.lookup(expression.name, expression.at, expression.end);
    case 'defined':
      return truth(scope.isDefined(expression.name));
    case 'string':
      return stringValue(expression, scope);
    case 'unary': {
      const a = evaluate(expression.a, scope);
      return a === undefined ? undefined : UNARY_VALUES[expression.operator]!(a) + 0;
    }
    case 'choice': {
      const a = evaluate(expression.a, scope);
      return a === undefined ? undefined : evaluate(a !== 0 ? expression.b : expression.c, scope);
    }
    case 'binary': {
      const { operator, at, end } = expression;
      const a = evaluate(expression.a, scope);
      if (operator === '&&' || operator === '||') {
        if (a === undefined) return undefined;
        if ((operator === '&&') === (a === 0)) return truth(a !== 0);
        const b = evaluate(expression.b, scope);
        return b === undefined ? undefined : truth(b !== 0);
      }
      const b = evaluate(expression.b, scope);
      if (a === undefined || b === undefined) return undefined;
      if (b === 0 && (operator === '/' || operator === '%')) {
        scope.fault({ name: 'division-by-zero', message: 'division by zero', at, end });
        return undefined;
      }
      const value = BINARY_VALUES[operator]!(a, b);
      if (!Number.isSafeInteger(value)) {
        scope.fault({ name: 'overflow', message: 'the result is too large', at, end });
        return undefined;
      }
      return value + 0;
    }
  }
}

/** 'A' is its code, "AB" a word with A in the upper half, as in M80. */
function stringValue(expression: Expression & { op: 'string' }, scope: Scope): number | undefined {
  const { text, at, end } = expression;
  if (text.length === 1) return text.charCodeAt(0);
  if (text.length === 2) return text.charCodeAt(0) * 256 + text.charCodeAt(1);
  scope.fault({
    name: 'syntax',
    message: text === '' ? 'an empty string has no value' : 'only one or two characters make a number',
    at,
    end,
  });
  return undefined;
}
