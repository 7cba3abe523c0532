/** An instruction whose form is found → its bytes, with every number checked against the place it goes to. */
import type { Assembler } from './assembler.js';
import { shown } from './output.js';
import type { Slot } from './instructions.js';
import { checkOperand } from './lint.js';
import type { Operand, Statement } from './statement.js';

/** Assemble `statement.instruction` at the current address. */
export function encode(asm: Assembler, statement: Statement): void {
  const { instruction, operands } = statement.instruction!;
  const { code, slots } = instruction;
  if (slots.length === 0) return asm.emitAll(code);
  const bytes = code.slice();
  for (const slot of slots) {
    const operand = operands[slot.operand]!;
    const value = slotValue(asm, slot, operand, instruction.mnemonic);
    checkOperand(asm, statement, slot, operand, value);
    if (slot.kind === 'nn') {
      bytes[slot.byte] = value & 0xff;
      bytes[slot.byte + 1] = (value >> 8) & 0xff;
    } else bytes[slot.byte]! |= (value << slot.shift) & 0xff;
  }
  asm.emitAll(bytes);
}

/** The number that goes into a slot; 0 while unknown or wrong. */
function slotValue(asm: Assembler, slot: Slot, operand: Operand, mnemonic: string): number {
  const expression = operand.expression!;
  if (slot.kind === 'nn') return asm.wordOf(expression);
  const value = asm.value(expression);
  if (value === undefined) return 0;
  const { at, end } = expression;
  switch (slot.kind) {
    case 'n':
      if (asm.fitsByte(value, expression) || asm.cuts(value, 'byte', expression)) return value & 0xff;
      asm.report({
        name: 'byte-range',
        message: `${shown(value)} does not fit a byte`,
        hint: byteHint(asm, operand, mnemonic, value),
        at,
        end,
      });
      return 0;
    case 'e': {
      const distance = asm.signed(value - asm.here);
      if (distance >= -126 && distance <= 129) return (distance - 2) & 0xff;
      const off = distance < 0 ? -126 - distance : distance - 129;
      asm.report({
        name: 'jump-range',
        message: `the target is ${Math.abs(distance)} bytes ${distance < 0 ? 'back' : 'ahead'}, ${off} too far for ${mnemonic}`,
        hint: mnemonic === 'JR' ? 'JP reaches everywhere' : 'DEC B and JP NZ reach everywhere',
        at,
        end,
      });
      return 0;
    }
    case 'd': {
      const displacement = asm.signed(value);
      if ((displacement >= -128 && displacement <= 127) || asm.cuts(value, 'byte', expression))
        return displacement & 0xff;
      asm.report({
        name: 'displacement-range',
        message: `the displacement is ${displacement}; it must be -128 to 127`,
        at,
        end,
      });
      return 0;
    }
    case 'b':
      if (value >= 0 && value <= 7) return value;
      return wrongOperand(asm, `there is no bit ${value}: bits are 0 to 7`, at, end);
    case 't':
      // zmac's: RST 1 as the 8080 has it.
      if (asm.syntax.mnemonics === 'both' && value >= 1 && value <= 7) return value;
      if (value >= 0 && value <= 56 && value % 8 === 0) return value / 8;
      return wrongOperand(asm, `RST ${value} does not exist: it goes to 0, 8, 10h, 18h, 20h, 28h, 30h or 38h`, at, end);
    case 'm':
      if (value >= 0 && value <= 2) return [0, 2, 3][value]!;
      return wrongOperand(asm, `there is no interrupt mode ${value}: 0, 1 or 2`, at, end);
    case 'r':
      if (value >= 0 && value <= 7) return value;
      return wrongOperand(asm, `there is no register ${value}: B is 0 and A is 7`, at, end);
    case 'p':
      if (value >= 0 && value <= (mnemonic.endsWith('AX') ? 2 : 6) && value % 2 === 0) return value;
      // MAC's PUSH A is PUSH PSW.
      if (value === 7 && (mnemonic === 'PUSH' || mnemonic === 'POP')) return 6;
      return wrongOperand(asm, `there is no register pair ${value}: B is 0, D 2, H 4, and SP or PSW 6`, at, end);
    case 'v':
      if (value >= 0 && value <= 7) return value;
      return wrongOperand(asm, `there is no restart ${value}: they are 0 to 7`, at, end);
    case 'z':
      if (value === 0) return 0;
      return wrongOperand(asm, 'only a register or 0 can go out through (C)', at, end);
  }
}

function wrongOperand(asm: Assembler, message: string, at: number, end: number): number {
  asm.report({ name: 'operand-range', message, at, end });
  return 0;
}

function byteHint(asm: Assembler, operand: Operand, mnemonic: string, value: number): string | undefined {
  const text = asm.currentLine.text.slice(operand.at, operand.end);
  if (/^'\\.'$/.test(text)) return 'in single quotes a backslash is a backslash; double quotes know escapes';
  // LD A,label: the only 8-bit load that has a form with an address.
  if (
    mnemonic === 'LD' &&
    operand.shape === '#' &&
    operand.expression!.op !== 'string' &&
    value > 255 &&
    value <= 0xffff &&
    /^\s*\S*\s*ld\s+a\s*,/i.test(asm.currentLine.text)
  )
    return `did you mean LD A,(${text})? LOW(…) takes the lower half, HIGH(…) the upper`;
  return value > 255 ? 'LOW(…) takes its lower half, HIGH(…) the upper' : undefined;
}
