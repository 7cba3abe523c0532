/** A run's way from epoch to epoch, with workers that say what the test lets them say. */
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/trainer/checkpoint.js';
import { Course, type CourseOptions, type Point, type Traveller } from '../../src/trainer/course.js';
import type { TrainDone, TrainEvent } from '../../src/trainer/events.js';
import { CONTROL, LEG, STATS_COLUMNS } from '../../src/trainer/memory.js';
import type { CourseMessage } from '../../src/trainer/worker-loop.js';
import { FakeClock } from '../fakes/fake-clock.js';

/** What the workers say after an epoch's first step; undefined: nothing any more, as they compute something long. */
type Say = (epoch: number) => CourseMessage | undefined;

interface Wishes extends Partial<CourseOptions> {
  say?: Say;
  /** Where an unfinished run stands. */
  from?: Point & { epochs: number };
}

const whole: Say = (epoch) => ({ type: 'epoch', epoch: epoch + 1, step: epoch + 1, scored: true, tensors: 0 });

function travel({ say = whole, from, ...wishes }: Wishes) {
  const clock = new FakeClock();
  const control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(CONTROL).length));
  const plan = new Float64Array(Object.keys(LEG).length);
  const words = { control, plan, stats: new Float64Array(STATS_COLUMNS) };
  const usual = { epochs: 3, firstGuess: 50, evaluations: 3, drift: 0, examples: 1, batch: 1, startedMs: 0 };
  const rest = { timeMs: undefined, signal: undefined, keep: undefined, clock };
  const course = new Course(words, { ...usual, ...rest, ...wishes });
  if (from) course.goOnFrom(from);
  const order: string[] = [];
  let checkpoint: Checkpoint | undefined;
  let stepped = -1;
  const next = async (signal?: AbortSignal): Promise<CourseMessage> => {
    const { epoch } = course.point;
    if (stepped !== epoch) return { type: 'step', epoch: (stepped = epoch), step: 1, steps: 4 };
    const message = say(epoch);
    if (message) return message;
    await clock.sleep(3600_000, signal);
    throw new Error('nobody came');
  };
  const run: Traveller = {
    ready: async () => ({ next }),
    start: () => ({ type: 'start', ...course.takenUp }) as TrainEvent,
    plan: () => {},
    *epoch(figures) {
      course.replan();
      checkpoint = { ...course.point } as Checkpoint;
      return { type: 'epoch', ...figures, nonZero: 0, zeroShare: 0, weightCounts: [], tensors: 0 };
    },
    get checkpoint() {
      return checkpoint;
    },
    end: async () => void order.push('end'),
    *done({ stopped }) {
      order.push('done');
      return { type: 'done', stopped, epochs: course.point.epoch, checkpoint } as TrainDone;
    },
  };
  const all = async (): Promise<TrainEvent[]> => {
    const events: TrainEvent[] = [];
    for await (const event of course.events(run)) events.push(event);
    return events;
  };
  return { course, clock, control, order, events: () => clock.run(all()) };
}

describe('a run by the clock', () => {
  it.each([
    ['more epochs behind it than the first guess', { epochs: 50, epoch: 4355, progress: 0.5 }, 4405],
    ['more before it than that', { epochs: 9000, epoch: 4355, progress: 0.5 }, 9000],
    ['its schedule done', { epochs: 7, epoch: 7, progress: 1 }, 7],
  ])('that goes on with %s plans what is left', (_what, from, epochs) => {
    const { course } = travel({ epochs: 50, timeMs: 25_000, from: { step: 1, ...from } });
    expect(course.epochs).toBe(epochs);
    expect(course.takenUp).toEqual({ takenUp: { epoch: from.epoch, epochs } });
  });

  it('is refused where its time is up within the first epoch, and gives no network', async () => {
    const { events, control, clock, order } = travel({ timeMs: 1000, say: () => undefined });
    await expect(events()).rejects.toThrow('1 s are over before anything is learnt');
    expect(order).toEqual([]);
    expect(control[CONTROL.stop]).toBe(1);
    // The two seconds that a first epoch has, and the 0.8 for putting it down.
    expect(clock.now()).toBe(2800);
  });

  it('is whole where its time is up in the middle of a later one', async () => {
    const { events, order } = travel({ timeMs: 4000, say: (epoch) => (epoch === 0 ? whole(0) : undefined) });
    const done = (await events()).at(-1);
    expect(done).toMatchObject({ type: 'done', stopped: false, epochs: 1 });
    // The workers were at it still.
    expect(order).toEqual(['end', 'done']);
  });
});

describe('the signal', () => {
  it('that cuts a due score short leaves the epoch to the run that goes on', async () => {
    const abort = new AbortController();
    const say: Say = (epoch) => {
      if (epoch < 2) return whole(epoch);
      abort.abort(new Error('stopped'));
      return { type: 'epoch', epoch: 3, step: 3, scored: false, tensors: 0 };
    };
    const events = await travel({ signal: abort.signal, say }).events();
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'epoch', 'step', 'epoch', 'step', 'done']);
    expect(events.at(-1)).toMatchObject({ stopped: true, epochs: 2, checkpoint: { epoch: 2, step: 2 } });
  });

  it('that comes when an epoch is done without a score that was not due takes nothing back', async () => {
    const abort = new AbortController();
    const say: Say = (epoch) => {
      if (epoch === 1) abort.abort(new Error('stopped'));
      return { type: 'epoch', epoch: epoch + 1, step: epoch + 1, scored: false, tensors: 0 };
    };
    const events = await travel({ signal: abort.signal, say, evaluations: 1 }).events();
    expect(events.at(-1)).toMatchObject({ stopped: true, epochs: 2, checkpoint: { epoch: 2 } });
  });

  it('ends workers that do not hear it before a network is made of their memory', async () => {
    const abort = new AbortController();
    const say: Say = (epoch) => {
      if (epoch === 0) return whole(0);
      abort.abort(new Error('stopped'));
      return undefined;
    };
    const { events, order, clock } = travel({ signal: abort.signal, say });
    expect((await events()).at(-1)).toMatchObject({ type: 'done', stopped: true, epochs: 1 });
    expect(order).toEqual(['end', 'done']);
    expect(clock.now()).toBe(800);
  });

  it('that they hear leaves them to the end of the run', async () => {
    const abort = new AbortController();
    const say: Say = (epoch) => {
      if (epoch === 0) return whole(0);
      abort.abort(new Error('stopped'));
      return { type: 'stopped' };
    };
    const { events, order } = travel({ signal: abort.signal, say });
    expect((await events()).at(-1)).toMatchObject({ type: 'done', stopped: true, epochs: 1 });
    expect(order).toEqual(['done']);
  });
});
