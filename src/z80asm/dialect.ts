/**
 * What assemblers differ in, as data: one row for each dialect, from which the scanner, the expressions and the statements
 * take their rules. `z80lm` is our own language, a superset of what most Zilog assemblers agree upon.
 */
import {
  C_BINARY,
  C_UNARY,
  M80_BINARY,
  M80_UNARY,
  MAC_UNARY,
  SIGNED_DIVISION,
  TASM_BINARY,
  TASM_UNARY,
  operatorsOf,
  type Operators,
} from './operators.js';

export type DialectName = 'z80lm' | 'tasm' | 'm80' | 'zmac' | 'sjasmplus' | '8080';

/** Zilog's, Intel's, or both together, as far as they do not contradict each other. */
export type Mnemonics = 'z80' | '8080' | 'both';

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
  /** A separator ends a comment as well. */
  readonly separatorEndsComment: boolean;
  /** Characters that make a comment of a line which begins with them. */
  readonly marginComments: string;
  /** A character within names and numbers that means nothing there. */
  readonly blank: string;
  readonly operators: Operators;
  /** Directives by names that only this dialect has for them, in capitals, dots included: `.FILL` → `DS`. */
  readonly spellings: Readonly<Record<string, string>>;
  /** Width of the arithmetic. */
  readonly bits: 16 | 32;
  /** Of a string of two characters as a word, the first is the low byte, as it stands in memory. */
  readonly textOrder: boolean;
  /** An operand that is left out, as in DB 1,,2, is 0. */
  readonly emptyIsZero: boolean;
  /** What IF looks at: the whole value, or its lowest bit. */
  readonly condition: 'value' | 'bit';
  /**
   * Names that begin with a dot: each belongs to the full label above, or is like any other; or either, as one finds it
   * only once or below each label anew.
   */
  readonly dots: 'local' | 'plain' | 'either';
  /** DS without a fill leaves room: at the end of a program, no byte is written for it. */
  readonly roomOnly: boolean;
  /** A later byte may take the place of an earlier one. */
  readonly overlays: boolean;
  /** Whose rules macros follow. */
  readonly macros: 'own' | 'm80';
  /** Whose mnemonics, until a directive such as .Z80 says otherwise. */
  readonly mnemonics: Mnemonics;
  /** Labels that differ in letter case only are the same. */
  readonly ignoreCase: boolean;
  /** Lines that begin with # are a preprocessor's: #DEFINE replaces text, and -D defines text. */
  readonly preprocessor: boolean;
  /** DEFINE replaces text, and so does -D. */
  readonly textDefines: boolean;
  /** Some instructions stand for several: LD BC,HL. */
  readonly fakes: boolean;
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
  /** EQU may give a name that has a value the same once more, or any. */
  readonly equAgain: 'never' | 'same' | 'any';
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
  separatorEndsComment: false,
  marginComments: '',
  blank: '',
  operators: operatorsOf(C_BINARY, C_UNARY, -1),
  spellings: {},
  bits: 32,
  textOrder: false,
  emptyIsZero: false,
  condition: 'value',
  dots: 'local',
  roomOnly: false,
  overlays: false,
  macros: 'own',
  mnemonics: 'z80',
  ignoreCase: false,
  preprocessor: false,
  textDefines: false,
  fakes: false,
  oneCharacter: false,
  starIsHere: false,
  wordStrings: 'two',
  trailingComma: false,
  looseEnds: false,
  gapless: false,
  cutsValues: false,
  equAgain: 'never',
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

const SJASMPLUS_SPELLINGS: Readonly<Record<string, string>> = {
  BLOCK: 'DS',
  BYTE: 'DB',
  WORD: 'DW',
  DEVICE: 'TITLE',
  OUTPUT: 'TITLE',
  OUTEND: 'TITLE',
  SAVEBIN: 'TITLE',
  SAVESNA: 'TITLE',
  SAVETAP: 'TITLE',
  SLDOPT: 'TITLE',
  OPT: 'TITLE',
  LABELSLIST: 'TITLE',
};

/** Names that the assemblers of CP/M have for directives of ours. */
const CPM_SPELLINGS = {
  ENTRY: 'PUBLIC',
  $INCLUDE: 'INCLUDE',
  $EJECT: 'PAGE',
  '.LFCOND': 'LIST',
  '.SFCOND': 'LIST',
  '.TFCOND': 'LIST',
  '.CREF': 'LIST',
  '.XCREF': 'LIST',
  '.REQUEST': 'LIST',
};

const M80_SPELLINGS = { ...CPM_SPELLINGS, IFT: 'IF' };

/** What Microsoft's and Digital Research's have in common. */
const CPM: Dialect = {
  ...OWN,
  hexPrefixes: '',
  binaryPrefixes: '',
  escapes: '',
  operators: operatorsOf(M80_BINARY, M80_UNARY, -1, SIGNED_DIVISION),
  bits: 16,
  dots: 'plain',
  roomOnly: true,
  overlays: true,
  equAgain: 'same',
  blockComments: false,
  numberedLabels: false,
  macros: 'm80',
  ignoreCase: true,
  spellings: {
    ...CPM_SPELLINGS,
    ASEG: 'SEGMENT',
    CSEG: 'SEGMENT',
    DSEG: 'SEGMENT',
    COMMON: 'SEGMENT',
  },
};

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
    equAgain: 'any',
    numberedLabels: false,
  },
  m80: {
    ...CPM,
    name: 'm80',
    about: "Microsoft's MACRO-80, and SLR's Z80ASM",
    nameStart: '.@?$',
    nameRest: '',
    separators: '',
    emptyIsZero: true,
    spellings: { ...CPM.spellings, IFT: 'IF' },
  },
  zmac: {
    ...OWN,
    name: 'zmac',
    about: 'zmac',
    nameStart: '.@?$',
    hexPrefixes: '$',
    separators: '\\',
    escapes: '',
    operators: operatorsOf(C_BINARY, C_UNARY, 1),
    textOrder: true,
    dots: 'either',
    roomOnly: true,
    overlays: true,
    equAgain: 'same',
    spellings: {
      ...M80_SPELLINGS,
      BYTE: 'DB',
      WORD: 'DW',
      ASCII: 'DB',
      TEXT: 'DB',
      RMEM: 'DS',
      BLOCK: 'DS',
      JPERROR: 'LIST',
    },
    macros: 'm80',
    mnemonics: 'both',
    ignoreCase: true,
    blockComments: false,
    numberedLabels: false,
  },
  sjasmplus: {
    ...OWN,
    name: 'sjasmplus',
    about: 'sjasmplus',
    nameStart: '.@',
    nameRest: '?!',
    hexPrefixes: '$#',
    spellings: SJASMPLUS_SPELLINGS,
    textDefines: true,
    fakes: true,
    cutsValues: true,
  },
  '8080': {
    ...CPM,
    name: '8080',
    about: "Digital Research's ASM and MAC, with 8080 mnemonics",
    nameStart: '.@?',
    nameRest: '$',
    separators: '!',
    separatorEndsComment: true,
    marginComments: '*$',
    blank: '$',
    operators: operatorsOf(M80_BINARY, MAC_UNARY, -1),
    textOrder: true,
    condition: 'bit',
    mnemonics: '8080',
  },
};

export const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[];

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}
