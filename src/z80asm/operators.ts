/**
 * The operators of expressions: C's with C's precedence, and the words of older assemblers for them.
 *
 *     unary: + - ~ ! NOT HIGH LOW            tightest
 *     * / % MOD        + -        << >> SHL SHR
 *     < <= > >= LT LE GT GE       == = != <> EQ NE
 *     & AND      ^ XOR      | OR      &&      ||
 *     ? :                                    loosest
 *
 * There is one arithmetic: two's complement, of 32 bits here and of 16 in the dialects that have it so. True is -1 (all
 * bits set), so that NOT, AND and OR work on conditions too; any value but 0 counts as true.
 */

/** What an operator does with its values, before the result is cut to the arithmetic's width. */
export interface Operator {
  /** C's spelling, or the word where C has none. */
  readonly text: string;
  /** How tightly it binds, 1 loosest; a unary operator takes what binds at least as tightly. */
  readonly level: number;
  readonly apply: (a: number, b: number) => number;
}

/** The operators of a dialect by every spelling, words in capitals. */
export interface Operators {
  readonly binary: ReadonlyMap<string, Operator>;
  readonly unary: ReadonlyMap<string, Operator>;
}

type Apply = (a: number, b: number) => number;

/** What each operator computes; `yes` is the dialect's value of truth. Division by zero is caught before. */
function meanings(yes: number): { binary: Record<string, Apply>; unary: Record<string, Apply> } {
  const truth = (condition: boolean): number => (condition ? yes : 0);
  return {
    binary: {
      '*': Math.imul,
      '/': (a, b) => Math.trunc(a / b),
      '%': (a, b) => a % b,
      '+': (a, b) => a + b,
      '-': (a, b) => a - b,
      // Shifted by the whole width or more, nothing is left; JavaScript would count from the start again.
      '<<': (a, b) => (b < 0 || b > 31 ? 0 : a << b),
      '>>': (a, b) => (b < 0 || b > 31 ? (a < 0 ? -1 : 0) : a >> b),
      '<': (a, b) => truth(a < b),
      '<=': (a, b) => truth(a <= b),
      '>': (a, b) => truth(a > b),
      '>=': (a, b) => truth(a >= b),
      '==': (a, b) => truth(a === b),
      '!=': (a, b) => truth(a !== b),
      '&': (a, b) => a & b,
      '^': (a, b) => a ^ b,
      '|': (a, b) => a | b,
      // The second value of these two is looked at only where it counts: see `evaluate`.
      '&&': (a, b) => truth(a !== 0 && b !== 0),
      '||': (a, b) => truth(a !== 0 || b !== 0),
    },
    unary: {
      '+': (a) => a,
      '-': (a) => -a,
      '~': (a) => ~a,
      '!': (a) => truth(a === 0),
      // Of a plain number it is 0; what is relocatable nobody has here.
      TYPE: () => 0,
      // Is there nothing behind it? The parser sees that.
      NUL: () => 0,
      HIGH: (a) => (a >> 8) & 0xff,
      LOW: (a) => a & 0xff,
    },
  };
}

/** [how tightly it binds, operator, other spellings ...] */
export type OperatorRow = readonly [number, string, ...string[]];

/**
 * The operators of a dialect from its two tables.
 * @param yes the value of what is true
 * @param other what some binary operators compute instead
 */
export function operatorsOf(
  binary: readonly OperatorRow[],
  unary: readonly OperatorRow[],
  yes: number,
  other: Readonly<Record<string, Apply>> = {},
): Operators {
  const meaning = meanings(yes);
  Object.assign(meaning.binary, other);
  const table = (rows: readonly OperatorRow[], apply: Record<string, Apply>): Map<string, Operator> =>
    new Map(
      rows.flatMap(([level, text, ...others]) => {
        const operator = { text, level, apply: apply[text]! };
        return [text, ...others].map((spelling) => [spelling, operator] as const);
      }),
    );
  return { binary: table(binary, meaning.binary), unary: table(unary, meaning.unary) };
}

export const C_BINARY: readonly OperatorRow[] = [
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

export const C_UNARY: readonly OperatorRow[] = [
  [11, '+'],
  [11, '-'],
  [11, '~', 'NOT'],
  [11, '!'],
  [11, 'HIGH'],
  [11, 'LOW'],
];

/**
 * Microsoft's and Digital Research's: NOT binds looser than a comparison, so that NOT 1 EQ 2 is true, and SHL as tightly
 * as a product. Values are words without a sign: -1 is greater than 1.
 * Source: Microsoft Utility Software Manual, MACRO-80, 2.7.2 "Operators"; Digital Research, MAC Language Manual and
 * Applications Guide, 3.5 "Operators"; the signs as both programs have them.
 */
export const M80_BINARY: readonly OperatorRow[] = [
  [8, '*'],
  [8, '/'],
  [8, '%', 'MOD'],
  [8, '>>', 'SHR'],
  [8, '<<', 'SHL'],
  [6, '+'],
  [6, '-'],
  [5, '==', '=', 'EQ'],
  [5, '!=', '<>', 'NE'],
  [5, '<', 'LT'],
  [5, '<=', 'LE'],
  [5, '>', 'GT'],
  [5, '>=', 'GE'],
  [3, '&', 'AND'],
  [2, '|', 'OR'],
  [2, '^', 'XOR'],
];

export const M80_UNARY: readonly OperatorRow[] = [
  [9, 'HIGH'],
  [9, 'LOW'],
  [9, 'TYPE'],
  [9, 'NUL'],
  [9, '+'],
  [9, '-'],
  [4, '~', 'NOT'],
];

/** In MAC, a sign is looser than a product, and HIGH 1234H + 1 is the upper half of the sum. */
export const MAC_UNARY: readonly OperatorRow[] = [
  [1, 'HIGH'],
  [1, 'LOW'],
  [9, 'NUL'],
  [7, '+'],
  [7, '-'],
  [4, '~', 'NOT'],
];

const signed = (word: number): number => (word << 16) >> 16;

/** M80's: of all operators, these two know signs. */
export const SIGNED_DIVISION: Readonly<Record<string, Apply>> = {
  '/': (a, b) => Math.trunc(signed(a) / signed(b)),
  '%': (a, b) => signed(a) % signed(b),
};
/** TASM's: none binds tighter than another, so that 1 + 2 * 3 is 9; and no words. */
export const TASM_BINARY: readonly OperatorRow[] = [
  [1, '*'],
  [1, '/'],
  [1, '%'],
  [1, '+'],
  [1, '-'],
  [1, '<<'],
  [1, '>>'],
  [1, '<'],
  [1, '<='],
  [1, '>'],
  [1, '>='],
  [1, '==', '='],
  [1, '!=', '<>'],
  [1, '&'],
  [1, '^'],
  [1, '|'],
];

export const TASM_UNARY: readonly OperatorRow[] = [
  [2, '+'],
  [2, '-'],
  [2, '~'],
  [2, '!'],
];
