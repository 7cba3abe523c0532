import { expect, it } from 'vitest';
import { assemble, formatDiagnostic, memoryReader } from '../../src/z80asm/index.js';
import { describeWith } from '../outside.js';
import { seeded } from '../random.js';
import { assembleWith, firstDifference, type Peer } from './peers.js';
import { generateProgram } from './program-generator.js';

const PROGRAMS = 200;

for (const peer of ['pasmo', 'z80asm'] as Peer[])
  describeWith([peer], `generated programs against ${peer}`, () => {
    it(`gives the same bytes for ${PROGRAMS} programs`, () => {
      for (let seed = 1; seed <= PROGRAMS; seed++) {
        const source = generateProgram(seeded(seed), { macros: peer === 'pasmo' });
        const result = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
        const errors = result.diagnostics.filter((d) => d.severity === 'error').map(formatDiagnostic);
        expect(errors, `seed ${seed}`).toEqual([]);
        let theirs: Uint8Array;
        try {
          theirs = assembleWith(peer, source);
        } catch (cause) {
          throw new Error(`seed ${seed}: ${peer} refuses:\n${source}`, { cause });
        }
        expect(`seed ${seed}: ${firstDifference(result.bytes, theirs)}`).toBe(`seed ${seed}: none`);
      }
    });
  });
