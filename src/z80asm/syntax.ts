/**
 * A dialect made ready for reading: what each character may do, and what each word is. An assembly has a syntax of its
 * own, since a name that the program defines wins over another spelling of ours: after `HX EQU 26h`, HX is no register.
 */
import { dialectOf, type Dialect, type DialectName } from './dialect.js';
import { findDirective, DIRECTIVE_SPELLINGS, type Directive } from './directive-table.js';
import { CONDITION_NAMES, FORMS, REGISTER_ALIASES, REGISTER_NAMES, type FormNode } from './instructions.js';
import { Z180_FORMS } from './instructions-z180.js';
import type { Operator } from './operators.js';

/** What a character may be, as bits of `Syntax.classes`. */
export const SPACE = 1;
export const DIGIT = 2;
export const NAME_START = 4;
export const NAME_REST = 8;

/** What a word means, wherever it has a meaning: NOT is an operator, SET an instruction and a directive. */
export interface Word {
  readonly upper: string;
  /** The register it names, in the instruction table's spelling. */
  readonly register: string | undefined;
  /** Another spelling of a register, an operator before a value, an instruction of the Z180: programs use them as names. */
  readonly soft: boolean;
  readonly condition: boolean;
  /** The forms of the instruction. */
  readonly forms: FormNode | undefined;
  readonly directive: Directive | undefined;
  readonly binary: Operator | undefined;
  readonly unary: Operator | undefined;
}

const LONGEST_WORD = 12;

export class Syntax {
  readonly dialect: Dialect;
  /** By character code below 128. */
  readonly classes: Uint8Array;
  private readonly words: ReadonlyMap<string, Word>;
  /** Soft words, in capitals, that the program has made names of its own. */
  private readonly own = new Set<string>();
  /** Grows with `own`: what was parsed before may mean something else now. */
  version = 0;

  constructor(name: DialectName = 'z80lm') {
    this.dialect = dialectOf(name);
    ({ classes: this.classes, words: this.words } = tablesOf(this.dialect));
  }

  /** What a word is, in any letter case; undefined for a name. */
  word(text: string): Word | undefined {
    let found = this.words.get(text);
    if (found === undefined) {
      if (text.length > LONGEST_WORD) return undefined;
      found = this.words.get(text.toUpperCase());
    }
    return found?.soft && this.own.size > 0 && this.own.has(found.upper) ? undefined : found;
  }

  /** What a word was before the program made it a name of its own. */
  claimed(text: string): Word | undefined {
    return this.own.has(text.toUpperCase()) ? this.words.get(text.toUpperCase()) : undefined;
  }

  /** The program defines this name: where it is a soft word of ours, it is one no longer. True if that is new. */
  claim(name: string): boolean {
    const found = this.word(name);
    if (!found?.soft) return false;
    this.own.add(found.upper);
    this.version++;
    return true;
  }

  isRegister(text: string): boolean {
    return this.word(text)?.register !== undefined;
  }

  /** Names that no label or macro may have. */
  isReserved(name: string): boolean {
    const word = this.word(name);
    return word !== undefined && !word.soft && (word.register !== undefined || isOperator(word));
  }
}

function isOperator({ upper, binary, unary }: Word): boolean {
  return binary !== undefined || unary !== undefined || upper === 'DEFINED';
}

interface Tables {
  classes: Uint8Array;
  words: ReadonlyMap<string, Word>;
}

const TABLES = new Map<DialectName, Tables>();

function tablesOf(dialect: Dialect): Tables {
  let tables = TABLES.get(dialect.name);
  if (!tables) TABLES.set(dialect.name, (tables = { classes: classesOf(dialect), words: wordsOf(dialect) }));
  return tables;
}

function classesOf(dialect: Dialect): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, bits: number): void => {
    for (const c of characters) classes[c.charCodeAt(0)]! |= bits;
  };
  mark(' \t\r\f\x1a', SPACE);
  mark('0123456789', DIGIT | NAME_REST);
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', NAME_START | NAME_REST);
  mark(dialect.nameStart, NAME_START | NAME_REST);
  mark(dialect.nameRest, NAME_REST);
  return classes;
}

/** Every word in capitals and in small letters; the mixed ones are looked up by their capitals. */
function wordsOf(dialect: Dialect): Map<string, Word> {
  const { name, spellings } = dialect;
  const { binary, unary } = dialect.operators;
  const words = new Map<string, Word>();
  const all = [
    ...REGISTER_NAMES,
    ...CONDITION_NAMES,
    ...REGISTER_ALIASES.keys(),
    ...FORMS.keys(),
    ...Z180_FORMS.keys(),
    ...DIRECTIVE_SPELLINGS,
    ...Object.keys(spellings),
    ...[...binary.keys(), ...unary.keys(), 'DEFINED'].filter((text) => /^[A-Z]/.test(text)),
  ];
  for (const upper of all) {
    const alias = REGISTER_ALIASES.get(upper);
    const word: Word = {
      upper,
      register: alias ?? (REGISTER_NAMES.has(upper) ? upper : undefined),
      soft: alias !== undefined || Z180_FORMS.has(upper) || (unary.has(upper) && !binary.has(upper)),
      condition: CONDITION_NAMES.has(upper),
      forms: FORMS.get(upper) ?? Z180_FORMS.get(upper),
      directive: findDirective(spellings[upper] ?? upper, name),
      binary: binary.get(upper),
      unary: unary.get(upper),
    };
    words.set(upper, word);
    words.set(upper.toLowerCase(), word);
  }
  return words;
}
