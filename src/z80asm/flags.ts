/**
 * What each instruction does to the flags, for people who write code. A test runs every form on the emulator, with many
 * operands, and sees that it is so.
 *
 * Source: Zilog, Z80 CPU User Manual (UM0080), "Condition Bits Affected"; where it says "unknown" (BIT, and INI and OUTI
 * and their kin), Sean Young, The Undocumented Z80 Documented, 4.1 and 4.3. Of the Z180's, which the emulator does not have:
 * Zilog, Z180 MPU User Manual (UM0050).
 */
import { allInstructions, type Instruction } from './instructions.js';

/** In this order a row has its effects. */
export const FLAG_NAMES = ['S', 'Z', 'H', 'P/V', 'N', 'C'] as const;

/** What happens to a flag. */
const EFFECTS = {
  '.': 'unchanged',
  '0': '0',
  '1': '1',
  '*': 'by the result',
  P: 'parity',
  V: 'overflow',
  B: 'set if BC is not 0',
  I: 'IFF2',
  Z: 'as Z',
} as const;
export type FlagEffect = keyof typeof EFFECTS;

/** Forms, as the instruction table spells them, and S Z H P/V N C. The first that fits counts; what is in none changes nothing. */
const ROWS: readonly [forms: RegExp, effects: string][] = [
  [/^LD A,[IR]$/, '**0I0.'],
  [/^(POP AF|EX AF.*)$/, '******'],
  [/^(ADD|ADC|SBC) (HL|IX|IY),/, ''],
  [/^(ADD|ADC)\b/, '***V0*'],
  [/^(SUB|SBC|CP|NEG)\b/, '***V1*'],
  [/^AND\b/, '**1P00'],
  [/^X?OR\b/, '**0P00'],
  [/^(INC|DEC) (BC|DE|HL|SP|IX|IY)$/, '......'],
  [/^INC\b/, '***V0.'],
  [/^DEC\b/, '***V1.'],
  [/^DAA$/, '***P.*'],
  [/^CPL\b/, '..1.1.'],
  [/^CCF$/, '..*.0*'],
  [/^SCF$/, '..0.01'],
  [/^R[LR]C?A$/, '..0.0*'],
  [/^R[LR]D$/, '**0P0.'],
  [/^SRL\b/, '0*0P0*'],
  // Shifts in a 1.
  [/^SL[L1I]\b/, '*00P0*'],
  [/^(R[LR]C?|S[LR]A)\b/, '**0P0*'],
  [/^BIT\b/, '**1Z0.'],
  [/^LD[ID]$/, '..0B0.'],
  [/^LD[ID]R$/, '..000.'],
  [/^CP[ID]R?$/, '***B1.'],
  [/^IN (A,\(n\))$/, '......'],
  [/^IN[DI]R$|^OT[DI]R$/, '01*P**'],
  [/^IN[DI]$|^OUT[DI]$/, '***P**'],
  [/^INF?\b/, '**0P0.'],
  [/^IN0\b/, '**0P0.'],
  [/^TST(IO)?\b/, '**1P00'],
  [/^OT[ID]M$/, '***P**'],
  [/^OT[ID]MR$/, '0101*0'],
];
/** Sums of 16 bits, which the first rows leave to these. */
const WORDS: Readonly<Record<string, string>> = { ADD: '..*.0*', ADC: '***V0*', SBC: '***V1*' };
const NONE = '......';

/** A form; with its code, the Z80's form is found of one that has an 8080 name. */
export type FlagForm = Pick<Instruction, 'mnemonic' | 'operands'> & Partial<Pick<Instruction, 'code'>>;

/** Opcodes of one byte → the Z80's form, which 8080 names stand for as well. */
let plain: ReadonlyMap<number, Instruction> | undefined;

function z80Form(form: FlagForm): FlagForm {
  plain ??= new Map(
    allInstructions().flatMap((one) => (isPrefix(one.code[0]!) || one.variant ? [] : [[one.code[0]!, one]])),
  );
  return (form.code && !isPrefix(form.code[0]!) && plain.get(form.code[0]!)) || form;
}

const isPrefix = (byte: number): boolean => [0xcb, 0xdd, 0xed, 0xfd].includes(byte);

/** S, Z, H, P/V, N and C, a character each. */
export function flagsOf(given: FlagForm): string {
  const { mnemonic, operands } = z80Form(given);
  const form = operands.length > 0 ? `${mnemonic} ${operands.join(',')}` : mnemonic;
  const effects = ROWS.find(([forms]) => forms.test(form))?.[1] ?? NONE;
  return effects === '' ? WORDS[mnemonic]! : effects;
}

/** In words, flags of the same fate together: `S, Z by the result; H 1; P/V parity; N, C 0`. */
export function flagWords(instruction: FlagForm): string {
  const fates = new Map<string, string[]>();
  [...flagsOf(instruction)].forEach((effect, i) => {
    if (effect === '.') return;
    const words = EFFECTS[effect as FlagEffect];
    fates.set(words, [...(fates.get(words) ?? []), FLAG_NAMES[i]!]);
  });
  if (fates.size === 0) return 'unchanged';
  return [...fates].map(([words, flags]) => `${flags.join(', ')} ${words}`).join('; ');
}
