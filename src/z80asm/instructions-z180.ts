/**
 * What a Z180 has beyond a Z80. It can always be assembled, since sources say by their own conditions which board they are
 * for; the disassembler and the emulator are a Z80's, to which these codes mean something else.
 *
 * Source of codes and times: Zilog, Z180 MPU User Manual (UM0050), "Instruction Set"; in the Z180's own T-states.
 */
import { formsOfTable } from './instructions.js';

export const Z180_TABLE = `
MLT p           | ED 01pp1100       | 17
IN0 r,(n)       | ED 00rrr000 n     | 12
IN0 (n)         | ED 30 n           | 12
OUT0 (n),r      | ED 00rrr001 n     | 13
TST r           | ED 00rrr100       | 7
TST (HL)        | ED 34             | 10
TST n           | ED 64 n           | 9
TSTIO n         | ED 74 n           | 12
SLP             | ED 76             | 8
OTIM            | ED 83             | 14
OTDM            | ED 8B             | 14
OTIMR           | ED 93             | 16/14
OTDMR           | ED 9B             | 16/14
`;

/** The forms by mnemonic, as `FORMS` has the Z80's. */
export const Z180_FORMS = formsOfTable(Z180_TABLE);
