import { expect, it } from 'vitest';
import { PatientClock } from './patient-clock.js';

it('the patient clock stands still while this process does', async () => {
  const clock = new PatientClock();
  const sleeping = clock.sleep(50);
  const until = performance.now() + 200;
  while (performance.now() < until);
  let rounds = 0;
  let over = false;
  const count = (): void => {
    rounds++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await sleeping.then(() => (over = true));
  expect(clock.now()).toBeGreaterThanOrEqual(50);
  expect(clock.now()).toBeLessThan(60);
  // The event loop has been round at each tick of at most 2 ms.
  expect(rounds).toBeGreaterThanOrEqual(20);
});

it('its sleeps end in order, and at once where they are stopped', async () => {
  const clock = new PatientClock();
  const order: number[] = [];
  const stop = new AbortController();
  const stopped = expect(clock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
  await Promise.all([30, 5, 20].map((ms) => clock.sleep(ms).then(() => order.push(ms))));
  expect(order).toEqual([5, 20, 30]);
  stop.abort(new Error('enough'));
  await stopped;
});
