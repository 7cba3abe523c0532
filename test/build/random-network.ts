/** Networks that no training would give, to hold the firmware to the reference everywhere. */
import { INPUT_SIZE, type Layer, type Network } from '../../src/model/network.js';
import { seeded } from '../random.js';

export interface Shape {
  /** Outputs of each layer. */
  widths: number[];
  /** Share of weights that are not zero. */
  density: number;
  /** Biases reach so far either way; 32767 makes sums wrap. */
  biasReach: number;
}

export function randomNetwork(seed: number, shape: Shape): Network {
  const random = seeded(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  let inputs = INPUT_SIZE;
  const layers = shape.widths.map((outputs): Layer => {
    const weights = Int8Array.from({ length: outputs * inputs }, () =>
      random() < shape.density ? [-2, -1, 1, 1][upTo(4)]! : 0,
    );
    const biases = Int16Array.from({ length: outputs }, () => upTo(2 * shape.biasReach + 1) - shape.biasReach);
    const layer = { inputs, outputs, weights, biases };
    inputs = outputs;
    return layer;
  });
  // All byte values but NUL, in an order of their own.
  const charset = Array.from({ length: inputs - 1 }, (_, i) => String.fromCharCode(1 + ((i * 37 + seed) % 255)));
  return { layers, charset: [...charset, '\0'], about: { name: `random ${seed}`, examples: ['x'] } };
}

/** A question of printable and upper-half characters. */
export function randomQuestion(random: () => number, longest: number): string {
  const length = 1 + Math.floor(random() * longest);
  const characters = Array.from({ length }, () => {
    const pick = random();
    if (pick < 0.2) return ' ';
    if (pick < 0.8) return String.fromCharCode(0x61 + Math.floor(random() * 26));
    const code = 0x20 + Math.floor(random() * 0xdf);
    return code === 0x7f ? 'A' : String.fromCharCode(code);
  }).join('');
  // '!', '?' and '/' are commands where they come first.
  return /^[!?/]/.test(characters) ? `x${characters.slice(1)}` : characters;
}
