/** The last time before now that `continue` would have stopped. */
import type { Armed } from './breakpoints.js';
import type { Lookout } from './lookout.js';
import { isBefore, isSame, type Moment } from './moment.js';
import type { Recorder } from './recorder.js';
import type { Stop } from './session.js';
import type { Travel, Way } from './travel.js';

export interface Hit {
  moment: Moment;
  stop: Stop;
}

/** Where we are then is nowhere in particular. Breakpoints count back what lies between. */
export function* lastHit(recorder: Recorder, travel: Travel, lookout: Lookout): Way<Hit | undefined> {
  const here = recorder.now;
  /** In this piece of the past: those that are counted, and of the others the last. */
  let counted: (Hit & { armed: Armed })[] = [];
  let last: Hit | undefined;
  /** Met, and the moment is to come: a system call is under way. */
  let fresh: { armed: Armed; stop: Stop }[] = [];

  const { listener } = lookout;
  lookout.listener = (armed, stop) => {
    if (armed) fresh.push({ armed, stop });
    return armed !== undefined;
  };
  const passed = (): void => {
    const moment = recorder.now;
    for (const { armed, stop } of fresh) {
      if (!isBefore(moment, here)) armed.point.met--;
      else if (armed.counts || armed.log) counted.push({ armed, stop, moment });
      else last = { stop, moment };
    }
    fresh = [];
  };
  /** From the last on, and counting back. */
  const pick = (): Hit | undefined => {
    const undone: typeof counted = [];
    let chosen: Hit | undefined;
    for (let hit = counted.pop(); hit && !chosen; hit = counted.pop()) {
      const { point, counts, log } = hit.armed;
      if (last && !isBefore(last.moment, hit.moment)) break;
      if (!log && counts?.(point.met)) chosen = hit;
      else {
        point.met--;
        undone.push(hit);
      }
    }
    // What was met together with it stays met.
    if (chosen) for (const { armed, moment } of undone) if (isSame(moment, chosen.moment)) armed.point.met++;
    counted = [];
    return chosen ?? last;
  };
  try {
    // What stops before the instruction that comes now was met already.
    if (lookout.seenAt && isSame(lookout.seenAt, here)) lookout.executes(recorder.pc);
    passed();
    lookout.tellsCalls = false;
    return yield* travel.back({
      observer: lookout,
      begins: () => lookout.lookAgain(),
      passed,
      pick,
      isBlind: false,
    });
  } finally {
    lookout.tellsCalls = true;
    lookout.listener = listener;
  }
}
