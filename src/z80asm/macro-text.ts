/**
 * Macros as Microsoft's assembler has them, and Digital Research's, SLR's and zmac after it: how parameters are found in
 * a body, and arguments in a call.
 */
import type { Syntax } from './syntax.js';
import { NAME_REST, NAME_START } from './syntax.js';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;

function has(syntax: Syntax, text: string, at: number, bits: number): boolean {
  const c = text.charCodeAt(at);
  return c < 128 && (syntax.classes[c]! & bits) !== 0;
}

/** Text of a body, or the number of a parameter; or of one whose argument loses its quotes, since it stands in some. */
export type Piece = string | number | { bare: number };

/**
 * Split a line of a body at its parameters: whole words in any letter case, within quotes only behind `&`. An `&` that
 * joins a parameter to a word goes away; what stands behind `;;` does, too.
 * @param numbers the parameters' numbers by their names in capitals
 */
export function splitBody(text: string, numbers: ReadonlyMap<string, number>, syntax: Syntax): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  let quote = '';
  let i = 0;
  /** The parameter at `from`, with the text before it, and the & that stands `joined` characters before it left out. */
  const put = (from: number, to: number, number: number, joined: number): void => {
    if (from - joined > done) pieces.push(text.slice(done, from - joined));
    pieces.push(quote !== '' && text[from] === '#' ? { bare: number } : number);
    done = to;
  };
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (quote === '' && c === SEMICOLON) {
      if (text.charCodeAt(i + 1) === SEMICOLON) text = text.slice(0, i).trimEnd();
      break;
    }
    if (text[i] === "'" || text[i] === '"') {
      if (quote === '') quote = text[i]!;
      else if (quote === text[i]) quote = '';
      i++;
      continue;
    }
    // zmac's parameters may begin with #.
    const hash = text[i] === '#' && has(syntax, text, i + 1, NAME_START);
    if (!hash && !has(syntax, text, i, NAME_START)) {
      // A number and what hangs on it: 0FFh is no word.
      if (has(syntax, text, i, NAME_REST)) while (has(syntax, text, i, NAME_REST)) i++;
      else i++;
      continue;
    }
    const from = i++;
    while (has(syntax, text, i, NAME_REST)) i++;
    const number = numbers.get(text.slice(from, i).toUpperCase());
    if (number === undefined) continue;
    const ampersand = text.charCodeAt(from - 1) === AMPERSAND && from - 1 >= done;
    if (quote !== '' && !hash && !ampersand && !(done > 0 && from === done && text.charCodeAt(from - 1) === AMPERSAND))
      continue;
    put(from, i, number, ampersand && (quote !== '' || joins(text, from - 1)) ? 1 : 0);
    // Within quotes it goes away wherever it stands.
    if (text.charCodeAt(i) === AMPERSAND && (quote !== '' || has(syntax, text, i + 1, NAME_REST))) done = ++i;
  }
  if (done < text.length || pieces.length === 0) pieces.push(text.slice(done));
  return pieces;
}

/** Behind a bracket or a string, & is an operator: there is no word to join. */
function joins(text: string, at: number): boolean {
  return !/[)\]'"]/.test(text[at - 1] ?? '');
}

/** An argument of a call: its text, or `%` and an expression whose value is meant. */
export interface Argument {
  text: string;
  at: number;
  evaluated: boolean;
}

/**
 * The arguments of a call, apart by commas. `<...>` keeps what is in it together and goes away, once; strings stay whole,
 * in zmac only those that begin an argument. A semicolon ends it all.
 * @param at where the text begins in its line
 * @param m80 as M80 has it: blanks separate as well, and `!` takes the next character as it is
 */
export function splitCall(text: string, at: number, m80: boolean): Argument[] {
  const out: Argument[] = [];
  let i = 0;
  const skipBlanks = (): void => {
    while (text[i] === ' ' || text[i] === '\t') i++;
  };
  skipBlanks();
  while (i < text.length) {
    const argument: Argument = { text: '', at: at + i, evaluated: false };
    out.push(argument);
    if (text[i] === '%') {
      argument.evaluated = true;
      argument.at = at + ++i;
    }
    let angle = 0;
    for (; i < text.length; i++) {
      const c = text[i]!;
      if (m80 && c === '!' && i + 1 < text.length) argument.text += text[++i]!;
      else if (c === '<' && (angle > 0 || text.includes('>', i + 1))) {
        if (angle++ > 0) argument.text += c;
      } else if (c === '>' && angle > 0) {
        if (--angle > 0) argument.text += c;
      } else if (angle === 0 && c === ';') {
        text = text.slice(0, i);
        break;
      } else if (angle === 0 && (c === '"' || c === "'") && (m80 || argument.text === '') && text.includes(c, i + 1)) {
        const close = text.indexOf(c, i + 1);
        argument.text += text.slice(i, close + 1);
        i = close;
      } else if (angle === 0 && (c === ',' || (m80 && !argument.evaluated && (c === ' ' || c === '\t')))) break;
      else argument.text += c;
    }
    if (!m80 || argument.evaluated) argument.text = argument.text.trimEnd();
    skipBlanks();
    if (text[i] === ',') {
      i++;
      skipBlanks();
      if (i >= text.length) out.push({ text: '', at: at + i, evaluated: false });
    }
  }
  return out;
}
