/**
 * The engine: lines in, bytes out, as often as it takes until no address moves any more.
 *
 *     next statement (reading.ts) → label → instruction | directive | macro call
 *
 * In a pass, a name that is not defined yet has its value of the pass before; in the first it is unknown and
 * counts as 0. Only the findings of the last pass are kept. What the directives do is in directives-*.ts.
 */
import { counted } from '../seams/words.js';
import type { AssemblerOptions, Macro, Struct, TimedRegion } from './assembly.js';
import { Parser } from './expression.js';
import { FaultError } from './diagnostics.js';
import type { Directive } from './directive-table.js';
import { checkAfterEnd, reportOpenBlocks, reportUnknown, reportUnsettled } from './complaints.js';
import { encode } from './encode.js';
import { checkUnused, checkZ180, FlowCheck } from './lint.js';
import { ListingRecord } from './listing-record.js';
import { Reading } from './reading.js';
import { splitCall } from './macro-text.js';
import { fileFrame, freshName, splitArguments, type BodyLine, type SourceFile } from './source.js';
import { restOf, type Label, type Statement } from './statement.js';

const MAX_PASSES = 32;

export type Handler = (asm: Assembler, statement: Statement) => void;

export class Assembler extends Reading {
  readonly listing = new ListingRecord();
  readonly regions: TimedRegion[] = [];
  readonly macros = new Map<string, Macro>();
  readonly structs = new Map<string, Struct>();
  /** Macros that have the name of an instruction or a directive, and are called instead of it. */
  readonly overrides = new Set<string>();
  readonly timed: (TimedRegion & { startPc: number })[] = [];
  entry: number | undefined;
  ended = false;
  /** The program is for a Z180: it says so, or the caller does. */
  z180 = false;
  z180Told = false;
  /** Names of macros in the pass before, to tell "too early" from "unknown". */
  macrosBefore = new Set<string>();
  private readonly flow = new FlowCheck();
  private bodyToList: BodyLine[] = [];
  private tStates = 0;
  private tStatesTaken = 0;

  constructor(
    private readonly options: AssemblerOptions,
    private readonly handlers: Readonly<Record<string, Handler>>,
  ) {
    super(options);
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
      const late = this.settleDeferred();
      const settled = !this.symbols.endPass(this.pass) && !this.pending && !late;
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
    this.listing.clear();
    this.regions.length = this.timed.length = 0;
    this.macrosBefore = new Set(this.macros.keys());
    this.macros.clear();
    this.structs.clear();
    this.overrides.clear();
    this.entry = undefined;
    this.ended = false;
    this.z180Told = false;
    this.flow.reset();
  }

  private runPass(file: SourceFile): void {
    this.beginPass();
    this.current = { text: '', file: file.path, line: 0 };
    for (const [name, value] of Object.entries(this.options.defines))
      if (this.texts) this.texts.define(`${name} ${value}`);
      else if (typeof value === 'number') this.defineAt(this.fold(name), name, value, 'define', { at: 0, end: 1 });
    this.frames = [fileFrame(file, 'main', undefined)];
    this.loop();
    if (!this.stopped) reportOpenBlocks(this);
  }

  private loop(): void {
    for (let statement = this.next(); statement; statement = this.ended ? undefined : this.next()) {
      const startPc = this.pc;
      const start = this.here;
      this.lineValue = undefined;
      this.tStates = this.tStatesTaken = 0;
      const line = this.current;
      const depth = this.frames.length;
      const skipped = !this.active;
      this.execute(statement);
      this.list(line, statement, startPc, start, depth, skipped);
    }
    if (this.ended && !this.stopped) checkAfterEnd(this);
  }

  // ---- statements -------------------------------------------------------------------------------------

  private execute(statement: Statement): void {
    const { directive } = statement;
    try {
      if (directive?.block === 'condition') {
        // ITEM IFF, where ITEM is a macro: no condition, but its argument.
        const { label } = statement;
        if (this.active && label && !label.colon && this.call(label.name, statement, label.end, undefined)) return;
        if (this.active) this.addressLabel(statement);
        const looked = this.active;
        this.handlers[directive.names[0]!]!(this, statement);
        if (looked && statement.doubt) this.report(statement.doubt);
        return;
      }
      if (directive?.block === 'text') return this.handlers[directive.names[0]!]!(this, statement);
      if (!this.active) return;
      this.executeActive(statement, directive);
      if (statement.doubt) this.report(statement.doubt);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      this.report(error.fault);
    }
  }

  private executeActive(statement: Statement, directive: Directive | undefined): void {
    // What looks like a label at the margin, or a broken line, may be a call.
    const { label, op } = statement;
    if (this.overrides.size > 0 && this.overrides.has(op.toUpperCase()) && directive?.label !== 'name') {
      this.call(op, statement, statement.restAt, label);
      return;
    }
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
    if (statement.instruction.instruction.code[0] === 0xed) checkZ180(this, statement);
    const { tStates, tStatesTaken } = statement.instruction.instruction;
    this.tStates = tStates;
    this.tStatesTaken = tStatesTaken;
    if (this.timed.length > 0) this.addTime(tStates, tStatesTaken);
  }

  private addTime(tStates: number, tStatesTaken: number): void {
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
    const { parameters, body } = macro!;
    if (this.syntax.dialect.macros === 'm80') {
      this.pushExpansion('macro', macro!.name, body, this.looseArguments(macro!, called));
      return true;
    }
    const given = splitArguments(rest.text);
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

  /** M80's arguments: what is missing is empty, what is too much goes nowhere, and of %x the value is meant. */
  private looseArguments({ parameters }: Macro, statement: Statement): string[] {
    const zmac = this.syntax.dialect.name === 'zmac';
    const { restAt } = statement;
    // To zmac, S" is a word like any other, and no string begins in it.
    const rest = zmac ? { text: statement.text.slice(restAt), at: restAt } : restOf(statement);
    const given = splitCall(rest.text, rest.at, !zmac);
    return parameters.map(({ name }, i) => {
      const argument = given[i];
      // In zmac, ?name is a label of the expansion's own where nothing is given for it.
      if (zmac && name.startsWith('?') && !argument?.text) return freshName(this.newScope(), 0);
      if (!argument?.evaluated) return argument?.text ?? '';
      const parser = new Parser(this.syntax).start(argument.text, 0);
      const value = this.value(parser.expression()) ?? 0;
      return value.toString(this.syntax.radix);
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
    const directive = statement.directive === undefined ? '' : statement.directive.names[0]!;
    const { listing } = this;
    listing.add(line, depth - 1, directive === 'ORG' || directive === 'PHASE' ? this.here : start, skipped);
    const length = Math.min(this.pc, 0x10000) - startPc;
    if (length > 0 && !SILENT.has(directive)) listing.bytes(startPc, length);
    if (this.lineValue !== undefined) listing.value(this.lineValue);
    if (this.tStatesTaken > 0) listing.time(this.tStates, this.tStatesTaken, this.timed.at(-1));
    if (this.bodyToList.length > 0) {
      for (const body of this.bodyToList) listing.add(body, depth - 1, start, true);
      this.bodyToList = [];
    }
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
  'DD',
  'D24',
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
