/**
 * Long work in slices, so that a program which does it still hears Ctrl-C and looks at the clock. The work is a generator that
 * yields between two small parts of itself; whoever runs it decides whether anything happens there.
 *
 *     atOnce(buildExamplesSliced(pairs))                  a test, a script, small data
 *     await inSlices(buildExamplesSliced(pairs), rests)   a run that a person waits for
 *
 * What the work comes to does not depend on how it is run. A function that has both forms is called `x` and `xSliced`.
 */
import type { Clock } from './clock.js';

/** Work that comes to a T. */
export type Slices<T> = Generator<void, T, void>;

/** Items of a list between two yields: each takes microseconds. */
const ITEMS = 128;
/** Time between two looks at the event loop, milliseconds: well below what anybody notices, and no cost beside the work. */
export const SLICE_MS = 50;

/** Where work in slices rests. */
export interface Rests {
  clock: Clock;
  /** Ends the work with its reason. */
  signal?: AbortSignal | undefined;
  /** Called at each rest; what it throws ends the work. */
  look?: (() => void) | undefined;
}

/** Do the work without a rest. */
export function atOnce<T>(slices: Slices<T>): T {
  for (;;) {
    const step = slices.next();
    if (step.done) return step.value;
  }
}

/** Do the work, and let the event loop turn every SLICE_MS. @throws what the work throws; the signal's reason; what `look` throws */
export async function inSlices<T>(slices: Slices<T>, { clock, signal, look }: Rests): Promise<T> {
  let since = clock.now();
  for (;;) {
    signal?.throwIfAborted();
    const step = slices.next();
    if (step.done) return step.value;
    if (clock.now() - since < SLICE_MS) continue;
    await clock.sleep(0);
    since = clock.now();
    look?.();
  }
}

/** Work on the items of a list one by one. */
export function* eachSliced<T>(items: Iterable<T>, work: (item: T, index: number) => void): Slices<void> {
  let index = 0;
  for (const item of items) {
    work(item, index);
    if (++index % ITEMS === 0) yield;
  }
}

/** `list.map` in slices. */
export function* mapSliced<T, U>(items: readonly T[], make: (item: T, index: number) => U): Slices<U[]> {
  const made: U[] = [];
  yield* eachSliced(items, (item, index) => made.push(make(item, index)));
  return made;
}
