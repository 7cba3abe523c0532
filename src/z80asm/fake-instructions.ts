/**
 * Instructions that sjasmplus makes of several: LD BC,HL is LD B,H and LD C,L. Assembled as one, with the codes and T-states
 * of all.
 */
import { FORMS, type FormNode, type Instruction } from './instructions.js';

/** The upper and the lower half of a pair. */
const HALVES: Readonly<Record<string, readonly [string, string]>> = {
  BC: ['B', 'C'],
  DE: ['D', 'E'],
  HL: ['H', 'L'],
  IX: ['IXH', 'IXL'],
  IY: ['IYH', 'IYL'],
};

type Part = readonly [mnemonic: string, ...shapes: string[]];

/** The instruction that stands for several; undefined where these operands stand for none. */
export function fakeInstruction(mnemonic: string, shapes: readonly string[]): Instruction | undefined {
  const parts = partsOf(mnemonic, shapes);
  const all = parts?.map(([name, ...operands]) => formOf(FORMS.get(name), operands));
  if (!all || all.length === 0 || all.some((part) => !part || part.slots.length > 0)) return undefined;
  const made = all as Instruction[];
  const sum = (of: (part: Instruction) => number): number => made.reduce((total, part) => total + of(part), 0);
  return {
    ...made[0]!,
    mnemonic,
    operands: [...shapes],
    code: made.flatMap(({ code }) => code),
    tStates: sum((part) => part.tStates),
    tStatesTaken: sum((part) => part.tStatesTaken),
    undocumented: made.some((part) => part.undocumented),
    variant: 'spelling',
  };
}

function formOf(node: FormNode | undefined, shapes: readonly string[]): Instruction | undefined {
  for (const shape of shapes) node = node?.next?.get(shape);
  return node?.instruction;
}

function partsOf(mnemonic: string, shapes: readonly string[]): Part[] | undefined {
  const [a = '', b = ''] = shapes;
  if ((mnemonic === 'PUSH' || mnemonic === 'POP') && shapes.length > 1) return shapes.map((pair) => [mnemonic, pair]);
  if (shapes.length !== 2) return undefined;
  if (mnemonic === 'SUB' && a === 'HL')
    return [
      ['OR', 'A'],
      ['SBC', 'HL', b],
    ];
  if (mnemonic !== 'LD') return undefined;
  const [to, from] = [HALVES[a], HALVES[b]];
  if (to && from) {
    // No instruction knows both an index register's half and H or L, or the halves of two.
    const index = (pair: string): boolean => pair.startsWith('I');
    const apart = (index(a) && (index(b) || b === 'HL')) || (a === 'HL' && index(b));
    return apart
      ? [
          ['PUSH', b],
          ['POP', a],
        ]
      : [
          ['LD', to[0], from[0]],
          ['LD', to[1], from[1]],
        ];
  }
  if (to && b === '(HL)' && a !== 'HL')
    return [
      ['LD', to[1], '(HL)'],
      ['INC', 'HL'],
      ['LD', to[0], '(HL)'],
      ['DEC', 'HL'],
    ];
  if (from && a === '(HL)' && b !== 'HL')
    return [
      ['LD', '(HL)', from[1]],
      ['INC', 'HL'],
      ['LD', '(HL)', from[0]],
      ['DEC', 'HL'],
    ];
  return undefined;
}
