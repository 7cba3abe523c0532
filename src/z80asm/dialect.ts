/**
 * What assemblers differ in, as data: one row for each dialect, from which the scanner, the expressions and the statements
 * take their rules. `z80lm` is our own language, a superset of what most Zilog assemblers agree upon.
 */
import { C_BINARY, C_UNARY, M80_BINARY, M80_UNARY, operatorsOf, type Operators } from './operators.js';

export type DialectName = 'z80lm' | 'tasm' | 'm80' | 'zmac' | 'sjasmplus' | '8080';

export interface Dialect {
  readonly name: DialectName;
  /** For the documentation: whose language it is. */
  readonly about: string;
  /** Characters that names have beyond letters, digits and `_`: those that may begin one, and those that may not. */
  readonly nameStart: string;
  readonly nameRest: string;
  /** Characters that begin a hexadecimal number, a binary one and an octal one where an operand may start. */
  readonly hexPrefixes: string;
  readonly binaryPrefixes: string;
  readonly octalPrefixes: string;
  /** Quotes in which a backslash begins an escape. */
  readonly escapes: string;
  /** Characters between two statements of a line. */
  readonly separators: string;
  readonly operators: Operators;
  /** Directives by names that only this dialect has for them, in capitals, dots included: `.FILL` → `DS`. */
  readonly spellings: Readonly<Record<string, string>>;
  /** Width of the arithmetic. */
  readonly bits: 16 | 32;
  /** Whose mnemonics, until a directive such as .Z80 says otherwise. */
  readonly mnemonics: 'z80' | '8080';
  /** Labels that differ in letter case only are the same. */
  readonly ignoreCase: boolean;
}

const OWN: Dialect = {
  name: 'z80lm',
  about: 'our own',
  nameStart: '.@',
  nameRest: '$',
  hexPrefixes: '$#&',
  binaryPrefixes: '%',
  octalPrefixes: '',
  escapes: '"',
  separators: '\\:',
  operators: operatorsOf(C_BINARY, C_UNARY, -1),
  spellings: {},
  bits: 32,
  mnemonics: 'z80',
  ignoreCase: false,
};

const M80_OPERATORS = operatorsOf(M80_BINARY, M80_UNARY, -1);

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  z80lm: OWN,
  tasm: { ...OWN, name: 'tasm', about: 'TASM and uz80as, as RomWBW is written for' },
  m80: {
    ...OWN,
    name: 'm80',
    about: "Microsoft's MACRO-80",
    nameStart: '.@?$',
    nameRest: '',
    hexPrefixes: '',
    binaryPrefixes: '',
    escapes: '',
    separators: '',
    operators: M80_OPERATORS,
    bits: 16,
    ignoreCase: true,
  },
  zmac: { ...OWN, name: 'zmac', about: 'zmac', nameStart: '.@?', ignoreCase: true },
  sjasmplus: { ...OWN, name: 'sjasmplus', about: 'sjasmplus' },
  '8080': {
    ...OWN,
    name: '8080',
    about: "Digital Research's ASM and MAC, with 8080 mnemonics",
    nameStart: '.@?',
    hexPrefixes: '',
    binaryPrefixes: '',
    escapes: '',
    separators: '!',
    operators: M80_OPERATORS,
    bits: 16,
    mnemonics: '8080',
    ignoreCase: true,
  },
};

export const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[];

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}
