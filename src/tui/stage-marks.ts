/**
 * How each stage stands, as the events tell it. This is the only place that changes a mark: panes and the bar read it and
 * know nothing of their own, so that none of them can say "running" of what is over.
 *
 *     stage ──► running ──► stage-done ──► fresh ──► states ──► stale, fresh
 *                  │ stopping ──► stage-stopped, failed ──► stopped, failed
 *                  └ engine-ended ──► failed; what it knew of the others is unknown
 */
import { STAGES, type Stage } from '../pipeline/events.js';
import { whyWords } from '../pipeline/standing.js';
import type { EngineEvent } from './protocol.js';

export type StageMark = 'never' | 'stale' | 'fresh' | 'running' | 'stopping' | 'failed' | 'stopped' | 'unknown';

export interface StageView {
  mark: StageMark;
  elapsedMs: number | undefined;
  startedMs: number;
  /** Of one that is stale, failed or unknown. */
  why: string;
}

export type StageMarks = Record<Stage, StageView>;

/** What the UI learns: from the engine, and of its end. */
export type UiEvent = EngineEvent | { type: 'engine-ended'; why: string };

/** What is on a board is known while its line is open. */
const NEED_THE_LINE: readonly Stage[] = ['flash', 'compare', 'time'];

export function noMarks(): StageMarks {
  return Object.fromEntries(
    STAGES.map((stage): [Stage, StageView] => [stage, { mark: 'never', elapsedMs: undefined, startedMs: 0, why: '' }]),
  ) as StageMarks;
}

export const isUnderWay = ({ mark }: StageView): boolean => mark === 'running' || mark === 'stopping';

/** @param now monotonic milliseconds */
export function markStages(stages: StageMarks, event: UiEvent, now: number): void {
  const change = (stage: Stage, to: Partial<StageView>): void =>
    void (stages[stage] = { ...stages[stage], why: '', ...to });
  const underWay = STAGES.filter((stage) => isUnderWay(stages[stage]));
  switch (event.type) {
    case 'stage':
      return change(event.stage, { mark: 'running', elapsedMs: undefined, startedMs: now });
    case 'stopping':
      return isUnderWay(stages[event.stage]) ? change(event.stage, { mark: 'stopping' }) : undefined;
    case 'stage-done':
      return change(event.stage, { mark: 'fresh', elapsedMs: event.elapsedMs });
    case 'stage-stopped':
      return change(event.stage, { mark: 'stopped' });
    case 'failed':
      // What fails beside a stage (a port that is not there) says nothing about the stage that runs.
      if (event.stage) change(event.stage, { mark: event.stopped ? 'stopped' : 'failed', why: event.message });
      return;
    case 'busy':
      if (!event.busy) for (const stage of underWay) change(stage, { mark: 'stopped' });
      return;
    case 'line':
      if (event.path !== undefined) return;
      for (const stage of NEED_THE_LINE)
        if (stages[stage].mark === 'fresh')
          change(stage, { mark: 'stale', why: event.lost === undefined ? 'the line is closed' : 'the line was lost' });
      return;
    case 'states':
      for (const { stage, state, why, elapsedMs } of event.states) {
        const { mark } = stages[stage];
        const isTold = (mark === 'failed' || mark === 'stopped') && state !== 'fresh';
        if (!isUnderWay(stages[stage]) && !isTold)
          change(stage, { mark: state, elapsedMs, why: why ? whyWords(why) : '' });
      }
      return;
    case 'engine-ended':
      for (const stage of STAGES)
        if (underWay.includes(stage)) change(stage, { mark: 'failed', why: event.why });
        else if (stages[stage].mark !== 'never') change(stage, { mark: 'unknown', why: event.why });
      return;
    default:
      return;
  }
}
