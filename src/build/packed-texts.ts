/**
 * Texts as the firmware unpacks them (firmware/chat/texts.asm): characters as they are, and codes for pairs of codes that come
 * often (byte pair encoding, Gage 1994). English comes to little more than half.
 */

const FIRST_CODE = 0x80;
const MOST_PAIRS = 0x80;
/** A pair costs two bytes in the table, and saves one each time it is used. */
const FEWEST_USES = 3;
/** Pairs within pairs: each takes four bytes of the program's stack. */
const DEEPEST = 8;

export interface PackedTexts {
  /** For each code from 80h on the two codes that it stands for. */
  pairs: number[];
  /** The texts in their order, without an end. */
  texts: number[][];
}

/** @param texts codes of 1 to 7Fh */
export function packTexts(texts: readonly (readonly number[])[]): PackedTexts {
  const packed = texts.map((text) => [...text]);
  const pairs: number[] = [];
  const depths = new Map<number, number>();
  const depthOf = (code: number): number => depths.get(code) ?? 0;
  while (pairs.length < 2 * MOST_PAIRS) {
    const best = commonest(packed, (a, b) => Math.max(depthOf(a), depthOf(b)) < DEEPEST);
    if (!best || best.uses < FEWEST_USES) break;
    const code = FIRST_CODE + pairs.length / 2;
    pairs.push(best.first, best.second);
    depths.set(code, 1 + Math.max(depthOf(best.first), depthOf(best.second)));
    packed.forEach((text, i) => (packed[i] = replaced(text, best.first, best.second, code)));
  }
  return { pairs, texts: packed };
}

/** Of equals the one with the smallest codes. */
function commonest(
  texts: readonly (readonly number[])[],
  mayBe: (first: number, second: number) => boolean,
): { first: number; second: number; uses: number } | undefined {
  const uses = new Int32Array(1 << 16);
  for (const text of texts)
    for (let at = 0; at + 1 < text.length; at++) {
      const key = (text[at]! << 8) | text[at + 1]!;
      uses[key]!++;
      // Of three alike only one pair can be made.
      if (text[at] === text[at + 1] && text[at + 1] === text[at + 2]) at++;
    }
  let best: number | undefined;
  uses.forEach((count, key) => {
    if (count > (best === undefined ? 0 : uses[best]!) && mayBe(key >> 8, key & 0xff)) best = key;
  });
  return best === undefined ? undefined : { first: best >> 8, second: best & 0xff, uses: uses[best]! };
}

function replaced(text: readonly number[], first: number, second: number, code: number): number[] {
  const out: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === first && text[at + 1] === second) {
      out.push(code);
      at++;
    } else out.push(text[at]!);
  }
  return out;
}
