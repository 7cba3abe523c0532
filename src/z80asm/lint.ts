/**
 * Slips that assemble all the same: what the author most likely did not mean. Each check is sure of its
 * ground rather than complete, since a warning that is often wrong is soon ignored.
 */
import type { Assembler } from './assembler.js';
import { Z180_FORMS } from './instructions-z180.js';
import type { Slot } from './instructions.js';
import type { Operand, Statement } from './statement.js';

/** Checks on one operand with a number, just before it is encoded. */
export function checkOperand(asm: Assembler, statement: Statement, slot: Slot, operand: Operand, value: number): void {
  const expression = operand.expression!;
  const { text } = statement;
  const { at, end } = operand;
  const { mnemonic } = statement.instruction!.instruction;
  // A bracketed operand that took the form of a plain number.
  if (operand.bracketed && (slot.kind === 'n' || slot.kind === 'nn' || slot.kind === 'e')) {
    const inner = text.slice(expression.at, expression.end);
    asm.report({
      name: 'parenthesised-immediate',
      message: `the brackets mean nothing here: ${mnemonic} takes the number itself, not what is at that address`,
      hint: `write ${inner} without brackets, or load from (${inner}) first`,
      at,
      end,
    });
  }
  if (operand.shape === '(#)' && expression.op === 'string' && slot.kind === 'nn')
    asm.report({
      name: 'character-as-address',
      message: 'this reads memory at the code of a character',
      hint: `without the brackets it loads the character`,
      at,
      end,
    });
  if (operand.shape === '#' && slot.kind === 'n' && expression.op === 'name' && value > 0) {
    const entry = asm.resolve(expression.name);
    if (entry?.kind === 'label')
      asm.report({
        name: 'address-as-byte',
        message: `this takes the address of ${expression.name}, not the byte there`,
        hint: `(${expression.name}) is the byte there; LOW(${expression.name}) would say that you mean the address`,
        at,
        end,
      });
  }
}

/** Told once: a program that is for a Z180 has many of them. */
export function checkZ180(asm: Assembler, statement: Statement): void {
  const { mnemonic } = statement.instruction!.instruction;
  if (asm.z180 || asm.z180Told || !Z180_FORMS.has(mnemonic)) return;
  asm.z180Told = true;
  asm.report(
    asm.faultAtOp(
      statement,
      'z180-instruction',
      `${mnemonic} is an instruction of the Z180: a Z80 does something else`,
      '.Z180 says that the program is for one',
    ),
  );
}

const LEAVES = new Set(['JP', 'JR', 'RET', 'RETI', 'RETN']);

/** Watches how control flows from line to line. */
export class FlowCheck {
  /** The instruction before never goes on to the next line. */
  private left = false;

  reset(): void {
    this.left = false;
  }

  /** A label: somebody may come here. */
  label(): void {
    this.left = false;
  }

  /** Data or a move: nobody knows. */
  data(): void {
    this.left = false;
  }

  instruction(asm: Assembler, statement: Statement): void {
    const { instruction, operands } = statement.instruction!;
    const { mnemonic } = instruction;
    const leaves = LEAVES.has(mnemonic) && instruction.tStates === instruction.tStatesTaken && !conditional(operands);
    const table = leaves && (mnemonic === 'JP' || mnemonic === 'JR');
    // Rows of a jump table are reached by counting; expansions are often followed by more of the same.
    if (this.left && !table && !asm.expanding)
      asm.report({
        name: 'unreachable',
        message: 'nothing can reach this instruction',
        hint: 'the line above always leaves; if something does come here, a label such as _here: says so',
        at: statement.opAt,
        end: statement.opAt + statement.op.length,
      });
    if (mnemonic === 'JP' && !(this.left && table)) this.checkJump(asm, statement, operands);
    this.left = leaves;
  }

  private checkJump(asm: Assembler, statement: Statement, operands: Operand[]): void {
    const target = operands.at(-1)!;
    const condition = operands.length === 2 ? operands[0]!.shape : 'NZ';
    if (target.shape !== '#' || target.expression?.op !== 'name' || !['NZ', 'Z', 'NC', 'C'].includes(condition)) return;
    const entry = asm.resolve(target.expression.name);
    if (entry?.kind !== 'label' || entry.value === undefined) return;
    // A jump ahead gets a byte nearer when it shrinks itself.
    const distance = entry.value - asm.here;
    if (distance < -126 || distance > 130) return;
    asm.report({
      name: 'jp-could-be-jr',
      message: 'JR would reach',
      hint: `a byte shorter; ${operands.length === 2 ? '12 T-states taken and 7 not, instead of 10' : '12 T-states instead of 10'}`,
      at: statement.opAt,
      end: statement.opAt + statement.op.length,
    });
  }
}

/** JP C,label is conditional; of these, only JP, JR and RET can be. */
function conditional(operands: Operand[]): boolean {
  const first = operands[0]?.shape ?? '';
  return /^(N?Z|N?C|P|M|PO|PE)$/.test(first);
}

/** After the last pass: labels that nothing looked up. */
export function checkUnused(asm: Assembler): void {
  // To use a structure's field is to use the structure.
  const parents = new Set<string>();
  for (const entry of asm.symbols.entries.values())
    if (entry.kind === 'field' && entry.usedIn === asm.pass) parents.add(entry.name.split('.').slice(0, -1).join('.'));
  for (const entry of asm.symbols.entries.values()) {
    if (entry.kind !== 'label' || entry.expansion || entry.usedIn === asm.pass || entry.line === 0) continue;
    if (parents.has(entry.name)) continue;
    const last = entry.name.split('.').at(-1)!;
    // The program's first address and its END entry are used by whoever starts it.
    if (last.startsWith('_') || entry.value === asm.image.origin || entry.value === asm.entry) continue;
    asm.reportAt(
      { file: entry.file, line: entry.line, text: entry.source },
      'unused-label',
      `nothing uses the label '${entry.name}'`,
      undefined,
      entry.column - 1,
      entry.column - 1 + entry.length,
    );
  }
}
