/**
 * Random programs in the language that pasmo, z80asm and we have in common: labels before and after their use,
 * constants, expressions, data, conditions. Seeded, so that a failure comes again.
 */
import { allInstructions, type Instruction } from '../../src/z80asm/instructions.js';

type Random = () => number;

const FORMS: Instruction[] = allInstructions().filter((i) => !i.variant && !i.undocumented);

export interface GeneratorOptions {
  /** Macros and repetitions, which the peers spell differently: pasmo's way is ours too. */
  macros: boolean;
}

export function generateProgram(random: Random, options: GeneratorOptions): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const upTo = (n: number): number => Math.floor(random() * (n + 1));
  const labels = Array.from({ length: 6 + upTo(10) }, (_, i) => `lab${i}_${pick(['x', 'Loop', 'TAB', 'z9'])}`);
  const constants = Array.from({ length: 4 }, (_, i) => `CON${i}`);

  const number = (limit: number): string => {
    const n = upTo(limit);
    return pick([
      String(n),
      `0x${n.toString(16)}`,
      `$${n.toString(16).toUpperCase()}`,
      `0${n.toString(16).toUpperCase().padStart(4, '0')}H`,
      `%${n.toString(2)}`,
    ]);
  };
  /** 0..limit whatever happens: brackets everywhere, since the peers' precedences differ. */
  const small = (limit: number, depth = 0): string => {
    if (depth > 2 || random() < 0.4) return random() < 0.2 ? `(${pick(constants)} & ${limit})` : number(limit);
    const a = small(limit, depth + 1);
    const b = small(limit, depth + 1);
    return pick([
      `(${a} & ${b})`,
      `((${a} | ${b}) & ${limit})`,
      `((${a}+${b}) & ${limit})`,
      `((${a}*${b}) & ${limit})`,
      `(${a}/((${b})+1))`,
      `((${a}<<${upTo(4)}) & ${limit})`,
      `(${a}>>${upTo(4)})`,
    ]);
  };
  const word = (): string =>
    pick([
      small(0x7fff),
      pick(labels),
      `${pick(labels)}+${number(20)}`,
      `${pick(labels)}-${number(9)}`,
      `$+${number(30)}`,
    ]);

  const operand = (kind: string): string => {
    switch (kind) {
      case 'n':
        return `0+${small(255)}`;
      case 'nn':
        return `0+${word()}`;
      case 'e':
        return `$${pick(['+', '-'])}${number(120)}`;
      case 'd':
        return `${pick(['+', '-'])}${number(127)}`;
      case 'b':
        return String(upTo(7));
      case 't':
        return String(upTo(7) * 8);
      default:
        return String(upTo(2));
    }
  };
  const instruction = (): string => {
    const form = pick(FORMS);
    const operands = [...form.operands];
    for (const slot of form.slots)
      operands[slot.operand] = operands[slot.operand]!.replace(/\+d|nn|[nebtmz]/, () => operand(slot.kind));
    const text = `${form.mnemonic} ${operands.join(',')}`.trimEnd();
    return random() < 0.5 ? text.toLowerCase().replace(/lab\d+_\w+|con\d/g, (name) => restore(name)) : text;
  };
  const restore = (name: string): string => [...labels, ...constants].find((l) => l.toLowerCase() === name) ?? name;
  const data = (): string =>
    pick([
      () =>
        `DB ${Array.from({ length: 1 + upTo(5) }, () => pick([small(255), `'${pick([...'aZ09 ;'])}'`, '"text, ;x"'])).join(',')}`,
      () => `DEFW ${Array.from({ length: 1 + upTo(3) }, () => word()).join(', ')}`,
      () => `DS ${upTo(20)}`,
      () => `DEFS ${1 + upTo(9)},${upTo(255)}`,
    ])();

  const out = [' ORG 100H', ...constants.map((c) => `${c}: EQU ${number(0x3fff)}`)];
  let waiting = [...labels];
  const lines = 20 + upTo(60);
  for (let i = 0; i < lines; i++) {
    if (waiting.length && random() < waiting.length / (lines - i)) out.push(`${waiting.shift()}:`);
    const roll = random();
    if (roll < 0.7) out.push(` ${instruction()} ; line ${i}`);
    else if (roll < 0.9) out.push(` ${data()}`);
    else if (roll < 0.95) out.push(` IF ${small(1)}`, ` ${instruction()}`, ' ELSE', ` ${data()}`, ' ENDIF');
    else if (options.macros)
      out.push(
        ...pick([
          [` REPT ${1 + upTo(3)}`, ` ${instruction()}`, ' ENDM'],
          [` IRP reg, bc, de, hl`, ' push reg', ' pop reg', ' ENDM'],
          [`mac${i} MACRO p1, p2`, ' ld a,p1', ' ld (p2),a', ' ENDM', ` mac${i} 5, ${pick(labels)}`, ` mac${i} b, 1+2`],
        ]),
      );
  }
  while (waiting.length) out.push(`${waiting.shift()}:`);
  waiting = [];
  return `${out.join('\n')}\n`;
}
