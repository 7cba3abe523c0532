/**
 * A dialect made ready for reading: what each character may do, and what each word is. An assembly has a syntax of its
 * own, since a name that the program defines wins over another spelling of ours: after `HX EQU 26h`, HX is no register.
 */
import { dialectOf, type Dialect, type DialectName, type Mnemonics } from './dialect.js';
import { findDirective, DIRECTIVE_SPELLINGS, type Directive } from './directive-table.js';
import { CONDITION_NAMES, FORMS, REGISTER_ALIASES, REGISTER_NAMES, type FormNode } from './instructions.js';
import { Z180_FORMS } from './instructions-z180.js';
import { forms8080, mixedForms, REGISTER_NUMBERS } from './instructions-8080.js';
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
  /** The register's value, where registers are numbers as well. */
  readonly number: number | undefined;
  /** Another spelling of a register, an operator before a value, an instruction of the Z180: programs use them as names. */
  readonly soft: boolean;
  readonly condition: boolean;
  /** The forms of the instruction. */
  readonly forms: FormNode | undefined;
  readonly directive: Directive | undefined;
  readonly binary: Operator | undefined;
  readonly unary: Operator | undefined;
}

/** All words, in capitals and in small letters; the mixed ones are looked up by their capitals. */
interface Words {
  all: ReadonlyMap<string, Word>;
  /** How long words are, as bits, by the code of their first character. */
  lengths: Uint32Array;
}

export class Syntax {
  readonly dialect: Dialect;
  /** By character code below 128. */
  readonly classes: Uint8Array;
  private words: Words;
  /** Whose mnemonics are in force. */
  mnemonics: Mnemonics;
  /** The base of numbers that do not say theirs. */
  radix = 10;
  /** Soft words, in capitals, that the program has made names of its own. */
  private readonly own = new Set<string>();
  /** Grows with `own`: what was parsed before may mean something else now. */
  version = 0;

  constructor(name: DialectName = 'z80lm') {
    this.dialect = dialectOf(name);
    this.mnemonics = this.dialect.mnemonics;
    this.classes = classesOf(this.dialect);
    this.words = wordTable(this.dialect, this.mnemonics);
  }

  /** Back to what a source begins with. */
  begin(): void {
    this.useMnemonics(this.dialect.mnemonics);
    this.useRadix(10);
  }

  /** From here on, these mnemonics. */
  useMnemonics(mnemonics: Mnemonics): void {
    if (mnemonics === this.mnemonics) return;
    this.mnemonics = mnemonics;
    this.words = wordTable(this.dialect, mnemonics);
    this.version++;
  }

  /** From here on, numbers without a mark are of this base, 2 to 16. */
  useRadix(radix: number): void {
    if (radix === this.radix) return;
    this.radix = radix;
    this.version++;
  }

  /** What a word is, in any letter case; undefined for a name. */
  word(text: string): Word | undefined {
    const { all, lengths } = this.words;
    // Most names have a length that no word with their first letter has.
    const { length } = text;
    if (length > 31 || !(lengths[text.charCodeAt(0) & 0x7f]! & (1 << length))) return undefined;
    const found = all.get(text) ?? all.get(text.toUpperCase());
    return found?.soft && this.own.size > 0 && this.own.has(found.upper) ? undefined : found;
  }

  /** What a word was before the program made it a name of its own. */
  claimed(text: string): Word | undefined {
    return this.own.has(text.toUpperCase()) ? this.words.all.get(text.toUpperCase()) : undefined;
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

const WORD_TABLES = new Map<string, Words>();

function wordTable(dialect: Dialect, mnemonics: Mnemonics): Words {
  const key = `${dialect.name} ${mnemonics}`;
  let words = WORD_TABLES.get(key);
  if (!words) {
    const all = wordsOf(dialect, mnemonics);
    const lengths = new Uint32Array(128);
    for (const word of all.keys()) lengths[word.charCodeAt(0)]! |= 1 << word.length;
    WORD_TABLES.set(key, (words = { all, lengths }));
  }
  return words;
}

function classesOf(dialect: Dialect): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, bits: number): void => {
    for (const c of characters) classes[c.charCodeAt(0)]! |= bits;
  };
  mark(' \t\r\f\x1a', SPACE);
  // The last record of a CP/M file may be filled up with these.
  if (dialect.bits === 16) mark('\0', SPACE);
  mark('0123456789', DIGIT | NAME_REST);
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', NAME_START | NAME_REST);
  mark(dialect.nameStart, NAME_START | NAME_REST);
  mark(dialect.nameRest, NAME_REST);
  return classes;
}

/** The names of registers and conditions, and the forms of instructions. */
interface Machine {
  /** As written → as the instruction table spells it. */
  registers: ReadonlyMap<string, string>;
  /** What the program may make names of its own. */
  softWords: ReadonlySet<string>;
  numbers: ReadonlyMap<string, number>;
  conditions: ReadonlySet<string>;
  forms: ReadonlyMap<string, FormNode>;
}

function machineOf(mnemonics: Mnemonics): Machine {
  const same = (names: Iterable<string>): [string, string][] => [...names].map((name) => [name, name]);
  if (mnemonics === '8080')
    return {
      registers: new Map(same(REGISTER_NUMBERS.keys())),
      softWords: new Set(),
      numbers: REGISTER_NUMBERS,
      conditions: new Set(),
      forms: forms8080(),
    };
  const mixed = mnemonics === 'both';
  const extra = mixed ? ['PSW'] : [];
  return {
    registers: new Map([...same(REGISTER_NAMES), ...REGISTER_ALIASES, ...same(extra)]),
    softWords: new Set([...REGISTER_ALIASES.keys(), ...extra, ...Z180_FORMS.keys()]),
    numbers: new Map(),
    conditions: CONDITION_NAMES,
    forms: new Map([...Z180_FORMS, ...(mixed ? mixedForms(FORMS) : FORMS)]),
  };
}

/** An 8080 instruction without operands is a number, too, in Intel's tradition: DB RET. */
function codeAsNumber(node: FormNode | undefined, mnemonics: Mnemonics): number | undefined {
  return mnemonics === '8080' ? node?.instruction?.code[0] : undefined;
}

/** Every word in capitals and in small letters; the mixed ones are looked up by their capitals. */
function wordsOf(dialect: Dialect, mnemonics: Mnemonics): Map<string, Word> {
  const { name, spellings } = dialect;
  const { binary, unary } = dialect.operators;
  const machine = machineOf(mnemonics);
  const { registers, softWords, conditions, forms } = machine;
  const words = new Map<string, Word>();
  const all = [
    ...registers.keys(),
    ...conditions,
    ...forms.keys(),
    ...DIRECTIVE_SPELLINGS,
    ...Object.keys(spellings),
    ...[...binary.keys(), ...unary.keys(), 'DEFINED'].filter((text) => /^[A-Z]/.test(text)),
  ];
  // Where no instruction has this name, it is free for the directive.
  if (!forms.has('SET')) all.push('SET');
  for (const upper of all) {
    const spelling = spellings[upper] ?? (upper === 'SET' && !forms.has('SET') ? 'DEFL' : upper);
    const word: Word = {
      upper,
      register: registers.get(upper),
      number: machine.numbers.get(upper) ?? codeAsNumber(forms.get(upper), mnemonics),
      soft: softWords.has(upper) || (unary.has(upper) && !binary.has(upper)),
      condition: conditions.has(upper),
      forms: forms.get(upper),
      directive: findDirective(spelling, name),
      binary: binary.get(upper),
      unary: unary.get(upper),
    };
    words.set(upper, word);
    words.set(upper.toLowerCase(), word);
  }
  return words;
}
