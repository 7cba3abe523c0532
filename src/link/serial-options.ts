/** How a serial line is set, and what its modem lines say. */
import type { Clock } from '../seams/clock.js';

export const FLOWS = ['rtscts', 'none'] as const;
export type FlowControl = (typeof FLOWS)[number];

export const STOP_BITS = [1, 2] as const;

export interface SerialOptions {
  clock: Clock;
  /** Bits a second; 115200 is what RC2014 boards leave the shop with. */
  baud?: number;
  /** `rtscts` (default): the board may hold us back. `none` for lines without CTS: then pace the bytes. */
  flow?: FlowControl;
  stopBits?: 1 | 2;
}

export const DEFAULT_BAUD = 115_200;

export interface ModemLines {
  cts: boolean;
  dsr: boolean;
  dcd: boolean;
}

/** What a board's reset may hang on, where somebody has wired it so. */
export const PULSE_LINES = ['dtr', 'rts', 'break'] as const;
export type PulseLine = (typeof PULSE_LINES)[number];
/** A reset circuit wants some milliseconds, and a UART takes for a break what is longer than a character: 33 ms at 300 baud. */
export const PULSE_MS = 250;
