/**
 * Text of others (a board, a device, a model, a file) on its way to a terminal: whatever a terminal obeys, or that changes the
 * order or the width of what is shown, becomes visible, and no command.
 */

/** Control characters, C1 among them (CSI is 9Bh); marks without width or that turn the direction; halves of a character. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** @returns the same, with `\x1b` in the place of ESC; tabs and line ends stay */
export function plain(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(OBEYED, (character) => {
    if (character === '\t' || character === '\n') return character;
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The same in one line. */
export function plainLine(text: string): string {
  return plain(text.replace(/[\r\n\t]+/g, ' '));
}

/** As part of a line whose width counts: a question mark for each. */
export const plainText = (text: string): string => text.replace(OBEYED, '?');

/** The same, of several lines. */
export const plainLines = (text: string): string => text.split(/\r?\n/).map(plainText).join('\n');
