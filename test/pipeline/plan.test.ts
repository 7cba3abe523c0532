/** What a run would do, and what of it is asked first. */
import { describe, expect, it } from 'vitest';
import { STAGES, type Stage } from '../../src/pipeline/events.js';
import { planOf, toBeAsked } from '../../src/pipeline/plan.js';
import { changesIn, standingOf, whyWords, type Ingredients, type Standing } from '../../src/pipeline/standing.js';

/** All were made of `{ of: 'x' }`; those named are of something else now, or were never made. */
function standings(changed: Stage[], never: Stage[] = []): (stage: Stage) => Standing {
  const standing = (stage: Stage): Standing => {
    const made: Ingredients | undefined = never.includes(stage) ? undefined : { of: 'x' };
    return standingOf(stage, made, { of: changed.includes(stage) ? 'y' : 'x' }, standing);
  };
  return standing;
}
const plan = (standing: (stage: Stage) => Standing, to: Stage = 'time', again: Stage[] = []) =>
  planOf(to, again, standing, (stage) => (stage === 'train' ? 150_000 : undefined));
const words = (planned: ReturnType<typeof plan>): string[] => planned.map(({ stage, why }) => `${stage}: ${whyWords(why)}`); // prettier-ignore

describe('a stage', () => {
  it('is fresh only if all that it works on is', () => {
    const state = (changed: Stage[]): string[] => STAGES.filter((stage) => standings(changed)(stage).state !== 'fresh');
    expect(state([])).toEqual([]);
    expect(state(['train'])).toEqual(['train', 'build', 'emulate', 'flash', 'compare', 'time']);
    // A measurement of another program is none of this one.
    expect(state(['build'])).toEqual(['build', 'emulate', 'flash', 'compare', 'time']);
    expect(state(['flash'])).toEqual(['flash', 'compare', 'time']);
    expect(state(['emulate'])).toEqual(['emulate', 'compare', 'time']);
  });

  it('is not fresh where what it was made from is gone: a board whose line is closed', () => {
    const standing = standingOf('flash', { board: '1' }, undefined, () => ({ state: 'fresh', why: undefined }));
    expect(standing).toEqual({ state: 'stale', why: { kind: 'changed', what: ['the line'] } });
  });

  it('says what has changed, values where they tell something', () => {
    expect(changesIn({ epochs: '4', data: 'ab', seed: '1' }, { data: 'cd', seed: '1' })).toEqual([
      'epochs 4, now as usual',
      'the data',
    ]);
  });
});

describe('a plan', () => {
  it('is empty where all is fresh', () => expect(plan(standings([]))).toEqual([]));

  it('has all that runs, why, and how long', () => {
    const planned = plan(standings(['train']), 'flash', ['flash']);
    expect(words(planned)).toEqual([
      'train: changed: of x, now y',
      'build: train has to run first',
      'emulate: build has to run first',
      'flash: asked for',
    ]);
    expect(planned[0]!.expectedMs).toBe(150_000);
  });

  it('has what follows from a stage that is asked for, though that was fresh', () => {
    expect(words(plan(standings([]), 'time', ['flash']))).toEqual([
      'flash: asked for',
      'compare: flash has to run first',
      'time: compare has to run first',
    ]);
  });
});

describe('what is asked first', () => {
  const asked = (planned: ReturnType<typeof plan>, own: Stage | undefined): Stage[] =>
    toBeAsked(planned, own).map(({ stage }) => stage);

  it('is all beyond the stage of the key', () => {
    const planned = plan(standings(['train']), 'flash', ['flash']);
    expect(asked(planned, 'flash')).toEqual(['train', 'build', 'emulate']);
  });

  it('is nothing for the stage itself, and not that the data is read', () => {
    expect(asked(plan(standings([], ['data']), 'train', ['train']), 'train')).toEqual([]);
  });

  it('of the whole way is a training, the first one as well', () => {
    expect(asked(plan(standings(['train'])), undefined)).toEqual(['train']);
    expect(asked(plan(standings([], [...STAGES])), undefined)).toEqual(['train']);
    expect(asked(plan(standings(['build'])), undefined)).toEqual([]);
  });
});
