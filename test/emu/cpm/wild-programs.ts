/** Programs that nobody would write, the same for the same seed: random bytes, and random calls of the BDOS and the BIOS. */
import { seeded } from '../../random.js';

export interface WildProgram {
  bytes: Uint8Array;
  tail: string;
  keys: string;
}

const TAILS = ['', 'BIG.DAT', 'A.TXT B.TXT', '*.*', 'B:????????.???', 'NEW.$$$', '$$$.SUB', '../X', '/ETC/PASSWD'];
const BDOS = 5;
const LENGTH = 400;

export function wildProgram(seed: number): WildProgram {
  const random = seeded(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const word = (): [number, number] => [below(256), below(256)];
  /** The places that matter, and any. */
  const place = (): [number, number] => {
    const at = [0x5c, 0x6c, 0x80, 0x100 + below(LENGTH), 0, 0xffff, below(0x10000)][below(7)]!;
    return [at & 255, at >> 8];
  };
  const bytes: number[] = [];
  while (bytes.length < LENGTH)
    switch (below(9)) {
      case 0: // anything
        for (let n = below(8); n >= 0; n--) bytes.push(below(256));
        break;
      case 1: // LD (nn),A and LD (nn),HL: into FCBs, page zero, itself
        bytes.push(0x3e, below(256), 0x32, ...place(), 0x21, ...word(), 0x22, ...place());
        break;
      case 2: // the record, the extent, the drive of the first FCB
        bytes.push(0x3e, below(256), 0x32, [0x5c, 0x68, 0x6a, 0x7c, 0x7d, 0x7e, 0x7f][below(7)]!, 0x00);
        break;
      case 3: // a jump back, in a loop
        bytes.push(0x10, 0x100 - 2 - below(100));
        break;
      case 4: // any BIOS call: LD A,(2) would tell where; here it is known
        bytes.push(0x0e, below(256), 0xcd, 3 * below(17), 0xf2);
        break;
      case 5: // the name of the first FCB
        bytes.push(0x21, 0x5d + below(11), 0, 0x36, below(2) === 0 ? 0x41 + below(26) : below(256));
        break;
      default:
        bytes.push(0x0e, below(8) === 0 ? below(256) : below(41), 0x11, ...place(), 0xcd, BDOS, 0);
    }
  // Round and round.
  bytes.push(0xc3, 0x00, 0x01);
  const keys = Array.from({ length: below(60) }, () => String.fromCharCode(below(128))).join('');
  return { bytes: Uint8Array.from(bytes), tail: TAILS[below(TAILS.length)]!, keys };
}
