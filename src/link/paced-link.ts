/**
 * A link that lets the board breathe: one byte each `msPerByte`. For lines without flow control, where the
 * receiver needs longer for a byte than the wire does (RomWBW's XM: 0.64 ms; its line buffer holds 32).
 *
 * Timers of an operating system are coarse (1 ms and more). So where that is too long for a byte, bytes go by the clock
 * and not by a sleep each: after every sleep all the bytes that are due go, but never more than BURST of them. Boards that
 * need longer for a byte have no buffer to speak of; there a late timer makes it slower, and nothing is made up for.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { throughLink } from './through-link.js';

/** Each byte has a sleep of its own if it may take so long. */
const TIMER_MS = 2;
/** Half of the smallest line buffer known: a late timer must not overrun it. */
const BURST = 16;

/** @param pace ms per byte; 0 = full speed. As a function it is asked anew for each write. */
export function pacedLink(link: ByteLink, clock: Clock, pace: number | (() => number)): ByteLink {
  let freeAtMs = 0;
  return throughLink(link, {
    async write(bytes) {
      const msPerByte = typeof pace === 'number' ? pace : pace();
      if (msPerByte === 0) return link.write(bytes);
      const catchesUp = msPerByte < TIMER_MS;
      freeAtMs = Math.max(freeAtMs, clock.now());
      for (let at = 0; at < bytes.length;) {
        const wait = freeAtMs - clock.now();
        if (wait > 0) await clock.sleep(wait);
        const due = catchesUp ? 1 + Math.floor((clock.now() - freeAtMs) / msPerByte) : 1;
        const burst = bytes.subarray(at, at + Math.min(BURST, Math.max(1, due)));
        await link.write(burst);
        at += burst.length;
        freeAtMs = catchesUp ? Math.max(freeAtMs + burst.length * msPerByte, clock.now()) : clock.now() + msPerByte;
      }
    },
  });
}
