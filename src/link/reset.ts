/**
 * A reset over the line, for boards whose reset hangs on DTR, RTS or a break: the line is pulsed, and what the board says while
 * it starts is listened to and left to the next reader. Nothing is typed meanwhile: a key that comes before its serial driver
 * is up can hang RomWBW 2.9.1's boot.
 */
import type { Clock } from '../seams/clock.js';
import { toBytes } from '../seams/bytes.js';
import { ByteReader } from './byte-reader.js';
import type { PulseLine } from './serial-options.js';
import type { SteadyLink } from './steady-link.js';
import { heeding } from './wait.js';

export const RESET_SETTINGS = {
  /** The first words of a board; RomWBW 2.9.1 with a clock chip needs 2.3 s. A silent boot ROM says nothing at all. */
  firstMs: 3_000,
  /** Then it has started when it has been silent for so long; RomWBW's longest pause in its boot text is below 1 s. */
  quietMs: 1_500,
  /** A board that looks for disks that are not there. */
  totalMs: 20_000,
};

/** @throws LinkError (unavailable) where the link has no such line; (canceled) when the signal aborts */
export async function resetBoard(link: SteadyLink, clock: Clock, line: PulseLine, signal?: AbortSignal): Promise<void> {
  const { firstMs, quietMs, totalMs } = RESET_SETTINGS;
  link.drain();
  await link.pulse(line);
  const heard = heeding(link, signal);
  const first = await heard.read(firstMs);
  if (first === undefined) return;
  heard.unread(first.bytes);
  const text = await new ByteReader(heard, clock).untilQuiet(quietMs, totalMs);
  link.unread(toBytes(text));
}
