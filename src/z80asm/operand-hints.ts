/**
 * An instruction with operands that it does not take: what is wrong with them, and which forms come nearest. Every form
 * shown is one the table has: a class such as `r` stands only for registers that all fit there.
 */
import { CONDITION_NAMES, formsOf } from './instructions.js';
import type { Operand } from './statement.js';

const R = ['B', 'C', 'D', 'E', 'H', 'L', 'A'];
const MAX_FORMS = 8;

/** What to write instead of instructions that people expect and no Z80 has: mnemonic and operand shapes. */
const INSTEAD: Readonly<Record<string, string>> = {
  'LD HL,BC': 'LD H,B and LD L,C do it',
  'LD HL,DE': 'LD H,D and LD L,E do it; EX DE,HL exchanges them',
  'LD BC,HL': 'LD B,H and LD C,L do it',
  'LD DE,HL': 'LD D,H and LD E,L do it; EX DE,HL exchanges them',
  'LD BC,DE': 'LD B,D and LD C,E do it',
  'LD DE,BC': 'LD D,B and LD E,C do it',
  'LD HL,(HL)': 'LD A,(HL), INC HL, LD H,(HL) and LD L,A do it',
  'LD HL,SP': 'LD HL,0 and ADD HL,SP do it',
  'LD SP,DE': 'EX DE,HL and LD SP,HL do it',
  'LD IX,HL': 'PUSH HL and POP IX do it',
  'LD IY,HL': 'PUSH HL and POP IY do it',
  'LD HL,IX': 'PUSH IX and POP HL do it',
  'LD HL,IY': 'PUSH IY and POP HL do it',
  'SUB HL,BC': 'OR A and SBC HL,BC do it',
  'SUB HL,DE': 'OR A and SBC HL,DE do it',
  'CP HL,DE': 'OR A, SBC HL,DE and ADD HL,DE set the flags',
  'CP HL,BC': 'OR A, SBC HL,BC and ADD HL,BC set the flags',
  'JP (DE)': 'PUSH DE and RET do it',
  'JP (BC)': 'PUSH BC and RET do it',
  'LDI A,(HL)': 'that is a Game Boy’s: LD A,(HL) and INC HL do it',
  'LDD A,(HL)': 'that is a Game Boy’s: LD A,(HL) and DEC HL do it',
  'LDI (HL),A': 'that is a Game Boy’s: LD (HL),A and INC HL do it',
  'LDD (HL),A': 'that is a Game Boy’s: LD (HL),A and DEC HL do it',
};

/** Instructions whose first operand of two, or of RET the only one, is a condition. */
const CONDITIONAL = new Map([
  ['JP', 2],
  ['JR', 2],
  ['CALL', 2],
  ['RET', 1],
]);

/** The message and the hint. @param text the line in which the operands stand */
export function operandFault(
  mnemonic: string,
  operands: readonly Operand[],
  text: string,
): { message: string; hint: string } {
  const written = operands.map(({ at, end }) => text.slice(at, end));
  const forms = formsOf(mnemonic).map((form) => (form === '' ? [] : form.split(',')));
  const counts = new Set(forms.map((form) => form.length));
  const message =
    operands.length === 0
      ? `${mnemonic} needs operands`
      : Math.max(...counts) > operands.length && !counts.has(operands.length)
        ? `${mnemonic} ${written.join(',')} needs another operand`
        : `${mnemonic} does not take ${written.join(',')}`;
  const instead = INSTEAD[`${mnemonic} ${operands.map((operand) => operand.shape).join(',')}`];
  if (instead !== undefined) return { message, hint: instead };
  const first = operands[0];
  if (first?.expression && first.shape === '#' && CONDITIONAL.get(mnemonic) === operands.length) {
    const conditions = mnemonic === 'JR' ? 'NZ, Z, NC or C' : [...CONDITION_NAMES].join(', ').replace(/, M$/, ' or M');
    return { message, hint: `'${written[0]}' is not a condition: it must be ${conditions}` };
  }
  if (forms.length === 1 && forms[0]!.length === 0) return { message, hint: `${mnemonic} stands alone` };
  return { message, hint: `it takes ${nearest(mnemonic, forms, operands)}` };
}

/** The forms that differ in the fewest operands. */
function nearest(mnemonic: string, forms: string[][], operands: readonly Operand[]): string {
  const misses = forms.map((form) => missing(form, operands));
  const least = Math.min(...misses);
  // With none written, or more than any form has, one is as near as another.
  const all = operands.length === 0 || forms.every((form) => form.length < operands.length);
  const near = merged(all ? forms : forms.filter((_, i) => misses[i] === least));
  near.sort((a, b) => firstFits(b, operands) - firstFits(a, operands));
  const list = near.slice(0, MAX_FORMS).map((form) => `${mnemonic} ${form.join(',').replace('z', '0')}`.trimEnd());
  return `${list.join(' | ')}${near.length > MAX_FORMS ? ' …' : ''}`;
}

/** 1 where the form begins as what was written does: the destination is what people are surest of. */
function firstFits(form: string[], operands: readonly Operand[]): number {
  return form[0] !== undefined && operands[0] && fits(form[0], operands[0].shape) ? 1 : 0;
}

/** How many operands of a form are missing, too many, or something else than what was written. */
function missing(form: string[], operands: readonly Operand[]): number {
  let count = Math.abs(form.length - operands.length) * 2;
  for (let i = 0; i < Math.min(form.length, operands.length); i++) if (!fits(form[i]!, operands[i]!.shape)) count++;
  return count;
}

function fits(form: string, shape: string): boolean {
  if (form === shape) return true;
  if (/^[nebtmz]n?$/.test(form)) return shape === '#' || shape === '(#)';
  if (/^\(nn?\)$/.test(form)) return shape === '(#)';
  return /^\(I[XY]\+d\)$/.test(form) && shape.slice(0, 3) === form.slice(0, 3);
}

/** Forms that differ in one operand only, which may be each of the seven registers, as one form with `r`. */
function merged(forms: string[][]): string[][] {
  let out = forms;
  for (const position of [1, 0]) {
    const others = (form: string[]): string => form.map((operand, i) => (i === position ? '' : operand)).join(',');
    const groups = new Map<string, Set<string>>();
    for (const form of out) {
      const key = others(form);
      groups.set(key, (groups.get(key) ?? new Set()).add(form[position] ?? ''));
    }
    const seen = new Set<string>();
    out = out.flatMap((form) => {
      const key = others(form);
      const members = groups.get(key)!;
      if (!R.every((name) => members.has(name)) || !R.includes(form[position] ?? '')) return [form];
      if (seen.has(key)) return [];
      seen.add(key);
      return [form.map((operand, i) => (i === position ? 'r' : operand))];
    });
  }
  return out;
}
