/**
 * What a Z180 has beyond a Z80. They can always be assembled, since sources say by their macros and conditions which board
 * they are for; the disassembler and the emulator are a Z80's, to which these codes mean something else.
 *
 * Source of codes and times: Zilog, Z180 MPU User Manual (UM0050), "Instruction Set", in the Z180's own T-states.
 */
import { formsFrom, type Instruction, type Slot } from './instructions.js';

/** [mnemonic, operands, second byte behind ED, T-states; of a repetition: those of going on, and of its end] */
type Row = readonly [string, string[], number, number, number?];

const REGISTERS = ['B', 'C', 'D', 'E', 'H', 'L', '', 'A'];

function rows(): Row[] {
  const byRegister = (make: (register: string, code: number) => Row): Row[] =>
    REGISTERS.flatMap((register, code) => (register === '' ? [] : [make(register, code)]));
  return [
    ...['BC', 'DE', 'HL', 'SP'].map((pair, i): Row => ['MLT', [pair], 0x4c + i * 16, 17]),
    ...byRegister((r, code) => ['IN0', [r, '(n)'], code * 8, 12]),
    ['IN0', ['(n)'], 0x30, 12],
    ['IN0', ['F', '(n)'], 0x30, 12],
    ...byRegister((r, code) => ['OUT0', ['(n)', r], 0x01 + code * 8, 13]),
    ...byRegister((r, code) => ['TST', [r], 0x04 + code * 8, 7]),
    ['TST', ['(HL)'], 0x34, 10],
    ['TST', ['n'], 0x64, 9],
    ['TSTIO', ['n'], 0x74, 12],
    ['SLP', [], 0x76, 8],
    ['OTIM', [], 0x83, 14],
    ['OTDM', [], 0x8b, 14],
    ['OTIMR', [], 0x93, 16, 14],
    ['OTDMR', [], 0x9b, 16, 14],
  ];
}

export const Z180_INSTRUCTIONS: readonly Instruction[] = rows().map(([mnemonic, operands, second, taken, not]) => {
  const operand = operands.findIndex((text) => text === 'n' || text === '(n)');
  const slots: Slot[] = operand < 0 ? [] : [{ kind: 'n', operand, byte: 2, shift: 0 }];
  return {
    mnemonic,
    operands,
    code: operand < 0 ? [0xed, second] : [0xed, second, 0],
    slots,
    tStates: not ?? taken,
    tStatesTaken: taken,
    undocumented: false,
    variant: undefined,
  };
});

export const Z180_FORMS = formsFrom(Z180_INSTRUCTIONS);
