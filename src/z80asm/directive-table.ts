/**
 * The directives, as data: names, syntax and meaning. The parser asks which names there are, the handlers in
 * directives-*.ts are keyed by the first name, and docs/assembler.md is generated from the rest.
 */
import type { DialectName } from './dialect.js';

export interface Directive {
  /** The usual name first, then its other spellings. All may be written with a dot before them. */
  names: string[];
  /** address: a label in front marks this place; after: the place it moves to; name: it is what is being defined. */
  label: 'address' | 'after' | 'name';
  /** Opens or closes a block that is collected before it is assembled, or a condition; or begins text that is none. */
  block?: 'open' | 'close' | 'condition' | 'text';
  /** Its operands are words rather than values: what separates statements elsewhere is part of them. */
  raw?: boolean;
  /** The dialects that have it; without this, all. */
  only?: readonly DialectName[];
  group: string;
  syntax: string;
  about: string;
}

const G = {
  place: 'Where the code goes',
  data: 'Data',
  symbols: 'Symbols',
  files: 'Files',
  conditions: 'Conditions',
  macros: 'Macros and repetition',
  structures: 'Structures and modules',
  checks: 'Checks and measurements',
  compatibility: 'Compatibility',
  others: 'In the dialects m80, zmac and 8080',
};

const address = 'address' as const;
const name = 'name' as const;

const TASM: readonly DialectName[] = ['tasm'];
const SJASMPLUS: readonly DialectName[] = ['sjasmplus'];
const OLD: readonly DialectName[] = ['m80', 'zmac', '8080'];
const MICROSOFT: readonly DialectName[] = ['m80', 'zmac'];

export const DIRECTIVES: readonly Directive[] = [
  {
    names: ['ORG'],
    label: 'after',
    group: G.place,
    syntax: 'ORG address',
    about:
      'Go on at this address; a label in front gets it. The output runs from the lowest address used to the highest; gaps are zero.',
  },
  {
    names: ['PHASE', 'DISP'],
    label: address,
    group: G.place,
    syntax: 'PHASE address',
    about: 'Assemble what follows as if it stood at this address, while its bytes go where they would have gone.',
  },
  {
    names: ['DEPHASE', 'ENT'],
    label: address,
    group: G.place,
    syntax: 'DEPHASE',
    about: 'End PHASE.',
  },
  {
    names: ['ALIGN'],
    label: 'after',
    group: G.place,
    syntax: 'ALIGN n [, fill]',
    about:
      'Fill up to the next multiple of n, with `fill`, else with 0 or what --fill says. A label in front gets the aligned address.',
  },
  {
    names: ['END'],
    label: address,
    group: G.place,
    syntax: 'END [entry]',
    about: 'The source ends here. The entry address goes into Intel HEX files.',
  },
  {
    names: ['DB', 'DEFB', 'DM', 'DEFM', '.BYTE', '.TEXT', '.ASCII'],
    label: address,
    group: G.data,
    syntax: 'DB value | "text" [, ...]',
    about: 'Bytes. A string gives a byte for each character.',
  },
  {
    names: ['DC'],
    label: address,
    group: G.data,
    syntax: 'DC "text" [, ...]',
    about: 'Like DB, with bit 7 set in the last character of each string.',
  },
  {
    names: ['DZ', 'DEFZ', '.ASCIZ'],
    label: address,
    group: G.data,
    syntax: 'DZ "text" [, ...]',
    about: 'Like DB, with a zero byte at the end.',
  },
  {
    names: ['DW', 'DEFW', '.WORD'],
    label: address,
    group: G.data,
    syntax: 'DW value [, ...]',
    about: 'Words, low byte first. "AB" is a word with A in the upper half.',
  },
  {
    names: ['DS', 'DEFS', '.BLOCK'],
    label: address,
    group: G.data,
    syntax: 'DS size [, fill]',
    about: 'So many bytes of `fill`, else of 0 or what --fill says. They are part of the output, even at its end.',
  },
  {
    names: ['.FILL'],
    label: address,
    only: TASM,
    group: G.data,
    syntax: '.FILL size [, fill]',
    about: 'So many bytes of `fill`, else of 0FFh.',
  },
  {
    names: ['DD', 'DWORD', 'DEFD'],
    label: address,
    only: SJASMPLUS,
    group: G.data,
    syntax: 'DD value [, ...]',
    about: 'Numbers of four bytes, low byte first.',
  },
  {
    names: ['D24'],
    label: address,
    only: SJASMPLUS,
    group: G.data,
    syntax: 'D24 value [, ...]',
    about: 'Numbers of three bytes, low byte first.',
  },
  {
    names: ['RESB'],
    label: address,
    group: G.data,
    syntax: 'RESB size',
    about: 'Leave room for so many bytes without writing them: at the end of a program they cost no space in the file.',
  },
  {
    names: ['EQU'],
    label: name,
    group: G.symbols,
    syntax: 'name EQU value',
    about: 'A constant. It may be used before its definition.',
  },
  {
    names: ['DEFL', '=', 'ASET'],
    label: name,
    group: G.symbols,
    syntax: 'name DEFL value | name = value | name SET value',
    about: 'A variable: it may be given another value later.',
  },
  {
    names: ['PUBLIC', 'GLOBAL', 'XDEF'],
    label: address,
    group: G.symbols,
    syntax: 'PUBLIC name [, ...]',
    about: 'These labels are for others: no warning that nothing here uses them.',
  },
  {
    names: ['INCLUDE'],
    label: address,
    raw: true,
    group: G.files,
    syntax: 'INCLUDE "file"',
    about: 'Assemble another file here. It is sought beside the including file, then in the -I folders.',
  },
  {
    names: ['INCBIN', 'BINARY'],
    label: address,
    raw: true,
    group: G.files,
    syntax: 'INCBIN "file" [, offset [, length]]',
    about: 'The bytes of a file, or some of them. A negative offset counts from its end.',
  },
  {
    names: ['IF', 'COND'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'IF condition',
    about: 'Assemble what follows, up to ELSEIF, ELSE or ENDIF, if the value is not 0.',
  },
  {
    names: ['IFDEF'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'IFDEF name',
    about: 'IF the name has been defined above, or by -D.',
  },
  {
    names: ['IFNDEF'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'IFNDEF name',
    about: 'IF it has not.',
  },
  {
    names: ['IFB'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'IFB argument',
    about: 'IF a macro argument is empty.',
  },
  {
    names: ['IFNB'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'IFNB argument',
    about: 'IF it is not.',
  },
  {
    names: ['ELSEIF'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'ELSEIF condition',
    about: 'Else, if this holds.',
  },
  { names: ['ELSE'], label: address, block: 'condition', group: G.conditions, syntax: 'ELSE', about: 'Otherwise.' },
  {
    names: ['ENDIF', 'ENDC'],
    label: address,
    block: 'condition',
    group: G.conditions,
    syntax: 'ENDIF',
    about: 'The end of IF and its kin.',
  },
  {
    names: ['IFUSED'],
    label: address,
    block: 'condition',
    raw: true,
    only: SJASMPLUS,
    group: G.conditions,
    syntax: 'IFUSED name',
    about: 'IF something uses the name.',
  },
  {
    names: ['IFNUSED'],
    label: address,
    block: 'condition',
    raw: true,
    only: SJASMPLUS,
    group: G.conditions,
    syntax: 'IFNUSED name',
    about: 'IF nothing does.',
  },
  {
    names: ['#IF'],
    label: address,
    block: 'condition',
    raw: true,
    only: TASM,
    group: G.conditions,
    syntax: '#IF condition',
    about: 'IF. Names that nothing defines are 0 in it, and what #DEFINE defines is not put in.',
  },
  {
    names: ['#ELIF'],
    label: address,
    block: 'condition',
    raw: true,
    only: TASM,
    group: G.conditions,
    syntax: '#ELIF condition',
    about: 'Else, if this holds.',
  },
  {
    names: ['#IFDEF'],
    label: address,
    block: 'condition',
    raw: true,
    only: TASM,
    group: G.conditions,
    syntax: '#IFDEF name',
    about: 'IF the name has been defined above by #DEFINE, or by -D. Labels do not count.',
  },
  {
    names: ['#IFNDEF'],
    label: address,
    block: 'condition',
    raw: true,
    only: TASM,
    group: G.conditions,
    syntax: '#IFNDEF name',
    about: 'IF it has not.',
  },
  {
    names: ['DEFINE'],
    label: address,
    raw: true,
    only: SJASMPLUS,
    group: G.macros,
    syntax: 'DEFINE name [text]',
    about: 'The word stands for that text from here on, outside strings.',
  },
  {
    names: ['UNDEFINE'],
    label: address,
    raw: true,
    only: SJASMPLUS,
    group: G.macros,
    syntax: 'UNDEFINE name',
    about: 'The word stands for itself again.',
  },
  {
    names: ['#DEFINE'],
    label: address,
    raw: true,
    only: TASM,
    group: G.macros,
    syntax: '#DEFINE name text | #DEFINE name(parameter, ...) text',
    about:
      'The word stands for that text from here on, outside strings; parameters are put in everywhere. With `\\` it may be several statements. Of two definitions the first counts.',
  },
  {
    names: ['#DEFCONT'],
    label: address,
    raw: true,
    only: TASM,
    group: G.macros,
    syntax: '#DEFCONT text',
    about: 'More text for the last #DEFINE.',
  },
  {
    names: ['#UNDEF'],
    label: address,
    raw: true,
    only: TASM,
    group: G.macros,
    syntax: '#UNDEF name',
    about: 'The word stands for itself again.',
  },
  {
    names: ['MACRO'],
    label: name,
    block: 'open',
    raw: true,
    group: G.macros,
    syntax: 'name MACRO [parameter[=default], ...] | MACRO name [parameter, ...]',
    about:
      'Lines up to ENDM that the name stands for. Parameters are replaced as whole words outside strings; `##` joins two words. Call it like an instruction: `name argument, ...`; `<a,b>` is one argument. `.name` labels inside belong to each single expansion.',
  },
  {
    names: ['ENDM', 'ENDMACRO', 'ENDR', 'EDUP'],
    label: address,
    block: 'close',
    group: G.macros,
    syntax: 'ENDM',
    about: 'The end of MACRO, REPT, IRP and IRPC.',
  },
  { names: ['EXITM'], label: address, group: G.macros, syntax: 'EXITM', about: 'Leave the macro or repetition.' },
  {
    names: ['LOCAL'],
    label: address,
    group: G.macros,
    syntax: 'LOCAL name [, ...]',
    about: 'In a macro or repetition: these names are new in each expansion.',
  },
  {
    names: ['REPT', 'DUP'],
    label: address,
    block: 'open',
    group: G.macros,
    syntax: 'REPT count [, variable [, start [, step]]]',
    about:
      'Repeat the lines up to ENDM. The variable, a word in them, is replaced by 0, 1, 2 … (or from start by step).',
  },
  {
    names: ['IRP'],
    label: address,
    block: 'open',
    raw: true,
    group: G.macros,
    syntax: 'IRP variable, <a, b, ...>',
    about: 'Repeat the lines up to ENDM for each of the words given.',
  },
  {
    names: ['IRPC'],
    label: address,
    block: 'open',
    raw: true,
    group: G.macros,
    syntax: 'IRPC variable, characters',
    about: 'Repeat the lines up to ENDM for each character.',
  },
  {
    names: ['STRUCT'],
    label: name,
    group: G.structures,
    syntax: 'name STRUCT | STRUCT name',
    about:
      "Lines of `field DB ...`, DW, DS up to ENDS. name.field becomes the field's offset and name the size; `label: name [value, ...]` then lays one down, with label.field as addresses.",
  },
  { names: ['ENDS', 'ENDSTRUCT'], label: name, group: G.structures, syntax: 'ENDS', about: 'The end of STRUCT.' },
  {
    names: ['MODULE'],
    label: address,
    group: G.structures,
    syntax: 'MODULE name',
    about: 'Names defined up to ENDMODULE are `module.name` outside and plain inside.',
  },
  { names: ['ENDMODULE'], label: address, group: G.structures, syntax: 'ENDMODULE', about: 'The end of MODULE.' },
  {
    names: ['ASSERT'],
    label: address,
    group: G.checks,
    syntax: 'ASSERT condition [, "message"]',
    about: 'An error if the value is 0.',
  },
  {
    names: ['ERROR'],
    label: address,
    raw: true,
    group: G.checks,
    syntax: 'ERROR "message"',
    about: 'An error, if assembled.',
  },
  {
    names: ['WARNING'],
    label: address,
    raw: true,
    group: G.checks,
    syntax: 'WARNING "message"',
    about: 'A warning, if assembled.',
  },
  {
    names: ['.ECHO'],
    label: address,
    only: TASM,
    group: G.checks,
    syntax: '.ECHO "text" | .ECHO value',
    about: 'Tell this while assembling; `\\n` ends the line.',
  },
  {
    names: ['DISPLAY'],
    label: address,
    only: SJASMPLUS,
    group: G.checks,
    syntax: 'DISPLAY "text" | value [, ...]',
    about: 'Tell this while assembling.',
  },
  {
    names: ['TIMED'],
    label: address,
    group: G.checks,
    syntax: 'TIMED name',
    about:
      'Add up T-states up to ENDTIMED: the listing shows the running sum, and name.tmin and name.tmax are the sums with no and with every condition taken.',
  },
  { names: ['ENDTIMED'], label: address, group: G.checks, syntax: 'ENDTIMED', about: 'The end of TIMED.' },
  {
    names: ['.Z180', '.HD64', '.HD64180'],
    label: address,
    raw: true,
    group: G.compatibility,
    syntax: '.Z180',
    about: 'The program is for a Z180: no warning at its instructions. `CPU Z180` says the same.',
  },
  {
    names: [
      'TITLE',
      'SUBTTL',
      'PAGE',
      'EJECT',
      'LIST',
      'NOLIST',
      'NAME',
      'ASEG',
      'CSEG',
      'DSEG',
      '.XLIST',
      '.LALL',
      '.SALL',
      '.XALL',
    ],
    label: address,
    raw: true,
    group: G.compatibility,
    syntax: 'TITLE, PAGE, ASEG ...',
    about: 'Accepted and ignored.',
  },
  {
    names: ['.Z80', '.8080', 'CPU'],
    label: address,
    raw: true,
    group: G.compatibility,
    syntax: '.Z80 | .8080 | CPU name',
    about: "From here on, Zilog's mnemonics or Intel's for the 8080. Other names are accepted and ignored.",
  },
  {
    names: ['EXTRN', 'EXT', 'EXTERNAL', 'EXTERN'],
    only: OLD,
    label: address,
    raw: true,
    group: G.others,
    syntax: 'EXTRN name [, ...]',
    about:
      'These names are defined in another module. There is no linker: to use one that this source lacks is an error.',
  },
  {
    names: ['MACLIB'],
    only: OLD,
    label: address,
    raw: true,
    group: G.others,
    syntax: 'MACLIB file',
    about: 'As INCLUDE. The name may lack its .LIB, .MAC or .ASM.',
  },
  {
    names: ['SEGMENT'],
    only: ['m80', '8080'],
    label: address,
    raw: true,
    group: G.others,
    syntax: 'ASEG | CSEG | DSEG | COMMON /name/',
    about:
      'Go on in that segment. CSEG, DSEG and COMMON begin at 0; only one of them may have anything in it, since a linker would place the others.',
  },
  {
    names: ['IF1', 'IF2'],
    only: MICROSOFT,
    label: address,
    block: 'condition',
    group: G.others,
    syntax: 'IF1 | IF2',
    about: 'Always true: what M80 defines in one of its two passes, it knows in the other.',
  },
  {
    names: ['IFE', 'IFF'],
    only: MICROSOFT,
    label: address,
    block: 'condition',
    group: G.others,
    syntax: 'IFE value',
    about: 'IF the value is 0. IFT is IF.',
  },
  {
    names: ['IFIDN'],
    only: MICROSOFT,
    label: address,
    block: 'condition',
    group: G.others,
    syntax: 'IFIDN <text>, <text>',
    about: 'IF the texts are the same, letter case included.',
  },
  {
    names: ['IFDIF'],
    only: MICROSOFT,
    label: address,
    block: 'condition',
    group: G.others,
    syntax: 'IFDIF <text>, <text>',
    about: 'IF they are not.',
  },
  {
    names: ['.COMMENT'],
    only: MICROSOFT,
    label: address,
    block: 'text',
    raw: true,
    group: G.others,
    syntax: '.COMMENT /text .../',
    about: 'Comment over any number of lines, up to the line where its first character stands again.',
  },
  {
    names: ['.RADIX'],
    only: MICROSOFT,
    label: address,
    raw: true,
    group: G.others,
    syntax: '.RADIX base',
    about: 'The base of numbers that do not say theirs, 2 to 16; itself it is decimal.',
  },
  {
    names: ['.PRINTX'],
    only: MICROSOFT,
    label: address,
    raw: true,
    group: G.others,
    syntax: '.PRINTX /text/',
    about: 'Accepted; nothing is printed.',
  },
];

const BY_NAME = new Map(DIRECTIVES.flatMap((directive) => directive.names.map((n) => [n, directive] as const)));

/** The directive of that name in a dialect, in any letter case, with or without a dot before it. */
export function findDirective(word: string, dialect: DialectName = 'z80lm'): Directive | undefined {
  const upper = word.toUpperCase();
  const found = BY_NAME.get(upper) ?? (upper[0] === '.' ? BY_NAME.get(upper.slice(1)) : undefined);
  return found?.only && !found.only.includes(dialect) ? undefined : found;
}

/** Every way to write a directive, in capitals. */
export const DIRECTIVE_SPELLINGS: readonly string[] = [...BY_NAME.keys()]
  .filter((n) => /^[.#A-Z]/.test(n))
  .flatMap((n) => (/^[.#]/.test(n) ? [n] : [n, `.${n}`]));

/** Those of our own language, without dots. */
export const DIRECTIVE_NAMES: readonly string[] = [...BY_NAME]
  .filter(([n, directive]) => /^[A-Z]/.test(n) && !directive.only)
  .map(([n]) => n);

/** Directives whose name may as well be a label at the margin, where an operation follows: `name db "x"`. */
export const SOFT: ReadonlySet<string> = new Set(['ERROR', 'WARNING', ...BY_NAME.get('TITLE')!.names, 'CPU', '.Z80']);
