/**
 * From stamps to a board's clock. Both kinds of runs, rounds of the metronome and answers of the program, were
 * played on the emulator too, which counted T-states T and opcode fetches M at every character. On the board the
 * k-th character of a run comes at
 *
 *     t = start of the run + (T + w·M)/f + c·k + line
 *
 * with the clock f, w wait states a fetch, c the console's own time for a character, and a constant for the line:
 * the bits of a character and the adapter's latency delay all characters alike, so they cancel within a run. Where
 * they do not (two characters so close that the second waits for the first) `queuedMs` corrects for it. f, w and c
 * are estimated together (regression.ts).
 *
 * With one kind of code w and f cannot be told apart: M/T is about the same everywhere in it. The metronome's
 * loops differ fourfold in it. A board has a whole number of wait states, and knowing it makes the clock four times as
 * exact; but a wrong one makes it wrong by a fifth, so it is taken only where no other whole number is in question.
 */
import { robustFit, student95, type Fit, type Row } from './regression.js';

/** A character as both saw it. */
export interface Stamp {
  atMs: number;
  tStates: number;
  fetches: number;
}

export interface Run {
  kind: 'metronome' | 'answer';
  stamps: readonly Stamp[];
}

export interface Interval {
  value: number;
  /** 95 % of such intervals hold the true value. */
  low: number;
  high: number;
}

export interface ClockEstimate {
  hz: Interval;
  /** Clock cycles more than predicted, a fetch. Undefined where only answers were measured. */
  waitStates: (Interval & { whole: number | undefined }) | undefined;
  /** The console's time for a character, in T-states of the board, in the metronome and in answers. */
  consoleTStates: { metronome: Interval | undefined; answer: Interval | undefined };
  /** Scatter of the stamps, in ms. */
  residualMs: number;
  stamps: number;
  outliers: number;
  /** Why the clock's value is not worth telling, if so: its interval all the same holds what is known. */
  doubt: string | undefined;
}

/** An estimate so near to a whole number means it … */
const WHOLE = 0.2;
/** … if its interval holds it, give or take what the board does besides (refresh, a timer's interrupts) … */
const WHOLE_SLACK = 0.05;
/** … and no other whole number. */
const WHOLE_HALF = 0.5;
/** This computer's own clock: a quartz crystal is good for 50 millionths. */
const HOST_CLOCK = 50e-6;
/** A clock that is not known within so much is not known: 7.37 and 8 MHz are two boards. */
const WORTH_TELLING = 0.03;
/** Stamps scatter by a third of an adapter's timer, 16 ms for the slowest: more is a computer that had something else to do. */
const MOST_SCATTER_MS = 10;
/** Of all stamps. A busy moment spoils some of them; of a computer that is busy all the time nobody knows which are good. */
const MOST_OUTLIERS = 0.15;

/** @returns undefined where there is too little to estimate anything */
export function estimateClock(runs: readonly Run[]): ClockEstimate | undefined {
  const hasMetronome = runs.some(({ kind }) => kind === 'metronome');
  if (!hasMetronome) return summary(fitRuns(runs.map(thoughtOut), 0, false), undefined);
  const free = fitRuns(runs, undefined, true);
  if (!free) return undefined;
  const { fit } = free;
  const [perT, perM] = [fit.coefficients[0]!, fit.coefficients[1]!];
  const w = perM / perT;
  const half = Math.max(
    free.student * quotientError(w, perT, fit.covariance),
    free.runStudent * quotientError(w, perT, fit.runCovariance),
  );
  const nearest = Math.max(0, Math.round(w));
  const isWhole = Math.abs(w - nearest) <= Math.min(WHOLE, half + WHOLE_SLACK) && half < WHOLE_HALF;
  const whole = isWhole ? nearest : undefined;
  const waitStates = { value: w, low: w - half, high: w + half, whole };
  return summary(whole === undefined ? free : fitRuns(runs, whole, true), waitStates);
}

/**
 * Characters that follow at once come as fast as the line takes them, which says nothing of the clock: whole answers are
 * thought out before their first one. A character takes a line of 9,600 baud 7,700 T-states at 7.37 MHz.
 */
const THOUGHT_TSTATES = 20_000;

/** The start of a run, and the characters that took the board longer than the line. */
function thoughtOut({ kind, stamps }: Run): Run {
  return {
    kind,
    stamps: stamps.filter(({ tStates }, i) => i === 0 || tStates - stamps[i - 1]!.tStates >= THOUGHT_TSTATES),
  };
}

/**
 * Standard error of w = M/T: var w = (var M - 2 w cov(M,T) + w² var T) / T².
 * @param covariance of T and M, in this order
 */
export function quotientError(w: number, perT: number, covariance: readonly (readonly number[])[]): number {
  const [[tt, tm], [, mm]] = covariance as [[number, number], [number, number]];
  return Math.sqrt(Math.max(0, mm - 2 * w * tm + w * w * tt)) / perT;
}

/**
 * Beats of the metronome that are shorter have a constant of their own: one that is late holds up those behind it, so they
 * all come a little later than the long ones do.
 */
const SHORT_TSTATES = 100_000;

interface FittedRuns {
  fit: Fit;
  /** Student's t over groups, and over runs. */
  student: number;
  runStudent: number;
  /** Column of each kind's console time. */
  consoleColumn: Partial<Record<Run['kind'], number>>;
  rows: number;
}

/** @param waitStates fixed, or estimated as a column of its own, the second */
function fitRuns(runs: readonly Run[], waitStates: number | undefined, withConsole: boolean): FittedRuns | undefined {
  const kinds = (['metronome', 'answer'] as const).filter(
    (kind) => withConsole && runs.some((run) => run.kind === kind),
  );
  const consoleAt = waitStates === undefined ? 2 : 1;
  const rows: Row[] = runs.flatMap(({ kind, stamps }, attempt) =>
    stamps.map(({ atMs, tStates, fetches }, k) => {
      const [t, m] = [tStates - stamps[0]!.tStates, fetches - stamps[0]!.fetches];
      const clock = waitStates === undefined ? [t, m] : [t + waitStates * m];
      const isShort = kind === 'metronome' && k > 0 && tStates - stamps[k - 1]!.tStates < SHORT_TSTATES;
      const x = [...clock, ...kinds.map((of) => (of === kind ? k : 0))];
      return { run: 2 * attempt + (isShort ? 1 : 0), attempt, kind: `${kind} ${isShort}`, group: atMs, y: atMs, x };
    }),
  );
  const fit = rows.length > 0 ? robustFit(rows) : undefined;
  if (!fit) return undefined;
  const groups = new Set(rows.map(({ run, group }) => `${run} ${group}`)).size;
  // Rounds of the metronome are what tells w; answers alone are what there is without.
  const tries = runs.filter(({ kind }) => kind === (withConsole ? 'metronome' : 'answer')).length;
  return {
    fit,
    runStudent: student95(tries - 1),
    student: student95(groups - new Set(rows.map(({ run }) => run)).size - fit.coefficients.length),
    consoleColumn: Object.fromEntries(kinds.map((kind, i) => [kind, consoleAt + i])),
    rows: rows.length,
  };
}

function summary(fitted: FittedRuns | undefined, waitStates: ClockEstimate['waitStates']): ClockEstimate | undefined {
  if (!fitted || !(fitted.fit.coefficients[0]! > 0)) return undefined;
  const { fit, student, runStudent, consoleColumn, rows } = fitted;
  const perT = fit.coefficients[0]!;
  const halfOf = (column: number): number =>
    Math.max(
      student * Math.sqrt(fit.covariance[column]![column]!),
      runStudent * Math.sqrt(fit.runCovariance[column]![column]!),
    );
  const half = halfOf(0) + HOST_CLOCK * perT;
  const console = (kind: Run['kind']): Interval | undefined => {
    const column = consoleColumn[kind];
    if (column === undefined) return undefined;
    const value = fit.coefficients[column]! / perT;
    const spread = halfOf(column) / perT;
    return { value, low: value - spread, high: value + spread };
  };
  const hz = { value: 1000 / perT, low: 1000 / (perT + half), high: perT > half ? 1000 / (perT - half) : Infinity };
  return {
    hz,
    doubt: doubtOf(hz, waitStates, fit, rows),
    waitStates,
    consoleTStates: { metronome: console('metronome'), answer: console('answer') },
    residualMs: fit.residual,
    stamps: rows,
    outliers: fit.outliers,
  };
}

function doubtOf(
  hz: Interval,
  waitStates: ClockEstimate['waitStates'],
  { residual, outliers }: Fit,
  rows: number,
): string | undefined {
  if (residual > MOST_SCATTER_MS)
    return `the stamps scatter by ${residual.toFixed(0)} ms, which no serial adapter does: is this computer busy?`;
  if (outliers > MOST_OUTLIERS * rows)
    return `${outliers} of ${rows} stamps are far from all others: is this computer busy?`;
  if (relativeWidth(hz) <= WORTH_TELLING) return undefined;
  return waitStates !== undefined && waitStates.high - waitStates.low >= 2 * WHOLE_HALF
    ? 'the rounds of the metronome do not agree on its wait states'
    : 'the measurements do not agree';
}

/** Half of an interval's width, as a share of its value. */
export function relativeWidth({ value, low, high }: Interval): number {
  return Math.abs((high - low) / 2 / value);
}

/** Cycles of the board for so many T-states and fetches of the emulator. */
export function boardCycles({ waitStates }: ClockEstimate, tStates: number, fetches: number): number {
  const w = waitStates?.whole ?? waitStates?.value ?? 0;
  return tStates + w * fetches;
}

/**
 * How long a character waits on the line for the one before it, where both were printed at once: CR and LF before
 * an answer. Its own delay is then longer than that of the characters it is compared with.
 * @param charMs start bit to stop bit
 */
export function queuedMs(estimate: ClockEstimate, charMs: number): number {
  const { metronome, answer } = estimate.consoleTStates;
  const consoleMs = (((metronome ?? answer)?.value ?? 0) / estimate.hz.value) * 1000;
  return Math.max(0, charMs - Math.max(0, consoleMs));
}
