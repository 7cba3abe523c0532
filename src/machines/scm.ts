/**
 * An RC2014 with the Small Computer Monitor and 32 KB of RAM, such as Mini II and Classic II: Intel HEX from 8000h on,
 * no disk. What is known of the monitor is in src/emu/scm/machine.ts.
 */
import { RC2014_HZ } from '../emu/cpu.js';
import { createScm, SCM_RAM } from '../emu/scm/machine.js';
import { toBytes } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import { hexRecords, parseHexProgram } from '../seams/intel-hex.js';
import { SCM_HOST } from '../seams/prompt.js';
import type { Machine } from './machine.js';

export const SCM: Machine = {
  name: 'scm',
  title: 'RC2014 with the Small Computer Monitor',
  memory: { origin: SCM_RAM.from, end: SCM_RAM.end, isFixed: true, name: 'RAM', of: 'a board with 32 KB' },
  // With the buffers of a game, which has the most, 31,744 bytes.
  programBytes: 28_416,
  host: 'scm.asm',
  takesTail: false,
  hasDisks: false,
  file: {
    type: 'HEX',
    title: 'Intel HEX',
    // No line end behind the last record: where the file is sent by hand, a LF would stay in the monitor's command line.
    encode: ({ bytes, origin, entry }) =>
      toBytes(hexRecords([{ address: origin, bytes }], entry === origin ? 0 : entry).join('\r\n')),
    decode(file, where) {
      const { segments, entry } = parseHexProgram(file, where);
      const [{ bytes, address: origin }, ...more] = segments;
      if (more.length > 0) throw new InputError('the program lies in several pieces', { where });
      return { bytes, origin, entry };
    },
  },
  clockHz: RC2014_HZ,
  emulate: createScm,
  board: {
    driver: 'scm',
    host: SCM_HOST,
    virtual: { title: 'an RC2014 with the monitor', firmware: 'scm', driver: 'scm' },
    keepsPrograms: false,
  },
};
