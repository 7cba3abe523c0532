import { describe, expect, it } from 'vitest';
import { nextPress, type Press } from '../../../src/trainer/closed/press.js';
import { CLOSED_RECIPE } from '../../../src/trainer/closed/recipe.js';

const RECIPE = { ...CLOSED_RECIPE, pressFrom: 0.1, pressUntil: 0.8 };
const press = (before: Press, progress: number, weights: number, goal: number, epochs = 50): Press =>
  nextPress(before, RECIPE, progress, weights, goal, epochs);

describe('the pull on weights', () => {
  it('is let be at first, when it notes how many there are', () => {
    expect(press({ shrink: 0.01, from: 0 }, 0.05, 900, 100)).toEqual({ shrink: 0.01, from: 900 });
    expect(press({ shrink: 0.01, from: 900 }, 0.0999, 1000, 100)).toEqual({ shrink: 0.01, from: 1000 });
    // In a run so short that its first epoch is beyond.
    expect(press({ shrink: 0.01, from: 0 }, 0.5, 800, 100)).toEqual({ shrink: 0.01, from: 800 });
  });

  it('is let be at the end', () => {
    expect(press({ shrink: 0.01, from: 900 }, 0.95, 900, 100)).toEqual({ shrink: 0.01, from: 900 });
    expect(press({ shrink: 0.01, from: 900 }, 0.9499, 900, 100).shrink).toBeGreaterThan(0.01);
  });

  it('keeps the number on its way, which falls first fast and then slower', () => {
    const at = (progress: number, weights: number): number =>
      press({ shrink: 0.02, from: 1600 }, progress, weights, 100).shrink;
    // One by the number grows evenly: 1/1600 to 1/100.
    for (const [progress, wanted] of [
      [0.1, 1600],
      [0.275, 6400 / 19],
      [0.45, 3200 / 17],
      [0.8, 100],
      [0.9, 100],
    ] as const) {
      expect(at(progress, wanted)).toBeCloseTo(0.02, 10);
      expect(at(progress, wanted * 1.1)).toBeCloseTo(0.02 * 1.1 ** 3, 10);
      expect(at(progress, wanted / 1.1)).toBeCloseTo(0.02 / 1.1 ** 3, 10);
    }
  });

  it('changes by so much at once, and more where epochs are few', () => {
    const by = (weights: number, epochs: number): number =>
      press({ shrink: 0.01, from: 1000 }, 0.45, weights, 1000, epochs).shrink / 0.01;
    expect(by(9000, 50)).toBeCloseTo(1.5, 10);
    expect(by(9000, 500)).toBeCloseTo(1.5, 10);
    expect(by(9000, 25)).toBeCloseTo(2, 10);
    expect(by(100, 50)).toBeCloseTo(1 / 1.5, 10);
    expect(by(100, 10)).toBeCloseTo(1 / 3.5, 10);
  });

  it('stays within bounds', () => {
    expect(press({ shrink: 9, from: 1000 }, 0.5, 9000, 10, 1).shrink).toBe(10);
    expect(press({ shrink: 2e-4, from: 1000 }, 0.5, 1, 1000, 1).shrink).toBe(1e-4);
    expect(press({ shrink: 0.01, from: 1000 }, 0.5, 0, 1000).shrink).toBeCloseTo(0.01 / 1.5, 10);
  });

  it('lessens where there are fewer than may be', () => {
    let now: Press = { shrink: 0.01, from: 500 };
    for (let progress = 0.1; progress < 0.95; progress += 0.02) {
      const next = press(now, progress, 500, 28_000);
      expect(next.shrink).toBeLessThanOrEqual(now.shrink);
      now = next;
    }
    expect(now.shrink).toBe(1e-4);
    // There is no way up: from the first there may be as many as at the end.
    expect(press({ shrink: 0.01, from: 500 }, 0.1, 28_000, 28_000).shrink).toBeCloseTo(0.01, 10);
    expect(press({ shrink: 0.01, from: 500 }, 0.9, 28_000, 28_000).shrink).toBeCloseTo(0.01, 10);
  });

  it.each([6, 50, 200])('leads a network whose weights follow it to the goal, in %i epochs', (epochs) => {
    // As many survive as the pull leaves: fewer the harder it is, and some lag behind.
    let weights = 20_000;
    let now: Press = { shrink: 0.01, from: 0 };
    const seen: number[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const settled = 20_000 / (1 + now.shrink * 20);
      weights += (settled - weights) * (1 - Math.exp(-20 / epochs));
      seen.push(weights);
      now = press(now, epoch / epochs, Math.round(weights), 5000, epochs);
    }
    expect(Math.abs(weights / 5000 - 1)).toBeLessThan(epochs < 10 ? 0.5 : 0.05);
    expect(Math.max(...seen.slice(epochs >> 1))).toBeLessThan(seen[0]!);
  });
});
