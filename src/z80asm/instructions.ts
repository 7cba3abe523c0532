/**
 * The one instruction table. The assembler looks forms up by their spelling, the disassembler and the
 * emulator's trace by their opcode, and docs/assembler.md lists it.
 *
 * A row is  `form | code | T-states | flags`.  In a form, capitals stand for themselves and small letters
 * are classes, whose codes go into the bits of the same letter:
 *
 *     r s      B C D E H L A          p   BC DE HL SP      c   NZ Z NC C PO PE P M
 *     v w      the same, H and L      q   BC DE HL AF      k   NZ Z NC C
 *              being IXH and IXL (v)  x   BC DE IX SP      h   IXH IXL
 *              or left out (w)        {alu} {rot}  an operation, its number in the bits oooo
 *     n nn     a byte, a word         e   a relative jump  d   a displacement
 *     b t m z  bit number, restart address, interrupt mode, nothing but 0
 *
 * A code is bytes in hex or in bits, and n, nn, e, d where the numbers go. T-states `12/7` are taken/not
 * taken. Flags: u undocumented, a another spelling (assembled, never printed), d another opcode for
 * something the table already has (decoded, never assembled). Rows with IX stand for IY as well.
 *
 * Source of codes and times: Zilog, Z80 CPU User Manual (UM0080); of the undocumented ones: Sean Young, The
 * Undocumented Z80 Documented.
 */
import { NAMED, openRows, settle, type OpenRow, type Row } from './instruction-rows.js';

const TABLE = `
LD r,s          | 01rrrsss          | 4
LD r,n          | 00rrr110 n        | 7
LD r,(HL)       | 01rrr110          | 7
LD (HL),r       | 01110rrr          | 7
LD (HL),n       | 36 n              | 10
LD A,(BC)       | 0A                | 7
LD A,(DE)       | 1A                | 7
LD A,(nn)       | 3A nn             | 13
LD (BC),A       | 02                | 7
LD (DE),A       | 12                | 7
LD (nn),A       | 32 nn             | 13
LD A,I          | ED 57             | 9
LD A,R          | ED 5F             | 9
LD I,A          | ED 47             | 9
LD R,A          | ED 4F             | 9
LD p,nn         | 00pp0001 nn       | 10
LD HL,(nn)      | 2A nn             | 16
LD (nn),HL      | 22 nn             | 16
LD p,(nn)       | ED 01pp1011 nn    | 20
LD (nn),p       | ED 01pp0011 nn    | 20
LD SP,HL        | F9                | 6
PUSH q          | 11qq0101          | 11
POP q           | 11qq0001          | 10
EX DE,HL        | EB                | 4
EX AF,AF'       | 08                | 4
EX (SP),HL      | E3                | 19
EXX             | D9                | 4
LDI             | ED A0             | 16
LDIR            | ED B0             | 21/16
LDD             | ED A8             | 16
LDDR            | ED B8             | 21/16
CPI             | ED A1             | 16
CPIR            | ED B1             | 21/16
CPD             | ED A9             | 16
CPDR            | ED B9             | 21/16
{alu}r          | 10ooorrr          | 4
{alu}(HL)       | 10ooo110          | 7
{alu}n          | 11ooo110 n        | 7
INC r           | 00rrr100          | 4
INC (HL)        | 34                | 11
DEC r           | 00rrr101          | 4
DEC (HL)        | 35                | 11
INC p           | 00pp0011          | 6
DEC p           | 00pp1011          | 6
ADD HL,p        | 00pp1001          | 11
ADC HL,p        | ED 01pp1010       | 15
SBC HL,p        | ED 01pp0010       | 15
DAA             | 27                | 4
CPL             | 2F                | 4
NEG             | ED 44             | 8
CCF             | 3F                | 4
SCF             | 37                | 4
NOP             | 00                | 4
HALT            | 76                | 4
DI              | F3                | 4
EI              | FB                | 4
IM m            | ED 010mm110       | 8
RLCA            | 07                | 4
RRCA            | 0F                | 4
RLA             | 17                | 4
RRA             | 1F                | 4
{rot}r          | CB 00ooorrr       | 8
{rot}(HL)       | CB 00ooo110       | 15
RLD             | ED 6F             | 18
RRD             | ED 67             | 18
BIT b,r         | CB 01bbbrrr       | 8
BIT b,(HL)      | CB 01bbb110       | 12
RES b,r         | CB 10bbbrrr       | 8
RES b,(HL)      | CB 10bbb110       | 15
SET b,r         | CB 11bbbrrr       | 8
SET b,(HL)      | CB 11bbb110       | 15
JP nn           | C3 nn             | 10
JP c,nn         | 11ccc010 nn       | 10
JP (HL)         | E9                | 4
JR e            | 18 e              | 12
JR k,e          | 001kk000 e        | 12/7
DJNZ e          | 10 e              | 13/8
CALL nn         | CD nn             | 17
CALL c,nn       | 11ccc100 nn       | 17/10
RET             | C9                | 10
RET c           | 11ccc000          | 11/5
RETI            | ED 4D             | 14
RETN            | ED 45             | 14
RST t           | 11ttt111          | 11
IN A,(n)        | DB n              | 11
IN r,(C)        | ED 01rrr000       | 12
INI             | ED A2             | 16
INIR            | ED B2             | 21/16
IND             | ED AA             | 16
INDR            | ED BA             | 21/16
OUT (n),A       | D3 n              | 11
OUT (C),r       | ED 01rrr001       | 12
OUTI            | ED A3             | 16
OTIR            | ED B3             | 21/16
OUTD            | ED AB             | 16
OTDR            | ED BB             | 21/16

LD IX,nn        | DD 21 nn          | 14
LD IX,(nn)      | DD 2A nn          | 20
LD (nn),IX      | DD 22 nn          | 20
LD SP,IX        | DD F9             | 10
LD r,(IX+d)     | DD 01rrr110 d     | 19
LD (IX+d),r     | DD 01110rrr d     | 19
LD (IX+d),n     | DD 36 d n         | 19
PUSH IX         | DD E5             | 15
POP IX          | DD E1             | 14
EX (SP),IX      | DD E3             | 23
JP (IX)         | DD E9             | 8
ADD IX,x        | DD 00xx1001       | 15
INC IX          | DD 23             | 10
DEC IX          | DD 2B             | 10
{alu}(IX+d)     | DD 10ooo110 d     | 19
INC (IX+d)      | DD 34 d           | 23
DEC (IX+d)      | DD 35 d           | 23
{rot}(IX+d)     | DD CB d 00ooo110  | 23
BIT b,(IX+d)    | DD CB d 01bbb110  | 20
RES b,(IX+d)    | DD CB d 10bbb110  | 23
SET b,(IX+d)    | DD CB d 11bbb110  | 23

LD h,v          | DD 0110hvvv       | 8  | u
LD w,h          | DD 01www10h       | 8  | u
LD h,n          | DD 0010h110 n     | 11 | u
INC h           | DD 0010h100       | 8  | u
DEC h           | DD 0010h101       | 8  | u
{alu}h          | DD 10ooo10h       | 8  | u
{rot}(IX+d),r   | DD CB d 00ooorrr  | 23 | u
RES b,(IX+d),r  | DD CB d 10bbbrrr  | 23 | u
SET b,(IX+d),r  | DD CB d 11bbbrrr  | 23 | u
IN F,(C)        | ED 70             | 12 | u
OUT (C),z       | ED 71             | 12 | u

NEG             | ED 4C             | 8  | d
NEG             | ED 54             | 8  | d
NEG             | ED 5C             | 8  | d
NEG             | ED 64             | 8  | d
NEG             | ED 6C             | 8  | d
NEG             | ED 74             | 8  | d
NEG             | ED 7C             | 8  | d
RETN            | ED 55             | 14 | d
RETN            | ED 5D             | 14 | d
RETN            | ED 65             | 14 | d
RETN            | ED 6D             | 14 | d
RETN            | ED 75             | 14 | d
RETN            | ED 7D             | 14 | d
IM 0            | ED 4E             | 8  | d
IM 0            | ED 66             | 8  | d
IM 0            | ED 6E             | 8  | d
IM 1            | ED 76             | 8  | d
IM 2            | ED 7E             | 8  | d
BIT b,(IX+d)    | DD CB d 01bbbrrr  | 20 | d

JP HL           | E9                | 4  | a
JP IX           | DD E9             | 8  | a
EX HL,DE        | EB                | 4  | a
EX AF,AF        | 08                | 4  | a
EX AF           | 08                | 4  | a
EX HL,(SP)      | E3                | 19 | a
EX IX,(SP)      | DD E3             | 23 | a
{ALU}r          | 10ooorrr          | 4  | a
{ALU}(HL)       | 10ooo110          | 7  | a
{ALU}n          | 11ooo110 n        | 7  | a
{ALU}(IX+d)     | DD 10ooo110 d     | 19 | a
{ALU}h          | DD 10ooo10h       | 8  | a
IN (C)          | ED 70             | 12 | ua
INF             | ED 70             | 12 | ua
OUT (C)         | ED 71             | 12 | ua
OUT (C),F       | ED 71             | 12 | ua
SL1 r           | CB 00110rrr       | 8  | ua
SL1 (HL)        | CB 00110110       | 15 | ua
SL1 (IX+d)      | DD CB d 00110110  | 23 | ua
SL1 (IX+d),r    | DD CB d 00110rrr  | 23 | ua
SLI r           | CB 00110rrr       | 8  | ua
SLI (HL)        | CB 00110110       | 15 | ua
SLI (IX+d)      | DD CB d 00110110  | 23 | ua
SLI (IX+d),r    | DD CB d 00110rrr  | 23 | ua
NEG A           | ED 44             | 8  | a
CPL A           | 2F                | 4  | a
`;

/** Classes with a number in the opcode's own bits: its width in bits, and code → number. */
const NUMBERED: Record<string, (code: number) => number | undefined> = {
  b: (code) => code,
  t: (code) => code * 8,
  m: (code) => [0, undefined, 1, 2][code],
};

/** A number that an operand brings, and where it goes. */
export interface Slot {
  /**
   * byte, word, relative jump, displacement, bit number, restart, interrupt mode, or a mere 0; of the 8080's forms, also
   * the number of a register, a register pair, a restart
   */
  kind: 'n' | 'nn' | 'e' | 'd' | 'b' | 't' | 'm' | 'z' | 'r' | 'p' | 'v';
  /** Which operand has it. */
  operand: number;
  /** Offset in the code. */
  byte: number;
  /** For b, t and m: how far left its bits stand. */
  shift: number;
}

/** One form of one instruction, all its register names settled: `LD A,(IX+d)`. */
export interface Instruction {
  mnemonic: string;
  /** As in the form: `['A', '(IX+d)']`. */
  operands: string[];
  /** The code with zeros for numbers. */
  code: number[];
  slots: Slot[];
  /** T-states when a condition does not hold or a repetition ends; of the rest, simply its T-states. */
  tStates: number;
  /** T-states when a jump is taken or a repetition goes on; else the same. */
  tStatesTaken: number;
  undocumented: boolean;
  /** A spelling or an opcode other than the usual. */
  variant: 'spelling' | 'opcode' | undefined;
}

function rows(table = TABLE): Row[] {
  const plain = table
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [form = '', code = '', times = '', flags = ''] = line.split('|').map((cell) => cell.trim());
      return { form, code, times, flags };
    });
  return plain.flatMap((row) =>
    row.code.startsWith('DD')
      ? [row, { ...row, form: row.form.replaceAll('IX', 'IY'), code: row.code.replace('DD', 'FD') }]
      : [row],
  );
}

/** The forms of an instruction, by the shapes of its operands from left to right. */
export interface FormNode {
  /** Its form with no further operand. */
  readonly instruction: Instruction | undefined;
  readonly next: ReadonlyMap<string, FormNode> | undefined;
}

class Node implements FormNode {
  instruction: Instruction | undefined = undefined;
  next: Map<string, Node> | undefined = undefined;

  /** The node for a further operand; made, if it is not there. */
  below(shape: string): Node {
    this.next ??= new Map();
    let node = this.next.get(shape);
    if (!node) this.next.set(shape, (node = new Node()));
    return node;
  }
}

/** All forms of a mnemonic, settled when the first is looked up: most programs use a small part of the table. */
class Forms implements FormNode {
  readonly rows: OpenRow[] = [];
  private made: Node | undefined;

  get instruction(): Instruction | undefined {
    return this.root.instruction;
  }

  get next(): ReadonlyMap<string, FormNode> | undefined {
    return this.root.next;
  }

  private get root(): Node {
    return this.made ?? this.make();
  }

  private make(): Node {
    const root = (this.made = new Node());
    for (const row of this.rows)
      for (const instruction of (row.instructions = settle(row))) {
        if (instruction.variant === 'opcode') continue;
        let node = root;
        for (const operand of instruction.operands) node = node.below(shapeOf(operand));
        // Of two spellings with one shape, the table's later row wins.
        if (node.instruction && !instruction.variant) instruction.variant = 'opcode';
        else node.instruction = instruction;
      }
    return root;
  }

  settle(): Instruction[] {
    if (!this.made) this.make();
    return this.rows.flatMap((row) => row.instructions!);
  }
}

/** How an operand is spelt when a form is looked up: numbers are `#`, so `(IX+d)` is `(IX#)`. */
function shapeOf(operand: string): string {
  return operand
    .replace(/\+d/, '#')
    .replace(/^[nebtmz]n?$/, '#')
    .replace(/^\(nn?\)$/, '(#)');
}

const OPEN_ROWS: readonly OpenRow[] = rows().flatMap(openRows);

const BY_MNEMONIC = byMnemonic(OPEN_ROWS);

function byMnemonic(rows: readonly OpenRow[]): ReadonlyMap<string, Forms> {
  const all = new Map<string, Forms>();
  for (const row of rows) {
    let forms = all.get(row.mnemonic);
    if (!forms) all.set(row.mnemonic, (forms = new Forms()));
    forms.rows.push(row);
  }
  return all;
}

/** The forms of another table, written as the one above. */
export function formsOfTable(table: string): ReadonlyMap<string, FormNode> {
  return byMnemonic(rows(table).flatMap(openRows));
}

/** Forms by mnemonic, without the variant opcodes. */
export const FORMS: ReadonlyMap<string, FormNode> = BY_MNEMONIC;

export const MNEMONICS: ReadonlySet<string> = new Set(FORMS.keys());

/**
 * Every instruction form, in the table's order. Where two codes do the same (LD HL,(nn) is in the plain and in
 * the ED set) the first is the usual one and the later a variant.
 */
export function allInstructions(): readonly Instruction[] {
  for (const forms of BY_MNEMONIC.values()) forms.settle();
  return OPEN_ROWS.flatMap((row) => row.instructions!);
}

/** The shapes of operands a mnemonic takes, as the table spells them, for error messages: `A,(nn)`. */
export function formsOf(mnemonic: string): string[] {
  const all = BY_MNEMONIC.get(mnemonic)?.settle() ?? [];
  return all.filter((i) => !i.variant).map((i) => i.operands.join(','));
}

/** A table as written, for the documentation. */
export function tableRows(table = TABLE): readonly Row[] {
  return rows(table).filter((row) => !row.code.startsWith('FD'));
}

/** Names that operands reserve: no label may have one of these. */
export const REGISTER_NAMES: ReadonlySet<string> = new Set(
  "A B C D E H L F I R AF BC DE HL SP IX IY IXH IXL IYH IYL AF'".split(' '),
);
export const CONDITION_NAMES: ReadonlySet<string> = new Set(NAMED['c']);

/** Other spellings of the halves of the index registers. */
export const REGISTER_ALIASES: ReadonlyMap<string, string> = new Map(
  ['X', 'Y'].flatMap((x) => [
    [`H${x}`, `I${x}H`],
    [`L${x}`, `I${x}L`],
    [`${x}H`, `I${x}H`],
    [`${x}L`, `I${x}L`],
    [`I${x}U`, `I${x}H`],
  ]),
);

/** code → number for the classes whose number is in the opcode; undefined where the code stands for none. */
export function numberOf(kind: 'b' | 't' | 'm', code: number): number | undefined {
  return NUMBERED[kind]!(code);
}
