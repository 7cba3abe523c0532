/**
 * Straight lines through stamps, robustly: y = intercept of its run + Σ coefficient · x.
 *
 * Each run (an answer, a round of the metronome) has an intercept of its own, so a pause between runs costs nothing.
 * Tukey's bisquare weights, begun from Huber's, take stamps that a busy host delayed out of it. The errors of the
 * coefficients are computed twice (sandwich estimates):
 *
 *     over groups    stamps that came together share their error: a serial adapter that hands out everything that came in
 *                    16 ms does not look more exact than it is
 *     over runs      whatever the errors within a run have to do with each other (a computer that was busy for a second,
 *                    a board that stood still), another run is another try: how far the runs agree is what is known
 *
 * Stamps of two kinds scatter differently: short beats that fall in step with an adapter's timer look as exact as rounding,
 * long ones have all of its 16 ms. The scatter that says what is out of it is that of the kind that scatters most, or the long
 * ones, which tell the most, would all be taken for outliers.
 *
 * P. J. Huber, "Robust Statistics" (1981), ch. 7; K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986).
 */
export interface Row {
  /** Rows with the same intercept. */
  run: number;
  /** Rows of a run that share their error; any number, equal within a group. */
  group: number;
  /** Runs that are one try; each is its own unless given. */
  attempt?: number;
  /** Rows whose errors are alike. Each kind has its own scatter, and the largest decides what is out of it. */
  kind?: string;
  x: readonly number[];
  y: number;
}

export interface Fit {
  coefficients: number[];
  /** covariance[i][j] of the coefficients, over groups and over runs. */
  covariance: number[][];
  runCovariance: number[][];
  /** Robust standard deviation of the residuals, in units of y. */
  residual: number;
  /** Rows whose weight is less than a half. */
  outliers: number;
}

const STUDENT_FEW = [12.706, 4.303, 3.182, 2.776];

/** Half-widths of a 95 % interval, in standard errors: Student's t for the number of groups less the parameters. */
export function student95(freedom: number): number {
  if (freedom < 1) return Infinity;
  // Cornish and Fisher's expansion; within 1 % from 5 degrees of freedom on. Below it is too small.
  const few = STUDENT_FEW[Math.floor(freedom) - 1];
  if (few !== undefined) return few;
  const z = 1.959964;
  const [n, z3, z5] = [freedom, z ** 3, z ** 5];
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
}

/** Fewer say nothing of their scatter. */
const LEAST_OF_KIND = 8;
const ROUNDS = 40;
const HUBER = 1.345;
const BISQUARE = 4.685;
/** Residuals below this are rounding, in units of y (ms). */
const EXACT = 1e-3;
/** Standard deviation of a normal distribution over its median absolute deviation. */
const MAD = 1.4826;

/** @returns undefined where the rows do not determine the coefficients */
export function robustFit(rows: readonly Row[]): Fit | undefined {
  const columns = rows[0]?.x.length ?? 0;
  const scales = Array.from({ length: columns }, (_, j) => Math.max(...rows.map(({ x }) => Math.abs(x[j]!))) || 1);
  const scaled = rows.map((row) => ({ ...row, x: row.x.map((value, j) => value / scales[j]!) }));
  let weights = rows.map(() => 1);
  let solved = solve(scaled, weights);
  if (!solved) return undefined;
  let residual = 0;
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
    .map((kind) => rows.flatMap((row, i) => (row.kind === kind ? [i] : [])))
    .filter((of, _, all) => of.length >= LEAST_OF_KIND || all.length === 1);
  for (let round = 0; round < ROUNDS; round++) {
    residual = Math.max(EXACT, ...kinds.map((of) => MAD * median(of.map((i) => Math.abs(solved!.residuals[i]!)))));
    const useBisquare = round >= ROUNDS / 2;
    weights = solved.residuals.map((r) => {
      const size = Math.abs(r) / residual;
      if (!useBisquare) return size <= HUBER ? 1 : HUBER / size;
      return size >= BISQUARE ? 0 : (1 - (size / BISQUARE) ** 2) ** 2;
    });
    const next = solve(scaled, weights);
    if (!next) break;
    solved = next;
  }
  const thin = thinness(solved.residuals, weights, residual);
  const attemptOf = ({ run, attempt }: Row): string => `${attempt ?? run}`;
  const runs = new Set(rows.map(({ run }) => run)).size;
  const attempts = new Set(rows.map(attemptOf)).size;
  const groups = new Set(rows.map(({ run, group }) => `${run} ${group}`)).size;
  const unscaled = (covariance: number[][]): number[][] =>
    covariance.map((row, i) => row.map((value, j) => value / (scales[i]! * scales[j]!)));
  const overGroups = sandwich(scaled, weights, solved, ({ run, group }) => `${run} ${group}`);
  const overRuns = sandwich(scaled, weights, solved, attemptOf);
  return {
    coefficients: solved.coefficients.map((value, j) => value / scales[j]!),
    covariance: unscaled(times(overGroups, (thin * groups) / Math.max(1, groups - runs - columns))),
    runCovariance: unscaled(times(overRuns, (thin * attempts) / Math.max(1, attempts - 1))),
    residual,
    outliers: weights.filter((weight) => weight < 0.5).length,
  };
}

interface Solved {
  coefficients: number[];
  /** x less its run's weighted mean. */
  centred: number[][];
  residuals: number[];
  inverse: number[][];
}

function solve(rows: readonly Row[], weights: readonly number[]): Solved | undefined {
  const columns = rows[0]!.x.length;
  const sums = new Map<number, { weight: number; x: number[]; y: number }>();
  rows.forEach(({ run, x, y }, i) => {
    const sum = sums.get(run) ?? { weight: 0, x: x.map(() => 0), y: 0 };
    sum.weight += weights[i]!;
    sum.y += weights[i]! * y;
    x.forEach((value, j) => (sum.x[j]! += weights[i]! * value));
    sums.set(run, sum);
  });
  const centred = rows.map(({ run, x }) => x.map((value, j) => value - sums.get(run)!.x[j]! / sums.get(run)!.weight));
  const ys = rows.map(({ run, y }) => y - sums.get(run)!.y / sums.get(run)!.weight);
  const normal = zeros(columns);
  const right = Array<number>(columns).fill(0);
  centred.forEach((x, i) => {
    if (!(weights[i]! > 0)) return;
    for (let j = 0; j < columns; j++) {
      right[j]! += weights[i]! * x[j]! * ys[i]!;
      for (let k = 0; k < columns; k++) normal[j]![k]! += weights[i]! * x[j]! * x[k]!;
    }
  });
  const inverse = invert(normal);
  if (!inverse) return undefined;
  const coefficients = inverse.map((row) => row.reduce((sum, value, j) => sum + value * right[j]!, 0));
  const residuals = centred.map((x, i) => ys[i]! - x.reduce((sum, value, j) => sum + value * coefficients[j]!, 0));
  return { coefficients, centred, residuals, inverse };
}

function sandwich(
  rows: readonly Row[],
  weights: readonly number[],
  { centred, residuals, inverse }: Solved,
  clusterOf: (row: Row) => string,
): number[][] {
  const columns = inverse.length;
  const scores = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = clusterOf(row);
    const score = scores.get(key) ?? Array<number>(columns).fill(0);
    for (let j = 0; j < columns; j++) score[j]! += weights[i]! * centred[i]![j]! * residuals[i]!;
    scores.set(key, score);
  });
  const middle = zeros(columns);
  for (const score of scores.values())
    for (let j = 0; j < columns; j++) for (let k = 0; k < columns; k++) middle[j]![k]! += score[j]! * score[k]!;
  return multiply(multiply(inverse, middle), inverse);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Weights that follow the residuals pull the fit towards what is weighted: a sandwich of the weights alone is too thin, by
 * the square of their mean over the mean slope of weight times residual (Huber, ch. 7.6).
 */
function thinness(residuals: readonly number[], weights: readonly number[], residual: number): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const slopes = residuals.map((r) => {
    const square = (r / (BISQUARE * residual)) ** 2;
    return square >= 1 ? 0 : (1 - square) * (1 - 5 * square);
  });
  return (mean(weights) / mean(slopes)) ** 2;
}

function times(matrix: number[][], factor: number): number[][] {
  return matrix.map((row) => row.map((value) => value * factor));
}

function zeros(size: number): number[][] {
  return Array.from({ length: size }, () => Array<number>(size).fill(0));
}

function multiply(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0]!.map((_, k) => row.reduce((sum, value, j) => sum + value * b[j]![k]!, 0)));
}

/** Gauss and Jordan with pivots; undefined where the columns depend on each other. */
function invert(matrix: number[][]): number[][] | undefined {
  const size = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(work[i]![column]!) > Math.abs(work[pivot]![column]!)) pivot = i;
    const value = work[pivot]![column]!;
    if (!(Math.abs(value) > 1e-12 * Math.max(...matrix.map((row) => Math.abs(row[column]!))))) return undefined;
    [work[column], work[pivot]] = [work[pivot]!, work[column]!];
    work[column] = work[column]!.map((entry) => entry / value);
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = work[i]![column]!;
      work[i] = work[i]!.map((entry, j) => entry - factor * work[column]![j]!);
    }
  }
  return work.map((row) => row.slice(size));
}
