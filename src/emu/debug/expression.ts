/**
 * Expressions of the debugger, over registers, memory and symbols:
 *
 *     a == 0x0d && (hl) != '$'        [counter] >= 10        word(sp) == start + 3        flag.z        bc / 2
 *
 * Numbers are written in all notations of the assembler. `(hl)`, `(ix+5)`: parentheses that begin with a register pair are
 * the byte there, as in the assembler, and all others only hold together; `[x]` is always the byte at x, `word(x)` and
 * `word[x]` the word there. Flags are flag.s, .z, .y, .h, .x, .p, .n and .c. Registers are known in either case, and win over symbols of
 * their names.
 *
 *     ! ~ -   * / %   + -   << >>   < <= > >=   == !=   &   ^   |   &&   ||        first what binds most, as in C
 *
 * A comparison gives 1 or 0. Values are whole numbers; nothing is cut to 16 bits but addresses.
 */
import { UsageError, Z80lmError } from '../../seams/errors.js';
import { tokenize, type Token } from '../../z80asm/lexer.js';
import type { Cpu, Registers } from '../cpu.js';

export interface Scope {
  cpu: Pick<Cpu, 'memory' | 'getRegisters'>;
  /** Symbols by name. */
  values: ReadonlyMap<string, number>;
  /** Names that only this place has: `value` and `old` in a watchpoint. They win over all others. */
  locals?: Readonly<Record<string, number>>;
}

export interface Expression {
  readonly text: string;
  /** @throws UsageError for a name that is none, or a division by zero */
  evaluate(scope: Scope): number;
}

type Value = (scope: Scope) => number;

const MOST_LENGTH = 1_000;
const MOST_DEPTH = 64;

const pair = (high: 'b' | 'd' | 'h' | 'a', low: 'c' | 'e' | 'l' | 'f') => (r: Registers) => (r[high] << 8) | r[low];
const PAIRS: Record<string, (registers: Registers) => number> = {
  bc: pair('b', 'c'),
  de: pair('d', 'e'),
  hl: pair('h', 'l'),
  af: pair('a', 'f'),
  ix: (r) => r.ix,
  iy: (r) => r.iy,
  sp: (r) => r.sp,
  pc: (r) => r.pc,
};
const REGISTERS: Record<string, (registers: Registers) => number> = {
  ...PAIRS,
  a: (r) => r.a,
  f: (r) => r.f,
  b: (r) => r.b,
  c: (r) => r.c,
  d: (r) => r.d,
  e: (r) => r.e,
  h: (r) => r.h,
  l: (r) => r.l,
  i: (r) => r.i,
  r: (r) => r.r,
  ixh: (r) => r.ix >> 8,
  ixl: (r) => r.ix & 0xff,
  iyh: (r) => r.iy >> 8,
  iyl: (r) => r.iy & 0xff,
  "af'": (r) => r.af_,
  wz: (r) => r.wz,
  iff1: (r) => r.iff1,
  iff2: (r) => r.iff2,
  im: (r) => r.im,
  ...Object.fromEntries(
    Array.from('szyhxpnc', (name, i) => [`flag.${name}`, (r: Registers) => (r.f >> (7 - i)) & 1] as const),
  ),
};

const truth = (is: boolean): number => (is ? 1 : 0);
/** By how much they bind, least first. */
const OPERATORS: Record<string, (a: number, b: number) => number>[] = [
  { '||': (a, b) => truth(a !== 0 || b !== 0) },
  { '&&': (a, b) => truth(a !== 0 && b !== 0) },
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  {
    '==': (a, b) => truth(a === b),
    '=': (a, b) => truth(a === b),
    '!=': (a, b) => truth(a !== b),
    '<>': (a, b) => truth(a !== b),
  },
  {
    '<': (a, b) => truth(a < b),
    '<=': (a, b) => truth(a <= b),
    '>': (a, b) => truth(a > b),
    '>=': (a, b) => truth(a >= b),
  },
  { '<<': (a, b) => a << b, '>>': (a, b) => a >> b },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': divided, '%': (a, b) => a - b * divided(a, b) },
];
const PREFIXES: Record<string, (a: number) => number> = {
  '-': (a) => -a,
  '+': (a) => a,
  '~': (a) => ~a,
  '!': (a) => truth(a === 0),
};

function divided(a: number, b: number): number {
  if (b === 0) throw new UsageError('division by zero', { hint: 'ask for the divisor first: x != 0 && y / x > 2' });
  return Math.trunc(a / b);
}

/** @throws UsageError for what is no expression */
export function parseExpression(text: string): Expression {
  if (text.length > MOST_LENGTH)
    throw new UsageError(`the expression has ${text.length} characters`, { hint: `${MOST_LENGTH} are the most` });
  const evaluate = new Parser(text).all();
  return { text, evaluate };
}

class Parser {
  private readonly tokens: Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    try {
      this.tokens = tokenize(text, 0);
    } catch (error) {
      if (error instanceof Error && !(error instanceof Z80lmError)) this.refuse(error.message);
      throw error;
    }
  }

  all(): Value {
    const value = this.binary(0);
    const { kind, text } = this.token;
    if (kind !== 'end') this.refuse(`${JSON.stringify(text)} is not expected there`);
    return value;
  }

  private get token(): Token {
    return this.tokens[this.next]!;
  }

  private takes(operator: string): boolean {
    const { kind, text } = this.token;
    if (kind !== 'op' || text !== operator) return false;
    this.next++;
    return true;
  }

  private binary(level: number): Value {
    const operators = OPERATORS[level];
    if (!operators) return this.prefixed();
    let left = this.binary(level + 1);
    for (;;) {
      const { kind, text } = this.token;
      const operator = kind === 'op' && Object.hasOwn(operators, text) ? operators[text] : undefined;
      if (!operator) return left;
      this.next++;
      left = joined(text, operator, left, this.binary(level + 1));
    }
  }

  private prefixed(): Value {
    if (++this.depth > MOST_DEPTH) this.refuse('it is nested too deep');
    const { kind, text } = this.token;
    const prefix = kind === 'op' && Object.hasOwn(PREFIXES, text) ? PREFIXES[text] : undefined;
    let value: Value;
    if (prefix) {
      this.next++;
      const of = this.prefixed();
      value = (scope) => prefix(of(scope));
    } else value = this.operand();
    this.depth--;
    return value;
  }

  private operand(): Value {
    const token = this.token;
    this.next++;
    if (token.kind === 'number') return () => token.value;
    if (token.kind === 'string' && token.text.length === 1) return () => token.text.charCodeAt(0);
    if (token.kind === 'name') return this.named(token);
    if (token.kind === 'op' && token.text === '(') return this.bracketed(token);
    if (token.kind === 'op' && token.text === '$') return ({ cpu }) => cpu.getRegisters().pc;
    if (token.kind === 'string') return this.refuse('only one character is a number');
    return this.refuse(
      token.kind === 'end' ? 'it ends too soon' : `${JSON.stringify(token.text)} is not expected there`,
    );
  }

  /** Behind a bracket; the lexer makes `[` a `(`. */
  private bracketed(open: Token): Value {
    const isMemory = this.text[open.at] === '[' || this.isPair(this.token);
    const inside = this.binary(0);
    if (!this.takes(')')) this.refuse('a bracket is not closed');
    return isMemory ? byteAt(inside) : inside;
  }

  private isPair({ kind, text }: Token): boolean {
    return kind === 'name' && Object.hasOwn(PAIRS, text.toLowerCase());
  }

  private named({ text }: Token): Value {
    const lower = text.toLowerCase();
    if ((lower === 'word' || lower === 'byte') && this.takes('(')) {
      const inside = this.binary(0);
      if (!this.takes(')')) this.refuse('a bracket is not closed');
      return lower === 'byte' ? byteAt(inside) : wordAt(inside);
    }
    return (scope) => {
      const { locals, values, cpu } = scope;
      if (locals && Object.hasOwn(locals, lower)) return locals[lower]!;
      if (Object.hasOwn(REGISTERS, lower)) return REGISTERS[lower]!(cpu.getRegisters());
      const value = values.get(text);
      if (value !== undefined) return value;
      throw new UsageError(`there is no register or symbol ${JSON.stringify(text)}`, { hint: hintFor(text, values) });
    };
  }

  private refuse(why: string): never {
    throw new UsageError(`${JSON.stringify(this.text)} is no expression: ${why}`, {
      hint: 'they are like a == 0x0d && (hl) != [counter]',
    });
  }
}

/** `&&` and `||` look at the second only where the first leaves it open. */
function joined(text: string, operator: (a: number, b: number) => number, left: Value, right: Value): Value {
  if (text === '&&') return (scope) => truth(left(scope) !== 0 && right(scope) !== 0);
  if (text === '||') return (scope) => truth(left(scope) !== 0 || right(scope) !== 0);
  return (scope) => operator(left(scope), right(scope));
}

const byteAt =
  (at: Value): Value =>
  (scope) =>
    scope.cpu.memory[at(scope) & 0xffff]!;

const wordAt =
  (at: Value): Value =>
  (scope) => {
    const address = at(scope);
    return scope.cpu.memory[address & 0xffff]! | (scope.cpu.memory[(address + 1) & 0xffff]! << 8);
  };

function hintFor(text: string, values: ReadonlyMap<string, number>): string {
  if (/^[0-9a-f]+h?$/i.test(text)) return `a hexadecimal number begins with a digit: 0x${text.replace(/h$/i, '')}`;
  const other = [...values.keys()].find((name) => name.toLowerCase() === text.toLowerCase());
  if (other !== undefined) return `there is ${other}: symbols are written as in the .sym file`;
  return values.size === 0 ? 'no symbols are known here' : 'symbols are written as in the .sym file';
}
