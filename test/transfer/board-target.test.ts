import { expect, it } from 'vitest';
import { UsageError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import type { Driver } from '../../src/transfer/drivers/driver.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';

it('starts what was loaded last, or what lies on the board under a name', async () => {
  const started: string[] = [];
  const driver = {
    async *flash() {
      yield { phase: 'done' };
    },
    start: (_line: unknown, name: string, tail: string) => Promise.resolve(void started.push(`${name} ${tail}`)),
  } as unknown as Driver;
  const clock = new FakeClock();
  const target = boardTarget(linkPair(clock).a, driver, clock, { program: 'GUESS.COM' });
  await target.start('/3');
  await target.start('', 'CLOCK.COM');
  await target.start('');
  for await (const _ of target.load({ name: 'NEW.COM', bytes: new Uint8Array(1) }));
  await target.start('');
  expect(started).toEqual(['GUESS.COM /3', 'CLOCK.COM ', 'GUESS.COM ', 'NEW.COM ']);
  await expect(boardTarget(linkPair(clock).a, driver, clock).start('')).rejects.toThrow(UsageError);
});
