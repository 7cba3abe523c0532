/**
 * Text of one line → tokens. Numbers in all the notations that Z80 assemblers have used:
 *
 *     255  0xFF  $FF  #FF  0FFh     %1010  0b1010  1010b     0o17  17o  17q     'A'  "AB"
 *
 * `$`, `#` and `%` are number prefixes only where an operand may start; after one, `%` is the modulo operator.
 */
import { fail } from './diagnostics.js';

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

const TWO_CHARACTERS = new Set(['<<', '>>', '<=', '>=', '==', '!=', '<>', '&&', '||']);
const ONE_CHARACTER = '()[]+-*/%&|^~!<>=?:,$';
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

const NAME = /[A-Za-z_.@][A-Za-z0-9_.@$]*/y;
const DIGITS = /[0-9][0-9A-Za-z]*/y;
const HEX = /[0-9A-Fa-f]+/y;
const BINARY = /[01]+/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The name that starts at `at`, if one does. */
export function nameAt(text: string, at: number): string | undefined {
  return match(NAME, text, at);
}

/** Tokens from `from` to the end of the line or its comment; the last is of kind `end`. */
export function tokenize(text: string, from: number): Token[] {
  const tokens: Token[] = [];
  let at = from;
  let operandBefore = false;
  const push = (kind: TokenKind, length: number, tokenText: string, value = 0): void => {
    tokens.push({ kind, text: tokenText, value, at, end: at + length });
    at += length;
    operandBefore = kind !== 'op' || tokenText === ')' || tokenText === ']' || tokenText === '$';
  };
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\f' || text[at] === '\x1a') at++;
    const c = text[at];
    if (c === undefined || c === ';') break;
    const name = match(NAME, text, at);
    if (name !== undefined) {
      if (name === '.') push('op', 1, '$');
      else if (text[at + 2] === "'" && name.length === 2 && name.toUpperCase() === 'AF') push('name', 3, "AF'");
      else push('name', name.length, name);
      continue;
    }
    const digits = match(DIGITS, text, at);
    if (digits !== undefined) {
      push('number', digits.length, digits, parseNumber(digits, at));
      continue;
    }
    if (c === '"' || c === "'") {
      const { value, length } = readString(text, at);
      push('string', length, value);
      continue;
    }
    if (!operandBefore && (c === '$' || c === '#' || c === '%')) {
      const run = match(c === '%' ? BINARY : HEX, text, at + 1);
      if (run !== undefined) {
        const value = parseInt(run, c === '%' ? 2 : 16);
        if (value > 0xffffffff) tooBig(at, at + 1 + run.length);
        push('number', run.length + 1, c + run, value);
        continue;
      }
    }
    const two = text.slice(at, at + 2);
    if (two === '##') {
      push('op', 2, two);
    } else if (TWO_CHARACTERS.has(two)) push('op', 2, two);
    else if (ONE_CHARACTER.includes(c)) push('op', 1, c === '[' ? '(' : c === ']' ? ')' : c);
    else {
      const code = text.codePointAt(at)!;
      const shown = code > 32 && code < 127 ? `'${c}'` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
      fail('bad-character', at, at + 1, `unexpected character ${shown}`);
    }
  }
  tokens.push({ kind: 'end', text: '', value: 0, at, end: at + 1 });
  return tokens;
}

function tooBig(at: number, end: number): never {
  fail('bad-number', at, end, 'the number is above 0xFFFFFFFF');
}

const NOTATIONS: [RegExp, number][] = [
  [/^0x([0-9a-f]+)$/, 16],
  [/^([0-9][0-9a-f]*)h$/, 16],
  [/^0b([01]+)$/, 2],
  [/^([01]+)b$/, 2],
  [/^0o([0-7]+)$/, 8],
  [/^([0-7]+)[oq]$/, 8],
  [/^([0-9]+)d?$/, 10],
];

/** A run that starts with a digit: prefix first, then suffix, then decimal. */
function parseNumber(run: string, at: number): number {
  if (/^[0-9]{1,9}$/.test(run)) return Number(run);
  const lower = run.toLowerCase();
  for (const [pattern, base] of NOTATIONS) {
    const digits = pattern.exec(lower)?.[1];
    if (digits === undefined) continue;
    const value = parseInt(digits, base);
    if (value > 0xffffffff) tooBig(at, at + run.length);
    return value;
  }
  const hint = /^[0-9][0-9a-f]*$/.test(lower) ? `if it is hexadecimal, write 0x${run} or ${run}h` : undefined;
  return fail('bad-number', at, at + run.length, `'${run.slice(0, 40)}' is no number`, hint);
}

/** Single quotes take everything as it is, double quotes know backslash escapes; both double their own quote. */
function readString(text: string, at: number): { value: string; length: number } {
  const quote = text[at]!;
  let value = '';
  let i = at + 1;
  for (;;) {
    const c = text[i];
    if (c === undefined || c === '\n')
      return fail('open-string', at, text.trimEnd().length, `the string has no closing ${quote}`);
    if (c === quote) {
      if (text[i + 1] !== quote) return { value, length: i + 1 - at };
      value += quote;
      i += 2;
    } else if (c === '\\' && quote === '"') {
      const escape = text[i + 1] ?? '';
      const hex = escape === 'x' ? /^[0-9A-Fa-f]{2}/.exec(text.slice(i + 2, i + 4))?.[0] : undefined;
      if (hex !== undefined) {
        value += String.fromCharCode(parseInt(hex, 16));
        i += 4;
      } else if (escape in ESCAPES) {
        value += ESCAPES[escape];
        i += 2;
      } else
        fail(
          'bad-escape',
          i,
          i + 2,
          `unknown escape \\${escape}`,
          'double quotes know \\n \\r \\t \\a \\b \\e \\f \\v \\0 \\xHH \\\\ \\"; in single quotes a backslash is a backslash',
        );
    } else {
      value += c;
      i++;
    }
  }
}

/** Where the comment of a line starts, quotes respected; the line's length where there is none. */
export function commentAt(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if (c === ';') return i;
    // The quote of AF' opens no string.
    else if (c === '"' || (c === "'" && !/(?<![\w.@$])af$/i.test(text.slice(Math.max(0, i - 3), i)))) quote = c;
  }
  return text.length;
}
