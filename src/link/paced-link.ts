/**
 * A link that lets the board breathe: one byte each `msPerByte`. For lines without flow control, where the
 * receiver needs longer for a byte than the wire does (RomWBW's XM: 0.64 ms; its line buffer holds 32).
 *
 * Timers of an operating system are coarse (1 ms and more), so bytes go by the clock and not by a sleep each:
 * after every sleep all the bytes that are due go, but never more than BURST of them.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';

/** Half of the smallest line buffer known: a late timer must not overrun it. */
const BURST = 16;

export function pacedLink(link: ByteLink, clock: Clock, msPerByte: number): ByteLink {
  let freeAtMs = 0;
  return {
    name: link.name,
    baud: link.baud,
    read: (timeoutMs) => link.read(timeoutMs),
    unread: (bytes) => link.unread(bytes),
    drain: () => link.drain(),
    close: () => link.close(),
    async write(bytes) {
      freeAtMs = Math.max(freeAtMs, clock.now());
      for (let at = 0; at < bytes.length;) {
        const wait = freeAtMs - clock.now();
        if (wait > 0) await clock.sleep(wait);
        const due = 1 + Math.floor((clock.now() - freeAtMs) / msPerByte);
        const burst = bytes.subarray(at, at + Math.min(BURST, Math.max(1, due)));
        await link.write(burst);
        at += burst.length;
        freeAtMs = Math.max(freeAtMs + burst.length * msPerByte, clock.now());
      }
    },
  };
}
