/** A training of a second, and how far it is let go. */
import { nodeClock } from '../../src/host/node-clock.js';
import type { TrainDone, TrainEvent } from '../../src/trainer/events.js';
import { train, type TrainOptions } from '../../src/trainer/train.js';

/** To spread over a test's own recipe and epochs. */
export const SMALL_RUN = {
  pairs: ['is it big', 'is it red', 'can it fly', 'has it legs', 'is it old', 'do you eat it'].map((question, i) => ({
    question,
    answer: ['YES', 'NO', 'MAYBE'][i % 3]!,
  })),
  kind: 'free',
  hidden: [16],
  backend: 'wasm',
  clock: nodeClock,
} as const;

/** All that a run tells. */
export async function collect(options: TrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(options)) events.push(event);
  return events;
}

export function doneOf(events: TrainEvent[]): TrainDone {
  const done = events.at(-1);
  if (done?.type !== 'done') throw new Error('the last event is not `done`');
  return done;
}

/** Train, and stop after an epoch if told to. */
export async function runToEnd(options: TrainOptions, stopAfter?: number): Promise<TrainDone> {
  const abort = new AbortController();
  for await (const event of train({ ...options, signal: abort.signal })) {
    if (event.type === 'epoch' && event.epoch === stopAfter) abort.abort();
    if (event.type === 'done') return event;
  }
  throw new Error('no end');
}
