/**
 * XMODEM, what both ends share: the bytes, the check values, the settings, the events.
 *
 *     sender                                   receiver
 *                                         <--  C            "send, with CRC" (NAK: with checksum), every few seconds
 *     SOH 01 FE  128 bytes  CRC CRC       -->               STX and 1024 bytes with XMODEM-1K, mixed at will
 *                                         <--  ACK
 *     SOH 02 FD  128 bytes  CRC CRC       -->               damaged on the way
 *                                         <--  NAK
 *     SOH 02 FD  128 bytes  CRC CRC       -->
 *                                         <--  ACK          lost: then the sender repeats the block,
 *     EOT                                 -->               and the receiver acknowledges it once more
 *                                         <--  ACK
 *
 *     either one:  CAN CAN                                  gives up
 *
 * The length is not sent: the last block is filled with SUB (1Ah), CP/M's end of text.
 */
export const SOH = 0x01;
export const STX = 0x02;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
export const CAN = 0x18;
export const SUB = 0x1a;
/** The letter C. RomWBW's XM says "CK": the K offers 1K blocks and means nothing more. */
export const CRC_REQUEST = 0x43;

export type CheckMode = 'crc' | 'checksum';

export { crc16 } from '../seams/crc16.js';
export const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

/** What a transfer tells while it works, for a progress bar and for logs. */
export type TransferEvent =
  | { type: 'start'; mode: CheckMode; blocks: number; totalBytes: number }
  /** A block was acknowledged (sending) or accepted (receiving). */
  | { type: 'block'; block: number; doneBytes: number; totalBytes: number; retries: number }
  /** A block goes out again. */
  | { type: 'retry'; block: number; reason: 'refused' | 'silence' | 'asked again'; attempt: number }
  /** No answer yet; boards write to disk before they answer. */
  | { type: 'waiting'; block: number; ms: number }
  /** The whole file was sent. `confirmed` is false where the board spoke instead of acknowledging the end. */
  | { type: 'done'; blocks: number; totalBytes: number; retries: number; confirmed: boolean };
