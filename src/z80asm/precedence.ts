/**
 * Expressions that other assemblers read otherwise: `1 SHL 2 + 1` is 8 here, as in C, and 5 in M80, for whose sources the
 * words were made. Who writes brackets has said what is meant.
 */
import { FaultError, type Fault } from './diagnostics.js';
import { Parser, type Expression } from './expression.js';
import { M80_BINARY, M80_UNARY, operatorsOf } from './operators.js';
import type { Syntax } from './syntax.js';

const M80_OPERATORS = operatorsOf(M80_BINARY, M80_UNARY, -1);

/** A warning where M80 would read the operand of `text` at `from` as another expression. */
export function otherPrecedence(text: string, from: number, ours: Expression, syntax: Syntax): Fault | undefined {
  const theirs = readAsM80(text, from, syntax);
  if (!theirs) return undefined;
  const here = bracketed(ours, text);
  const there = bracketed(theirs, text);
  if (here === there) return undefined;
  return {
    name: 'other-precedence',
    message: `this is ${here}`,
    hint: `M80 would read it as ${there}; brackets make it the same everywhere`,
    at: ours.at,
    end: ours.end,
  };
}

/** Undefined where M80 has not all of its operators. */
function readAsM80(text: string, from: number, syntax: Syntax): Expression | undefined {
  try {
    const parser = new Parser(syntax, M80_OPERATORS).start(text, from);
    const expression = parser.expression();
    return parser.atEnd || parser.isOp(',') || parser.isOp(')') || parser.atSeparator ? expression : undefined;
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  }
}

/** The expression with brackets around every part that an operator makes, but for the whole. */
function bracketed(expression: Expression, text: string, whole = true): string {
  const made = (inner: string): string => (whole ? inner : `(${inner})`);
  switch (expression.op) {
    case 'unary': {
      const inner = bracketed(expression.a, text, false);
      const { text: operator } = expression.operator;
      return made(`${NAMES[operator] ?? operator}${/^[A-Z]/.test(NAMES[operator] ?? operator) ? ' ' : ''}${inner}`);
    }
    case 'binary': {
      const { operator, a, b } = expression;
      const name = NAMES[operator.text] ?? operator.text;
      return made(`${bracketed(a, text, false)} ${name} ${bracketed(b, text, false)}`);
    }
    case 'choice': {
      const [a, b, c] = [expression.a, expression.b, expression.c].map((part) => bracketed(part, text, false));
      return made(`${a} ? ${b} : ${c}`);
    }
    default:
      return text.slice(expression.at, expression.end);
  }
}

/** Words for the operators that have one: it was a word that raised the question. */
const NAMES: Readonly<Record<string, string>> = {
  '<<': 'SHL',
  '>>': 'SHR',
  '%': 'MOD',
  '&': 'AND',
  '|': 'OR',
  '^': 'XOR',
  '~': 'NOT',
  '==': 'EQ',
  '!=': 'NE',
  '<': 'LT',
  '<=': 'LE',
  '>': 'GT',
  '>=': 'GE',
};
