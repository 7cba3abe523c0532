import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { assemble, disassemble, formatDiagnostic, memoryReader } from '../../src/z80asm/index.js';
import { firstDifference } from './peers.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { randomNetwork } from '../build/random-network.js';
import { firmwareFor } from '../emu/board/harness.js';
import { seeded } from '../random.js';
import { generateProgram } from './program-generator.js';

function assembled(source: string) {
  const result = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
  expect(result.diagnostics.filter((d) => d.severity === 'error').map(formatDiagnostic)).toEqual([]);
  return result;
}

function roundTrip(bytes: Uint8Array, origin: number, entries?: number[]): void {
  const { text } = disassemble(bytes, { origin, ...(entries && { entries }) });
  const result = assembled(text);
  expect(result.origin).toBe(origin);
  expect(firstDifference(result.bytes, bytes)).toBe('none');
}

describe('the disassembler', () => {
  it('writes source that assembles to the same bytes, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 0xfed3 }),
        fc.array(fc.nat(299), { maxLength: 5 }),
        (bytes, origin, entries) =>
          roundTrip(
            bytes,
            origin,
            entries.map((at) => origin + at),
          ),
      ),
      { numRuns: 1_500 },
    );
  });

  it('does so for whole programs', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { bytes, origin } = assembled(generateProgram(seeded(seed), { macros: true }));
      roundTrip(bytes, origin);
    }
  });

  it('does so for 64 KB of everything', () => {
    const random = seeded(9);
    roundTrip(
      Uint8Array.from({ length: 0x10000 }, () => Math.floor(random() * 256)),
      0,
    );
  });

  it('does so for every program of ours', () => {
    const { image, origin, drives } = firmwareFor('acia');
    roundTrip(image, origin);
    for (const { bytes } of drives.flatMap(({ files }) => files)) roundTrip(bytes, 0x100);
    const network = randomNetwork(1, { widths: [20, 10], density: 0.3, biasReach: 300 });
    for (const layout of ['sparse', 'packed'] as const)
      roundTrip(buildProgram(network, { layout }, firmwareReader(nodeFiles)).program, 0x100);
  });

  it('tells code from data, and names what is jumped to', () => {
    const { bytes } = assembled(` ORG 100h
start: LD DE,text
 LD C,9
 CALL 5
 LD B,3
loop: DJNZ loop
 LD A,(var)
 JP 0
text: DB 'Hello, world$'
var: DB 7
 DS 20`);
    const names = new Map([
      [0x10e, 'greeting'],
      [5, 'BDOS'],
    ]);
    expect(disassemble(bytes, { origin: 0x100, names }).text).toBe(
      `WBOOT           EQU 0x0000                       ; jump to the warm boot
BDOS            EQU 0x0005
C_WRITESTR      EQU 9                            ; Print String

                ORG 0x0100
start:          LD DE,D0112                      ; 0100  11 12 01
                LD C,C_WRITESTR                  ; 0103  0E 09
                CALL BDOS                        ; 0105  CD 05 00
                LD B,0x03                        ; 0108  06 03
L010A:          DJNZ L010A                       ; 010A  10 FE
                LD A,(D011F)                     ; 010C  3A 1F 01
                JP WBOOT                         ; 010F  C3 00 00
D0112:          DB 'Hello, world$'               ; 0112
D011F:          DB 0x07                          ; 011F
                DS 20,0x00                       ; 0120
`,
    );
    expect(disassemble(bytes, { origin: 0x100, names }).codeBytes).toBe(18);
  });

  it('goes on at the entries given', () => {
    const { bytes } = assembled(' ORG 100h\n JP (HL)\n LD A,1\n RET');
    expect(disassemble(bytes, { origin: 0x100 }).codeBytes).toBe(1);
    expect(disassemble(bytes, { origin: 0x100, entries: [0x100, 0x101] }).codeBytes).toBe(4);
  });
});
