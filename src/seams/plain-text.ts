/**
 * Text from outside (a board, a device, a file) as part of a line on a terminal: whatever a terminal obeys, or that changes
 * the order or the width of what is shown, is a question mark.
 */

/** Control characters, C1 among them; marks without width or that turn the direction; halves of a character. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

export const plainText = (text: string): string => text.replace(OBEYED, '?');

/** The same, of several lines. */
export const plainLines = (text: string): string => text.split(/\r?\n/).map(plainText).join('\n');
