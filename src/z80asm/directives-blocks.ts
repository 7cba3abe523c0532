/** What the directives for conditions, macros, structures, modules and checks do. */
import type { Assembler, Handler } from './assembler.js';
import { argsOf } from './directives-data.js';
import { fail } from './diagnostics.js';
import { splitCall } from './macro-text.js';
import { Template, splitArguments, type BodyLine } from './source.js';
import { args, operandParser, restOf, restTokens, type Statement } from './statement.js';
import { findDirective } from './directive-table.js';
import { MNEMONICS } from './instructions.js';

// ---- conditions -----------------------------------------------------------------------------------------

/** Begin a condition. @param test not called where all is skipped anyway */
export function openCondition(asm: Assembler, test: () => boolean): void {
  const outer = asm.active;
  // A condition that cannot be understood still opens a block; neither of its branches is assembled.
  const condition = { active: false, taken: true, outer, sawElse: false, opened: asm.currentLine };
  asm.conditions.push(condition);
  // In a part that is skipped, the condition is not even looked at.
  condition.active = condition.taken = outer && test();
}

/** The innermost condition that this frame opened; a macro cannot end its caller's IF. */
function innermost(asm: Assembler, statement: Statement): Assembler['conditions'][number] {
  const floor = asm.frames.at(-1)!.conditions;
  const condition = asm.conditions.length > floor ? asm.conditions.at(-1) : undefined;
  return condition ?? stray(statement, `${statement.op.toUpperCase()} without IF`);
}

function stray(statement: Statement, message: string): never {
  return fail('stray-end', statement.opAt, statement.opAt + statement.op.length, message);
}

function isTrue(asm: Assembler, statement: Statement): boolean {
  const value = asm.value(argsOf(statement, 1, 1)[0]!);
  return value !== undefined && (asm.syntax.dialect.condition === 'bit' ? value & 1 : value) !== 0;
}

/** Is there nothing in <...>? M80 counts a blank as something. */
function isBlank(asm: Assembler, statement: Statement): boolean {
  const { text } = restOf(statement);
  const words = looseMacros(asm) ? splitCall(text, 0, true).map((word) => word.text) : splitArguments(text);
  return words.every((word) => word === '');
}

/** As a symbol, or by #DEFINE where the dialect has that. */
function isDefined(asm: Assembler, name: string): boolean {
  return asm.isDefined(name) || asm.texts?.has(name) === true;
}

function oneName(statement: Statement): { text: string; at: number; end: number } {
  const [token, end] = restTokens(statement);
  if (token!.kind === 'name' && end!.kind === 'end') return token!;
  const name = statement.op.toUpperCase();
  return fail('syntax', token!.at, token!.end, `${name} takes one name`);
}

export function orElse(asm: Assembler, statement: Statement, test: () => boolean, last: boolean): void {
  const condition = innermost(asm, statement);
  if (condition.sawElse) stray(statement, `${statement.op.toUpperCase()} after ELSE`);
  condition.sawElse = last;
  condition.active = condition.outer && !condition.taken && test();
  condition.taken ||= condition.active;
}

// ---- macros ---------------------------------------------------------------------------------------------

/** Words separated by commas, each perhaps with =default. */
function parameters(asm: Assembler, text: string, at: number): { name: string; default: string | undefined }[] {
  if (looseMacros(asm)) return text.split(/[\s,]+/).flatMap((name) => (name === '' ? [] : [{ name, default: '' }]));
  return splitArguments(text).map((word) => {
    const [, name, equals, value] = /^([A-Za-z_@][A-Za-z0-9_@$]*)\s*(=?)\s*(.*)$/s.exec(word) ?? [];
    if (name === undefined || (value !== '' && equals === ''))
      return fail('syntax', at, at + Math.max(1, text.length), `'${word}' cannot be a parameter`);
    return { name, default: equals ? value! : undefined };
  });
}

function body(asm: Assembler, statement: Statement): BodyLine[] | undefined {
  const opened = asm.currentLine;
  const lines = asm.collectBlock();
  if (!lines) asm.reportAt(opened, 'open-block', `${statement.op.toUpperCase()} without ENDM`);
  return lines;
}

/** Macros as M80 has them: any name may be theirs, arguments may be missing or too many. */
function looseMacros(asm: Assembler): boolean {
  return asm.syntax.dialect.macros === 'm80';
}

/** How often, and what the variable is in each round; `variable` is empty where there is none. */
interface Rounds {
  variable: string[];
  count: number;
  valueAt: (i: number) => string;
}

/** A repetition, whose own line says what `read` makes of it. */
function repeat(asm: Assembler, statement: Statement, read: () => Rounds): void {
  let rounds;
  try {
    rounds = read();
  } catch (error) {
    // The lines belong to it all the same.
    body(asm, statement);
    throw error;
  }
  const { variable, count, valueAt } = rounds;
  const lines = body(asm, statement);
  if (!lines || count === 0) return;
  const template = new Template(lines, variable, asm.syntax);
  let round = 0;
  asm.pushExpansion('repeat', statement.op.toUpperCase(), template, [valueAt(0)], () =>
    ++round < count ? [valueAt(round)] : undefined,
  );
}

function variableAndRest(statement: Statement): { variable: string; rest: string } {
  const { text, at, end } = restOf(statement);
  const pattern =
    statement.syntax.dialect.macros === 'm80'
      ? /^([^\s,<>'"]+)\s*,\s*(.*)$/s
      : /^([A-Za-z_@][A-Za-z0-9_@$]*)\s*,\s*(.*)$/s;
  const [, variable, rest] = pattern.exec(text) ?? [];
  if (variable === undefined)
    return fail(
      'syntax',
      at,
      end,
      `${statement.op.toUpperCase()} needs a variable and a comma`,
      `syntax: ${statement.directive!.syntax}`,
    );
  return { variable, rest: rest! };
}

/** The words of M80's <a,b,c>; of <> there is one, which is empty. */
function listOf(rest: string): string[] {
  const outer = splitCall(rest, 0, false).map(({ text }) => text);
  if (!rest.startsWith('<') || outer.length !== 1) return outer;
  const words = splitCall(outer[0]!, 0, false).map(({ text }) => text);
  return words.length > 0 ? words : [''];
}

function message(statement: Statement): string {
  const { text } = restOf(statement);
  return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? (text || statement.op.toUpperCase());
}

// ---- structures -----------------------------------------------------------------------------------------

function layDown(asm: Assembler, statement: Statement): void {
  const struct = asm.structs.get(statement.op.toUpperCase())!;
  const values = args(statement);
  if (values.length > struct.fields.length) {
    const { at, end } = restOf(statement);
    fail('syntax', at, end, `${struct.name} has ${struct.fields.length} fields, not ${values.length}`);
  }
  const bytes = [...struct.bytes];
  struct.fields.forEach(({ offset }, i) => {
    const value = values[i];
    const size = (struct.fields[i + 1]?.offset ?? bytes.length) - offset;
    if (!value) return;
    if (value.op === 'string' && value.text.length <= size)
      for (let j = 0; j < value.text.length; j++) bytes[offset + j] = value.text.charCodeAt(j) & 0xff;
    else if (size === 1) bytes[offset] = asm.byteOf(value);
    else if (size === 2) {
      const word = asm.wordOf(value);
      bytes[offset] = word & 0xff;
      bytes[offset + 1] = word >> 8;
    } else
      fail(
        'syntax',
        value.at,
        value.end,
        `field ${struct.fields[i]!.name} has ${size} bytes: a number does not fill it`,
      );
  });
  const { label } = statement;
  // A structure within a structure.
  const within = asm.struct ? `${asm.struct.name}.` : '';
  if (label)
    for (const { name, offset } of struct.fields)
      asm.defineName({ ...label, name: `${within}${label.name}.${name}` }, asm.here + offset, 'field');
  for (const byte of bytes) asm.emit(byte);
}

export const BLOCK_HANDLERS: Record<string, Handler> = {
  IF: (asm, statement) => openCondition(asm, () => isTrue(asm, statement)),
  IFDEF: (asm, statement) => openCondition(asm, () => isDefined(asm, oneName(statement).text)),
  IFNDEF: (asm, statement) => openCondition(asm, () => !isDefined(asm, oneName(statement).text)),
  IFB: (asm, statement) => openCondition(asm, () => isBlank(asm, statement)),
  IFNB: (asm, statement) => openCondition(asm, () => !isBlank(asm, statement)),
  ELSEIF: (asm, statement) => orElse(asm, statement, () => isTrue(asm, statement), false),
  ELSE: (asm, statement) => orElse(asm, statement, () => true, true),
  ENDIF(asm, statement) {
    innermost(asm, statement);
    asm.conditions.pop();
  },

  MACRO(asm, statement) {
    let name = statement.label?.name;
    let { text, at } = restOf(statement);
    if (name === undefined) {
      const found = /^([A-Za-z_.@?$][\w.@$?]*)[\s,]*(.*)$/s.exec(text);
      if (found) {
        name = found[1]!;
        at += text.length - found[2]!.length;
        text = found[2]!;
      }
    }
    const opened = asm.currentLine;
    const lines = body(asm, statement);
    if (name === undefined)
      return fail(
        'syntax',
        statement.opAt,
        statement.opAt + statement.op.length,
        'MACRO needs a name',
        `syntax: ${statement.directive!.syntax}`,
      );
    const upper = name.toUpperCase();
    const where = statement.label ?? { at: statement.opAt, end: statement.opAt + statement.op.length };
    const known = asm.syntax.isReserved(name) || MNEMONICS.has(upper) || asm.syntax.word(name)?.directive !== undefined;
    if (known && !looseMacros(asm))
      return asm.reportAt(
        opened,
        'reserved-name',
        `'${name}' is a reserved word: no macro can have this name`,
        undefined,
        where.at,
        where.end,
      );
    const earlier = asm.macros.get(upper);
    // A macro that redefines itself is how M80 programs make a subroutine once.
    if (earlier && !asm.expanding && !looseMacros(asm))
      return asm.reportAt(
        opened,
        'duplicate-symbol',
        `macro ${name} is already defined`,
        `first defined at ${earlier.file}:${earlier.line}`,
        where.at,
        where.end,
      );
    if (!lines) return;
    const list = parameters(asm, text, at);
    // A body that asks IFB expects arguments to be missing.
    if (lines.some((line) => /^\s*IFN?B\b/i.test(line.text))) for (const parameter of list) parameter.default ??= '';
    const template = new Template(
      lines,
      list.map((parameter) => parameter.name),
      asm.syntax,
    );
    asm.claim(name);
    asm.listBody(lines);
    if (looseMacros(asm) && asm.syntax.word(name)) asm.overrides.add(upper);
    asm.macros.set(upper, { name, parameters: list, body: template, file: opened.file, line: opened.line });
  },
  ENDM: (_asm, statement) => stray(statement, `${statement.op.toUpperCase()} without MACRO or REPT`),
  EXITM(asm, statement) {
    if (!asm.exitMacro()) stray(statement, 'EXITM outside a macro');
  },
  LOCAL(asm, statement) {
    for (const expression of argsOf(statement, 1, Infinity)) {
      if (expression.op !== 'name') return fail('syntax', expression.at, expression.end, 'LOCAL takes names');
      if (!asm.declareLocal(expression.name)) stray(statement, 'LOCAL outside a macro');
    }
  },
  REPT: (asm, statement) =>
    repeat(asm, statement, () => {
      const parser = operandParser(statement);
      const count = asm.size(parser.expression(), 'the count');
      let variable: string[] = [];
      let start = 0;
      let step = 1;
      if (parser.isOp(',')) {
        parser.advance();
        const token = parser.next();
        if (token.kind !== 'name') fail('syntax', token.at, token.end, 'expected a variable after the count');
        variable = [token.text];
        for (const set of [(n: number) => (start = n), (n: number) => (step = n)]) {
          if (!parser.isOp(',')) break;
          parser.advance();
          set(asm.value(parser.expression()) ?? 0);
        }
      }
      if (!parser.atEnd) parser.unexpected('expected the end of the line', `syntax: ${statement.directive!.syntax}`);
      return { variable, count, valueAt: (i) => String(start + i * step) };
    }),
  IRP: (asm, statement) =>
    repeat(asm, statement, () => {
      const { variable, rest } = variableAndRest(statement);
      let words = looseMacros(asm) ? listOf(rest) : splitArguments(rest);
      // <a,b,c> is M80's way to write the list, a,b,c pasmo's.
      if (!looseMacros(asm) && words.length === 1 && rest.startsWith('<')) words = splitArguments(words[0]!);
      return { variable: [variable], count: words.length, valueAt: (i) => words[i]! };
    }),
  IRPC: (asm, statement) =>
    repeat(asm, statement, () => {
      const { variable, rest } = variableAndRest(statement);
      const text =
        /^(?:<(.*)>|"(.*)"|'(.*)')$/s
          .exec(rest)
          ?.slice(1)
          .find((part) => part !== undefined) ?? (looseMacros(asm) ? rest.split(/\s/)[0]! : rest);
      return { variable: [variable], count: text.length, valueAt: (i) => text[i]! };
    }),

  STRUCT(asm, statement) {
    const label = statement.label ?? oneName(statement);
    if (asm.struct)
      return fail(
        'in-struct',
        statement.opAt,
        statement.opAt + statement.op.length,
        'a STRUCT cannot stand in another',
      );
    asm.struct = { name: 'text' in label ? label.text : label.name, bytes: [], fields: [], opened: asm.currentLine };
  },
  ENDS(asm, statement) {
    const struct = asm.struct ?? stray(statement, 'ENDS without STRUCT');
    asm.struct = undefined;
    const { opened } = struct;
    const at = Math.max(0, opened.text.indexOf(struct.name));
    const label = { name: struct.name, at, end: at + struct.name.length, colon: false };
    asm.defineName(label, struct.bytes.length, 'struct');
    const upper = struct.name.toUpperCase();
    if (!MNEMONICS.has(upper) && !findDirective(upper)) asm.structs.set(upper, struct);
  },
  'STRUCT-USE': layDown,
  MODULE(asm, statement) {
    const { text } = oneName(statement);
    asm.modules.push({ name: text, opened: asm.currentLine });
    asm.parent = '';
  },
  ENDMODULE(asm, statement) {
    if (!asm.modules.pop()) stray(statement, 'ENDMODULE without MODULE');
    asm.parent = '';
  },

  ASSERT(asm, statement) {
    const [condition, text] = argsOf(statement, 1, 2);
    const value = asm.value(condition!);
    if (value === undefined || value !== 0) return;
    const said =
      text?.op === 'string'
        ? text.text
        : `the assertion ${statement.text.slice(condition!.at, condition!.end)} does not hold`;
    asm.report({ name: 'assert-failed', message: said, at: condition!.at, end: condition!.end });
  },
  ERROR: (asm, statement) => asm.report(asm.faultAtOp(statement, 'error-directive', message(statement))),
  WARNING: (asm, statement) => asm.report(asm.faultAtOp(statement, 'warning-directive', message(statement))),
  TIMED(asm, statement) {
    const { text } = oneName(statement);
    const { file, line } = asm.currentLine;
    asm.timed.push({ name: text, file, line, bytes: 0, least: 0, most: 0, startPc: asm.pc });
  },
  ENDTIMED(asm, statement) {
    const region = asm.timed.pop() ?? stray(statement, 'ENDTIMED without TIMED');
    const { name, file, line, least, most, startPc } = region;
    asm.regions.push({ name, file, line, least, most, bytes: asm.pc - startPc });
    const label = { at: statement.opAt, end: statement.opAt + statement.op.length, colon: false };
    asm.defineName({ ...label, name: `${name}.tmin` }, least, 'equ');
    asm.defineName({ ...label, name: `${name}.tmax` }, most, 'equ');
  },
  END(asm, statement) {
    const [entry] = argsOf(statement, 0, 1);
    if (entry) asm.entry = asm.value(entry);
    asm.ended = true;
  },
  TITLE(asm, statement) {
    const name = statement.op.toUpperCase();
    if (/^\.?CPU$/.test(name) && /^(HD64|Z)180$/i.test(restOf(statement).text)) asm.z180 = true;
    else asm.report(asm.faultAtOp(statement, 'ignored-directive', `${name} has no effect here`));
  },
};
