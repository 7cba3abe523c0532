import { expect, it } from 'vitest';
import { keepingDefects } from '../../src/console/defects.js';

it('a defect ends the work, and is thrown when that has given the terminal back', async () => {
  const before = process.listeners('uncaughtException');
  const steps: string[] = [];
  let stop = (): void => {};
  const work = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const listeners = process.listeners('uncaughtException');
    // No other prints it on the screen.
    expect(listeners).toHaveLength(1);
    listeners[0]!(new Error('in a timer'), 'uncaughtException');
    await stopped;
    steps.push('given back');
  };
  const over = keepingDefects(work, () => stop());
  await expect(over).rejects.toThrow('in a timer');
  expect(steps).toEqual(['given back']);
  expect(process.listeners('uncaughtException')).toEqual(before);
});

it('without one its result is passed on, and what it throws', async () => {
  expect(
    await keepingDefects(
      async () => 7,
      () => {},
    ),
  ).toBe(7);
  const failing = keepingDefects(
    async () => {
      throw new Error('lost');
    },
    () => {},
  );
  await expect(failing).rejects.toThrow('lost');
});
