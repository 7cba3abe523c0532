/**
 * The 8080's mnemonics. Each form stands beside its Z80 form, from which code and T-states come: on a Z80, the two are
 * the same instruction.
 *
 *     d s   B C D E H L M A, a destination and a source; M is (HL)      p  B D H SP      q  B D H PSW      x  B D
 *     c     NZ Z NC C PO PE P M, part of the mnemonic: Jc is JNZ, JZ ..  n nn v  a byte, a word, the number of a restart
 *
 * Registers are numbers as well: `MVI 2,5` is MVI D,5, and so is MVI X,5 after X EQU D. Source of the names: Intel, 8080
 * Assembly Language Programming Manual; that registers are numbers: Digital Research's MAC and Microsoft's MACRO-80.
 */
import { FORMS, type FormNode, type Instruction, type Slot } from './instructions.js';

const TABLE = `
MOV d,s  | LD d,s
MVI d,n  | LD d,n
LXI p,nn | LD p,nn
LDA nn   | LD A,(nn)
STA nn   | LD (nn),A
LHLD nn  | LD HL,(nn)
SHLD nn  | LD (nn),HL
LDAX x   | LD A,(x)
STAX x   | LD (x),A
XCHG     | EX DE,HL
XTHL     | EX (SP),HL
SPHL     | LD SP,HL
PCHL     | JP (HL)
PUSH q   | PUSH q
POP q    | POP q
ADD s    | ADD A,s
ADC s    | ADC A,s
SUB s    | SUB s
SBB s    | SBC A,s
ANA s    | AND s
XRA s    | XOR s
ORA s    | OR s
CMP s    | CP s
ADI n    | ADD A,n
ACI n    | ADC A,n
SUI n    | SUB n
SBI n    | SBC A,n
ANI n    | AND n
XRI n    | XOR n
ORI n    | OR n
CPI n    | CP n
INR d    | INC d
DCR d    | DEC d
INX p    | INC p
DCX p    | DEC p
DAD p    | ADD HL,p
RLC      | RLCA
RRC      | RRCA
RAL      | RLA
RAR      | RRA
DAA      | DAA
CMA      | CPL
STC      | SCF
CMC      | CCF
JMP nn   | JP nn
Jc nn    | JP c,nn
CALL nn  | CALL nn
Cc nn    | CALL c,nn
RET      | RET
Rc       | RET c
RST v    | RST t
IN n     | IN A,(n)
OUT n    | OUT (n),A
EI       | EI
DI       | DI
HLT      | HALT
NOP      | NOP
`;

const OWN_REGISTERS = ['B', 'C', 'D', 'E', 'H', 'L', 'M', 'A'];
const Z80_REGISTERS = ['B', 'C', 'D', 'E', 'H', 'L', '(HL)', 'A'];
const CONDITIONS = ['NZ', 'Z', 'NC', 'C', 'PO', 'PE', 'P', 'M'];

/** Members of each class, here and in the Z80 form, in the order of their codes. */
const CLASSES: Record<string, readonly [readonly string[], readonly string[]]> = {
  d: [OWN_REGISTERS, Z80_REGISTERS],
  s: [OWN_REGISTERS, Z80_REGISTERS],
  p: [
    ['B', 'D', 'H', 'SP'],
    ['BC', 'DE', 'HL', 'SP'],
  ],
  q: [
    ['B', 'D', 'H', 'PSW'],
    ['BC', 'DE', 'HL', 'AF'],
  ],
  x: [
    ['B', 'D'],
    ['BC', 'DE'],
  ],
  c: [CONDITIONS, CONDITIONS],
};

/** The value of a register where a number may stand. */
export const REGISTER_NUMBERS: ReadonlyMap<string, number> = new Map([
  ...OWN_REGISTERS.map((name, number) => [name, number] as const),
  ['SP', 6],
  ['PSW', 6],
]);

/** An 8080 form with all its registers named, and the Z80's form of the same instruction, numbers as small letters. */
export interface Form8080 {
  readonly instruction: Instruction;
  readonly z80: string;
}

interface Node extends FormNode {
  instruction: Instruction | undefined;
  next: Map<string, Node> | undefined;
}

interface Tables {
  forms: Map<string, Node>;
  list: Form8080[];
}

let tables: Tables | undefined;

/** The forms by mnemonic, made when they are first asked for. */
export function forms8080(): ReadonlyMap<string, FormNode> {
  return made().forms;
}

/** Every form, in the table's order. */
export function list8080(): readonly Form8080[] {
  return made().list;
}

/**
 * The Z80's form of a line with an 8080 mnemonic, numbers as small letters: of `LXI` and `H,5` it is `LD HL,nn`. Undefined
 * where that is none.
 */
export function inZ80Notation(mnemonic: string, operands: string): string | undefined {
  const of = list8080().filter(({ instruction }) => instruction.mnemonic === mnemonic.toUpperCase());
  const given = operands.split(',').map((operand) => operand.trim().toUpperCase());
  const fits = of.find(({ instruction }) =>
    instruction.operands.every((operand, i) => /^[a-z]/.test(operand) || operand === given[i]),
  );
  return (fits ?? of[0])?.z80;
}

/** The table as written, for the documentation. */
export function rows8080(): readonly (readonly [form: string, z80: string])[] {
  return TABLE.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()) as [string, string]);
}

function made(): Tables {
  return (tables ??= make());
}

function make(): Tables {
  const list: Form8080[] = [];
  const forms = new Map<string, Node>();
  for (const [form, of] of rows8080()) {
    const registers = [...(form.split(' ')[1] ?? '')].filter((letter) => 'dspqx'.includes(letter));
    let first: Instruction | undefined;
    for (const [named, namedZ80] of settled(form, of)) {
      const base = z80Form(namedZ80);
      // LD (HL),(HL) is none: its code is HALT's.
      if (!base) continue;
      const instruction = spelt(named, base);
      list.push({ instruction, z80: namedZ80 });
      add(forms, instruction);
      first ??= instruction;
    }
    if (registers.length > 0 && first) add(forms, numbered(first, form));
  }
  return { forms, list };
}

/** The Z80's instruction of a form with all its registers named; undefined where there is none. */
function z80Form(form: string): Instruction | undefined {
  const [mnemonic = '', rest = ''] = form.split(' ');
  let node = FORMS.get(mnemonic);
  for (const operand of rest === '' ? [] : rest.split(','))
    node = node?.next?.get(operand.replace(/^\(nn?\)$/, '(#)').replace(/^(nn?|t)$/, '#'));
  return node?.instruction;
}

/** A row with the members of its classes put in, in all ways. */
function settled(form: string, z80: string): (readonly [string, string])[] {
  const letter = /(?<![a-z])[dspqxc](?![a-z])/.exec(form)?.[0];
  if (letter === undefined) return [[form, z80]];
  const [own, theirs] = CLASSES[letter]!;
  const put = (text: string, member: string): string =>
    text.replace(new RegExp(`(?<![a-z])${letter}(?![a-z])`), member);
  return own.flatMap((member, code) => settled(put(form, member), put(z80, theirs[code]!)));
}

/** The Z80's instruction under its 8080 name. At most one of the operands is a number, and it is the last. */
function spelt(form: string, base: Instruction): Instruction {
  const [mnemonic = '', rest = ''] = form.split(' ');
  const operands = rest === '' ? [] : rest.split(',');
  const slots = base.slots.map((slot): Slot => ({
    ...slot,
    operand: operands.length - 1,
    kind: slot.kind === 't' ? 'v' : slot.kind,
  }));
  return { ...base, mnemonic, operands, slots };
}

/** A form with numbers for its registers, made from the one with B, whose bits are zeros. */
function numbered(first: Instruction, form: string): Instruction {
  const operands = form.split(' ')[1]!.split(',');
  const slots = [...first.slots];
  operands.forEach((letter, operand) => {
    if (letter === 'd' || letter === 's') slots.push({ kind: 'r', operand, byte: 0, shift: letter === 'd' ? 3 : 0 });
    else if (letter === 'p' || letter === 'q' || letter === 'x') slots.push({ kind: 'p', operand, byte: 0, shift: 3 });
  });
  return { ...first, operands: operands.map(() => 'n'), slots };
}

function add(forms: Map<string, Node>, instruction: Instruction): void {
  let node = forms.get(instruction.mnemonic);
  if (!node) forms.set(instruction.mnemonic, (node = { instruction: undefined, next: undefined }));
  for (const operand of instruction.operands) {
    const shape = /^[a-z]/.test(operand) ? '#' : operand;
    node.next ??= new Map();
    let below = node.next.get(shape);
    if (!below) node.next.set(shape, (below = { instruction: undefined, next: undefined }));
    node = below;
  }
  node.instruction = instruction;
}

/** Operations that zmac takes as the Z80's with another name: CMP 5 is CP 5. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['SBB', 'SBC'],
  ['ANA', 'AND'],
  ['XRA', 'XOR'],
  ['ORA', 'OR'],
  ['CMP', 'CP'],
  ['JMP', 'JP'],
]);

/** Both sets of forms; where one spelling means different things, it is the Z80's. */
export function mixedForms(z80: ReadonlyMap<string, FormNode>): Map<string, FormNode> {
  const mixed = new Map(z80);
  for (const [mnemonic, node] of forms8080()) {
    const own = z80.get(SYNONYMS.get(mnemonic) ?? mnemonic);
    mixed.set(mnemonic, own ? merged(own, node) : node);
  }
  return mixed;
}

function merged(a: FormNode, b: FormNode): FormNode {
  const next = new Map(a.next);
  for (const [shape, node] of b.next ?? []) {
    const own = next.get(shape);
    next.set(shape, own ? merged(own, node) : node);
  }
  return { instruction: a.instruction ?? b.instruction, next };
}
