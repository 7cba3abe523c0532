/**
 * #DEFINE: words of a line that stand for other text, put in before the line is read.
 *
 *     #DEFINE  ROWS       25
 *     #DEFINE  PRINT(x)   CALL PRTSTR \ .DB x, "$"
 *
 * A plain word is replaced outside strings; a parameter within its macro's text everywhere, strings included, as uz80as
 * does it. The source may be hostile: a line's replacements are counted, and their text has the length of a line at most.
 */
import { isAfQuote, statementEnd } from './lexer.js';
import { MAX_LINE } from './statement.js';
import type { Syntax } from './syntax.js';

interface TextMacro {
  /** Undefined where the name stands alone. */
  parameters: string[] | undefined;
  body: string;
}

/** How deep texts may stand in texts, and how many a line may have. */
const MAX_DEPTH = 32;
const MAX_REPLACEMENTS = 2_000;

const WORD = /[A-Za-z_.][A-Za-z0-9_.]*/y;
const EMPTY_BRACKETS = /[ \t]*\([ \t]*\)/y;
const NAME_REST = /[A-Za-z0-9_.]/;

/** How many expanded lines are kept: the common ones come again in the next pass. */
const KEPT = 4_096;

export class TextMacros {
  private readonly macros = new Map<string, TextMacro>();
  private last: TextMacro | undefined;
  private left = 0;
  private readonly kept = new Map<string, string>();

  constructor(private readonly syntax: Syntax) {}

  clear(): void {
    this.macros.clear();
    this.kept.clear();
    this.last = undefined;
  }

  has(name: string): boolean {
    return this.macros.has(name);
  }

  /** `NAME text` or `NAME(a,b) text`; of two, the first counts. False where there is no name. */
  define(text: string): boolean {
    const [, name, list, body] = /^([A-Za-z_.][\w.]*)(?:\(([^)]*)\))?\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined) return false;
    const parameters = list?.split(',').map((word) => word.trim());
    this.last = { parameters: list?.trim() === '' ? [] : parameters, body: body! };
    if (!this.macros.has(name)) this.macros.set(name, this.last);
    this.kept.clear();
    return true;
  }

  /** More text for the last one. False where there is none, or it grows beyond a line. */
  append(text: string): boolean {
    if (!this.last || this.last.body.length + text.length > MAX_LINE) return false;
    this.last.body += ` ${text}`;
    this.kept.clear();
    return true;
  }

  remove(name: string): void {
    this.macros.delete(name);
    this.kept.clear();
  }

  /** The line with everything put in; undefined where that never ends, or makes it too long. */
  expand(line: string): string | undefined {
    if (this.macros.size === 0) return line;
    const known = this.kept.get(line);
    if (known !== undefined) return known;
    this.left = MAX_REPLACEMENTS;
    const text = this.replace(line, []);
    if (this.left < 0 || text.length > MAX_LINE) return undefined;
    if (this.kept.size >= KEPT) this.kept.clear();
    this.kept.set(line, text);
    return text;
  }

  /** @param open the names whose texts are being put in: none stands for itself again */
  private replace(line: string, open: string[]): string {
    const end = statementEnd(line, 0, this.syntax);
    let out = '';
    let done = 0;
    for (let at = 0; at < end; at++) {
      const c = line[at]!;
      if (c === '"' || (c === "'" && !isAfQuote(line, at))) {
        at = this.closing(line, at);
        continue;
      }
      WORD.lastIndex = at;
      const word = WORD.exec(line)?.[0];
      if (word === undefined) {
        // 0FFH is no word, nor is what stands in it.
        if (NAME_REST.test(c)) while (at + 1 < end && NAME_REST.test(line[at + 1]!)) at++;
        continue;
      }
      const macro = open.includes(word) ? undefined : this.macros.get(word);
      let after = at + word.length;
      if (macro) {
        if (--this.left < 0 || open.length >= MAX_DEPTH || out.length > MAX_LINE) {
          this.left = -1;
          return line;
        }
        let { body } = macro;
        if (macro.parameters) {
          const given = this.argumentsAt(line, after, end);
          body = putIn(body, macro.parameters, given.list);
          after = given.end;
        } else {
          // A plain word may be called like one with parameters, by brackets that hold nothing.
          EMPTY_BRACKETS.lastIndex = after;
          after += EMPTY_BRACKETS.exec(line)?.[0].length ?? 0;
        }
        out += line.slice(done, at) + this.replace(body, [...open, word]);
        done = after;
        if (this.left < 0) return line;
      }
      at = after - 1;
    }
    return done === 0 ? line : out + line.slice(done);
  }

  /** Where the string that begins at `at` ends. */
  private closing(text: string, at: number): number {
    const quote = text[at]!;
    const { oneCharacter, escapes } = this.syntax.dialect;
    if (quote === "'" && oneCharacter) return text[at + 2] === "'" ? at + 2 : at;
    let i = at + 1;
    while (i < text.length && text[i] !== quote) i += text[i] === '\\' && escapes.includes(quote) ? 2 : 1;
    return i;
  }

  /** What is given in brackets; nothing where none open. A bracket that is not closed ends with the line. */
  private argumentsAt(text: string, from: number, end: number): { list: string[]; end: number } {
    let at = from;
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (text[at] !== '(') return { list: [], end: from };
    const list: string[] = [];
    let depth = 0;
    let start = ++at;
    for (; at < end; at++) {
      const c = text[at]!;
      if (c === '"' || (c === "'" && !isAfQuote(text, at))) at = this.closing(text, at);
      else if (c === '(') depth++;
      else if (c === ')' && depth-- === 0) break;
      else if (c === ',' && depth === 0) {
        list.push(text.slice(start, at).trim());
        start = at + 1;
      }
    }
    list.push(text.slice(start, Math.min(at, end)).trim());
    return { list, end: Math.min(at + 1, Math.max(end, from)) };
  }
}

/** A macro's text with its parameters; cut off just beyond the longest line there may be. */
function putIn(body: string, parameters: string[], given: string[]): string {
  if (parameters.length === 0) return body;
  let length = body.length;
  return body.replace(/[A-Za-z0-9_.]+/g, (word) => {
    const index = parameters.indexOf(word);
    if (index < 0) return word;
    const value = given[index] ?? '';
    length += value.length;
    return length > MAX_LINE * 2 ? '' : value;
  });
}
