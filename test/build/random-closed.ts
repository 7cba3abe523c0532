/** Closed networks that no training would give, and questions that nobody would ask. */
import type { Talk } from '../../src/build/talk.js';
import type { ClosedSet } from '../../src/model/closed-set.js';
import { closedInputs, closedOutputs } from '../../src/model/closed-set.js';
import { MAX_ANSWER, type Layer, type Network } from '../../src/model/network.js';
import { seeded } from '../random.js';

export interface ClosedShape {
  buckets: number;
  /** Outputs of each hidden layer. */
  hidden: number[];
  answers: number;
  steps: ClosedSet['steps'];
  /** By how much the best must be ahead; no unknown answer without it. */
  margin?: number;
  /** Share of weights that are not zero, in the first layer and in the others. */
  density: [number, number];
  /** Share of -2 among those. */
  twos?: number;
  /** Biases reach so far either way; 32767 makes sums wrap. */
  biasReach: number;
  /** The longest answer. */
  longest?: number;
}

/** @param answers in the place of random ones */
export function randomClosed(seed: number, shape: ClosedShape, answers?: string[]): Network {
  const random = seeded(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const closed: ClosedSet = {
    buckets: shape.buckets,
    steps: shape.steps,
    answers: answers ?? randomAnswers(upTo, shape.answers, shape.longest ?? 12),
    ...(shape.margin !== undefined && { unknown: { answer: 'I do not know.', margin: shape.margin } }),
  };
  let inputs = closedInputs(closed);
  const layers = [...shape.hidden, closedOutputs(closed)].map((outputs, index): Layer => {
    const density = shape.density[index === 0 ? 0 : 1]!;
    const weights = Int8Array.from({ length: outputs * inputs }, () =>
      random() >= density ? 0 : random() < (shape.twos ?? 0.2) ? -2 : 2 * upTo(2) - 1,
    );
    const biases = Int16Array.from({ length: outputs }, () => upTo(2 * shape.biasReach + 1) - shape.biasReach);
    const layer = { inputs, outputs, weights, biases };
    inputs = outputs;
    return layer;
  });
  return { layers, charset: [], closed, about: { name: `closed ${seed}`, examples: ['how are you'] } };
}

/** Distinct and sorted; of few letters, so that many begin alike and some begin with all of another. */
function randomAnswers(upTo: (n: number) => number, count: number, longest: number): string[] {
  const letters = 'ab é?';
  const answers = new Set<string>();
  while (answers.size < count) {
    const length = Math.min(MAX_ANSWER, 1 + upTo(longest));
    answers.add(Array.from({ length }, () => letters[upTo(letters.length)]!).join(''));
  }
  return [...answers].sort();
}

/** Keys that edit, end or leave the line. */
const EDITS = [0x03, 0x08, 0x0a, 0x0d, 0x15, 0x18, 0x7f];
const PARTS = [
  'hello', 'WHAT', "don't", 'can`t', 'naïve', 'Łódź', 'ÿ×÷ß', '“quoted”', 'rock’n’roll', '…', '—', 'é', 'Привет', '日本', '😀', '¿qué?',
  '42', '   ', '.,;:', '_', '~', 'pneumonoultramicroscopicsilicovolcanoconiosis', 'aaaaaaaaaaaaaaaaaaaaaa', 'x',
]; // prettier-ignore
/** Leads of what is folded, and bytes that may or may not go on with them. */
const RAW = [
  0xc2, 0xc3, 0xc4, 0xc5, 0xcc, 0xcd, 0xe2, 0x80, 0x98, 0x99, 0xbf, 0xc0, 0xc1, 0xc6, 0xff, 0x27, 0x41, 0x7a,
];

/** The bytes of an odd question: words, signs, whole and broken UTF-8, control characters; short, long and too long. */
export function oddQuestion(random: () => number): Uint8Array {
  const upTo = (n: number): number => Math.floor(random() * n);
  const parts = 1 + upTo(random() < 0.2 ? 40 : 8);
  const bytes: number[] = [];
  for (let i = 0; i < parts; i++) {
    const pick = random();
    if (pick < 0.5) bytes.push(...new TextEncoder().encode(PARTS[upTo(PARTS.length)]!));
    else if (pick < 0.75) bytes.push(...Array.from({ length: 1 + upTo(4) }, () => RAW[upTo(RAW.length)]!));
    else if (pick < 0.95) bytes.push(...Array.from({ length: 1 + upTo(9) }, () => 0x61 + upTo(26)));
    else bytes.push(...Array.from({ length: 1 + upTo(3) }, () => upTo(256)).filter((byte) => !EDITS.includes(byte)));
    if (random() < 0.6) bytes.push(0x20);
  }
  return Uint8Array.from(bytes);
}

/** The last layer's shifted sums as the firmware left them in memory. */
export function outputsInMemory(talk: Talk, symbols: Map<string, number>, { layers }: Network): number[] {
  const { memory } = talk.emulated.cpu;
  const page = memory[symbols.get('source')!]! << 8;
  return Array.from(
    { length: layers.at(-1)!.outputs },
    (_, i) => (((memory[page + 256 + i]! << 24) >> 16) | memory[page + i]!) >> 2,
  );
}
