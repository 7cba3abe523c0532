/**
 * Which statement comes next: the stack of what is being read (files, macros, repetitions), the conditions opened in
 * each, and the limits that end a source which never would.
 */
import { InputError } from '../seams/errors.js';
import type { AssemblerOptions, Condition } from './assembly.js';
import { Files } from './files.js';
import { Output } from './output.js';
import { expansionFrame, fileFrame, type BodyLine, type Frame, type Template } from './source.js';
import { MAX_LINE, StatementParser, type Statement } from './statement.js';
import { TextMacros } from './text-macros.js';

/** Lines that speak of a name itself. */
const ABOUT_NAMES = /^\s*(?:#|(?:define|undefine|ifn?def)\b)/i;
const MAX_LINES = 1_000_000;
/** Over all passes: a source that needs many passes must not take minutes. */
const MAX_LINES_IN_ALL = 8_000_000;
const MAX_MACRO_DEPTH = 64;
const MAX_INCLUDE_DEPTH = 32;
/** In either case of letters: CP/M knows no other. */
const LIBRARY_ENDINGS = ['.lib', '.LIB', '.mac', '.MAC', '.asm', '.ASM'];

export class Reading extends Output {
  readonly files: Files;
  readonly conditions: Condition[] = [];
  private readonly parser: StatementParser;
  /** #DEFINE, in dialects that have it. */
  readonly texts: TextMacros | undefined;
  /** For which version of the syntax the files' statements are remembered. */
  private rememberedVersion = -1;
  private expansions = 0;
  private lines = 0;
  private linesInAll = 0;

  constructor(options: AssemblerOptions) {
    super(options.syntax, options.caseInsensitive);
    this.files = new Files(options);
    this.parser = new StatementParser(options.syntax);
    this.texts =
      options.syntax.dialect.preprocessor || options.syntax.dialect.textDefines
        ? new TextMacros(options.syntax)
        : undefined;
  }

  protected override beginPass(): void {
    super.beginPass();
    this.syntax.begin();
    if (this.syntax.version !== this.rememberedVersion) this.files.forgetStatements();
    this.rememberedVersion = this.syntax.version;
    this.conditions.length = 0;
    this.texts?.clear();
    this.expansions = this.lines = 0;
  }

  get active(): boolean {
    return this.conditions.length === 0 || this.conditions.at(-1)!.active;
  }

  /** The next statement, whose line is the current one from now on; undefined at the end, and beyond a limit. */
  protected next(): Statement | undefined {
    while (this.frames.length > 0 && !this.stopped) {
      const frame = this.frames.at(-1)!;
      const { rest } = frame;
      if (rest) {
        frame.rest = undefined;
        return this.parse(frame, rest.line, rest.at);
      }
      if (frame.index >= frame.count) this.endFrame(frame);
      else if (this.countLine()) return this.read(frame, frame.index++);
    }
    return undefined;
  }

  /** The first statement of a line. It is parsed once, however many passes there are, unless words change their meaning. */
  private read(frame: Frame, index: number): Statement {
    const line = frame.line(index);
    const { statements } = frame;
    if (!statements || this.texts || this.syntax.version !== this.rememberedVersion) return this.parse(frame, line, 0);
    const known = statements[index];
    if (!known) {
      const statement = this.parse(frame, line, 0);
      if (this.parser.keeps(statement)) {
        // A gap would make a table of it.
        while (statements.length < index) statements.push(undefined);
        statements[index] = statement;
      }
      return statement;
    }
    this.current = line;
    if (known.moreAt >= 0) frame.rest = { line, at: known.moreAt };
    return known;
  }

  /** A statement of a line, which is the current one from now on. What else the line has comes next in its frame. */
  private parse(frame: Frame, line: BodyLine, from: number): Statement {
    if (this.texts && from === 0) line = this.withTexts(line, this.texts);
    this.current = line;
    const statement = this.parser.parse(line.text, from);
    if (statement.moreAt >= 0) frame.rest = { line, at: statement.moreAt };
    return statement;
  }

  /** The line with its #DEFINEs put in. The preprocessor's own lines, and those that are skipped, stay as they are. */
  private withTexts(line: BodyLine, texts: TextMacros): BodyLine {
    if (!this.active || ABOUT_NAMES.test(line.text)) return line;
    const text = texts.expand(line.text);
    if (text === line.text) return line;
    if (text !== undefined) return { ...line, text };
    this.current = line;
    this.report({
      name: 'line-too-long',
      message: `with what #DEFINE says, the line gets longer than ${MAX_LINE} characters`,
      hint: 'does a #DEFINE use itself?',
      at: 0,
      end: Math.max(1, line.text.length),
    });
    return { ...line, text: '' };
  }

  /** False, and no further, where that was one too many. */
  private countLine(): boolean {
    this.linesInAll++;
    if (++this.lines <= MAX_LINES && this.linesInAll <= MAX_LINES_IN_ALL) return true;
    this.stop('too-many-lines', `more than ${MAX_LINES} lines after expansion`);
    return false;
  }

  /** Begin an expansion; `next` gives the values of the next round of a repetition. */
  pushExpansion(
    kind: 'macro' | 'repeat',
    name: string,
    body: Template,
    first: string[],
    next?: () => string[] | undefined,
  ): void {
    const depth = this.frames.filter((frame) => frame.kind === 'macro' || frame.kind === 'repeat').length;
    if (depth >= MAX_MACRO_DEPTH)
      return this.stop('macro-depth', `macros are nested more than ${MAX_MACRO_DEPTH} deep`, 'does one call itself?');
    const frame = expansionFrame({
      kind,
      name,
      caller: this.current,
      body,
      first,
      next,
      conditions: this.conditions.length,
      newScope: () => this.newScope(),
    });
    this.frames.push(frame);
  }

  /** What no other expansion has. */
  protected newScope(): string {
    return `\0${++this.expansions}`;
  }

  /** Skip lines of the file or expansion, up to and with the one that `isLast`; false where there is none. */
  skipLines(isLast: (line: string) => boolean): boolean {
    const frame = this.frames.at(-1)!;
    frame.rest = undefined;
    while (frame.index < frame.count && this.countLine()) if (isLast(frame.line(frame.index++).text)) return true;
    return false;
  }

  private endFrame(frame: Frame): void {
    this.closeConditions(frame);
    // A round of no lines is still work.
    if (frame.again?.()) this.countLine();
    else this.frames.pop();
  }

  private closeConditions(frame: Frame): void {
    while (this.conditions.length > frame.conditions) {
      const { opened } = this.conditions.pop()!;
      this.reportAt(opened, 'open-block', 'IF without ENDIF');
    }
  }

  /** Leave the innermost macro or repetition; false outside one. */
  exitMacro(): boolean {
    const at = this.frames.findLastIndex((frame) => frame.kind === 'macro' || frame.kind === 'repeat');
    if (at < 0) return false;
    this.conditions.length = Math.min(this.conditions.length, this.frames[at]!.conditions);
    this.frames.length = at;
    return true;
  }

  /** The lines up to the ENDM that closes the block which the current line opened; undefined without one. */
  collectBlock(): BodyLine[] | undefined {
    const frame = this.frames.at(-1)!;
    const body: BodyLine[] = [];
    // N&X MACRO Y begins a block, whatever N&X will be.
    const m80 = this.syntax.dialect.macros === 'm80';
    let depth = 1;
    for (; frame.index < frame.count; frame.index++) {
      const line = frame.line(frame.index);
      const { directive, label } = this.parser.parse(m80 ? line.text.replaceAll('&', '') : line.text);
      const block = directive?.block;
      const inner = depth > 1;
      if (block === 'open') depth++;
      else if (block === 'close' && --depth === 0) {
        frame.index++;
        if (label) {
          const { name, at, end } = label;
          const hint = 'put it on the line above to have it in each expansion, or below to have it once';
          this.reportAt(line, 'ignored-label', `the label '${name}' in front of ENDM defines nothing`, hint, at, end);
        }
        this.lines += body.length;
        return body;
      }
      body.push({ ...line, inner });
    }
    return undefined;
  }

  /** @param hint where the file is not found */
  include(path: string, at: number, end: number, hint?: string): void {
    const open = this.frames.filter((frame) => frame.kind === 'include').map((frame) => frame.name);
    if (open.length >= MAX_INCLUDE_DEPTH) {
      const cycle = [...open.slice(-3), path].join(' → ');
      const message = `INCLUDE is nested more than ${MAX_INCLUDE_DEPTH} deep: … ${cycle}`;
      return this.stop('include-depth', message, 'does a file include itself?');
    }
    const file = this.reading(
      path,
      at,
      end,
      () => this.files.source(path, this.current.file, this.endings(path)),
      hint,
    );
    if (!file) return;
    const frame = fileFrame(file, 'include', this.current);
    frame.conditions = this.conditions.length;
    this.frames.push(frame);
  }

  binary(path: string, at: number, end: number): Uint8Array | undefined {
    return this.reading(path, at, end, () => this.files.binary(path, this.current.file));
  }

  /** What else a file's name may end with: CP/M's assemblers leave it out. */
  private endings(path: string): readonly string[] {
    return this.syntax.dialect.macros === 'm80' && !/\.\w*$/.test(path) ? LIBRARY_ENDINGS : [];
  }

  /** What a file gives; where it gives nothing, that is reported. */
  private reading<T>(path: string, at: number, end: number, read: () => T | undefined, hint?: string): T | undefined {
    try {
      const found = read();
      if (!found) this.reportNotFound(path, at, end, hint);
      return found;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { message } = error;
      this.report({ name: 'file-not-found', message: `cannot read ${path}: ${message}`, hint: error.hint, at, end });
      return undefined;
    }
  }

  private reportNotFound(path: string, at: number, end: number, hint?: string): void {
    const looked = this.files.candidates(path, this.current.file).map((c) => (c.includes('/') ? c : `./${c}`));
    this.report({
      name: 'file-not-found',
      message: `cannot find ${path}`,
      hint: hint ?? `looked for ${looked.join(', ')}`,
      at,
      end,
    });
  }
}
