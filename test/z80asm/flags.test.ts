/** The table of flags against the emulator: every form is run with many operands, from all flags clear and all set. */
import { describe, expect, it } from 'vitest';
import { createZ80 } from '../../src/emu/z80.js';
import type { Registers } from '../../src/emu/cpu.js';
import { flagsOf, flagWords } from '../../src/z80asm/flags.js';
import { allInstructions, type Instruction } from '../../src/z80asm/instructions.js';
import { list8080 } from '../../src/z80asm/instructions-8080.js';
import { seeded } from '../random.js';

const BITS = [0x80, 0x40, 0x10, 0x04, 0x02, 0x01];
/** Of each form; where a flag of its family has not had both values yet, up to the other. */
const ROUNDS = 40;
const MOST_ROUNDS = 600;

let reads = 0;
const cpu = createZ80({ in: () => (++reads * 89) & 0xff, out: () => {} });
const START = 0x8000;

interface Seen {
  /** Some run left it another than it was. */
  changed: boolean;
  values: Set<number>;
}

/** The code of a form with random numbers in it. */
function codeOf({ code, slots }: Instruction, next: () => number): number[] {
  const bytes = [...code];
  for (const { kind, byte, shift } of slots) {
    if (kind === 'nn') bytes.splice(byte, 2, next() & 0xff, 0x40 | (next() & 0x3f));
    else if (kind === 'b') bytes[byte]! |= (next() & 7) << shift;
    else if (kind !== 'z' && kind !== 't' && kind !== 'm') bytes[byte] = next() & 0x3f;
  }
  return bytes;
}

function parity(value: number): boolean {
  let ones = 0;
  for (let bits = value; bits > 0; bits >>= 1) ones += bits & 1;
  return ones % 2 === 0;
}

/** What flags did in all runs of a form; `check` sees the end of each. */
function observe(
  instruction: Instruction,
  check: (registers: Registers) => void,
  isEnough: (seen: Seen[]) => boolean,
): Seen[] {
  // prettier-ignore
  const chance = seeded(1234);
  const next = (): number => Math.floor(chance() * 0x10000);
  const byte = (): number => (next() & 3 ? next() & 0xff : [0, 1, 0x7f, 0x80][next() & 3]!);
  for (let at = 0x3f00; at < 0x8000; at++) cpu.memory[at] = next();
  const seen = BITS.map((): Seen => ({ changed: false, values: new Set() }));
  const isBlock = /^(LD|CP)[ID]R?$/.test(instruction.mnemonic);
  for (let round = 0; round < MOST_ROUNDS && (round < ROUNDS || !isEnough(seen)); round++) {
    const before = [0, 0xff, next() & 0xff][round % 3]!;
    cpu.setRegisters({
      a: byte(),
      f: before,
      // BC counts the rounds of a block: not too many of them.
      b: isBlock ? 0 : byte(),
      c: isBlock ? 1 + (next() & 15) : byte(),
      d: 0x60 | (next() & 0xf),
      e: byte(),
      h: 0x40 | (next() & 0x1f),
      l: byte(),
      i: byte(),
      r: byte(),
      ix: 0x5000 | (next() & 0xfff),
      iy: 0x5000 | (next() & 0xfff),
      sp: 0x7000 | (next() & 0xffe),
      af_: next(),
      iff2: next() & 1,
      pc: START,
      q: 0,
    });
    const code = codeOf(instruction, next);
    cpu.memory.set(code, START);
    do cpu.step();
    while (cpu.pc === START && code[0] === 0xed);
    const registers = cpu.getRegisters();
    BITS.forEach((bit, i) => {
      if ((registers.f & bit) !== (before & bit)) seen[i]!.changed = true;
      seen[i]!.values.add(registers.f & bit ? 1 : 0);
    });
    check(registers);
  }
  return seen;
}

/** The register whose parity P/V is, where it is one. */
function parityOf({ mnemonic, operands }: Instruction): 'a' | 'b' | undefined {
  if (/^(AND|OR|XOR|DAA|RLD|RRD)$/.test(mnemonic)) return 'a';
  const last = operands.at(mnemonic === 'IN' ? 0 : -1) ?? '';
  if (/^[ABCDEHL]$/.test(last) && /^(IN|R[LR]C?|S[LR][AL]|SL[1I])$/.test(mnemonic)) return last.toLowerCase() as 'b';
  return undefined;
}

/** Jumps to itself would never end, and HALT neither. */
const forms = allInstructions().filter(({ mnemonic }) => !/^(JP|JR|DJNZ|CALL|RST|RET[IN]?|HALT)$/.test(mnemonic));

describe('the table of flags', () => {
  it('is what the emulator does', () => {
    const wrong: string[] = [];
    const families = new Map<string, Seen[]>();
    for (const instruction of forms) {
      const { mnemonic, operands } = instruction;
      const form = `${mnemonic} ${operands.join(',')}`;
      const effects = flagsOf(instruction);
      const target = parityOf(instruction);
      const fits = (registers: Registers): void => {
        const { b, c, f, iff2 } = registers;
        const pv = (f & 4) !== 0;
        const expected: Partial<Record<string, boolean>> = {
          ...(target && { P: parity(registers[target]) }),
          B: (b | c) !== 0,
          I: iff2 !== 0,
          Z: (f & 0x40) !== 0,
        };
        const is = expected[effects[3]!];
        if (is !== undefined && is !== pv) wrong.push(`${form}: P/V is not ${effects[3]}`);
      };
      const all = families.get(`${mnemonic}: ${effects}`) ?? BITS.map(() => ({ changed: false, values: new Set() }));
      families.set(`${mnemonic}: ${effects}`, all);
      const isEnough = (seen: Seen[]): boolean =>
        [...effects].every(
          (effect, i) => /[.01]/.test(effect) || all[i]!.values.size === 2 || seen[i]!.values.size === 2,
        );
      observe(instruction, fits, isEnough).forEach(({ changed, values }, i) => {
        const effect = effects[i]!;
        if (effect === '.' && changed) wrong.push(`${form}: flag ${i} changed`);
        if (/[01]/.test(effect) && [...values].join() !== effect) wrong.push(`${form}: flag ${i} is not ${effect}`);
        all[i]!.changed ||= changed;
        for (const value of values) all[i]!.values.add(value);
      });
    }
    // By the result: SUB A has but one, the whole family has all.
    for (const [family, seen] of families)
      seen.forEach(({ changed, values }, i) => {
        const isFixed = /[.01]/.test(family.at(i - 6)!);
        if (!isFixed && !(changed && values.size === 2)) wrong.push(`${family}: flag ${i} has but one value`);
      });
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('has every jump leave them alone', () => {
    const jumps = allInstructions().filter((instruction) => !forms.includes(instruction));
    expect([...new Set(jumps.map(flagsOf))]).toEqual(['......']);
  });

  it('is that of the same code for 8080 names', () => {
    const all = new Map(forms.map((form) => [form.code.join(), flagsOf(form)]));
    const wrong = list8080().filter(({ instruction }) => all.get(instruction.code.join()) !== undefined && flagsOf(instruction) !== all.get(instruction.code.join())); // prettier-ignore
    expect(wrong).toEqual([]);
    const named = Object.fromEntries(list8080().map(({ instruction }) => [instruction.mnemonic, flagsOf(instruction)]));
    expect([named['RLC'], named['CPI'], named['IN'], named['DAD'], named['XRA'], named['JNZ']]).toEqual([
      '..0.0*',
      '***V1*',
      '......',
      '..*.0*',
      '**0P00',
      '......',
    ]);
  });

  it('is said in words', () => {
    const words = (mnemonic: string, ...operands: string[]): string => flagWords({ mnemonic, operands });
    expect(words('AND', 'B')).toBe('S, Z by the result; H 1; P/V parity; N, C 0');
    expect(words('LDI')).toBe('H, N 0; P/V set if BC is not 0');
    expect(words('ADD', 'HL', 'BC')).toBe('H, C by the result; N 0');
    expect(words('LD', 'A', 'n')).toBe('unchanged');
  });
});
