/**
 * The engine: lines in, bytes out, as often as it takes until no address moves any more.
 *
 *     frames (file, macro, repetition) → statement → conditions → label → instruction | directive | macro call
 *
 * In a pass, a name that is not defined yet has its value of the pass before; in the first it is unknown and
 * counts as 0. Only the findings of the last pass are kept. What the directives do is in directives-*.ts.
 */
import { counted } from '../seams/words.js';
import {
  listingLine,
  type AssemblerOptions,
  type Condition,
  type ListingLine,
  type Macro,
  type Struct,
  type TimedRegion,
} from './assembly.js';
import { FaultError } from './diagnostics.js';
import type { Directive } from './directive-table.js';
import { checkAfterEnd, reportOpenBlocks, reportUnknown, reportUnsettled } from './complaints.js';
import { encode } from './encode.js';
import { Files } from './files.js';
import { checkUnused, FlowCheck } from './lint.js';
import { Output } from './output.js';
import {
  StatementCache,
  expansionFrame,
  fileFrame,
  splitArguments,
  type BodyLine,
  type Frame,
  type SourceFile,
  type Template,
} from './source.js';
import { restOf, type Label, type Statement } from './statement.js';

const MAX_PASSES = 32;
const MAX_LINES = 1_000_000;
/** Over all passes: a source that needs many passes must not take minutes. */
const MAX_LINES_IN_ALL = 8_000_000;
const MAX_MACRO_DEPTH = 64;
const MAX_INCLUDE_DEPTH = 32;

export type Handler = (asm: Assembler, statement: Statement) => void;

export class Assembler extends Output {
  readonly listing: ListingLine[] = [];
  readonly regions: TimedRegion[] = [];
  readonly files: Files;
  readonly macros = new Map<string, Macro>();
  readonly structs = new Map<string, Struct>();
  readonly timed: (TimedRegion & { startPc: number })[] = [];
  readonly conditions: Condition[] = [];
  entry: number | undefined;
  ended = false;
  /** Names of macros in the pass before, to tell "too early" from "unknown". */
  macrosBefore = new Set<string>();
  private readonly statements = new StatementCache();
  private readonly flow = new FlowCheck();
  private bodyToList: BodyLine[] = [];
  private expansions = 0;
  private lines = 0;
  private linesInAll = 0;
  private tStates = 0;
  private tStatesTaken = 0;

  constructor(
    private readonly options: AssemblerOptions,
    private readonly handlers: Record<string, Handler>,
  ) {
    super(options.caseInsensitive);
    this.files = new Files(options);
  }

  /** What DS and ALIGN put where they are given nothing, and what gaps have. */
  get fill(): number {
    return this.options.fill;
  }

  /** Assemble a file; the results are in the public fields. */
  run(main: string): void {
    const file = this.files.main(main);
    if (!file) {
      this.current = { text: '', file: main, line: 1 };
      this.report({ name: 'file-not-found', message: `cannot read ${main}`, at: 0, end: 1 });
      return;
    }
    for (this.pass = 1; ; this.pass++) {
      this.runPass(file);
      const settled = !this.symbols.endPass(this.pass) && !this.pending;
      if (this.stopped || (this.pass > 1 && settled)) break;
      if (this.pass === MAX_PASSES) {
        reportUnsettled(this, MAX_PASSES);
        break;
      }
    }
    if (this.image.empty && this.errors === 0) {
      this.current = { text: '', file: main, line: 1 };
      this.report({ name: 'no-output', message: 'the source produced no bytes', at: 0, end: 1 });
    }
    if (this.errors === 0) checkUnused(this);
  }

  protected override beginPass(): void {
    super.beginPass();
    this.listing.length = this.regions.length = this.timed.length = this.conditions.length = 0;
    this.macrosBefore = new Set(this.macros.keys());
    this.macros.clear();
    this.structs.clear();
    this.expansions = this.lines = 0;
    this.entry = undefined;
    this.ended = false;
    this.flow.reset();
  }

  private runPass(file: SourceFile): void {
    this.beginPass();
    this.current = { text: '', file: file.path, line: 0 };
    for (const [name, value] of Object.entries(this.options.defines))
      this.defineAt(this.fold(name), name, value, 'define', { at: 0, end: 1 });
    this.frames = [fileFrame(file, 'main', undefined)];
    this.loop();
    if (!this.stopped) reportOpenBlocks(this);
  }

  private loop(): void {
    while (this.frames.length > 0 && !this.stopped) {
      const frame = this.frames.at(-1)!;
      if (this.ended) {
        checkAfterEnd(this);
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
    if (!statement.instruction) return reportUnknown(this, statement);
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
        message: `macro ${macro!.name} takes ${counted(parameters.length, 'argument')}, not ${given.length}`,
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
    const frame = expansionFrame({
      kind,
      name,
      caller: this.current,
      body,
      first,
      next,
      conditions: this.conditions.length,
      newScope: () => `\0${++this.expansions}`,
      parse: (text) => this.statements.parse(text),
    });
    this.frames.push(frame);
  }

  private endFrame(frame: Frame): void {
    this.closeConditions(frame);
    if (frame.again?.()) {
      // A round of no lines is still work.
      this.linesInAll++;
      if (++this.lines > MAX_LINES) this.stop('too-many-lines', `more than ${MAX_LINES} lines after expansion`);
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
    const open = this.frames.filter((frame) => frame.kind === 'include').map((frame) => frame.name);
    if (open.length >= MAX_INCLUDE_DEPTH) {
      const cycle = [...open.slice(-3), path].join(' → ');
      const message = `INCLUDE is nested more than ${MAX_INCLUDE_DEPTH} deep: … ${cycle}`;
      return this.stop('include-depth', message, 'does a file include itself?');
    }
    const file = this.files.source(path, this.current.file);
    if (!file) return this.reportNotFound(path, at, end);
    const frame = fileFrame(file, 'include', this.current);
    frame.conditions = this.conditions.length;
    this.frames.push(frame);
  }

  binary(path: string, at: number, end: number): Uint8Array | undefined {
    const bytes = this.files.binary(path, this.current.file);
    if (!bytes) this.reportNotFound(path, at, end);
    return bytes;
  }

  private reportNotFound(path: string, at: number, end: number): void {
    const looked = this.files.candidates(path, this.current.file).map((c) => (c.includes('/') ? c : `./${c}`));
    this.report({
      name: 'file-not-found',
      message: `cannot find ${path}`,
      hint: `looked for ${looked.join(', ')}`,
      at,
      end,
    });
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
    const directive = statement.directive?.names[0] ?? '';
    const length = SILENT.has(directive) ? 0 : Math.max(0, Math.min(this.pc, 0x10000) - startPc);
    const entry = listingLine(line, depth - 1, start);
    if (directive === 'ORG' || directive === 'PHASE') entry.address = this.here;
    if (length > 0) entry.bytes = this.image.slice(startPc, length);
    entry.value = this.lineValue;
    entry.skipped = skipped;
    if (this.tStatesTaken > 0) {
      const region = this.timed.at(-1);
      entry.tStates = this.tStates;
      entry.tStatesTaken = this.tStatesTaken;
      if (region) entry.sum = { least: region.least, most: region.most };
    }
    this.listing.push(entry);
    for (const body of this.bodyToList) this.listing.push({ ...listingLine(body, depth - 1, start), skipped: true });
    this.bodyToList = [];
  }
}

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
