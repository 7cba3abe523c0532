/** Points of a machine's time. */

/**
 * An instruction boundary. The acknowledge of an interrupt is not counted as an instruction: T-states tell the boundaries
 * before and behind it apart. A system call may set T-states back, so instructions are compared first.
 */
export interface Moment {
  /** Instructions since the start. */
  readonly instructions: number;
  readonly tStates: number;
}

export function momentOf({ instructions, tStates }: Moment): Moment {
  return { instructions, tStates };
}

/** Below zero where `a` is before `b`, zero where they are the same. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.instructions - b.instructions || a.tStates - b.tStates;
}

export const isBefore = (a: Moment, b: Moment): boolean => compareMoments(a, b) < 0;
export const isSame = (a: Moment, b: Moment): boolean => compareMoments(a, b) === 0;
