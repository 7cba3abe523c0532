/**
 * Any CP/M with a receiver that people install: the first of these that is on the board is used. Of those that are
 * not ours less is asked than of XM: their first request is waited for, blocks have 128 bytes.
 */
import { cpmXmodem, type Profile } from './cpm-xmodem.js';
import { ROMWBW } from './romwbw.js';
import type { Driver } from './driver.js';

const receiver = (tool: string, receive: string, send: string | undefined, more: Partial<Profile> = {}): Profile => ({
  name: tool.toLowerCase(),
  title: `CP/M (${tool})`,
  tool,
  receive,
  send,
  ready: undefined,
  thanks: undefined,
  drive: undefined,
  blockSize: 128,
  ...more,
});

/** Our own (firmware/recv). It does not look at its console between blocks, so no gap is needed. */
export const RECV: Profile = receiver('RECV', '{file}', undefined, {
  ready: { text: /Ready\r\n/, begin: 'crc', afterMs: 20 },
  thanks: /RECV: done/,
  sums: '{file} CRC',
  blockSize: 1024,
  settings: { gapMs: 0 },
});

const CPM_RECEIVERS: readonly Profile[] = [
  RECV,
  // "Receiving via CON with CRCsC": an STX block ends it, CAN it does not know. The end is "OK".
  receiver('XMODEM', '{file} /R', '{file} /S', { thanks: /\bOK\b/ }),
  { ...ROMWBW, drive: undefined },
  receiver('RX', '{file}', undefined),
  receiver('KMD', 'R {file}', 'S {file}'),
  receiver('ZMD', 'R {file}', 'S {file}'),
];

export const cpmDriver = (): Driver => cpmXmodem('cpm', 'CP/M with an XMODEM program', CPM_RECEIVERS);
