/** Limits that the Z80 sets. */

/** The widest layer: an index is one byte. */
export const MAX_WIDTH = 256;
/** The most characters an answer has. */
export const MAX_ANSWER = 50;
