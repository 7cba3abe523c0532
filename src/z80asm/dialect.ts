/**
 * What assemblers differ in, as data: one row for each dialect, from which the scanner, the expressions and the statements
 * take their rules. `z80lm` is our own language, a superset of what most Zilog assemblers agree upon.
 */
import {
  C_BINARY,
  C_UNARY,
  M80_BINARY,
  M80_UNARY,
  TASM_BINARY,
  TASM_UNARY,
  operatorsOf,
  type Operators,
} from './operators.js';

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
  /** Lines that begin with # are a preprocessor's: #DEFINE replaces text, and -D defines text. */
  readonly preprocessor: boolean;
  /** Single quotes hold one character, whichever it is: ''' and '\'. */
  readonly oneCharacter: boolean;
  /** An asterisk where a value may stand is the address of this statement. */
  readonly starIsHere: boolean;
  /** What a string of several characters is in DW: a word of two, or a word for each. */
  readonly wordStrings: 'two' | 'each';
  /** What stands behind a directive's complete value is not looked at, nor is a bracket that is not closed. */
  readonly looseEnds: boolean;
  /** The output has the bytes in the source's order, without what ORG and DS leave out. */
  readonly gapless: boolean;
  /** A comma with nothing behind it, at the end of a list of values, means nothing. */
  readonly trailingComma: boolean;
  /** A value too large for its place loses its upper part, with a warning. */
  readonly cutsValues: boolean;
  /** EQU may give a name another value. */
  readonly equAgain: boolean;
  /** A slash and an asterisk begin a comment that may go over many lines. */
  readonly blockComments: boolean;
  /** Labels that are numbers: `1:`, and `1b` and `1f` for the nearest before and after. */
  readonly numberedLabels: boolean;
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
  preprocessor: false,
  oneCharacter: false,
  starIsHere: false,
  wordStrings: 'two',
  trailingComma: false,
  looseEnds: false,
  gapless: false,
  cutsValues: false,
  equAgain: false,
  blockComments: true,
  numberedLabels: true,
};

const TASM_SPELLINGS: Readonly<Record<string, string>> = {
  '.SET': 'DEFL',
  '.EXPORT': 'PUBLIC',
  DS: 'RESB',
  DEFS: 'RESB',
  '.DS': 'RESB',
  '.DEFS': 'RESB',
  '.BLOCK': 'RESB',
  '#INCLUDE': 'INCLUDE',
  '#ELSE': 'ELSE',
  '#ENDIF': 'ENDIF',
  '.CODES': 'TITLE',
  '.NOCODES': 'TITLE',
  '.NOPAGE': 'TITLE',
  '.LSFIRST': 'TITLE',
  '.SYM': 'TITLE',
  '.AVSYM': 'TITLE',
  '.MODULE': 'TITLE',
};

const M80_OPERATORS = operatorsOf(M80_BINARY, M80_UNARY, -1);

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  z80lm: OWN,
  tasm: {
    ...OWN,
    name: 'tasm',
    about: 'TASM and uz80as, as RomWBW is written for',
    nameStart: '.',
    nameRest: '',
    hexPrefixes: '$',
    octalPrefixes: '@',
    separators: '\\',
    operators: operatorsOf(TASM_BINARY, TASM_UNARY, 1),
    spellings: TASM_SPELLINGS,
    preprocessor: true,
    oneCharacter: true,
    starIsHere: true,
    wordStrings: 'each',
    trailingComma: true,
    looseEnds: true,
    gapless: true,
    cutsValues: true,
    equAgain: true,
    numberedLabels: false,
  },
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
    blockComments: false,
    numberedLabels: false,
  },
  zmac: {
    ...OWN,
    name: 'zmac',
    about: 'zmac',
    nameStart: '.@?',
    ignoreCase: true,
    blockComments: false,
    numberedLabels: false,
  },
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
    blockComments: false,
    numberedLabels: false,
  },
};

export const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[];

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}
