/**
 * Text of a line → tokens, one at a time. Numbers in all the notations that Z80 assemblers have used:
 *
 *     255  0xFF  $FF  #FF  &FF  0FFh     %1010  0b1010  1010b     0o17  17o  17q     'A'  "AB"
 *
 * `$`, `#`, `&` and `%` are number prefixes only where an operand may start; after one, `%` and `&` are operators.
 * A backslash, or a colon, ends the statement: another one follows on the same line.
 */
import { fail } from './diagnostics.js';
import { DIGIT, NAME_REST, NAME_START, SPACE, Syntax } from './syntax.js';

export type TokenKind = 'number' | 'name' | 'string' | 'op' | 'end';

export interface Token {
  kind: TokenKind;
  /** Names and operators as written, strings with escapes resolved. */
  text: string;
  /** Of a number; else 0. */
  value: number;
  at: number;
  end: number;
}

const TWO_CHARACTERS = new Set(['<<', '>>', '<=', '>=', '==', '!=', '<>', '&&', '||', '##']);
/** Operators of one character by their code; square brackets are round ones. */
const ONE_CHARACTER: (string | undefined)[] = [];
for (const c of '()+-*/%&|^~!<>=?:,$\\') ONE_CHARACTER[c.charCodeAt(0)] = c;
ONE_CHARACTER['['.charCodeAt(0)] = '(';
ONE_CHARACTER[']'.charCodeAt(0)] = ')';
/** May another operator character follow to make one of two? */
const MAY_BE_DOUBLE = new Set('<>=!&|#'.split('').map((c) => c.charCodeAt(0)));

const ESCAPES: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const SEMICOLON = 0x3b;
const SLASH = 0x2f;

const OWN_SYNTAX = new Syntax();

/** Reads the tokens of a statement; the fields are those of the token at the cursor. */
export class Scanner {
  text = '';
  kind: TokenKind = 'end';
  at = 0;
  end = 0;
  /** Of a number; else 0. */
  value = 0;
  /** The operator, the name as written, or the string with its escapes resolved. */
  word = '';
  private operandBefore = false;

  constructor(readonly syntax: Syntax = OWN_SYNTAX) {}

  /** Begin at a place of a line, with the first token there. @throws FaultError */
  start(text: string, from: number): this {
    this.text = text;
    this.end = from;
    this.operandBefore = false;
    this.next();
    return this;
  }

  /** Go back to a token that was at the cursor before. */
  restart(at: number): void {
    this.end = at;
    this.operandBefore = false;
    this.next();
  }

  /** Go on to the next token; at the end of the line or its comment it is of kind `end`. @throws FaultError */
  next(): void {
    const { text } = this;
    const { classes } = this.syntax;
    let at = this.end;
    let c = text.charCodeAt(at);
    while (c < 128 && classes[c]! & SPACE) c = text.charCodeAt(++at);
    this.at = at;
    const bits = c < 128 ? classes[c]! : 0;
    if (bits & NAME_START) return this.name(c);
    if (bits & DIGIT) return this.number(c);
    // NaN is the end of the text.
    if (c !== c || c === SEMICOLON || (c === SLASH && text.charCodeAt(at + 1) === SLASH)) {
      this.kind = 'end';
      this.word = '';
      this.value = 0;
      this.end = at + 1;
      return;
    }
    if (c === DOUBLE_QUOTE || c === QUOTE) return this.string(c);
    if (!this.operandBefore && this.prefixed(at)) return;
    this.operator(c);
  }

  private take(kind: TokenKind, end: number, word: string, value: number): void {
    this.kind = kind;
    this.end = end;
    this.word = word;
    this.value = value;
    this.operandBefore = true;
  }

  private name(first: number): void {
    const { text, at } = this;
    const { classes } = this.syntax;
    let end = at + 1;
    let c = text.charCodeAt(end);
    while (c < 128 && classes[c]! & NAME_REST) c = text.charCodeAt(++end);
    // A dot or a dollar alone is this place; $FF, in dialects that begin names with $, is still a number.
    if (end === at + 1 && (first === 0x2e || first === 0x24)) return this.here(end);
    if (first === 0x24 && this.hexName(at + 1, end)) return;
    if (c === QUOTE && end === at + 2 && isAf(text, at)) this.take('name', end + 1, "AF'", 0);
    else if (c === QUOTE && end === at + 1 && (first | 0x20) === 0x78 && this.quotedHex(end)) return;
    else this.take('name', end, text.slice(at, end), 0);
  }

  /** $FF in dialects where names may begin with $. */
  private hexName(at: number, end: number): boolean {
    const { hexPrefixes } = this.syntax.dialect;
    const value = hexPrefixes.includes('$') ? digits(this.text, at, end, 16) : undefined;
    if (value === undefined) return false;
    if (value > 0xffffffff) tooBig(at - 1, end);
    this.take('number', end, '', value);
    return true;
  }

  /** X'1F', as Microsoft's assembler has it. */
  private quotedHex(quote: number): boolean {
    const close = this.syntax.dialect.macros === 'own' ? -1 : this.text.indexOf("'", quote + 1);
    const value = close < 0 ? undefined : digits(this.text, quote + 1, close, 16);
    if (value === undefined) return false;
    if (value > 0xffffffff) tooBig(this.at, close + 1);
    this.take('number', close + 1, '', value);
    return true;
  }

  private here(end: number): void {
    this.take('op', end, '$', 0);
  }

  private number(first: number): void {
    const { text, at, syntax } = this;
    const { blank } = syntax.dialect;
    let end = at + 1;
    let value = first - 0x30;
    let c = text.charCodeAt(end);
    while (c >= 0x30 && c <= 0x39) {
      value = value * 10 + c - 0x30;
      c = text.charCodeAt(++end);
    }
    if (isLetter(c) || end - at > 9 || syntax.radix !== 10 || (blank !== '' && text[end] === blank)) {
      while (isLetter(c) || (c >= 0x30 && c <= 0x39) || (blank !== '' && text[end] === blank))
        c = text.charCodeAt(++end);
      if (end > text.length) end = text.length;
      if ((text.charCodeAt(end - 1) | 0x20) === 0x66 && this.syntax.dialect.numberedLabels && isNumbered(text, at, end))
        return this.take('name', end, text.slice(at, end), 0);
      const run = text.slice(at, end);
      value = parseNumber(blank === '' ? run : run.replaceAll(blank, ''), at, run.length, syntax.radix);
    }
    this.take('number', end, '', value);
  }

  /** A number behind `$`, `#`, `&` or `%`, if that is one. */
  private prefixed(at: number): boolean {
    const { hexPrefixes, binaryPrefixes, octalPrefixes } = this.syntax.dialect;
    const prefix = this.text[at]!;
    const base = hexPrefixes.includes(prefix)
      ? 16
      : binaryPrefixes.includes(prefix)
        ? 2
        : octalPrefixes.includes(prefix)
          ? 8
          : 0;
    if (base === 0) return false;
    let end = at + 1;
    let value = 0;
    for (;;) {
      const digit = digitValue(this.text.charCodeAt(end));
      if (digit >= base) break;
      value = value * base + digit;
      end++;
    }
    if (end === at + 1) return false;
    if (value > 0xffffffff) tooBig(at, end);
    this.take('number', end, '', value);
    return true;
  }

  private string(quote: number): void {
    if (quote === QUOTE && this.syntax.dialect.oneCharacter) {
      const { text, at } = this;
      if (text[at + 2] !== "'" || text[at + 1] === undefined)
        fail(
          'open-string',
          at,
          at + 1,
          "single quotes hold one character here, such as 'A'",
          'strings have double quotes',
        );
      return this.take('string', at + 3, text[at + 1]!, 0);
    }
    const { value, end } = readString(
      this.text,
      this.at,
      this.syntax.dialect.escapes.includes(String.fromCharCode(quote)),
    );
    this.take('string', end, value, 0);
  }

  private operator(c: number): void {
    const { text, at } = this;
    const two = MAY_BE_DOUBLE.has(c) ? text.slice(at, at + 2) : '';
    if (TWO_CHARACTERS.has(two)) {
      this.take('op', at + 2, two, 0);
      this.operandBefore = false;
      return;
    }
    const one = ONE_CHARACTER[c];
    if (one === undefined) {
      const code = text.codePointAt(at)!;
      const shown = code > 32 && code < 127 ? `'${text[at]}'` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
      const hint = code === 0 ? 'is the file UTF-16, or not a text? Save it as UTF-8' : undefined;
      fail('bad-character', at, at + 1, `unexpected character ${shown}`, hint);
    }
    this.take('op', at + 1, one, 0);
    this.operandBefore = one === ')' || one === '$';
  }

  /** The token at the cursor, to keep. */
  token(): Token {
    const { kind, at, end, value } = this;
    return { kind, text: kind === 'number' ? this.text.slice(at, end) : this.word, value, at, end };
  }
}

function isAf(text: string, at: number): boolean {
  return (text.charCodeAt(at) | 0x20) === 0x61 && (text.charCodeAt(at + 1) | 0x20) === 0x66;
}

/** `1f`: the label 1 ahead. */
function isNumbered(text: string, from: number, to: number): boolean {
  return /^\d{1,9}f$/i.test(text.slice(from, to));
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
}

/** Of a hexadecimal digit; of anything else a number that no base has. */
function digitValue(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const upper = c & ~0x20;
  return upper >= 0x41 && upper <= 0x46 && isLetter(c) ? upper - 0x37 : 99;
}

/** The name that starts at `at`, if one does. */
export function nameAt(text: string, at: number, syntax: Syntax = OWN_SYNTAX): string | undefined {
  const { classes } = syntax;
  let c = text.charCodeAt(at);
  if (!(c < 128 && classes[c]! & NAME_START)) return undefined;
  let end = at + 1;
  for (c = text.charCodeAt(end); c < 128 && classes[c]! & NAME_REST;) c = text.charCodeAt(++end);
  return text.slice(at, end);
}

/** Tokens from `from` to the end of the line or its comment; the last is of kind `end`. @throws FaultError */
export function tokenize(text: string, from: number, syntax: Syntax = OWN_SYNTAX): Token[] {
  const scanner = new Scanner(syntax).start(text, from);
  const tokens = [scanner.token()];
  while (scanner.kind !== 'end') {
    scanner.next();
    tokens.push(scanner.token());
  }
  return tokens;
}

function tooBig(at: number, end: number): never {
  fail('bad-number', at, end, 'the number is above 0xFFFFFFFF');
}

/** How a number's base shows: in a prefix, or in its last letter, whichever fits first. */
const NOTATIONS: { prefix: string; suffix: string; base: number }[] = [
  { prefix: '0x', suffix: '', base: 16 },
  { prefix: '', suffix: 'h', base: 16 },
  { prefix: '0b', suffix: '', base: 2 },
  { prefix: '', suffix: 'b', base: 2 },
  { prefix: '0o', suffix: '', base: 8 },
  { prefix: '', suffix: 'o', base: 8 },
  { prefix: '', suffix: 'q', base: 8 },
  { prefix: '', suffix: 'd', base: 10 },
  { prefix: '', suffix: '', base: 10 },
];

/**
 * A run that starts with a digit: prefix first, then suffix, then of the base that is in force.
 * @param length what it takes in the line
 */
function parseNumber(run: string, at: number, length = run.length, radix = 10): number {
  const lower = run.toLowerCase();
  for (const { prefix, suffix, base } of NOTATIONS) {
    if (!lower.startsWith(prefix) || !lower.endsWith(suffix)) continue;
    // In base 16, a B or D at the end is a digit.
    if (radix !== 10 && suffix !== '' && digitValue(suffix.charCodeAt(0)) < radix) continue;
    const plain = prefix === '' && suffix === '';
    const value = digits(lower, prefix.length, lower.length - suffix.length, plain ? radix : base);
    if (value === undefined) continue;
    if (value > 0xffffffff) tooBig(at, at + length);
    return value;
  }
  const hint = /^[0-9][0-9a-f]*$/.test(lower) ? `if it is hexadecimal, write 0x${run} or ${run}h` : undefined;
  return fail('bad-number', at, at + length, `'${run.slice(0, 40)}' is no number`, hint);
}

/** The value of digits, at least one; undefined where one is not of this base. */
function digits(text: string, from: number, to: number, base: number): number | undefined {
  if (from >= to) return undefined;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = digitValue(text.charCodeAt(i));
    if (digit >= base) return undefined;
    value = value * base + digit;
  }
  return value;
}

/** Every quote doubled is itself; a backslash begins an escape where the dialect has them in this kind of quote. */
function readString(text: string, at: number, escapes: boolean): { value: string; end: number } {
  const quote = text[at]!;
  let value = '';
  let i = at + 1;
  for (let from = i; ; i++) {
    const c = text[i];
    if (c === undefined || c === '\n')
      return fail('open-string', at, text.trimEnd().length, `the string has no closing ${quote}`);
    if (c === quote) {
      value += text.slice(from, i);
      if (text[i + 1] !== quote) return { value, end: i + 1 };
      from = ++i;
    } else if (c === '\\' && escapes) {
      value += text.slice(from, i);
      const { character, length } = escapeAt(text, i);
      value += character;
      i += length - 1;
      from = i + 1;
    }
  }
}

function escapeAt(text: string, at: number): { character: string; length: number } {
  const escape = text[at + 1] ?? '';
  const hex = escape === 'x' ? /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 2, at + 4))?.[0] : undefined;
  if (hex !== undefined) return { character: String.fromCharCode(parseInt(hex, 16)), length: 4 };
  if (Object.hasOwn(ESCAPES, escape)) return { character: ESCAPES[escape]!, length: 2 };
  return fail(
    'bad-escape',
    at,
    at + 2,
    `unknown escape \\${escape}`,
    'double quotes know \\n \\r \\t \\a \\b \\e \\f \\v \\0 \\xHH \\\\ \\"; in single quotes a backslash is a backslash',
  );
}

/**
 * Where a statement's text ends, quotes respected: at its comment, at one of the `separators`, or with the line.
 * A colon does not separate the two values of a choice.
 */
export function statementEnd(text: string, from: number, syntax: Syntax = OWN_SYNTAX, separators = ''): number {
  let choice = false;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // Every character that matters is below @.
    if (c >= 0x40 && c !== 0x5c) continue;
    if (c === SEMICOLON || (c === SLASH && text.charCodeAt(i + 1) === SLASH)) return i;
    if (c === DOUBLE_QUOTE || (c === QUOTE && !isAfQuote(text, i))) i = closingQuote(text, i, syntax);
    else if (c === 0x3f) choice = true;
    else if (separators !== '' && separators.includes(text[i]!) && !(c === 0x3a && choice)) return i;
  }
  return text.length;
}

/** Where the comment of a line starts, quotes respected; the line's length where there is none. */
export function commentAt(text: string, from: number, syntax: Syntax = OWN_SYNTAX): number {
  return statementEnd(text, from, syntax);
}

/**
 * Where the bracket at `at` is closed, quotes respected; -1 where it is not. Square brackets are round ones.
 */
export function closingBracket(text: string, at: number, syntax: Syntax): number {
  let open = 0;
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x28 || c === 0x5b) open++;
    else if (c === 0x29 || c === 0x5d) {
      if (--open === 0) return i;
    } else if (c === SEMICOLON || (c === SLASH && text.charCodeAt(i + 1) === SLASH)) return -1;
    else if (c === DOUBLE_QUOTE || (c === QUOTE && !isAfQuote(text, i))) i = closingQuote(text, i, syntax);
  }
  return -1;
}

/** The quote that closes the one at `at`; the text's length where none does. */
function closingQuote(text: string, at: number, { dialect }: Syntax): number {
  const quote = text[at]!;
  if (quote === "'" && dialect.oneCharacter) return text[at + 2] === "'" ? at + 2 : at;
  const escapes = dialect.escapes.includes(quote);
  let i = at + 1;
  while (i < text.length && text[i] !== quote) i += escapes && text[i] === '\\' ? 2 : 1;
  return Math.min(i, text.length);
}

/** The quote of AF' opens no string. */
export function isAfQuote(text: string, at: number): boolean {
  return isAf(text, at - 2) && !/[\w.@$]/.test(text[at - 3] ?? ' ');
}
