/** What the directives for places, data, symbols and files do. */
import type { Assembler, Handler } from './assembler.js';
import { fail } from './diagnostics.js';
import type { Expression } from './expression.js';
import { args, operandParser, restOf, type Statement } from './statement.js';

/** The operands, of which there must be so many. */
export function argsOf(statement: Statement, least: number, most: number): Expression[] {
  const list = args(statement);
  if (list.length >= least && list.length <= most) return list;
  const name = statement.op.toUpperCase();
  const { at, end } = restOf(statement);
  const count = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  return fail(
    'syntax',
    list.length === 0 ? statement.opAt : at,
    list.length === 0 ? statement.opAt + statement.op.length : end,
    `${name} takes ${count} operand${most === 1 || (most === Infinity && least === 1) ? '' : 's'}, not ${list.length}`,
    statement.directive && `syntax: ${statement.directive.syntax}`,
  );
}

/** A string's characters, each one byte, put behind `out`. */
/** The values of DB or DW. A field of a STRUCT may have none: it is 0 then. */
function valuesOf(asm: Assembler, statement: Statement): Expression[] {
  const list = argsOf(statement, asm.struct ? 0 : 1, Infinity);
  if (list.length > 0) return list;
  return [{ op: 'number', value: 0, at: statement.opAt, end: statement.opAt + statement.op.length }];
}

export function characters(asm: Assembler, { text, at }: Expression & { op: 'string' }, out: number[] = []): number[] {
  for (let i = 0, from = 0; from < text.length; i++) {
    const code = text.codePointAt(from)!;
    from += code > 0xffff ? 2 : 1;
    out.push(code <= 255 ? code : 0);
    if (code > 255)
      asm.report({
        name: 'character-range',
        message: `'${String.fromCodePoint(code)}' (U+${code.toString(16).toUpperCase()}) does not fit a byte`,
        hint: 'the Z80 side knows ASCII; write other bytes as numbers',
        at: at + 1 + i,
        end: at + 2 + i,
      });
  }
  return out;
}

/** All values first, then the bytes: `$` is the start of the statement in each of them. @param mark of a string's last */
function bytes(asm: Assembler, statement: Statement, mark = 0): number[] {
  const out: number[] = [];
  for (const expression of valuesOf(asm, statement))
    if (expression.op === 'string') {
      characters(asm, expression, out);
      if (mark && expression.text !== '') out[out.length - 1]! |= mark;
    } else out.push(asm.byteOf(expression));
  return out;
}

/** A file name in quotes, in <>, or bare up to a comma; and where it ends. */
function fileName(statement: Statement): { path: string; at: number; end: number; after: number } {
  const { text, at } = restOf(statement);
  if (text === '')
    return fail(
      'syntax',
      statement.opAt,
      statement.opAt + statement.op.length,
      `${statement.op.toUpperCase()} needs a file name`,
    );
  const quoted = /^(?:"([^"]*)"|'([^']*)'|<([^>]*)>)/.exec(text);
  const path = quoted ? (quoted[1] ?? quoted[2] ?? quoted[3]!) : text.split(',')[0]!.trimEnd();
  const end = at + (quoted ? quoted[0].length : path.length);
  if (path === '') return fail('syntax', at, end, 'the file name is empty');
  return { path, at, end, after: end };
}

function defineSymbol(asm: Assembler, statement: Statement, kind: 'equ' | 'variable'): void {
  const { label } = statement;
  if (!label) {
    const name = statement.op.toUpperCase();
    return fail(
      'syntax',
      statement.opAt,
      statement.opAt + statement.op.length,
      `${name} needs a name in front`,
      `syntax: ${statement.directive!.syntax}`,
    );
  }
  const expression = argsOf(statement, 1, 1)[0]!;
  const before = asm.diagnostics.length;
  const value = asm.value(expression);
  // A circle is no failure of this one definition: each pass must find it again.
  const told = asm.diagnostics.slice(before).some((d) => d.name !== 'circular-symbol');
  const failed = value === undefined && (told || dependsOnFailed(asm, expression));
  asm.defineName(label, value, kind, failed);
  if (kind === 'equ' && value === undefined && !failed) asm.defer(label.name, expression, asm.here);
}

/** Does an unknown value come from a symbol whose error has been told? */
function dependsOnFailed(asm: Assembler, expression: Expression): boolean {
  switch (expression.op) {
    case 'name':
      return asm.resolve(expression.name)?.failed === true;
    case 'unary':
      return dependsOnFailed(asm, expression.a);
    case 'binary':
      return dependsOnFailed(asm, expression.a) || dependsOnFailed(asm, expression.b);
    case 'choice':
      return [expression.a, expression.b, expression.c].some((e) => dependsOnFailed(asm, e));
    default:
      return false;
  }
}

function leaveRoom(asm: Assembler, size: number): void {
  if (asm.struct) for (let i = 0; i < size; i++) asm.emit(0);
  else asm.pc += size;
  // Where no byte is written, zmac and its kin do not mind.
  if (asm.pc > 0x10000 && !asm.syntax.dialect.roomOnly) asm.pastEnd();
}

export const DATA_HANDLERS: Record<string, Handler> = {
  ORG(asm, statement) {
    const [address] = argsOf(statement, 1, 1);
    const value = asm.value(address!);
    asm.phase = 0;
    if (value === undefined) return;
    if (value < 0 || value > 0xffff)
      return asm.report({
        name: 'size-range',
        message: `the address is ${value}; it must be 0 to 65535`,
        at: address!.at,
        end: address!.end,
      });
    asm.pc = value;
  },
  PHASE(asm, statement) {
    const [address] = argsOf(statement, 1, 1);
    asm.phase = asm.size(address!, 'the address') - asm.pc;
    asm.phased = true;
  },
  DEPHASE(asm, statement) {
    argsOf(statement, 0, 0);
    if (!asm.phased) asm.report(asm.faultAtOp(statement, 'stray-dephase', 'no PHASE is in force here'));
    asm.phase = 0;
    asm.phased = false;
  },
  ALIGN(asm, statement) {
    const [multiple, fill] = argsOf(statement, 1, 2);
    const n = asm.size(multiple!, 'the alignment', 1);
    const byte = fill ? asm.byteOf(fill) : asm.fill;
    const gap = (n - (asm.here % n)) % n;
    for (let i = 0; i < gap; i++) asm.emit(byte);
  },
  DB: (asm, statement) => asm.emitAll(bytes(asm, statement)),
  DC: (asm, statement) => asm.emitAll(bytes(asm, statement, 0x80)),
  DZ: (asm, statement) => asm.emitAll([...bytes(asm, statement), 0]),
  DW(asm, statement) {
    const each = asm.syntax.dialect.wordStrings === 'each';
    const words = valuesOf(asm, statement).flatMap((expression) =>
      each && expression.op === 'string' ? characters(asm, expression) : [asm.wordOf(expression)],
    );
    for (const word of words) asm.emitWord(word);
  },
  DS(asm, statement) {
    const [count, fill] = argsOf(statement, 1, 2);
    const n = asm.size(count!, 'the size');
    if (!fill && asm.syntax.dialect.roomOnly) return leaveRoom(asm, n);
    const byte = fill ? asm.byteOf(fill) : asm.fill;
    for (let i = 0; i < n; i++) asm.emit(byte);
  },
  RESB(asm, statement) {
    const [count] = argsOf(statement, 1, 1);
    leaveRoom(asm, asm.size(count!, 'the size'));
  },
  EQU: (asm, statement) => defineSymbol(asm, statement, 'equ'),
  DEFL: (asm, statement) => defineSymbol(asm, statement, 'variable'),
  PUBLIC(asm, statement) {
    for (const expression of argsOf(statement, 1, Infinity)) {
      if (expression.op !== 'name') return fail('syntax', expression.at, expression.end, 'PUBLIC takes names');
      asm.lookup(expression.name, expression.at, expression.end);
    }
  },
  INCLUDE(asm, statement) {
    const { path, at, end, after } = fileName(statement);
    const rest = restOf(statement);
    if (rest.at + rest.text.length > after)
      fail('syntax', after, rest.end, 'there is more after the file name', 'a name with blanks or commas needs quotes');
    asm.include(path, at, end);
  },
  INCBIN(asm, statement) {
    const { path, at, end, after } = fileName(statement);
    const parser = operandParser(statement, after);
    const numbers: Expression[] = [];
    while (parser.isOp(',')) {
      parser.advance();
      numbers.push(parser.expression());
    }
    if (!parser.atEnd || numbers.length > 2) parser.unexpected('expected INCBIN "file", offset, length');
    const contents = asm.binary(path, at, end);
    if (!contents) return;
    const [offset, length] = numbers;
    let from = offset ? (asm.value(offset) ?? 0) : 0;
    if (from < 0) from += contents.length;
    const count = length ? (asm.value(length) ?? 0) : contents.length - from;
    if (from < 0 || from > contents.length || count < 0 || from + count > contents.length)
      return asm.report({
        name: 'file-part',
        message: `${path} has ${contents.length} bytes, not ${count} from ${from}`,
        at: (offset ?? { at }).at,
        end: numbers.at(-1)?.end ?? end,
      });
    if (count > 0x10000 || (asm.pc + count > 0x10000 && !asm.struct)) return asm.pastEnd();
    for (let i = 0; i < count; i++) asm.emit(contents[from + i]!);
  },
};
