/** What a run would do, by the same standing that the run goes by: which stages, why, and in what time. */
import { STAGES, type Stage } from './events.js';
import { WORKS_ON, type Standing, type Why } from './standing.js';

export interface PlannedStage {
  stage: Stage;
  why: Why;
  /** As long as it took before; undefined where nothing is known of it. */
  expectedMs: number | undefined;
}

/**
 * The stages that would run, in order. One that works on another that runs is among them, though it may turn out fresh:
 * the other may make what it made before.
 */
export function planOf(
  to: Stage,
  again: readonly Stage[],
  standing: (stage: Stage) => Standing,
  expectedMs: (stage: Stage) => number | undefined,
): PlannedStage[] {
  const planned: PlannedStage[] = [];
  for (const stage of STAGES.slice(0, STAGES.indexOf(to) + 1)) {
    const before = WORKS_ON[stage].find((one) => planned.some((other) => other.stage === one));
    const why: Why | undefined = again.includes(stage)
      ? { kind: 'asked' }
      : (standing(stage).why ?? (before && { kind: 'after', stage: before }));
    if (why) planned.push({ stage, why, expectedMs: expectedMs(stage) });
  }
  return planned;
}

/** Reading the data takes no time and changes nothing: nobody need be asked. */
const HARMLESS: ReadonlySet<Stage> = new Set(['data']);

/**
 * What of a plan is to be said and asked first.
 * @param own the stage that the user named; undefined: the whole way, to which all of them belong, but nobody expects a key to
 *   begin minutes of training
 */
export function toBeAsked(plan: readonly PlannedStage[], own: Stage | undefined): PlannedStage[] {
  if (own !== undefined) return plan.filter(({ stage }) => stage !== own && !HARMLESS.has(stage));
  return plan.filter(({ stage }) => stage === 'train');
}
