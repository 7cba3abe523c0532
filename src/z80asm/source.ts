/** Source files, the frames that give the next line to assemble, and macro bodies with their parameters. */
import { withoutBlockComments } from './block-comments.js';
import { splitBody, type Piece } from './macro-text.js';
import type { Syntax } from './syntax.js';
import { isAfQuote, statementEnd } from './lexer.js';
import { MAX_LINE, type Statement } from './statement.js';
import type { StackEntry } from './diagnostics.js';

/**
 * Where the assembler gets files. Paths are as written in the source, put after a search path. undefined: there is no such
 * file; an InputError: there is one, which cannot be read, and why.
 */
export interface SourceReader {
  readText(path: string): string | undefined;
  readBinary(path: string): Uint8Array | undefined;
  /** The path of a file whose name differs from this one in letter case only. */
  otherCase?: ((path: string) => string | undefined) | undefined;
}

/** A file's lines, cut out when they are asked for: a long source is kept once, not once more in pieces. */
export class SourceFile {
  readonly count: number;
  /** What lines say, by index, as far as it is remembered from one pass to the next. */
  statements: (Statement | undefined)[] = [];
  private readonly text: string;
  /** The same without its block comments. */
  private readonly code: string;
  /** Where each line begins and, behind the last, one more would. */
  private readonly starts: Int32Array;

  constructor(
    readonly path: string,
    text: string,
    blockComments = false,
  ) {
    this.text = untilEof(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    this.code = blockComments ? withoutBlockComments(this.text) : this.text;
    this.starts = lineStarts(this.text);
    this.count = this.starts.length - 1;
  }

  /** A line from 0, without its end, to assemble. */
  line(index: number): string {
    return this.cut(this.code, index);
  }

  /** The line as it is written. */
  written(index: number): string {
    return this.cut(this.text, index);
  }

  private cut(text: string, index: number): string {
    const start = this.starts[index]!;
    let end = this.starts[index + 1]!;
    if (end > start && text.charCodeAt(end - 1) === LF) end--;
    if (end > start && text.charCodeAt(end - 1) === CR) end--;
    return text.slice(start, end);
  }
}

/** CP/M ends a text with ^Z; what stands behind it in its last record is left from something else. */
function untilEof(text: string): string {
  const at = text.indexOf('\x1a');
  return at < 0 ? text : text.slice(0, at);
}

const CR = 13;
const LF = 10;

/** Lines end with CR LF, LF or CR; a line end at the end of the text starts no further line. */
function lineStarts(text: string): Int32Array {
  let starts = new Int32Array(1024);
  let count = 1;
  const find = (end: string, from: number): number => {
    const at = text.indexOf(end, from);
    return at < 0 ? text.length : at;
  };
  let cr = find('\r', 0);
  let lf = find('\n', 0);
  for (;;) {
    const start = (cr < lf && cr + 1 !== lf ? cr : lf) + 1;
    if (start >= text.length) break;
    if (count + 1 >= starts.length) starts = grown(starts);
    starts[count++] = start;
    if (cr < start) cr = find('\r', start);
    if (lf < start) lf = find('\n', start);
  }
  starts[count] = text.length;
  return starts.subarray(0, count + 1);
}

function grown(old: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
}

/** A line of a block that was collected, and where it stands. */
export interface BodyLine {
  text: string;
  file: string;
  line: number;
  /** It stands in a block within the block. */
  inner?: boolean;
  /** Parameters were put in, so that no file has it in these words. */
  made?: boolean;
}

/** What gives lines: a file, or one expansion of a macro or repetition. */
export interface Frame {
  kind: StackEntry['kind'] | 'main';
  name: string;
  /** The line that called it. */
  callFile: string;
  callLine: number;
  count: number;
  index: number;
  line(index: number): BodyLine;
  /** Of a file: what its lines say, where that is remembered. */
  statements: (Statement | undefined)[] | undefined;
  /** A line of which statements are left, and where the next begins. */
  rest: { line: BodyLine; at: number } | undefined;
  /** Prefix of `.names` in this expansion, which no other has; undefined for files. */
  scope: string | undefined;
  /** Names declared LOCAL, as looked up → what they stand for. */
  locals: Map<string, string> | undefined;
  /** Depth of conditions when it began: the same must remain when it ends. */
  conditions: number;
  /** Begin the next round of a repetition; false when there is none. */
  again: (() => boolean) | undefined;
}

/** The lines of a file. */
export function fileFrame(file: SourceFile, kind: 'main' | 'include', caller: BodyLine | undefined): Frame {
  return {
    kind,
    name: file.path,
    callFile: caller?.file ?? '',
    callLine: caller?.line ?? 0,
    count: file.count,
    index: 0,
    line: (index) => ({ text: file.line(index), file: file.path, line: index + 1 }),
    statements: file.statements,
    rest: undefined,
    scope: undefined,
    locals: undefined,
    conditions: 0,
    again: undefined,
  };
}

/** What an expansion is made of. */
export interface Expansion {
  kind: 'macro' | 'repeat';
  name: string;
  caller: BodyLine;
  body: Template;
  /** The parameters' values, in the first round. */
  first: string[];
  /** Their values in the next round of a repetition; undefined at its end. */
  next: (() => string[] | undefined) | undefined;
  conditions: number;
  newScope(): string;
}

export function expansionFrame(expansion: Expansion): Frame {
  const { kind, name, caller, body, next } = expansion;
  let scope = expansion.newScope();
  let values = withLocals(expansion.first, body, scope);
  const made: BodyLine[] = [];
  const frame: Frame = {
    kind,
    name,
    callFile: caller.file,
    callLine: caller.line,
    count: body.length,
    index: 0,
    line: (index) => (made[index] ??= body.line(index, values)),
    statements: undefined,
    rest: undefined,
    scope,
    locals: undefined,
    conditions: expansion.conditions,
    again:
      next &&
      (() => {
        const following = next();
        if (following === undefined) return false;
        frame.scope = scope = expansion.newScope();
        values = withLocals(following, body, scope);
        made.length = 0;
        frame.index = 0;
        frame.locals = undefined;
        return true;
      }),
  };
  return frame;
}

/** What stands for LOCAL names that are put in as text. */
function withLocals(values: string[], body: Template, scope: string): string[] {
  if (body.locals === 0) return values;
  const all = values.slice(0, body.parameters);
  while (all.length < body.parameters) all.push('');
  for (let i = 1; i <= body.locals; i++) all.push(freshName(scope, i));
  return all;
}

/** A name that no program has. @param scope that of an expansion, which is its alone */
export function freshName(scope: string, index: number): string {
  return `??${scope.slice(1)}_${index}`;
}

/** A body whose parameters wait to be replaced: pieces of text, and numbers of parameters. */
export class Template {
  private readonly lines: { pieces: Piece[]; file: string; line: number }[];
  /** How many parameters there are, and how many LOCAL names that count as further ones. */
  readonly parameters: number;
  readonly locals: number;

  constructor(body: BodyLine[], parameters: string[], syntax: Syntax) {
    const numbers = new Map(parameters.map((parameter, i) => [parameter.toUpperCase(), i]));
    const m80 = syntax.dialect.macros === 'm80';
    this.parameters = parameters.length;
    let locals = 0;
    for (const { text, inner } of body) {
      if (m80 && inner) continue;
      for (const name of /^\s*local\s+([^;]*)/i.exec(text)?.[1]?.split(',') ?? []) {
        const upper = name.trim().toUpperCase();
        if (!numbers.has(upper)) numbers.set(upper, m80 ? this.parameters + locals++ : LOCAL);
      }
    }
    this.locals = locals;
    this.lines = body.map(({ text, file, line, inner }) => ({
      pieces: m80 ? splitBody(text, numbers, syntax) : split(text, numbers, inner),
      file,
      line,
    }));
  }

  get length(): number {
    return this.lines.length;
  }

  /** The line with its parameters put in; cut off just beyond the longest line there may be. */
  line(index: number, values: string[]): BodyLine {
    const { pieces, file, line } = this.lines[index]!;
    if (pieces.length === 1 && typeof pieces[0] === 'string') return { text: pieces[0], file, line, made: true };
    let text = '';
    for (const piece of pieces) {
      text += typeof piece === 'string' ? piece : argumentOf(piece, values);
      if (text.length > MAX_LINE) return { text: text.slice(0, MAX_LINE + 1), file, line, made: true };
    }
    return { text, file, line, made: true };
  }
}

function argumentOf(piece: number | { bare: number }, values: string[]): string {
  if (typeof piece === 'number') return values[piece] ?? '';
  const value = values[piece.bare] ?? '';
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}

/** In place of a parameter's number: a LOCAL name, which stays a word but may have M80's & in front. */
const LOCAL = -1;
const WORD = /[A-Za-z_@][A-Za-z0-9_@$]*/g;

/**
 * Split at parameter names: whole words outside strings and comments. `##` joins what is left and right of it, but in
 * an inner block: there it waits for that block's own parameters.
 */
function split(text: string, numbers: Map<string, number>, inner = false): (string | number)[] {
  const pieces: (string | number)[] = [];
  let done = 0;
  const put = (piece: string): void => {
    const last = pieces.at(-1);
    if (typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else if (piece !== '') pieces.push(piece);
  };
  const putJoined = (piece: string): void => put(inner ? piece : piece.replace(/[ \t]*##[ \t]*/g, ''));
  const end = statementEnd(text, 0);
  for (const part of partsOutsideStrings(text, end)) {
    put(text.slice(done, part.from));
    done = part.from;
    for (const match of text.slice(part.from, part.to).matchAll(WORD)) {
      const at = part.from + match.index;
      const before = text[at - 1] ?? '';
      const parameter = numbers.get(match[0].toUpperCase());
      // `.name` is a label of its own and 0FFH no word.
      if (parameter === undefined || /[.0-9A-Za-z_@$]/.test(before)) continue;
      const ampersand = before === '&' && joins(text, at - 1);
      putJoined(text.slice(done, ampersand ? at - 1 : at));
      if (parameter === LOCAL) put(match[0]);
      else pieces.push(parameter);
      done = at + match[0].length;
    }
    putJoined(text.slice(done, part.to));
    done = part.to;
  }
  put(text.slice(done));
  return pieces.length ? pieces : [''];
}

/**
 * M80 writes &parameter, and joins with it: name&parameter. In an expression, though, x&mask means AND: so right
 * behind a word it joins only in the first word of a line.
 */
function joins(text: string, at: number): boolean {
  return !/[\w$)\]'"]/.test(text[at - 1] ?? '') || /^\S*$/.test(text.slice(0, at));
}

function partsOutsideStrings(text: string, end: number): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  let from = 0;
  let quote = '';
  for (let i = 0; i < end; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) {
        quote = '';
        from = i + 1;
      }
    } else if (c === '"' || (c === "'" && !isAfQuote(text, i))) {
      parts.push({ from, to: i });
      quote = c;
    }
  }
  if (!quote) parts.push({ from, to: end });
  return parts;
}

/** Split macro arguments at commas; strings, brackets and `<...>` keep theirs. */
export function splitArguments(text: string): string[] {
  if (text.trim() === '') return [];
  const out: string[] = [];
  let current = '';
  let quote = '';
  let depth = 0;
  let angle = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      current += c;
      if (c === '\\' && quote === '"' && i + 1 < text.length) current += text[++i]!;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === '"' || (c === "'" && !isAfQuote(text, i))) quote = c;
    else if (c === '<' && (angle > 0 || current.trim() === '')) {
      if (angle++ === 0) continue;
    } else if (c === '>' && angle > 0) {
      if (--angle === 0) continue;
    } else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (c === ',' && depth <= 0 && angle === 0) {
      out.push(current.trim());
      current = '';
      continue;
    }
    current += c;
  }
  out.push(current.trim());
  return out;
}
