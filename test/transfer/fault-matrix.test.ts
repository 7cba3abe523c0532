/**
 * Flashing over a line that damages, loses, doubles, invents, delays and is cut, that has no RTS or hears it late, to a
 * receiver that falls to checksums and swallows what comes too soon, at seeded random: whatever happens,
 * the board ends up with the right file, or the tool says clearly that it has not, and then the old file is there
 * (or, when the line dies between the last two commands, the proven new one under its temporary name).
 *
 * CI runs 500 flights in virtual time; `npm run bench -- faults --runs 10000` as many as wanted.
 */
import { describe, expect, it } from 'vitest';
import { OUTCOMES, runFaults } from '../fakes/fault-flights.js';

describe('fault matrix', () => {
  it(
    '500 flights: never a wrong file, a hang, or a crash; none where only sx comes through',
    { timeout: 900_000 },
    async () => {
      const { counts, wrong, onlySx } = await runFaults({ from: 1, runs: 500, compare: true });
      expect(wrong).toEqual([]);
      expect(onlySx).toEqual([]);
      expect(OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0)).toBe(500);
      // The matrix must see both sides, or it proves nothing.
      expect(counts['arrived after repeats']).toBeGreaterThan(50);
      expect(counts['clear failure, old file intact']).toBeGreaterThan(20);
    },
  );

  it('a fault in the tool would be seen: on a disk that changes a byte, without verifying', async () => {
    const { wrong } = await runFaults({ from: 1, runs: 10, brokenVerify: true });
    expect(wrong.length).toBeGreaterThan(0);
  });
});
