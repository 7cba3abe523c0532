/** A sender fed by hand: XMODEM blocks, and the answers to them. */
import type { Terminal } from './harness.js';

const SOH = 0x01;
const STX = 0x02;
export const EOT = 0x04;
export const ACK = '\x06';
export const NAK = '\x15';
export const CAN = 0x18;

function crc16(data: Uint8Array): number {
  let crc = 0;
  for (const byte of data) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

const sum = (data: Uint8Array) => data.reduce((total, byte) => (total + byte) & 0xff, 0);

export function block(number: number, data: Uint8Array, check: 'crc' | 'sum' = 'crc'): number[] {
  const crc = crc16(data);
  const trailer = check === 'crc' ? [crc >> 8, crc & 0xff] : [sum(data)];
  return [data.length === 128 ? SOH : STX, number & 0xff, ~number & 0xff, ...data, ...trailer];
}

export const sample = (length: number, seed = 1) =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 21) & 0xff);

/** Send a block a millisecond after the last answer, as an adapter does, and return the answer. */
export function answer(t: Terminal, bytes: number[], seconds = 3): string {
  t.wait(0.001);
  t.send(...bytes);
  return t.next(seconds);
}
