/** Renditions (SGR): those that are obeyed, with every colour brought to one of the 16 that all palettes have. */

/** Usual, bold, dim, underlined, blinking, inverse, and the ends of these. */
const PLAIN = new Set([0, 1, 2, 4, 5, 7, 22, 24, 25, 27, 39, 49]);
/** First and last, of letters and of what is behind them, dark and bright. */
const COLOURS = [[30, 37], [40, 47], [90, 97], [100, 107]] as const; // prettier-ignore
const INK = 38;
const PAPER = 48;

/** xterm's own values of the 16. */
const PALETTE = [
  [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
  [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
] as const; // prettier-ignore
/** The steps of xterm's cube of 216 colours. */
const CUBE = [0, 95, 135, 175, 215, 255];

/** @returns the same with 256 and true colours reduced, and without what nobody knows; 0 is always said */
export function plainRendition(params: readonly number[]): number[] {
  if (params.length === 0) return [0];
  const plain: number[] = [];
  for (let i = 0; i < params.length; i++) {
    const value = params[i]!;
    if (value === INK || value === PAPER) {
      const isPalette = params[i + 1] === 5;
      const length = isPalette ? 1 : params[i + 1] === 2 ? 3 : 0;
      const colour = params.slice(i + 2, i + 2 + length);
      // What it is cut off from is unknown as well.
      if (length === 0 || colour.length < length) break;
      i += 1 + length;
      const nearest = isPalette ? ofPalette(colour[0]!) : nearestTo(colour);
      plain.push((nearest < 8 ? value - 8 : value + 44) + nearest);
    } else if (PLAIN.has(value) || COLOURS.some(([first, last]) => value >= first && value <= last)) plain.push(value);
  }
  return plain;
}

/** xterm's 256: the 16, a cube, greys. */
function ofPalette(index: number): number {
  if (index < PALETTE.length) return index;
  if (index >= 232) return nearestTo(Array.from({ length: 3 }, () => 8 + 10 * (index - 232)));
  const at = index - 16;
  return nearestTo([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => CUBE[step]!));
}

function nearestTo(colour: readonly number[]): number {
  const distances = PALETTE.map((entry) => entry.reduce<number>((sum, level, i) => sum + (level - colour[i]!) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}
