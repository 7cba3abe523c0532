/**
 * What of a board's output may reach the user's terminal. A board (or a wrong baud rate) can send anything, and
 * terminals obey escape sequences: they rename windows, move files by some clipboards, and lock keyboards. So only
 * printable ASCII, CR, LF, BS, TAB and BEL pass; whole escape sequences are taken out, other bytes become dots.
 */
const ESC = 0x1b;
const PASS = new Set([0x07, 0x08, 0x09, 0x0a, 0x0d]);
const DOT = 0x2e;
/** A sequence is never this long; noise behind an ESC must not swallow the text after it. */
const LONGEST_SEQUENCE = 32;

/** A filter with the memory of a sequence that is cut by a chunk's end. */
export function consoleFilter(): (bytes: Uint8Array) => Uint8Array {
  /** Bytes of the sequence so far, ESC included; 0 outside of one. */
  let inSequence = 0;
  let isLong = false;
  return (bytes) => {
    const out: number[] = [];
    for (const byte of bytes) {
      if (byte === ESC) {
        inSequence = 1;
        isLong = false;
      } else if (inSequence === 1) {
        // ESC [ begins a sequence with parameters, ESC followed by another character is complete.
        isLong = byte === 0x5b;
        inSequence = isLong ? 2 : 0;
      } else if (isLong && inSequence > 1) {
        const ends = byte >= 0x40 && byte < 0x7f;
        if (ends || ++inSequence > LONGEST_SEQUENCE || byte < 0x20) inSequence = 0;
        if (PASS.has(byte)) out.push(byte);
      } else if ((byte >= 0x20 && byte < 0x7f) || PASS.has(byte)) out.push(byte);
      // NUL and FF are common in boot texts and mean nothing on a screen.
      else if (byte !== 0 && byte !== 0x0c && byte !== 0x7f) out.push(DOT);
    }
    return Uint8Array.from(out);
  };
}
