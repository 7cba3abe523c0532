/**
 * Kinds of boards that the virtual board can be, from power-on to a proven program, in real time through a
 * pseudo-terminal. What can happen to a flash on each of them is in boards-matrix.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { ByteLink } from '../../src/seams/byte-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { createDriver } from '../../src/transfer/drivers/index.js';
import { hexRecord } from '../../src/seams/intel-hex.js';
import { bootCpm, recogniseBoard } from '../../src/transfer/recognise.js';
import { withBoard } from '../fakes/with-board.js';
import { sample } from './samples.js';

async function flash(line: ByteLink, clock: Clock, kind: string, name: string, bytes: Uint8Array): Promise<string[]> {
  const phases = new Set<string>();
  const target = boardTarget(line, createDriver(kind), clock);
  for await (const { phase } of target.load({ name, bytes })) phases.add(phase);
  return [...phases];
}

const PROVEN = ['prepare', 'send', 'verify', 'finish', 'done'];

// Side by side, since they wait for the line most of the time.
describe.concurrent('the boards that people own', () => {
  for (const [firmware, driver] of [
    ['romwbw2', 'romwbw'],
    ['cpm', 'download'],
  ] as const)
    it(`${firmware}: booted from its menu, recognised as ${driver}, flashed`, () =>
      withBoard({ firmware }, async (line, clock) => {
        await expect(recogniseBoard(line, clock)).rejects.toMatchObject({ exitStatus: 3 });
        await bootCpm(line, clock);
        expect(await recogniseBoard(line, clock)).toBe(driver);
        expect(await flash(line, clock, driver, 'X.COM', sample(700))).toEqual(PROVEN);
      }));

  it('scm: Intel HEX into memory; a CP/M program is refused', () =>
    withBoard({ firmware: 'scm' }, async (line, clock) => {
      expect(await recogniseBoard(line, clock)).toBe('scm');
      const bytes = sample(300);
      const rows: string[] = [];
      for (let at = 0; at < bytes.length; at += 16) rows.push(hexRecord(0x9000 + at, bytes.subarray(at, at + 16)));
      const hex = Buffer.from([...rows, ':00000001FF'].join('\n'));
      expect(await flash(line, clock, 'scm', 'P.HEX', hex)).toEqual(['prepare', 'send', 'verify', 'done']);
      await expect(flash(line, clock, 'scm', 'X.COM', bytes)).rejects.toMatchObject({ exitStatus: 1 });
    }));
});
