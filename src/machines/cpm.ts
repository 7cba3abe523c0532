/** CP/M 2.2 and its relatives on a Z80: a .COM for the TPA. */
import { TPA } from '../emu/cpm/memory-map.js';
import { createCpm } from '../emu/cpm/machine.js';
import { RC2014_HZ } from '../emu/cpu.js';
import { CPM_HOST } from '../seams/prompt.js';
import type { Machine } from './machine.js';

export const CPM: Machine = {
  name: 'cpm',
  title: 'CP/M 2.2 and newer',
  // A system of 64 KB with room for a BIOS of 3.5 KB.
  memory: { origin: TPA, end: 0xdc00, isFixed: false, name: 'TPA', of: 'a 64 KB system' },
  programBytes: 40_960,
  host: 'cpm.asm',
  takesTail: true,
  hasDisks: true,
  file: {
    type: 'COM',
    title: 'a CP/M program',
    encode: ({ bytes }) => bytes,
    decode: (bytes) => ({ bytes, origin: TPA, entry: TPA }),
  },
  clockHz: RC2014_HZ,
  emulate: (console, createCpu) => createCpm({ console, ...(createCpu && { createCpu }) }),
  board: {
    driver: undefined,
    host: CPM_HOST,
    virtual: { title: 'an RC2014 with CP/M', firmware: 'fast', driver: 'romwbw' },
    keepsPrograms: true,
  },
};
