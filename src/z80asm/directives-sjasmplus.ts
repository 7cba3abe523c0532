/** What the directives of sjasmplus do that no other dialect has. */
import type { Assembler, Handler } from './assembler.js';
import { argsOf, characters } from './directives-data.js';
import { openCondition } from './directives-blocks.js';
import { fail } from './diagnostics.js';
import { restOf, type Statement } from './statement.js';

/** Numbers of 3 or 4 bytes, low byte first. In a STRUCT, with nothing given, a field of that size. */
function numbers(asm: Assembler, statement: Statement, size: number): void {
  const list = argsOf(statement, asm.struct ? 0 : 1, Infinity);
  const values = list.length === 0 ? [0] : list.map((expression) => asm.value(expression) ?? 0);
  for (const value of values) for (let i = 0; i < size; i++) asm.emit((value >> (8 * i)) & 0xff);
}

/** Has something used the name, in this pass or in the one before? */
function isUsed(asm: Assembler, statement: Statement): boolean {
  const entry = asm.resolve(restOf(statement).text);
  return entry !== undefined && entry.usedIn > 0 && entry.usedIn >= asm.pass - 1;
}

export const SJASMPLUS_HANDLERS: Record<string, Handler> = {
  D24: (asm, statement) => numbers(asm, statement, 3),
  DD: (asm, statement) => numbers(asm, statement, 4),
  IFUSED: (asm, statement) => openCondition(asm, () => isUsed(asm, statement)),
  IFNUSED: (asm, statement) => openCondition(asm, () => !isUsed(asm, statement)),
  DEFINE(asm, statement) {
    if (!asm.texts!.define(restOf(statement).text))
      fail('syntax', statement.opAt, statement.opAt + statement.op.length, 'DEFINE needs a name');
  },
  UNDEFINE: (asm, statement) => asm.texts!.remove(restOf(statement).text),
  DISPLAY(asm, statement) {
    for (const expression of argsOf(statement, 1, Infinity))
      asm.say(
        expression.op === 'string'
          ? String.fromCharCode(...characters(asm, expression))
          : `0x${((asm.value(expression) ?? 0) >>> 0).toString(16).toUpperCase().padStart(4, '0')}`,
      );
    asm.say('\n');
  },
};
