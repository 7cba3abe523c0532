import { expect, it } from 'vitest';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import type { Driver } from '../../src/transfer/drivers/driver.js';
import { EchoedKeyboard } from '../../src/transfer/echoed-keyboard.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';

/** A board that takes 10 ms for each key but those that it does not echo. */
function board(silent = ''): { clock: FakeClock; typed: string[]; a: ReturnType<typeof linkPair>['a'] } {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const typed: string[] = [];
  void (async () => {
    for (;;) {
      const arrival = await b.read(60_000);
      if (arrival === undefined) return;
      const key = latin1(arrival.bytes);
      typed.push(`${clock.now()} ${key}`);
      await clock.sleep(10);
      if (!silent.includes(key)) await b.write(arrival.bytes);
    }
  })();
  return { clock, typed, a };
}

it('types each key when the one before was echoed; the last one is not waited for', async () => {
  const { clock, typed, a } = board();
  const keyboard = new EchoedKeyboard(a, clock);
  await clock.run(keyboard.write(toBytes('abc\r')));
  expect(typed).toEqual(['0 a', '10 b', '20 c', '30 \r']);
  expect(clock.now()).toBe(30);
  // What came meanwhile is there, with its time.
  const seen = [];
  for (let n = 0; n < 4; n++) seen.push(await clock.run(keyboard.read(100)));
  expect(seen.map((arrival) => [latin1(arrival!.bytes), arrival!.atMs])).toEqual([
    ['a', 10], ['b', 20], ['c', 30], ['\r', 40],
  ]); // prettier-ignore
});

it('goes on behind a key that is not echoed', async () => {
  const { clock, typed, a } = board('b');
  await clock.run(new EchoedKeyboard(a, clock).write(toBytes('abc')));
  expect(typed).toEqual(['0 a', '10 b', '210 c']);
});

it('is how a target types whose driver says so; what came before a start is forgotten', async () => {
  const { clock, typed, a } = board();
  const driver = { keyboard: 'echoed', start: () => Promise.resolve() } as unknown as Driver;
  const target = boardTarget(a, driver, clock, { program: 'X.HEX' });
  await clock.run(target.type(toBytes('abc')));
  expect(typed).toEqual(['0 a', '10 b', '20 c']);
  await target.start('');
  expect(latin1((await clock.run(target.read(100)))!.bytes)).toBe('c');
});
