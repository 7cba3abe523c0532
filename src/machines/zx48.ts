/**
 * A ZX Spectrum with 48 KB: a tape with a BASIC loader, started by USR. What is known of its ROM is in src/emu/zx48/system.ts,
 * of its tapes in src/emu/zx48/tap.ts.
 */
import { createZx48 } from '../emu/zx48/machine.js';
import { encodeSound } from '../emu/zx48/sound.js';
import { CLOCK_HZ, UNCONTENDED_FROM } from '../emu/zx48/system.js';
import { decodeTap } from '../emu/zx48/tap.js';
import { decodeTape, encodeTape } from '../emu/zx48/tape.js';
import type { Machine } from './machine.js';

export const ZX48: Machine = {
  name: 'zx48',
  title: 'ZX Spectrum 48K',
  // Below lie BASIC's variables, the loader and its stack; the page above is the host's (firmware/hosts/zx48.asm).
  memory: {
    origin: 0x5f00,
    end: 0xff00,
    isFixed: true,
    hotFrom: UNCONTENDED_FROM,
    name: 'RAM',
    of: 'a ZX Spectrum 48K',
  },
  // With the buffers of a game, which has the most, and code that begins at a page.
  programBytes: 37_376,
  host: 'zx48.asm',
  takesTail: false,
  hasDisks: false,
  file: {
    type: 'TAP',
    title: 'a ZX Spectrum tape',
    encode: encodeTape,
    decode: decodeTape,
    sound: (file) => encodeSound(decodeTap(file, 'the tape')),
  },
  clockHz: CLOCK_HZ,
  emulate: createZx48,
  board: undefined,
};
