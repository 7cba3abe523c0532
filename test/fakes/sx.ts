/**
 * How lrzsz's `sx` sends, so far as its source (0.12.20, wctx and wcputsec) has a part in what a bad line makes of it: blocks
 * of 128, 10 s for each answer, ten tries, whatever is no answer is passed over, one CAN behind another ends it, the check
 * is what the first request asked for, and no tries begin again. For comparing, in virtual time.
 */
import { ByteReader } from '../../src/link/byte-reader.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { ACK, CAN, checksum, crc16, CRC_REQUEST, EOT, NAK, SOH, SUB } from '../../src/transfer/xmodem.js';

const TRIES = 10;
const ANSWER_MS = 10_000;
const REQUEST_MS = 60_000;

/** @returns whether it ends well in its own eyes */
export async function sx(link: ByteLink, clock: Clock, data: Uint8Array): Promise<boolean> {
  const reader = new ByteReader(link, clock);
  const answer = async (wanted: readonly number[], ms: number): Promise<number | undefined> => {
    const end = clock.now() + ms;
    for (let before = 0, left = ms; left > 0; left = end - clock.now()) {
      const byte = await reader.byte(left);
      if (byte === undefined) return undefined;
      if (wanted.includes(byte) || (byte === CAN && before === CAN)) return byte;
      before = byte;
    }
    return undefined;
  };
  const request = await answer([CRC_REQUEST, NAK], REQUEST_MS);
  if (request === undefined || request === CAN) return false;
  const packets: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 128) {
    const block = new Uint8Array(128).fill(SUB);
    block.set(data.subarray(at, at + 128));
    const number = (at / 128 + 1) & 0xff;
    const crc = crc16(block);
    const check = request === NAK ? [checksum(block)] : [crc >> 8, crc & 0xff];
    packets.push(Uint8Array.of(SOH, number, 255 - number, ...block, ...check));
  }
  for (const packet of [...packets, Uint8Array.of(EOT)]) {
    let byte: number | undefined;
    for (let tries = 0; tries < TRIES && byte !== ACK; tries++) {
      link.drain();
      await link.write(packet);
      byte = await answer(packet.length > 1 ? [ACK, NAK, CRC_REQUEST] : [ACK, NAK], ANSWER_MS);
      if (byte === CAN) return false;
    }
    if (byte !== ACK) return false;
  }
  return true;
}
