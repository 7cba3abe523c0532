/**
 * An empty command line, whatever stood on it; nothing of it is run.
 *
 *     us     ^X
 *     board  BS SP BS …        CP/M rubs out what was typed
 *     board  ERA GUESS.COM     ZPM3 does, too, and shows the command before it, which a CR would run again
 *     us     BS BS BS …        as many as it shows
 *     board  BS SP BS …
 */
import type { ByteReader } from '../link/byte-reader.js';
import type { ByteLink } from '../seams/byte-link.js';
import { toBytes } from '../seams/bytes.js';
import { onScreen } from '../seams/prompt.js';

export const WIPE_SETTINGS = {
  /**
   * For what ^X shows: 3 ms at a board, more with a network between. At an error of the BDOS any key boots CP/M, 0.2 s, and a
   * RomWBW 2.9.1 that gets another key 50 to 100 ms into that is dead until its reset.
   */
  quietMs: 300,
  /** A board that talks longer does not edit a line. */
  limitMs: 1_000,
  /** Keys may be damaged on their way. */
  tries: 3,
};

const [CTRL_X, BACKSPACE] = ['\x18', '\b'];
/** CP/M's lines have 126 characters. */
const LONGEST = 126;

/** What stands on the line by what came since it was empty; where another line has begun, it is none of ours. */
function lineOf(text: string): string {
  if (/[\r\n]/.test(text)) return '';
  const line = onScreen(text);
  return line.trim() === '' ? '' : line;
}

/**
 * Empty the command line by ^X, and what that shows.
 * @param text what is known to stand on it
 * @returns what came, and whether the line is empty by that
 */
export async function wipe(
  reader: ByteReader,
  keyboard: ByteLink,
  text = '',
): Promise<{ came: string; isEmpty: boolean }> {
  const { quietMs, limitMs, tries } = WIPE_SETTINGS;
  let came = '';
  for (let n = 0; n < tries; n++)
    for (const key of [CTRL_X, BACKSPACE]) {
      const rubbed = key === CTRL_X ? 1 : Math.min(LONGEST, lineOf(text + came).length);
      await keyboard.write(toBytes(key.repeat(rubbed)));
      came += await reader.untilQuiet(quietMs, limitMs);
      if (lineOf(text + came) === '') return { came, isEmpty: true };
    }
  return { came, isEmpty: false };
}
