/** What the directives of TASM and uz80as do that no other dialect has. */
import type { Assembler, Handler } from './assembler.js';
import { argsOf, characters } from './directives-data.js';
import { openCondition, orElse } from './directives-blocks.js';
import { fail } from './diagnostics.js';
import { evaluate } from './expression.js';
import { checkEnd, operandParser, restOf, type Statement } from './statement.js';

/** What .FILL puts where it is given nothing: what an erased EPROM has. */
const FILL = 0xff;

/** #IF: a name that nothing defines is 0. What stands behind the expression is not looked at. */
function holds(asm: Assembler, statement: Statement): boolean {
  const parser = operandParser(statement);
  const expression = parser.expression();
  checkEnd(statement, parser);
  const value = evaluate(expression, {
    here: asm.here,
    bits: asm.bits,
    lookup(name, at, end) {
      const entry = asm.resolve(name);
      if (entry) entry.usedIn = asm.pass;
      else if (asm.texts!.has(name))
        asm.report({
          name: 'define-in-if',
          message: `#IF takes no text: ${name} of #DEFINE counts as 0`,
          hint: `#IFDEF ${name} asks whether it is defined; .EQU gives it a value`,
          at,
          end,
        });
      return entry?.value ?? 0;
    },
    isDefined: (name) => asm.isDefined(name),
    fault: (fault) => asm.report(fault),
  });
  return value !== undefined && value !== 0;
}

/** The words behind #IFDEF; only one can be a name. */
const isText = (asm: Assembler, statement: Statement): boolean => asm.texts!.has(restOf(statement).text);

function define(statement: Statement, done: boolean, message: string): void {
  if (!done) fail('syntax', statement.opAt, statement.opAt + statement.op.length, message);
}

export const TASM_HANDLERS: Record<string, Handler> = {
  '.Z180': (asm) => void (asm.z180 = true),
  '.FILL'(asm, statement) {
    const [count, fill] = argsOf(statement, 1, 2);
    const n = asm.size(count!, 'the size');
    const byte = fill ? asm.byteOf(fill) : FILL;
    for (let i = 0; i < n; i++) asm.emit(byte);
  },
  '.ECHO'(asm, statement) {
    for (const expression of argsOf(statement, 1, Infinity))
      asm.say(
        expression.op === 'string'
          ? String.fromCharCode(...characters(asm, expression))
          : String(asm.value(expression) ?? '?'),
      );
  },
  '#IF': (asm, statement) => openCondition(asm, () => holds(asm, statement)),
  '#ELIF': (asm, statement) => orElse(asm, statement, () => holds(asm, statement), false),
  '#IFDEF': (asm, statement) => openCondition(asm, () => isText(asm, statement)),
  '#IFNDEF': (asm, statement) => openCondition(asm, () => !isText(asm, statement)),
  '#DEFINE'(asm, statement) {
    const { text, at } = restOf(statement);
    // `#DEFINE NAME ;` and `#DEFINE NAME \\;` make a comment of what follows the name.
    const behind = asm.currentLine.text.slice(at + text.length).trimStart();
    const comment = behind.startsWith(';') && /^[\w.]+(\([^)]*\))?\s*\\?$/.test(text);
    define(statement, asm.texts!.define(comment ? `${text} ;` : text), '#DEFINE needs a name');
  },
  '#DEFCONT': (asm, statement) =>
    define(
      statement,
      asm.texts!.append(restOf(statement).text),
      'there is no #DEFINE above to go on with, or it gets longer than a line may be',
    ),
  '#UNDEF': (asm, statement) => asm.texts!.remove(restOf(statement).text),
};
