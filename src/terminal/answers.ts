/**
 * What a terminal says by itself when a program asks: that all is well, where the cursor is, what it is. Each goes to
 * the board as if typed, so it must look exactly like one of these, and there are not many in a second: a file with ten
 * thousand questions in it must not type ten thousand answers at a prompt.
 */
import type { Terminal } from './dialects.js';

export const ANSWER_SETTINGS = {
  /** At once: more than any program asks when it starts. */
  burst: 8,
  /** In the long run: nobody asks more often than keys are pressed. */
  perSecond: 10,
} as const;

const STATUS = /^\x1b\[0n$/;
const PLACE = /^\x1b\[\d{1,3};\d{1,3}R$/;
const IDENTITY = /^\x1b\[\?1;2c$/;
/** A VT100 that plays a VT52 says so. */
const VT52 = '\x1b/Z';

export class Answers {
  #left: number = ANSWER_SETTINGS.burst;
  #lastMs = 0;

  /**
   * @param text what the screen would say
   * @returns what goes to the board, or undefined
   */
  allowed(text: string, kind: Terminal, nowMs: number): string | undefined {
    const isIdentity = IDENTITY.test(text);
    if (!isIdentity && !(kind === 'vt100' && (STATUS.test(text) || PLACE.test(text)))) return undefined;
    const gained = (Math.max(0, nowMs - this.#lastMs) * ANSWER_SETTINGS.perSecond) / 1000;
    this.#left = Math.min(ANSWER_SETTINGS.burst, this.#left + gained);
    this.#lastMs = nowMs;
    if (this.#left < 1) return undefined;
    this.#left--;
    return isIdentity && kind === 'vt52' ? VT52 : text;
  }
}
