/**
 * Ways through recorded time. Each is a generator that yields when it has taken a while, so that whoever drives it stays
 * alive; it may be given up between two steps.
 *
 * Back to a moment M: from the newest snapshot before it, forwards. Who goes back once wants to go back again, so on
 * the way states are kept near M, the nearer the closer together: the next step back begins at one of those.
 *
 *     snapshot ─────────────────────────────────► 15/16 ────► 15/16 ─► ─► M
 */
import type { Marks } from './breakpoints.js';
import { isBefore, type Moment } from './moment.js';
import type { Observer, Recorder } from './recorder.js';

/** A way that yields nothing but a chance to do other things. */
export type Way<T> = Generator<undefined, T>;

/** T-states, and stops for a look, between two chances: some milliseconds. */
export const ADVANCE_T_STATES = 5_000_000;
const MOST_LOOKS = 2_000;
/** From here on instruction by instruction is quick enough. */
const NEAR_T_STATES = 256;
const CLOSER = 16;

const BLIND: Observer = { met: () => false, port: () => false, patched: () => false, pushed: () => false };

/** Looks at a piece of the past, forwards, for the last thing in it. */
export interface Search<T> {
  observer: Observer;
  /** Memory is that of the beginning of a piece, all at once. */
  begins?(): void;
  /** The observer wanted to stop, and it is a boundary now. */
  passed(): void;
  /** What was found in the piece, if anything. */
  pick(): T | undefined;
  /** It sees nothing of the breakpoints. */
  isBlind: boolean;
}

export class Travel {
  constructor(
    private readonly recorder: Recorder,
    private readonly marks: Marks,
  ) {}

  /** To this moment, or the nearest there is. */
  *to(moment: Moment): Way<void> {
    const { recorder } = this;
    if (!isBefore(moment, recorder.last)) return recorder.toPresent();
    yield* this.with(BLIND, this.blindTo(moment));
  }

  /** To the boundary before this one. @returns false where there is none */
  *toPrevious(): Way<boolean> {
    const { recorder } = this;
    const here = recorder.now;
    if (!recorder.rewind(here, true)) return false;
    yield* this.with(BLIND, this.blindToLastBefore(here));
    return true;
  }

  /** What was found last, in all that lies before this moment; where we are then is nowhere in particular. */
  *back<T>(search: Search<T>): Way<T | undefined> {
    const { recorder } = this;
    let end = recorder.now;
    if (!recorder.rewind(end, true)) return undefined;
    yield* this.with(BLIND, this.approach(end));
    for (;;) {
      const start = recorder.now;
      search.begins?.();
      yield* this.with(search.observer, this.run(end, search.passed), search.isBlind);
      const found = search.pick();
      if (found !== undefined) return found;
      end = start;
      if (!recorder.rewind(end, true)) return undefined;
    }
  }

  /** To where so many instructions lie before the present moment, or fewer where there are no more. */
  *toInstructionsBefore(count: number): Way<void> {
    const { recorder } = this;
    const first = Math.max(recorder.now.instructions - count, recorder.beginning.instructions);
    if (!recorder.rewind({ instructions: first, tStates: -1 })) recorder.rewind(recorder.beginning);
    yield* this.with(BLIND, this.blindToInstruction(first));
  }

  /** From here to there, with a look at each boundary before it. */
  *steps(there: Moment, look: () => void): Way<void> {
    const { recorder } = this;
    const walk = function* (): Way<void> {
      for (let steps = 1; !recorder.isLive && isBefore(recorder.now, there); steps++) {
        look();
        recorder.replay(0, true);
        if (steps % MOST_LOOKS === 0) yield undefined;
      }
    };
    yield* this.with(BLIND, walk());
  }

  private *with<T>(observer: Observer, way: Way<T>, isBlind = true): Way<T> {
    const { recorder, marks } = this;
    const before = recorder.observer;
    recorder.observer = observer;
    if (isBlind) marks.lift();
    try {
      return yield* way;
    } finally {
      recorder.observer = before;
      if (isBlind) marks.place();
    }
  }

  private *blindTo(moment: Moment): Way<void> {
    const { recorder } = this;
    if (!recorder.rewind(moment)) recorder.rewind(recorder.beginning);
    yield* this.run(moment);
  }

  private *blindToLastBefore(here: Moment): Way<void> {
    const { recorder } = this;
    yield* this.approach(here);
    let last = recorder.now;
    while (!recorder.isLive && isBefore(recorder.now, here)) {
      last = recorder.now;
      recorder.replay(0, true);
    }
    yield* this.blindTo(last);
  }

  private *blindToInstruction(first: number): Way<void> {
    const { recorder } = this;
    // An instruction takes four T-states at least.
    for (let left = first - recorder.instructions; left > 0; left = first - recorder.instructions)
      yield* this.runUntil(recorder.tStates + 4 * left);
  }

  /** From a moment in the past to one shortly before this, and near it states are kept. */
  private *approach(moment: Moment): Way<void> {
    const { recorder } = this;
    for (;;) {
      const left = moment.tStates - recorder.tStates;
      if (left <= NEAR_T_STATES) return;
      const tStates = moment.tStates - Math.max(NEAR_T_STATES / 2, Math.floor(left / CLOSER));
      yield* this.runUntil(tStates);
      // A call that took its time may lead from far before the moment up to it.
      if (recorder.isLive || !isBefore(recorder.now, moment)) return void recorder.rewind(moment, true);
      recorder.keepNear();
    }
  }

  private run(moment: Moment, passed?: () => void): Way<void> {
    const { recorder } = this;
    return this.go(
      () => isBefore(recorder.now, moment),
      // A call that set the time back lies before it: instruction by instruction.
      () => (recorder.tStates < moment.tStates ? moment.tStates : recorder.tStates + 1),
      passed,
    );
  }

  private runUntil(tStates: number): Way<void> {
    return this.go(
      () => this.recorder.tStates < tStates,
      () => tStates,
    );
  }

  private *go(goesOn: () => boolean, until: () => number, passed?: () => void): Way<void> {
    const { recorder } = this;
    let pauseAt = recorder.tStates + ADVANCE_T_STATES;
    let looks = 0;
    while (!recorder.isLive && goesOn()) {
      if (recorder.replay(Math.min(until(), pauseAt))) passed?.();
      if (recorder.tStates < pauseAt && ++looks < MOST_LOOKS) continue;
      yield undefined;
      pauseAt = recorder.tStates + ADVANCE_T_STATES;
      looks = 0;
    }
  }
}
