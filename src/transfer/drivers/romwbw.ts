/**
 * RomWBW, and everything else with its XM (the bundled virtual board, too). Observed on ROMs 2.9.1 and 3.7:
 *
 *   B:XM RX F.COM              plain C as the request ("XM R" says CK, which confuses some senders)
 *   … To cancel: Ctrl-X …      from here on it receives; its first request would come 5 to 10 s later
 *   Thanks for the upload      the whole file is on the disk
 *
 * A: is the RAM disk, B: the ROM disk with XM, C: and up may be absent disks. Started from a card, A: is the card, B: the RAM disk,
 * and C: the ROM disk.
 */
import { cpmXmodem, type Profile } from './cpm-xmodem.js';
import type { Driver } from './driver.js';

export const ROMWBW: Profile = {
  name: 'romwbw',
  title: 'RomWBW (XM)',
  tool: 'XM',
  receive: 'RX {file}',
  send: 'S {file}',
  ready: { text: /Ctrl-X\r?\n/, begin: 'crc', afterMs: 50 },
  sends: { text: /Ctrl-X\r?\n/, afterMs: 20 },
  thanks: /Thanks for the upload/,
  drive: 'A',
  blockSize: 1024,
};

export function romwbwDriver(changes: Partial<Profile> = {}): Driver {
  return cpmXmodem(ROMWBW.name, ROMWBW.title, [{ ...ROMWBW, ...changes }]);
}
