import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { stalls, turnLoopFor } from '../../src/link/loop-turns.js';

afterEach(() => {
  vi.useRealTimers();
});

it('knows the versions of Node that leave promises waiting', () => {
  for (const version of ['20.20.2', '24.22.3', '26.3.1']) expect(stalls(version), version).toBe(false);
  for (const version of ['26.4.0', '26.12.1', '27.0.0']) expect(stalls(version), version).toBe(true);
});

it.each(['readable', 'writable', 'disconnect'])('turns the loop after a poller says %s', (event) => {
  vi.useFakeTimers();
  const poller = new EventEmitter();
  turnLoopFor({ poller });
  expect(vi.getTimerCount()).toBe(0);
  poller.emit(event, null);
  expect(vi.getTimerCount()).toBe(1);
});

it('turns it all the time where there is no poller, until that is ended, and only where it is needed', () => {
  vi.useFakeTimers();
  turnLoopFor({}, false);
  expect(vi.getTimerCount()).toBe(0);
  const end = turnLoopFor({}, true);
  expect(vi.getTimerCount()).toBe(1);
  end();
  expect(vi.getTimerCount()).toBe(0);
});
