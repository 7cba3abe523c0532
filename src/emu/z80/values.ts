/**
 * What a stretch of Z80 code computes, as values that depend on the registers at its beginning: expressions of the
 * instruction text with everything that is known filled in, made simple as they are built. Nothing is computed until a
 * value is asked for (region-code.ts), so flags that nobody looks at cost nothing, and of flags that only a jump looks
 * at, one bit is left of the work.
 */
import { TABLES } from './layout.js';

export type Value = {
  /** What `bits` and `masked` found. Values share their parts, so that a look at each way to a part would never end. */
  bits?: number;
  masked?: Map<number, Value>;
} & (
  | { kind: 'number'; value: number }
  /** A register as the stretch found it. */
  | { kind: 'register'; name: string }
  /** A byte of memory, read when it was its turn. */
  | { kind: 'load'; address: Value }
  /** An entry of a flag table. */
  | { kind: 'table'; name: string; index: Value }
  | { kind: 'not'; of: Value }
  | { kind: 'binary'; op: string; left: Value; right: Value }
  | { kind: 'choose'; condition: Value; yes: Value; no: Value }
);

const BYTES = ['a', 'f', 'q'];
const COUNTERS = ['n', 'r', 'left', 'skipped'];

export const number = (value: number): Value => ({ kind: 'number', value });
export const register = (name: string): Value => ({ kind: 'register', name });
export const load = (address: Value): Value => ({ kind: 'load', address });

export function table(name: string, index: Value): Value {
  return { kind: 'table', name, index };
}

export function not(of: Value): Value {
  if (of.kind === 'number') return number(of.value === 0 ? 1 : 0);
  // Whether a bit is set does not depend on where it stands.
  if (of.kind === 'binary' && of.op === '<<' && bits(of.left) === 1) return not(of.left);
  if (of.kind === 'not' && bits(of.of) === 1) return of.of;
  return { kind: 'not', of };
}

export function choose(condition: Value, yes: Value, no: Value): Value {
  if (condition.kind === 'number') return condition.value === 0 ? no : yes;
  return { kind: 'choose', condition, yes, no };
}

const COMPUTE: Record<string, (x: number, y: number) => number> = {
  '==': (x, y) => (x === y ? 1 : 0),
  '!=': (x, y) => (x !== y ? 1 : 0),
  '<': (x, y) => (x < y ? 1 : 0),
  '>': (x, y) => (x > y ? 1 : 0),
  '<=': (x, y) => (x <= y ? 1 : 0),
  '>=': (x, y) => (x >= y ? 1 : 0),
  '+': (x, y) => (x + y) | 0,
  '-': (x, y) => (x - y) | 0,
  '&': (x, y) => x & y,
  '|': (x, y) => x | y,
  '^': (x, y) => x ^ y,
  '<<': (x, y) => x << y,
  '>>': (x, y) => x >> y,
};

export function binary(op: string, left: Value, right: Value): Value {
  if (left.kind === 'number' && right.kind === 'number') return number(COMPUTE[op]!(left.value, right.value));
  if (op === '-' && right.kind === 'number') return binary('+', left, number(-right.value | 0));
  if (left.kind === 'number' && (op === '+' || op === '&' || op === '|' || op === '^')) return binary(op, right, left);
  if (right.kind === 'number') {
    const simple = withNumber(op, left, right.value);
    if (simple) return simple;
  }
  if (op === '^' && left === right) return number(0);
  if (op === '-' && left === right) return number(0);
  if ((op === '|' || op === '&') && left === right) return left;
  return { kind: 'binary', op, left, right };
}

/** What an operation with a known right side comes to; undefined where it stays as it is. */
function withNumber(op: string, left: Value, n: number): Value | undefined {
  switch (op) {
    case '+':
      if (n === 0) return left;
      if (left.kind === 'binary' && left.op === '+' && left.right.kind === 'number')
        return binary('+', left.left, number((left.right.value + n) | 0));
      return undefined;
    case '|':
    case '^':
      return n === 0 ? left : undefined;
    case '&':
      return masked(left, n);
    case '>>':
      return shiftedRight(left, n);
    case '<<':
      return n === 0 ? left : undefined;
    default:
      return undefined;
  }
}

function shiftedRight(left: Value, n: number): Value | undefined {
  if (n === 0) return left;
  const most = bits(left);
  if (most >= 0 && most >> n === 0) return number(0);
  if (left.kind !== 'binary') return undefined;
  if (left.op === '>>' && left.right.kind === 'number') return binary('>>', left.left, number(left.right.value + n));
  if (left.op === '<<' && left.right.kind === 'number' && most >= 0) {
    const back = left.right.value - n;
    return back >= 0 ? binary('<<', left.left, number(back)) : binary('>>', left.left, number(-back));
  }
  // A half of a pair that was put together of two.
  if (left.op === '|' || left.op === '^') {
    const [one, other] = [bits(left.left), bits(left.right)];
    if (one >= 0 && other >= 0 && (one >> n === 0 || other >> n === 0))
      return binary(left.op, binary('>>', left.left, number(n)), binary('>>', left.right, number(n)));
  }
  return undefined;
}

/** `value & mask`, with nothing computed that the mask hides. */
function masked(value: Value, mask: number): Value {
  const known = value.masked?.get(mask);
  if (known) return known;
  const found = simplyMasked(value, mask);
  (value.masked ??= new Map()).set(mask, found);
  return found;
}

function simplyMasked(value: Value, mask: number): Value {
  const most = bits(value);
  if ((most & mask) === 0) return number(0);
  if ((most & ~mask) === 0) return value;
  const raw: Value = { kind: 'binary', op: '&', left: value, right: number(mask) };
  switch (value.kind) {
    case 'number':
      return number(value.value & mask);
    case 'table':
      return flag(value.name, value.index, mask) ?? raw;
    case 'choose':
      return choose(value.condition, masked(value.yes, mask), masked(value.no, mask));
    case 'binary':
      return maskedBinary(value, mask) ?? raw;
    default:
      return raw;
  }
}

function maskedBinary(value: Extract<Value, { kind: 'binary' }>, mask: number): Value | undefined {
  const { op, left, right } = value;
  if (op === '|' || op === '^') return binary(op, masked(left, mask), masked(right, mask));
  if (op === '&' && right.kind === 'number') return masked(left, right.value & mask);
  if (right.kind === 'number' && mask > 0) {
    const n = right.value;
    if (op === '>>' && mask <= 0x7fff_ffff >> n) return binary('>>', masked(left, mask << n), right);
    if (op === '<<') return binary('<<', masked(left, mask >> n), right);
  }
  // The low bits of a sum depend on the low bits of its parts only.
  if ((op === '+' || op === '-') && (mask & (mask + 1)) === 0) {
    const [x, y] = [bare(left, mask), bare(right, mask)];
    if (x !== left || y !== right) return binary('&', binary(op, x, y), number(mask));
  }
  return undefined;
}

/** Without a mask that keeps all that `mask` does. */
function bare(value: Value, mask: number): Value {
  const isWider =
    value.kind === 'binary' && value.op === '&' && value.right.kind === 'number' && (mask & ~value.right.value) === 0;
  return isWider ? value.left : value;
}

/** One flag of a table's entry without the table. */
function flag(name: string, index: Value, mask: number): Value | undefined {
  const low = binary('&', index, number(0xff));
  if (mask === 0x40) return binary('<<', not(low), number(6));
  if (mask === 0x80) return binary('&', index, number(0x80));
  if (mask !== 0x01) return undefined;
  return name === 'addF' || name === 'subF' ? binary('>>', index, number(8)) : number(0);
}

/** Bits that a value can have; all, where nothing is known of it. */
export function bits(value: Value): number {
  return (value.bits ??= bitsOf(value));
}

function bitsOf(value: Value): number {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'register':
      if (COUNTERS.includes(value.name)) return -1;
      return BYTES.includes(value.name) ? 0xff : 0xffff;
    case 'load':
      return 0xff;
    case 'table':
      return TABLES[value.name as keyof typeof TABLES].size > 0 ? 0xff : 0;
    case 'not':
      return 1;
    case 'choose':
      return bits(value.yes) | bits(value.no);
    case 'binary':
      return bitsOfBinary(value);
  }
}

function bitsOfBinary({ op, left, right }: Extract<Value, { kind: 'binary' }>): number {
  const [x, y] = [bits(left), bits(right)];
  switch (op) {
    case '&':
      return x & y;
    case '|':
    case '^':
      return x | y;
    case '+':
      // One bit more than the longer part has.
      return x >= 0 && y >= 0 && x < 0x1000_0000 && y < 0x1000_0000 ? upTo(2 * Math.max(upTo(x), upTo(y)) + 1) : -1;
    case '>>':
      return right.kind === 'number' ? x >> right.value : x >= 0 ? upTo(x) : -1;
    case '<<':
      return right.kind === 'number' && x >= 0 && x < 0x7fff_ffff >> right.value ? x << right.value : -1;
    case '-':
      return -1;
    default:
      return 1;
  }
}

/** All bits up to the highest of a number. */
function upTo(value: number): number {
  return value <= 0 ? value : 0xffff_ffff >>> Math.clz32(value);
}
