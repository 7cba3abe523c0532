/**
 * Was it the line? A serial line loses characters, doubles them or gets a bit wrong; a program that computes
 * something else says something else. The two texts are aligned at the least cost, and where losses, doublings
 * and single bits explain everything that differs, and most of the text is intact, the line is the likelier cause.
 */
import { counted } from '../seams/words.js';

export interface LineFaults {
  lost: number;
  doubled: number;
  flipped: number;
  /** Offsets in the left text of the first and the last of them. */
  from: number;
  to: number;
  /** One sentence for people: what happened, where, and what to look at. */
  says: string;
}

type Step = 'same' | 'lost' | 'doubled' | 'flipped' | 'other';

/** An edit that a line does not make costs more than any that it does. */
const COST: Readonly<Record<Step, number>> = { same: 0, lost: 2, doubled: 2, flipped: 3, other: 50 };
/** Of the text, so much must have come as it was. */
const INTACT_SHARE = 0.5;
/** Beyond this the alignment is not worth its time (the product of two lengths). */
const LARGEST = 4_000_000;

/** @returns what the line did to `left` to make it `right`, or undefined where a line would not do that */
export function lineFaults(left: string, right: string): LineFaults | undefined {
  if (left === right || left.length * right.length > LARGEST) return undefined;
  const steps = align(left, right);
  if (steps.some(({ step }) => step === 'other')) return undefined;
  const faults = steps.filter(({ step }) => step !== 'same');
  const intact = steps.length - faults.length;
  if (intact < INTACT_SHARE * left.length) return undefined;
  const count = (step: Step): number => faults.filter((fault) => fault.step === step).length;
  const found = {
    lost: count('lost'),
    doubled: count('doubled'),
    flipped: count('flipped'),
    from: faults[0]!.at,
    to: faults.at(-1)!.at,
  };
  return { ...found, says: sentence(found, left) };
}

interface Aligned {
  step: Step;
  /** Offset in the left text. */
  at: number;
}

/** Least-cost alignment, from left to right. */
function align(left: string, right: string): Aligned[] {
  const width = right.length + 1;
  const cost = new Uint32Array((left.length + 1) * width);
  const move = new Uint8Array(cost.length);
  for (let i = left.length; i >= 0; i--)
    for (let j = right.length; j >= 0; j--) {
      if (i === left.length && j === right.length) continue;
      let best = Infinity;
      MOVES.forEach(({ di, dj, step }, index) => {
        if (i + di > left.length || j + dj > right.length) return;
        const total = COST[step(left, right, i, j)] + cost[(i + di) * width + j + dj]!;
        if (total < best) {
          best = total;
          move[i * width + j] = index;
        }
      });
      cost[i * width + j] = best;
    }
  const steps: Aligned[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const { di, dj, step } = MOVES[move[i * width + j]!]!;
    steps.push({ step: step(left, right, i, j), at: Math.min(i, Math.max(0, left.length - 1)) });
    i += di;
    j += dj;
  }
  return steps;
}

const MOVES: readonly { di: number; dj: number; step: (a: string, b: string, i: number, j: number) => Step }[] = [
  { di: 1, dj: 1, step: (a, b, i, j) => (a[i] === b[j] ? 'same' : isOneBit(a, b, i, j) ? 'flipped' : 'other') },
  { di: 1, dj: 0, step: () => 'lost' },
  { di: 0, dj: 1, step: (_a, b, _i, j) => (j > 0 && b[j] === b[j - 1] ? 'doubled' : 'other') },
];

function isOneBit(a: string, b: string, i: number, j: number): boolean {
  const bits = a.charCodeAt(i) ^ b.charCodeAt(j);
  return (bits & (bits - 1)) === 0;
}

const KINDS = [
  ['lost', 'lost', 'flow control?'],
  ['doubled', 'arrived twice', 'a bad contact, or two programs on one port?'],
  ['flipped', 'with one bit wrong', 'baud rate, cable or ground?'],
] as const;

function sentence(found: Omit<LineFaults, 'says'>, left: string): string {
  const kinds = KINDS.filter(([kind]) => found[kind] > 0);
  const what = kinds.map(([kind, words]) => `${counted(found[kind], 'character')} ${words}`);
  const before = quoted(left.slice(Math.max(0, found.from - 8), found.from));
  const after = quoted(left.slice(found.to + 1, found.to + 9));
  return `${what.join(', ')} between ${before} and ${after}: ${kinds[0]![2]}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
