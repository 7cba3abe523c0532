/** What the directives of Microsoft's assembler do, and those of its kin, that our own language does not have. */
import type { Assembler, Handler } from './assembler.js';
import { fail } from './diagnostics.js';
import { argsOf } from './directives-data.js';
import { BLOCK_HANDLERS, openCondition } from './directives-blocks.js';
import { splitCall } from './macro-text.js';
import { restOf, type Statement } from './statement.js';

/** `.Z80`, `.8080`, and CPU with a name behind it. */
function mnemonics(asm: Assembler, statement: Statement): void {
  const { text } = restOf(statement);
  const name = statement.op.toUpperCase();
  const cpu = name === 'CPU' ? text.toUpperCase() : name.replace('.', '');
  if (cpu === '8080') asm.syntax.useMnemonics('8080');
  // Where both are read together, there is nothing to switch.
  else if (cpu === 'Z80') asm.syntax.useMnemonics(asm.syntax.dialect.mnemonics === 'both' ? 'both' : 'z80');
  else BLOCK_HANDLERS['TITLE']!(asm, statement);
}

/** Names of a list, without what else may stand in it: `EXTRN a, b`. */
function names(statement: Statement): string[] {
  return restOf(statement)
    .text.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function compare(asm: Assembler, statement: Statement, equal: boolean): void {
  openCondition(asm, () => {
    const { text, at, end } = restOf(statement);
    const words = splitCall(text, at, true);
    if (words.length !== 2 && words.length !== 1)
      fail('syntax', at, end, `${statement.op.toUpperCase()} compares <one text>,<another>`);
    return ((words[0]?.text ?? '') === (words[1]?.text ?? '')) === equal;
  });
}

/** Read on to the line that has the delimiter a second time; whatever stands there is comment. */
function comment(asm: Assembler, statement: Statement): void {
  const text = statement.text.slice(statement.restAt).trimStart();
  const delimiter = text[0];
  if (delimiter === undefined)
    fail(
      'syntax',
      statement.opAt,
      statement.opAt + statement.op.length,
      '.COMMENT needs a delimiter, as in .COMMENT *',
    );
  if (!text.includes(delimiter, 1) && !asm.skipLines((line) => line.includes(delimiter)))
    asm.reportAt(asm.currentLine, 'open-block', `the comment has no second ${delimiter}`);
}

function radix(asm: Assembler, statement: Statement): void {
  const { text, at, end } = restOf(statement);
  // The number itself is always decimal.
  const base = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (base < 2 || base > 16) fail('size-range', at, end, `the base is ${text || 'missing'}; it must be 2 to 16`);
  asm.syntax.useRadix(base);
}

function segment(asm: Assembler, statement: Statement): void {
  const { text } = restOf(statement);
  const name = statement.op.toUpperCase();
  const end = statement.opAt + name.length;
  asm.useSegment(name === 'COMMON' ? `${name} ${text}`.trim() : name, { at: statement.opAt, end });
}

export const M80_HANDLERS: Record<string, Handler> = {
  '.Z80': mnemonics,
  EXTRN: (asm, statement) => names(statement).forEach((name) => asm.declareExternal(name)),
  IF1: (asm) => openCondition(asm, () => true),
  IFE: (asm, statement) => openCondition(asm, () => asm.value(argsOf(statement, 1, 1)[0]!) === 0),
  IFIDN: (asm, statement) => compare(asm, statement, true),
  IFDIF: (asm, statement) => compare(asm, statement, false),
  '.COMMENT': comment,
  '.RADIX': radix,
  '.PRINTX': () => {},
  SEGMENT: segment,
  MACLIB(asm, statement) {
    const { text, at, end } = restOf(statement);
    const name = text.replace(/^(['"<])(.*)(['">])$/, '$2');
    if (name === '') fail('syntax', at, end, 'MACLIB needs the name of a file');
    const z80 = /^z80(\.lib)?$/i.test(name);
    asm.include(
      name,
      at,
      end,
      z80
        ? 'it makes Z80 instructions of macros; with .Z80 above, the lines may have them in Zilog’s notation'
        : undefined,
    );
  },
};
