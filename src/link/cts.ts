/**
 * Is CTS wired? A port with hardware flow control sends nothing while CTS is off: on a cable without that wire, for ever.
 * Before anything was sent a board that works has room for it, so CTS is on, but for one that is busy or switched off.
 */
import type { Clock } from '../seams/clock.js';
import type { ModemLines } from './serial-options.js';

/** A receiver that was left in the middle of a file holds its line while it writes 16 KB: seldom for longer. */
const OFF_MS = 3_000;
const LOOK_EVERY_MS = 100;

/** @returns whether it stays off; false as soon as it is on, or where it cannot be seen */
export async function ctsStaysOff(
  link: { modemLines(): Promise<ModemLines | undefined> },
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  for (let leftMs = OFF_MS; leftMs > 0; leftMs -= LOOK_EVERY_MS) {
    const lines = await link.modemLines();
    if (lines === undefined || lines.cts) return false;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return true;
}
