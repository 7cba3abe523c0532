/**
 * A run by the clock: how many epochs fit into what is left, and how much of the data an epoch may be. The time is that of the
 * whole command; a part of it is reserved for what comes after the last epoch.
 *
 *     | preparing | epoch | epoch | epoch | … | reserve: scores, program, writing |
 *                                         ▲ isOver                                ▲ mustEnd
 *
 * Where the data takes longer than a few per cent of the time, an epoch is a part of it, another one each time: what is
 * planned by epochs (the learning rate, how weights are pressed to 0, scores) then has enough of them to go by.
 */
import type { Clock } from '../seams/clock.js';
import { UsageError } from '../seams/errors.js';

export interface PaceOptions {
  startedMs: number;
  timeMs: number;
  /** Examples of a whole epoch, and of a step. */
  examples: number;
  batch: number;
  clock: Clock;
}

/** Epochs that a run should have, if need be of a part of the data each. */
const EPOCHS = 24;
/** Steps of the first epoch, at most, by which the pace is found out; and of any, at least. */
const FIRST_STEPS = 64;
const LEAST_STEPS = 8;
/** Of the time, reserved for the end, and so many milliseconds at least: a program takes a second to be built and measured. */
const END_SHARE = 0.05;
const END_MS = 1000;
/** Of the time, at most, for all scores on the way. */
const SCORES_SHARE = 0.2;

export class Pace {
  /** When the first epoch began, and what was done since, in examples; an epoch without a limit counts as all of them. */
  #readyMs: number;
  #done = 0;
  #taken = 0;
  #most: number;
  #reserveMs: number;
  /** Whether the first epoch is over, so that the pace is known. */
  #isKnown = false;

  constructor(private readonly options: PaceOptions) {
    const { timeMs, batch, clock } = options;
    this.#readyMs = clock.now();
    this.#most = FIRST_STEPS * batch;
    this.#reserveMs = Math.min(timeMs / 2, Math.max(END_MS, END_SHARE * timeMs));
  }

  begin(): void {
    this.#readyMs = this.options.clock.now();
  }

  /** The most examples of the next epoch; 0 for all. */
  get most(): number {
    return this.#most >= this.options.examples ? 0 : this.#most;
  }

  /** Times that the data was gone through. */
  get rounds(): number {
    return this.#taken / Math.max(1, this.options.examples);
  }

  /** Until the last epoch has to end, milliseconds; may be negative. */
  get leftMs(): number {
    const { startedMs, timeMs, clock } = this.options;
    return startedMs + timeMs - this.#reserveMs - clock.now();
  }

  get isOver(): boolean {
    return this.leftMs <= 0;
  }

  /** Whether the time of the whole command is up but for writing. */
  get mustEnd(): boolean {
    return this.leftMs + this.#reserveMs / 2 <= 0;
  }

  /** The end takes so long: more is reserved where that is more. */
  reserve(endMs: number): void {
    this.#reserveMs = Math.min(this.options.timeMs / 2, Math.max(this.#reserveMs, endMs + END_MS / 2));
  }

  /** @param scoringMs what the last score took; `evaluations` how many are wished for */
  mayScore(scoringMs: number, evaluations: number): boolean {
    return scoringMs < this.leftMs && scoringMs * evaluations <= SCORES_SHARE * this.options.timeMs;
  }

  /** An epoch is over that took so many examples. */
  done(taken: number): void {
    const { examples } = this.options;
    // What an epoch leaves out by itself (examples that are easy) is no limit of the clock's.
    this.#done += this.most === 0 ? examples : taken;
    this.#taken += this.most === 0 ? examples : taken;
    this.#isKnown = true;
  }

  /** How many epochs fit; the next one's limit follows from it. */
  epochsLeft(): number {
    const { timeMs, examples, batch, clock } = this.options;
    if (!this.#isKnown) return EPOCHS;
    const perExample = Math.max(1e-9, (clock.now() - this.#readyMs) / this.#done);
    const fitting = Math.floor(timeMs / EPOCHS / perExample);
    this.#most = Math.min(examples, Math.max(LEAST_STEPS * batch, fitting));
    const perEpoch = Math.max(1, perExample * this.#most);
    // What fits to the millisecond fits: divisions round.
    return Math.max(1, Math.floor(this.leftMs / perEpoch + 1e-6));
  }
}

/** @param before what it does not suffice for */
export function tooLittleTime(timeMs: number, before: string): UsageError {
  return new UsageError(`${timeMs / 1000} s are over before ${before}`, { hint: 'give more --time, or fewer pairs' });
}
