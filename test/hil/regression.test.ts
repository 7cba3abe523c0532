/** The robust fit in figures that can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import { median, robustFit, student95, type Fit, type Row } from '../../src/hil/regression.js';

/** Of equal size, with no part of a constant, of i or of i²: what is left over of any such fit. */
const LEFT_OVER = [1, -1, -1, 1, -1, 1, 1, -1];

/** Two runs that begin at other times, y = 3 i - 2 i², and the errors above; i² is given in thousandths. */
const parabola = (group: (i: number) => number): Row[] =>
  [0, 1].flatMap((run) =>
    LEFT_OVER.map((error, i) => ({
      run,
      group: group(i),
      x: [i, 1000 * i * i],
      y: 40 * run + 3 * i - 2 * i * i + error,
    })),
  );

const line = (ys: readonly number[], group: (i: number) => number = (i) => i): Row[] =>
  ys.map((y, i) => ({ run: 0, group: group(i), x: [i], y }));

/** To nine digits, whatever the size. */
const expectNear = (value: number, wanted: number): void =>
  expect(Math.abs(value - wanted)).toBeLessThan(1e-9 * Math.abs(wanted));

/** That of the formula, or more of it: a correction for few groups may widen what is said of an error, never narrow it. */
function expectCovariance({ covariance }: Fit, wanted: number[][]): void {
  for (const [i, row] of wanted.entries())
    for (const [j, value] of row.entries()) {
      expect(covariance[i]![j]! / value).toBeGreaterThan(1 - 1e-9);
      expect(covariance[i]![j]! / value).toBeLessThan(2);
    }
}

describe('a robust fit', () => {
  it('has the covariance of least squares where all errors are alike', () => {
    const fit = robustFit(parabola((i) => i))!;
    expectNear(fit.coefficients[0]!, 3);
    expectNear(fit.coefficients[1]!, -0.002);
    // Sums over both runs, each about its mean: i·i 84, i·i² 588, i²·i² 4452. Sixteen groups, two runs, two columns.
    const det = 84 * 4452 - 588 * 588;
    const share = 16 / (16 - 2 - 2);
    expectCovariance(fit, [
      [(share * 4452) / det, (share * -588) / det / 1e3],
      [(share * -588) / det / 1e3, (share * 84) / det / 1e6],
    ]);
    expectNear(fit.residual, 1.4826);
    expect(fit.outliers).toBe(0);
  });

  it('adds up the errors of stamps that came together, in their run only', () => {
    // About its mean i is -1.5, -0.5, 0.5, 1.5: the first three errors make -1.5, the last 1.5; squares of i make 5.
    const ys = [1, 2, 5, 10]; // 3 i + 1, -1, -1, 1
    const together = (i: number): number => (i < 3 ? 0 : 1);
    const one = robustFit(line(ys, together))!;
    expectNear(one.coefficients[0]!, 3);
    expectCovariance(one, [[((2 * 1.5 ** 2) / 5 ** 2) * 2]]); // two groups and no freedom: as with one
    const two = robustFit([...line(ys, together), ...line(ys, together).map((row) => ({ ...row, run: 1 }))])!;
    expectCovariance(two, [[((4 * 1.5 ** 2) / 10 ** 2) * (4 / (4 - 2 - 1))]]);
  });

  it('weighs what is off by how far it is off', () => {
    // Worked out with another program: Huber's weights twenty times, then the bisquare's twenty times.
    const fit = robustFit(line([0.1, 1.2, 1.9, 3.4, 3.8, 5.1, 6.9, 7, 20, 9.1]))!;
    expect(fit.coefficients[0]!).toBeCloseTo(0.9959759455668781, 9);
    expectCovariance(fit, [[0.0001182597352635274]]);
    expect(fit.residual).toBeCloseTo(0.21940696858417952, 9);
    expect(fit.outliers).toBe(2);
  });

  it('takes no error for less than a rounding', () => {
    const fit = robustFit(line([1, 3, 5, 7]))!;
    expectNear(fit.coefficients[0]!, 2);
    expect(fit.residual).toBe(0.001);
    expect(fit.outliers).toBe(0);
    expect(fit.covariance[0]![0]!).toBeLessThan(1e-20);
  });

  it('needs rows, and a column that changes', () => {
    expect(robustFit(line([1, 2]).map((row) => ({ ...row, x: [4] })))).toBeUndefined();
    expect(robustFit(line([1, 2]).map((row) => ({ ...row, x: [0] })))).toBeUndefined();
  });
});

describe('a median', () => {
  it('is the middle, or between the two middles, by size', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([100, 9, 10, 2])).toBe(9.5);
    expect(median([3])).toBe(3);
  });
});

describe("Student's t", () => {
  it('is nothing without freedom, and follows the expansion (Abramowitz and Stegun, 26.7.5)', () => {
    expect(student95(0)).toBe(Infinity);
    expect(student95(-3)).toBe(Infinity);
    expect(student95(1)).toBeGreaterThan(7);
    for (const n of [5, 30]) {
      const z = 1.959964;
      expectNear(student95(n), z + (z ** 3 + z) / 4 / n + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / n ** 2);
    }
  });
});
