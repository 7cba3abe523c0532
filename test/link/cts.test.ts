import { expect, it } from 'vitest';
import { ctsStaysOff } from '../../src/link/cts.js';
import { FakeClock } from '../fakes/fake-clock.js';

/** CTS goes on at that time; undefined: there are no lines to see. */
async function looked(onAtMs: number | undefined): Promise<[boolean, number]> {
  const clock = new FakeClock();
  const modemLines = async () =>
    onAtMs === undefined ? undefined : { cts: clock.now() >= onAtMs, dsr: false, dcd: false };
  return [await clock.run(ctsStaysOff({ modemLines }, clock)), clock.now()];
}

it.each([
  ['is on', 0, false, 0],
  ['comes on when a board has written what it had', 1_450, false, 1_500],
  ['is not wired', Infinity, true, 3_000],
  ['cannot be seen', undefined, false, 0],
] as const)('CTS %s', async (_, onAtMs, off, ms) => expect(await looked(onAtMs)).toEqual([off, ms]));
