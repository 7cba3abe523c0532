/** Values of translated code: what they are made simpler to comes to the same, whatever the registers hold. */
import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../src/emu/z80/layout.js';
import { binary, bits, choose, not, number, register, table, type Value } from '../../src/emu/z80/values.js';

const OPERATORS: Record<string, (x: number, y: number) => number> = {
  '+': (x, y) => (x + y) | 0,
  '-': (x, y) => (x - y) | 0,
  '&': (x, y) => x & y,
  '|': (x, y) => x | y,
  '^': (x, y) => x ^ y,
  '==': (x, y) => Number(x === y),
  '!=': (x, y) => Number(x !== y),
  '<': (x, y) => Number(x < y),
  '>': (x, y) => Number(x > y),
};

/** A value as it was made, and what it should come to. */
interface Made {
  value: Value;
  result: number;
}
const REGISTERS: [string, number][] = [
  ['a', 0xff],
  ['f', 0xff],
  ['hl', 0xffff],
  ['n', -1],
];

function made(found: Record<string, number>): fc.Arbitrary<Made> {
  return fc.letrec<{ any: Made }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(...REGISTERS).map(([name]) => ({ value: register(name), result: found[name]! })),
      fc
        .constantFrom(0, 1, 6, 8, 15, 16, 40, 64, 96, 127, 128, 215, 255, 256, 511, 65280, 65535, -1, -7)
        .map((n) => ({ value: number(n), result: n })),
      fc.tuple(tie('any'), fc.constantFrom(...Object.keys(OPERATORS)), tie('any')).map(([x, op, y]) => ({
        value: binary(op, x.value, y.value),
        result: OPERATORS[op]!(x.result, y.result),
      })),
      fc.tuple(tie('any'), fc.constantFrom('<<', '>>'), fc.nat(9)).map(([x, op, n]) => ({
        value: binary(op, x.value, number(n)),
        result: op === '<<' ? x.result << n : x.result >> n,
      })),
      fc.tuple(tie('any'), fc.constantFrom(1, 40, 64, 128, 255, 65535)).map(([x, mask]) => ({
        value: binary('&', x.value, number(mask)),
        result: x.result & mask,
      })),
      tie('any').map(({ value, result }) => ({ value: not(value), result: result === 0 ? 1 : 0 })),
      fc.tuple(tie('any'), tie('any'), tie('any')).map(([c, x, y]) => ({
        value: choose(c.value, x.value, y.value),
        result: c.result === 0 ? y.result : x.result,
      })),
      fc.tuple(fc.constantFrom('sz', 'szp', 'addF', 'subF', 'incF', 'decF' as const), tie('any')).map(([name, x]) => {
        const { size, flags } = TABLES[name as keyof typeof TABLES];
        const index = x.result & (size - 1);
        return { value: table(name, binary('&', x.value, number(size - 1))), result: flags(index) };
      }),
    ),
  })).any;
}

function evaluate(value: Value, found: Record<string, number>): number {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'register':
      return found[value.name]!;
    case 'table':
      return TABLES[value.name as keyof typeof TABLES].flags(evaluate(value.index, found));
    case 'not':
      return evaluate(value.of, found) === 0 ? 1 : 0;
    case 'choose':
      return evaluate(value.condition, found) === 0 ? evaluate(value.no, found) : evaluate(value.yes, found);
    case 'binary': {
      const [x, y] = [evaluate(value.left, found), evaluate(value.right, found)];
      if (value.op === '<<') return x << y;
      if (value.op === '>>') return x >> y;
      return OPERATORS[value.op]!(x, y);
    }
    case 'load':
      throw new Error('no loads here');
  }
}

const ninth = binary('&', register('hl'), number(511));

describe('a value', () => {
  it('comes to what its expression says, and has no bits but those it may have', () => {
    const registers = fc.record({ a: fc.nat(255), f: fc.nat(255), hl: fc.nat(65535), n: fc.integer() });
    fc.assert(
      fc.property(
        registers.chain((found) => made(found).map((one) => ({ found, ...one }))),
        ({ found, value, result }) => {
          expect(evaluate(value, found)).toBe(result);
          expect(result & ~bits(value)).toBe(0);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each<[string, Value, Value]>([
    ['carry of a sum is its ninth bit', binary('&', table('addF', ninth), number(1)), binary('>>', ninth, number(8))],
    [
      'zero needs no table',
      binary('&', table('szp', register('a')), number(64)),
      binary('<<', not(register('a')), number(6)),
    ],
    [
      'steps add up',
      binary(
        '&',
        binary('+', binary('&', binary('+', register('hl'), number(1)), number(65535)), number(1)),
        number(65535),
      ),
      binary('&', binary('+', register('hl'), number(2)), number(65535)),
    ],
    [
      'a half put in comes out',
      binary(
        '>>',
        binary('|', binary('&', register('hl'), number(255)), binary('<<', register('a'), number(8))),
        number(8),
      ),
      register('a'),
    ],
  ])('%s', (_title, value, simple) => {
    expect(JSON.stringify(strip(value))).toBe(JSON.stringify(strip(simple)));
  });
});

/** Without what was remembered of it. */
function strip(value: Value): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (key === 'bits' || key === 'masked' ? undefined : part)),
  );
}
