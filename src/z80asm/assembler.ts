/**
 * The engine: lines in, bytes out, as often as it takes until no address moves any more.
 *
 *     frames (file, macro, repetition) → statement → conditions → label → instruction | directive | macro call
 *
 * In a pass, a name that is not defined yet has its value of the pass before; in the first it is unknown and
 * counts as 0. Only the findings of the last pass are kept. What the directives do is in directives-*.ts.
 */
import {
  FINDINGS,
  FaultError,
  severityOf,
  type Diagnostic,
  type Fault,
  type Finding,
  type StackEntry,
} from './diagnostics.js';
import { DIRECTIVE_NAMES, type Directive } from './directive-table.js';
import { encode } from './encode.js';
import { evaluate, type Expression, type Scope } from './expression.js';
import { Image } from './image.js';
import { checkUnused, FlowCheck } from './lint.js';
import {
  SourceFile,
  StatementCache,
  fileFrame,
  splitArguments,
  type BodyLine,
  type Frame,
  type SourceReader,
  type Template,
} from './source.js';
import { MAX_LINE, isReserved, restOf, suggestOperation, type Label, type Statement } from './statement.js';
import { closest } from './suggest.js';
import { SymbolTable, type SymbolEntry, type SymbolKind } from './symbols.js';

const MAX_PASSES = 32;
const MAX_LINES = 1_000_000;
/** Over all passes: a source that needs many passes must not take minutes. */
const MAX_LINES_IN_ALL = 8_000_000;
const MAX_ERRORS = 1_000;
const MAX_MACRO_DEPTH = 64;
const MAX_INCLUDE_DEPTH = 32;

export interface Macro {
  name: string;
  parameters: { name: string; default: string | undefined }[];
  body: Template;
  file: string;
  line: number;
}

export interface Struct {
  name: string;
  /** Default contents; its length is the size. */
  bytes: number[];
  fields: { name: string; offset: number }[];
}

/** A line of the listing, and what it made. */
export interface ListingLine {
  file: string;
  line: number;
  text: string;
  /** 0 in a file, more in expansions. */
  depth: number;
  address: number;
  bytes: Uint8Array;
  /** Value of the symbol that the line defines, where that is not its address. */
  value: number | undefined;
  tStates: number | undefined;
  tStatesTaken: number | undefined;
  /** Sums since TIMED, within one. */
  sum: { least: number; most: number } | undefined;
  /** Skipped by a condition. */
  skipped: boolean;
}

export interface TimedRegion {
  name: string;
  file: string;
  line: number;
  bytes: number;
  least: number;
  most: number;
}

interface Condition {
  active: boolean;
  /** Some branch was taken already. */
  taken: boolean;
  outer: boolean;
  sawElse: boolean;
  opened: BodyLine;
}

export interface AssemblerOptions extends SourceReader {
  includePaths: string[];
  defines: Record<string, number>;
  caseInsensitive: boolean;
}

export type Handler = (asm: Assembler, statement: Statement) => void;

export class Assembler implements Scope {
  readonly symbols = new SymbolTable();
  readonly image = new Image();
  readonly diagnostics: Diagnostic[] = [];
  readonly listing: ListingLine[] = [];
  readonly regions: TimedRegion[] = [];
  readonly files = new Map<string, SourceFile>();
  /** Every file read, in order of first use: what a rebuild depends on. */
  readonly dependencies = new Set<string>();
  readonly macros = new Map<string, Macro>();
  readonly structs = new Map<string, Struct>();
  readonly modules: { name: string; opened: BodyLine }[] = [];
  readonly timed: (TimedRegion & { startPc: number })[] = [];
  readonly statements = new StatementCache();
  frames: Frame[] = [];
  conditions: Condition[] = [];
  /** The STRUCT being defined: data goes there instead of the image. */
  struct: (Struct & { opened: BodyLine }) | undefined;
  pass = 0;
  /** Where bytes go; `$` is this plus `phase`. */
  pc = 0;
  phase = 0;
  entry: number | undefined;
  ended = false;
  /** A limit was passed: no further line, no further pass. */
  stopped = false;
  /** The last full label, with its module: what `.name` belongs to. */
  parent = '';
  /** Value of the symbol defined by this line, for the listing. */
  lineValue: number | undefined;
  /** Names of macros in the pass before, to tell "too early" from "unknown". */
  macrosBefore = new Set<string>();
  private bodyToList: BodyLine[] = [];
  private anonymous = 0;
  private expansions = 0;
  private lines = 0;
  private linesInAll = 0;
  private errors = 0;
  private overlapReported = false;
  private pastEndReported = false;
  private current: BodyLine = { text: '', file: '', line: 0 };
  private readonly flow = new FlowCheck();
  private tStates = 0;
  private tStatesTaken = 0;

  constructor(
    private readonly options: AssemblerOptions,
    private readonly handlers: Record<string, Handler>,
  ) {}

  /** Assemble a file; the results are in the public fields. */
  run(main: string): void {
    const text = this.options.readText(main);
    if (text === undefined) {
      this.current = { text: '', file: main, line: 1 };
      this.report({ name: 'file-not-found', message: `cannot read ${main}`, at: 0, end: 1 });
      return;
    }
    const file = new SourceFile(main, text);
    this.files.set(main, file);
    this.dependencies.add(main);
    for (this.pass = 1; ; this.pass++) {
      this.runPass(file);
      const settled = !this.symbols.endPass(this.pass);
      if (this.stopped || (this.pass > 1 && settled)) break;
      if (this.pass === MAX_PASSES) {
        this.reportUnsettled();
        break;
      }
    }
    if (this.image.empty && this.errors === 0) {
      this.current = { text: '', file: main, line: 1 };
      this.report({ name: 'no-output', message: 'the source produced no bytes', at: 0, end: 1 });
    }
    if (this.errors === 0) checkUnused(this);
  }

  private runPass(file: SourceFile): void {
    this.symbols.beginPass();
    this.image.clear();
    this.diagnostics.length = this.listing.length = this.regions.length = 0;
    this.modules.length = this.timed.length = this.conditions.length = 0;
    this.macrosBefore = new Set(this.macros.keys());
    this.macros.clear();
    this.structs.clear();
    this.struct = undefined;
    this.pc = this.phase = this.anonymous = this.expansions = this.lines = this.errors = 0;
    this.entry = undefined;
    this.ended = this.overlapReported = this.pastEndReported = false;
    this.parent = '';
    this.flow.reset();
    this.current = { text: '', file: file.path, line: 0 };
    for (const [name, value] of Object.entries(this.options.defines))
      this.defineAt(this.fold(name), name, value, 'define', { at: 0, end: 1 });
    this.frames = [fileFrame(file, 'main', undefined)];
    this.loop();
    if (!this.stopped) this.reportOpenBlocks();
  }

  private loop(): void {
    while (this.frames.length > 0 && !this.stopped) {
      const frame = this.frames.at(-1)!;
      if (this.ended) {
        this.checkAfterEnd();
        return;
      }
      if (frame.index >= frame.count) {
        this.endFrame(frame);
        continue;
      }
      if (++this.lines > MAX_LINES || ++this.linesInAll > MAX_LINES_IN_ALL) {
        this.stop('too-many-lines', `more than ${MAX_LINES} lines after expansion`);
        return;
      }
      this.current = frame.line(frame.index);
      const statement = frame.statement(frame.index++);
      const startPc = this.pc;
      const start = this.here;
      this.lineValue = undefined;
      this.tStates = this.tStatesTaken = 0;
      const line = this.current;
      const depth = this.frames.length;
      const skipped = this.conditions.at(-1)?.active === false;
      this.execute(statement);
      this.list(line, statement, startPc, start, depth, skipped);
    }
  }

  // ---- statements -------------------------------------------------------------------------------------

  private execute(statement: Statement): void {
    const { directive } = statement;
    try {
      if (directive?.block === 'condition') {
        if (this.active) this.addressLabel(statement);
        this.handlers[directive.names[0]!]!(this, statement);
        return;
      }
      if (!this.active) return;
      this.executeActive(statement, directive);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      this.report(error.fault);
    }
  }

  get active(): boolean {
    return this.conditions.length === 0 || this.conditions.at(-1)!.active;
  }

  private executeActive(statement: Statement, directive: Directive | undefined): void {
    // What looks like a label at the margin, or a broken line, may be a call.
    const { label, op } = statement;
    if (label && !label.colon && directive?.label !== 'name' && this.call(label.name, statement, label.end, undefined))
      return;
    if (op !== '' && !statement.instruction && !directive && this.call(op, statement, statement.restAt, label)) return;
    if (statement.fault) {
      if (label) this.addressLabel(statement);
      this.report(statement.fault);
      return;
    }
    if (directive) {
      if (this.struct && !STRUCT_DIRECTIVES.has(directive.names[0]!))
        return this.report(this.faultAtOp(statement, 'in-struct', `${directive.names[0]} cannot stand in a STRUCT`));
      if (directive.label === 'address') this.addressLabel(statement);
      this.handlers[directive.names[0]!]!(this, statement);
      if (directive.label === 'after') this.addressLabel(statement);
      if (DATA_DIRECTIVES.has(directive.names[0]!)) this.flow.data();
      return;
    }
    if (label) this.addressLabel(statement);
    if (op === '') return;
    if (!statement.instruction) return this.reportUnknown(statement);
    if (this.struct)
      return this.report(this.faultAtOp(statement, 'in-struct', 'an instruction cannot stand in a STRUCT'));
    this.flow.instruction(this, statement);
    encode(this, statement);
    const { tStates, tStatesTaken } = statement.instruction.instruction;
    this.tStates = tStates;
    this.tStatesTaken = tStatesTaken;
    for (const region of this.timed) {
      region.least += Math.min(tStates, tStatesTaken);
      region.most += Math.max(tStates, tStatesTaken);
    }
  }

  private addressLabel(statement: Statement): void {
    const { label } = statement;
    if (!label) return;
    if (this.struct) {
      this.structField(label);
      return;
    }
    this.flow.label();
    this.defineName(label, this.here, 'label');
  }

  private structField(label: Label): void {
    const struct = this.struct!;
    const name = label.name.replace(/^\./, '');
    struct.fields.push({ name, offset: struct.bytes.length });
    this.defineName({ ...label, name: `${struct.name}.${name}` }, struct.bytes.length, 'field');
  }

  private reportUnknown(statement: Statement): void {
    const { op, opAt, label } = statement;
    const margin = label && !label.colon ? label : undefined;
    const fault = this.faultAtOp(statement, 'unknown-instruction', `unknown instruction '${op}'`);
    if (this.macrosBefore.has(op.toUpperCase()) && !this.macros.has(op.toUpperCase()))
      return this.report({ ...fault, hint: 'a macro must be defined above its first use' });
    const known = [...DIRECTIVE_NAMES, ...this.macros.keys(), ...this.structs.keys()];
    const meant = suggestOperation(op, known);
    const meantMargin = margin && !meant ? suggestOperation(margin.name, known) : undefined;
    if (margin && meantMargin)
      return this.report({
        ...fault,
        message: `unknown instruction '${margin.name}'`,
        hint: `did you mean ${meantMargin}?`,
        at: margin.at,
        end: margin.end,
      });
    const alone = statement.text.trim().split(/[\s;]/)[0] === op && restOf(statement).text === '';
    const hint = meant
      ? `did you mean ${meant}?`
      : alone && opAt > 0
        ? 'if it is a label, put a colon after it'
        : undefined;
    this.report({ ...fault, hint });
  }

  faultAtOp(statement: Statement, name: Finding, message: string, hint?: string): Fault {
    return { name, message, hint, at: statement.opAt, end: statement.opAt + Math.max(1, statement.op.length) };
  }

  // ---- macros -----------------------------------------------------------------------------------------

  /** Call a macro or lay down a structure, if the word is one. */
  private call(word: string, statement: Statement, restAt: number, label: Label | undefined): boolean {
    const upper = word.toUpperCase();
    const macro = this.macros.get(upper);
    const struct = macro ? undefined : this.structs.get(upper);
    if (!macro && !struct) return false;
    const called = { ...statement, op: word, opAt: restAt - word.length, restAt, argsCache: undefined };
    if (label) this.addressLabel(statement);
    if (struct) {
      this.handlers['STRUCT-USE']!(this, { ...called, label });
      this.flow.data();
      return true;
    }
    const rest = restOf(called);
    const given = splitArguments(rest.text);
    const { parameters, body } = macro!;
    if (given.length > parameters.length) {
      this.report({
        name: 'macro-arguments',
        message: `macro ${macro!.name} takes ${parameters.length} argument${parameters.length === 1 ? '' : 's'}, not ${given.length}`,
        hint: `it is defined at ${macro!.file}:${macro!.line}; <a,b> is one argument`,
        at: rest.at,
        end: rest.end,
      });
      return true;
    }
    const values = parameters.map((parameter, i) => given[i] || parameter.default);
    const missing = values.findIndex((value, i) => value === undefined && i >= given.length);
    if (missing >= 0) {
      const { name } = parameters[missing]!;
      this.report({
        ...this.faultAtOp(called, 'macro-arguments', `macro ${macro!.name} needs an argument for '${name}'`),
        hint: `it is defined at ${macro!.file}:${macro!.line}; '${name}=' there would make it optional`,
      });
      return true;
    }
    this.pushExpansion(
      'macro',
      macro!.name,
      body,
      values.map((value) => value ?? ''),
    );
    return true;
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
    let values = first;
    const made: (BodyLine | undefined)[] = [];
    const frame: Frame = {
      kind,
      name,
      callFile: this.current.file,
      callLine: this.current.line,
      count: body.length,
      index: 0,
      line: (index) => {
        const line = (made[index] ??= body.line(index, values, MAX_LINE));
        return line ?? { ...body.line(index, [], MAX_LINE)!, text: ' '.repeat(MAX_LINE + 1) };
      },
      statement: (index) => this.statements.parse(frame.line(index).text),
      scope: `\0${++this.expansions}`,
      locals: undefined,
      conditions: this.conditions.length,
      again:
        next &&
        (() => {
          const following = next();
          if (following === undefined) return false;
          values = following;
          made.length = 0;
          frame.index = 0;
          frame.scope = `\0${++this.expansions}`;
          frame.locals = undefined;
          // A round of no lines is still work.
          this.lines++;
          this.linesInAll++;
          return true;
        }),
    };
    this.frames.push(frame);
  }

  private endFrame(frame: Frame): void {
    this.closeConditions(frame);
    if (frame.again?.()) {
      if (this.lines > MAX_LINES) this.stop('too-many-lines', `more than ${MAX_LINES} lines after expansion`);
      return;
    }
    this.frames.pop();
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
    let depth = 1;
    for (; frame.index < frame.count; frame.index++) {
      const block = frame.statement(frame.index).directive?.block;
      if (block === 'open') depth++;
      else if (block === 'close' && --depth === 0) {
        frame.index++;
        this.lines += body.length;
        return body;
      }
      body.push(frame.line(frame.index));
    }
    return undefined;
  }

  // ---- files ------------------------------------------------------------------------------------------

  include(path: string, at: number, end: number): void {
    if (this.frames.filter((frame) => frame.kind === 'include').length >= MAX_INCLUDE_DEPTH) {
      const cycle = this.frames
        .filter((f) => f.kind === 'include')
        .slice(-3)
        .map((f) => f.name);
      return this.stop(
        'include-depth',
        `INCLUDE is nested more than ${MAX_INCLUDE_DEPTH} deep: … ${cycle.join(' → ')} → ${path}`,
        'does a file include itself?',
      );
    }
    for (const candidate of this.candidates(path)) {
      let file = this.files.get(candidate);
      if (!file) {
        const text = this.options.readText(candidate);
        if (text === undefined) continue;
        file = new SourceFile(candidate, text);
        this.files.set(candidate, file);
      }
      this.dependencies.add(candidate);
      const frame = fileFrame(file, 'include', this.current);
      frame.conditions = this.conditions.length;
      this.frames.push(frame);
      return;
    }
    this.reportNotFound(path, at, end);
  }

  binary(path: string, at: number, end: number): Uint8Array | undefined {
    for (const candidate of this.candidates(path)) {
      const bytes = this.options.readBinary(candidate);
      if (!bytes) continue;
      this.dependencies.add(candidate);
      return bytes;
    }
    this.reportNotFound(path, at, end);
    return undefined;
  }

  /** Beside the file that asks, then in the include paths. */
  private candidates(path: string): string[] {
    const slashed = path.replaceAll('\\', '/');
    if (/^(\/|[A-Za-z]:)/.test(slashed)) return [slashed];
    const { file } = this.current;
    const folder = file.replaceAll('\\', '/').split('/').slice(0, -1).join('/');
    const folders = [folder === '' && !file.startsWith('/') ? '' : `${folder}/`];
    for (const include of this.options.includePaths)
      folders.push(include === '' ? '' : `${include.replace(/\/$/, '')}/`);
    return [...new Set(folders.map((f) => normalise(f + slashed)))];
  }

  private reportNotFound(path: string, at: number, end: number): void {
    const looked = this.candidates(path).map((c) => (c.includes('/') ? c : `./${c}`));
    this.report({
      name: 'file-not-found',
      message: `cannot find ${path}`,
      hint: `looked for ${looked.join(', ')}`,
      at,
      end,
    });
  }

  // ---- symbols and values -----------------------------------------------------------------------------

  get here(): number {
    return this.struct ? this.struct.bytes.length : this.pc + this.phase;
  }

  fold(name: string): string {
    return this.options.caseInsensitive ? name.toLowerCase() : name;
  }

  private get modulePrefix(): string {
    return this.modules.length ? `${this.modules.map((m) => m.name).join('.')}.` : '';
  }

  /** Define the name in front of a line: a full label, a `.local` one, an anonymous one. */
  defineName(label: Label, value: number | undefined, kind: SymbolKind, failed = false): void {
    const { name } = label;
    if (isReserved(name))
      return this.report({
        name: 'reserved-name',
        message: `'${name}' is a reserved word`,
        hint: 'labels cannot have the names of registers and operators',
        at: label.at,
        end: label.end,
      });
    if (name === '@@') {
      const key = `@@${++this.anonymous}`;
      this.defineAt(key, key, value, kind, label, failed, true);
      return;
    }
    if (name[0] === '.' || name.startsWith('@@')) {
      const scope = this.expansionScope();
      const key = (scope ?? this.parent) + this.fold(name);
      this.defineAt(key, this.parent + name, value, kind, label, failed, scope !== undefined);
      return;
    }
    const local = this.localName(name);
    if (local !== undefined) {
      this.defineAt(local, name, value, kind, label, failed, true);
      return;
    }
    const full = this.modulePrefix + name;
    const key = this.fold(full);
    this.defineAt(key, full, value, kind, label, failed);
    if (kind === 'label') this.parent = key;
  }

  private defineAt(
    key: string,
    name: string,
    value: number | undefined,
    kind: SymbolKind,
    { at, end }: { at: number; end: number },
    failed = false,
    expansion = false,
  ): void {
    const { file, line, text } = this.current;
    const earlier = this.symbols.define(key, {
      name,
      kind,
      value,
      file,
      line,
      column: at + 1,
      length: end - at,
      source: text,
      expansion,
      failed,
      pass: this.pass,
    });
    if (earlier) {
      const where =
        earlier.line === 0 ? 'it is defined on the command line' : `first defined at ${earlier.file}:${earlier.line}`;
      const hint =
        this.frames.some((f) => f.kind === 'macro' || f.kind === 'repeat') && !expansion
          ? `${where}; in a macro, declare it LOCAL or start it with a dot`
          : where;
      this.report({ name: 'duplicate-symbol', message: `'${name}' is already defined`, hint, at, end });
    }
    if (kind !== 'label' && this.frames.length > 0) this.lineValue = value;
  }

  private expansionScope(): string | undefined {
    return this.frames.findLast((frame) => frame.scope !== undefined)?.scope;
  }

  private localName(name: string): string | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const local = this.frames[i]!.locals?.get(this.fold(name));
      if (local !== undefined) return local;
    }
    return undefined;
  }

  /** LOCAL: new names for this expansion. */
  declareLocal(name: string): boolean {
    const frame = this.frames.findLast((f) => f.scope !== undefined);
    if (!frame) return false;
    frame.locals ??= new Map();
    frame.locals.set(this.fold(name), `${frame.scope}:${this.fold(name)}`);
    return true;
  }

  resolve(name: string): SymbolEntry | undefined {
    if (name[0] === '@') {
      const direction = /^@?@([FfBb])$/.exec(name)?.[1]?.toLowerCase();
      if (direction) return this.symbols.get(`@@${this.anonymous + (direction === 'f' ? 1 : 0)}`);
    }
    const folded = this.fold(name);
    if (folded[0] === '.' || folded.startsWith('@@')) {
      for (let i = this.frames.length - 1; i >= 0; i--) {
        const { scope } = this.frames[i]!;
        const entry = scope === undefined ? undefined : this.symbols.get(scope + folded);
        if (entry) return entry;
      }
      return this.symbols.get(this.parent + folded);
    }
    const local = this.frames.length > 1 ? this.localName(name) : undefined;
    if (local !== undefined) return this.symbols.get(local);
    for (let depth = this.modules.length; depth > 0; depth--) {
      const prefix = this.modules
        .slice(0, depth)
        .map((m) => m.name)
        .join('.');
      const entry = this.symbols.get(this.fold(`${prefix}.${name}`));
      if (entry) return entry;
    }
    return this.symbols.get(folded);
  }

  isDefined(name: string): boolean {
    return this.resolve(name)?.pass === this.pass;
  }

  lookup(name: string, at: number, end: number): number | undefined {
    const entry = this.resolve(name);
    if (entry) {
      entry.usedIn = this.pass;
      if (entry.value === undefined && !entry.failed && this.pass > 1)
        this.report({
          name: 'circular-symbol',
          message: `the value of '${name}' depends on itself`,
          hint: `it is defined at ${entry.file}:${entry.line}`,
          at,
          end,
        });
      return entry.value;
    }
    if (this.pass > 1) this.reportUndefined(name, at, end);
    return undefined;
  }

  private reportUndefined(name: string, at: number, end: number): void {
    let hint: string | undefined;
    const local = name[0] === '.';
    const shown = local
      ? [...this.symbols.entries.values()]
          .filter((e) => e.name.startsWith(`${this.parent}.`))
          .map((e) => e.name.slice(this.parent.length))
      : [...this.symbols.entries.values()].filter((e) => !e.expansion).map((e) => e.name);
    const meant = closest(name, shown);
    if (meant !== undefined) hint = `did you mean ${meant}?`;
    else if (local) {
      const elsewhere = [...this.symbols.entries.values()].find((e) => e.name.endsWith(name) && !e.expansion);
      hint = `.labels belong to the last full label${this.parent ? `, here ${this.parent}` : ''}${elsewhere ? `; there is ${elsewhere.name}` : ''}`;
    } else if (/^[A-Fa-f][0-9A-Fa-f]*[Hh]$/.test(name)) hint = `a number must start with a digit: 0${name}`;
    else if (/^[@][FfBb]$/.test(name)) hint = 'there is no @@ label in that direction';
    this.report({ name: 'undefined-symbol', message: `'${name}' is not defined`, hint, at, end });
  }

  value(expression: Expression): number | undefined {
    return evaluate(expression, this);
  }

  /** A value of 0..65536 that sizes and addresses must have; 0 while unknown. */
  size(expression: Expression, what: string, least = 0): number {
    const value = this.value(expression);
    if (value === undefined) return least > 0 ? least : 0;
    if (value >= least && value <= 0x10000) return value;
    this.report({
      name: 'size-range',
      message: `${what} is ${value}; it must be ${least} to 65536`,
      at: expression.at,
      end: expression.end,
    });
    return least;
  }

  /** A scope's own findings, from inside an expression. */
  fault(fault: Fault): void {
    this.report(fault);
  }

  // ---- output -----------------------------------------------------------------------------------------

  emit(byte: number): void {
    if (this.struct) {
      if (this.struct.bytes.length < 0x10000) this.struct.bytes.push(byte & 0xff);
      return;
    }
    if (this.pc > 0xffff) {
      this.pastEnd();
      this.pc++;
      return;
    }
    if (!this.image.put(this.pc, byte) && !this.overlapReported) {
      this.overlapReported = true;
      this.report({
        name: 'overlap',
        message: `address ${hex(this.pc)} was already used`,
        hint: 'look for an ORG that goes back',
        at: 0,
        end: this.current.text.length,
      });
    }
    this.pc++;
  }

  /** Say once that the 64 KB are full. */
  pastEnd(): void {
    if (!this.pastEndReported)
      this.report({
        name: 'past-end',
        message: 'this goes beyond address 0xFFFF',
        at: 0,
        end: this.current.text.length,
      });
    this.pastEndReported = true;
  }

  emitWord(value: number): void {
    this.emit(value & 0xff);
    this.emit((value >> 8) & 0xff);
  }

  /** A byte from an expression, checked; 0 while unknown or wrong. */
  byteOf(expression: Expression): number {
    const value = this.value(expression);
    if (value === undefined) return 0;
    if (value >= -128 && value <= 255) return value & 0xff;
    this.report({
      name: 'byte-range',
      message: `${shown(value)} does not fit a byte`,
      hint: value > 255 ? 'LOW(…) takes its lower half, HIGH(…) the upper' : undefined,
      at: expression.at,
      end: expression.end,
    });
    return 0;
  }

  wordOf(expression: Expression): number {
    const value = this.value(expression);
    if (value === undefined) return 0;
    if (value >= -32768 && value <= 65535) return value & 0xffff;
    this.report({
      name: 'word-range',
      message: `${shown(value)} does not fit a word`,
      at: expression.at,
      end: expression.end,
    });
    return 0;
  }

  // ---- findings ---------------------------------------------------------------------------------------

  /** Report about part of the current line. */
  report(fault: Fault): void {
    this.reportAt(this.current, fault.name, fault.message, fault.hint, fault.at, fault.end, this.stack());
  }

  reportAt(
    line: BodyLine,
    name: Finding,
    message: string,
    hint?: string,
    at = 0,
    end?: number,
    stack: StackEntry[] = [],
  ): void {
    const severity = severityOf(name);
    if (severity === 'error' && ++this.errors > MAX_ERRORS) {
      if (!this.stopped) this.stop('too-many-errors', `more than ${MAX_ERRORS} errors: stopped`);
      if (name !== 'too-many-errors') return;
    }
    const firstInk = line.text.search(/\S/);
    const from = Math.max(0, at === 0 && end === undefined ? firstInk : at);
    const to = end ?? line.text.trimEnd().length;
    this.diagnostics.push({
      code: FINDINGS[name][0],
      name,
      severity,
      message,
      ...(hint !== undefined && { hint }),
      file: line.file,
      line: line.line,
      column: from + 1,
      length: Math.max(1, to - from),
      source: line.text,
      stack,
    });
  }

  /** Report and go no further. */
  stop(name: Finding, message: string, hint?: string): void {
    this.stopped = true;
    this.report({ name, message, hint, at: 0, end: Math.max(1, this.current.text.length) });
  }

  private stack(): StackEntry[] {
    const out: StackEntry[] = [];
    for (let i = this.frames.length - 1; i > 0; i--) {
      const { kind, name, callFile, callLine } = this.frames[i]!;
      if (kind !== 'main') out.push({ kind, name, file: callFile, line: callLine });
    }
    return out;
  }

  get currentLine(): BodyLine {
    return this.current;
  }

  private reportOpenBlocks(): void {
    for (const { opened } of this.conditions) this.reportAt(opened, 'open-block', 'IF without ENDIF');
    if (this.struct) this.reportAt(this.struct.opened, 'open-block', 'STRUCT without ENDS');
    for (const { opened } of this.modules) this.reportAt(opened, 'open-block', 'MODULE without ENDMODULE');
    for (const { file, line, name } of this.timed)
      this.reportAt({ file, line, text: '' }, 'open-block', `TIMED ${name} without ENDTIMED`);
  }

  private checkAfterEnd(): void {
    const frame = this.frames[0]!;
    for (; this.frames.length === 1 && frame.index < frame.count; frame.index++) {
      const { text } = frame.line(frame.index);
      if (/^[\s\x1a]*(;|$)/.test(text)) continue;
      this.reportAt(frame.line(frame.index), 'after-end', 'this stands after END and is not assembled');
      return;
    }
  }

  private reportUnsettled(): void {
    const moved = this.symbols.moved.filter((entry) => !entry.expansion);
    const entry = moved[0];
    if (!entry) return this.stop('unsettled', `values still change after ${MAX_PASSES} passes`);
    const names = moved.slice(0, 3).map((e) => e.name);
    this.stopped = true;
    this.reportAt(
      { file: entry.file, line: entry.line, text: entry.source },
      'unsettled',
      `addresses still change after ${MAX_PASSES} passes: ${names.join(', ')}${moved.length > 3 ? ' …' : ''}`,
      'a size (DS, ORG, IF) depends on an address that depends on that size',
      entry.column - 1,
      entry.column - 1 + entry.length,
    );
  }

  /** A macro's lines, which make nothing where they are defined. */
  listBody(lines: BodyLine[]): void {
    this.bodyToList = lines;
  }

  private list(
    line: BodyLine,
    statement: Statement,
    startPc: number,
    start: number,
    depth: number,
    skipped: boolean,
  ): void {
    const length = Math.max(0, Math.min(this.pc, 0x10000) - startPc);
    const directive = statement.directive?.names[0] ?? '';
    const region = this.timed.at(-1);
    this.listing.push({
      file: line.file,
      line: line.line,
      text: line.text,
      depth: depth - 1,
      address: directive === 'ORG' || directive === 'PHASE' ? this.here : start,
      bytes: SILENT.has(directive) || length === 0 ? NO_BYTES : this.image.slice(startPc, length),
      value: this.lineValue,
      tStates: this.tStatesTaken ? this.tStates : undefined,
      tStatesTaken: this.tStatesTaken ? this.tStatesTaken : undefined,
      sum: region && this.tStatesTaken ? { least: region.least, most: region.most } : undefined,
      skipped,
    });
    for (const body of this.bodyToList)
      this.listing.push({
        ...body,
        depth: depth - 1,
        address: start,
        bytes: NO_BYTES,
        value: undefined,
        tStates: undefined,
        tStatesTaken: undefined,
        sum: undefined,
        skipped: true,
      });
    this.bodyToList = [];
  }
}

const NO_BYTES = new Uint8Array(0);
/** They move the address without writing bytes. */
const SILENT = new Set(['ORG', 'RESB']);
/** After these it is unknown how the next instruction is reached. */
const DATA_DIRECTIVES = new Set(['DB', 'DC', 'DZ', 'DW', 'DS', 'ALIGN', 'INCBIN', 'RESB', 'ORG', 'PHASE', 'DEPHASE']);
const STRUCT_DIRECTIVES = new Set([
  'DB',
  'DC',
  'DZ',
  'DW',
  'DS',
  'RESB',
  'ALIGN',
  'ENDS',
  'ASSERT',
  'ERROR',
  'WARNING',
  'EQU',
  'DEFL',
  'TITLE',
]);

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A number for a message: small ones decimal, addresses in hex as well. */
export function shown(value: number): string {
  return value > 255 ? `${value} (${hex(value)})` : String(value);
}

function normalise(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..' && out.at(-1) !== '') out.pop();
    else out.push(part);
  }
  return out.join('/');
}
