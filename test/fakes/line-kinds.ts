/** Lines that are not as expected, as what becomes of each byte: link-pair.ts's `fault`. */
import type { Clock } from '../../src/seams/clock.js';
import { seeded } from '../random.js';
import { WIRE_MS } from './wire-time.js';

export type Fault = (byte: number, index: number) => readonly number[];

/** RomWBW's driver. */
const BUFFER = 32;
const RTS_RISES = 16;
const RTS_FALLS = 8;

/** One byte in `rate` with a bit flipped. */
export function flips(rate: number, seed: number): Fault {
  const dice = seeded(seed);
  return (byte) => [dice() < 1 / rate ? byte ^ (1 << Math.floor(dice() * 8)) : byte];
}

/**
 * A board that needs `byteMs` for a byte, at the end of a cable whose sender hears its RTS late by `overshoot` bytes, or,
 * with Infinity, never. What its buffer has no room for is lost.
 */
export function overrun(clock: Clock, byteMs: number, overshoot: number): Fault {
  let atMs = 0;
  let held = 0;
  /** Bytes since RTS rose. */
  let late = 0;
  return (byte) => {
    if (late >= overshoot) {
      atMs += (held - RTS_FALLS) * byteMs;
      held = RTS_FALLS;
      late = 0;
    }
    const now = Math.max(clock.now(), atMs + WIRE_MS);
    held = Math.max(0, held - (now - atMs) / byteMs);
    atMs = now;
    if (held <= RTS_FALLS) late = 0;
    if (held >= RTS_RISES || late > 0) late++;
    if (held >= BUFFER) return [];
    held++;
    return [byte];
  };
}
