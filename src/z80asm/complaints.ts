/** What the engine says when it is stuck: an unknown operation, blocks left open, text after END, no end of passes. */
import type { Assembler } from './assembler.js';
import type { Fault } from './diagnostics.js';
import { DIRECTIVE_NAMES } from './directive-table.js';
import { inZ80Notation } from './instructions-8080.js';
import { MNEMONICS } from './instructions.js';
import { statementEnd } from './lexer.js';
import { restOf, suggestOperation, type Statement } from './statement.js';

export function reportUnknown(asm: Assembler, statement: Statement): void {
  const { op, opAt, label } = statement;
  const margin = label && !label.colon ? label : undefined;
  const fault = asm.faultAtOp(statement, 'unknown-instruction', `unknown instruction '${op}'`);
  if (asm.macrosBefore.has(op.toUpperCase()) && !asm.macros.has(op.toUpperCase()))
    return asm.report({ ...fault, hint: 'a macro must be defined above its first use' });
  const foreign = foreignMnemonic(asm, statement);
  if (foreign) return asm.report({ ...fault, ...foreign });
  const known = [...DIRECTIVE_NAMES, ...asm.macros.keys(), ...asm.structs.keys()];
  const meant = suggestOperation(op, known);
  const meantMargin = margin && !meant ? suggestOperation(margin.name, known) : undefined;
  if (margin && meantMargin)
    return asm.report({
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
  asm.report({ ...fault, hint });
}

/** A mnemonic of the other notation, 8080 or Z80: what it is called in this one, and what reads it. */
function foreignMnemonic(asm: Assembler, statement: Statement): Partial<Fault> | undefined {
  const { op, label, text } = statement;
  const intel = asm.syntax.mnemonics === '8080';
  // At the margin, it was taken for a label.
  const margin = label && !label.colon ? { word: label.name, at: label.at, end: label.end } : undefined;
  for (const { word, at, end } of [
    ...(margin ? [margin] : []),
    { word: op, at: statement.opAt, end: statement.restAt },
  ]) {
    const upper = word.toUpperCase();
    const message = `unknown instruction '${word}'`;
    if (intel && MNEMONICS.has(upper))
      return {
        message,
        hint: `${upper} is a Z80 mnemonic, and these lines are read with the 8080's; a line .Z80 above changes that`,
        at,
        end,
      };
    const z80 = intel ? undefined : inZ80Notation(upper, text.slice(end, statementEnd(text, end, asm.syntax)));
    if (z80 !== undefined)
      return {
        message,
        hint: `${upper} is an 8080 mnemonic: in Z80 notation ${z80}; --dialect 8080 or a line .8080 above reads them`,
        at,
        end,
      };
  }
  return undefined;
}

export function reportOpenBlocks(asm: Assembler): void {
  for (const { opened } of asm.conditions) asm.reportAt(opened, 'open-block', 'IF without ENDIF');
  if (asm.struct) asm.reportAt(asm.struct.opened, 'open-block', 'STRUCT without ENDS');
  for (const { opened } of asm.modules) asm.reportAt(opened, 'open-block', 'MODULE without ENDMODULE');
  for (const { file, line, name } of asm.timed)
    asm.reportAt({ file, line, text: '' }, 'open-block', `TIMED ${name} without ENDTIMED`);
}

export function checkAfterEnd(asm: Assembler): void {
  const frame = asm.frames[0]!;
  for (; asm.frames.length === 1 && frame.index < frame.count; frame.index++) {
    const { text } = frame.line(frame.index);
    if (/^[\s\x1a]*(;|$)/.test(text)) continue;
    asm.reportAt(frame.line(frame.index), 'after-end', 'this stands after END and is not assembled');
    return;
  }
}

export function reportUnsettled(asm: Assembler, passes: number): void {
  const moved = asm.symbols.moved.filter((entry) => !entry.expansion);
  const entry = moved[0];
  if (!entry) return asm.stop('unsettled', `values still change after ${passes} passes`);
  const names = moved.slice(0, 3).map((e) => e.name);
  asm.stopped = true;
  asm.reportAt(
    { file: entry.file, line: entry.line, text: entry.source },
    'unsettled',
    `addresses still change after ${passes} passes: ${names.join(', ')}${moved.length > 3 ? ' …' : ''}`,
    'a size (DS, ORG, IF) depends on an address that depends on that size',
    entry.column - 1,
    entry.column - 1 + entry.length,
  );
}
