/**
 * Text of others (a board, a model, a data file) on its way to a terminal. Control characters, of which escape sequences
 * are made, and characters that turn the direction of writing become visible; a line end stays one.
 */

/** C0 but for tab and line feed, DEL, C1 (CSI is 9Bh), line and paragraph separators, marks of direction. */
const HARMFUL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

/** @returns the same, with `\x1b` in the place of ESC */
export function plain(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(HARMFUL, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The same in one line. */
export function plainLine(text: string): string {
  return plain(text.replace(/[\r\n\t]+/g, ' '));
}
