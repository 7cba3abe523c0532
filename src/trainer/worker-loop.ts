/**
 * The loop that all workers of a run are in, whatever kind of model it trains, each on its part, over shared memory:
 *
 *     epoch   worker 1 writes the order of the examples                    | barrier
 *     step    each: gradients of its shards                                | barrier
 *             each: Adam and quantisation of its part of the parameters    | barrier
 *     end     each: answers to its part of the questions, if scored        | barrier
 *             worker 1 reports; all wait until the main thread gives leave for the next epoch
 *
 * What a shard or a parameter comes to does not depend on who computes it, so neither does the model on how many workers
 * there are.
 */
import { CONTROL, LEG, barrier } from './memory.js';

/** Questions that a worker asks between two looks at whether it should stop: a millisecond or a few. */
export const ASKED_AT_ONCE = 64;

/** What the first worker tells the main thread. */
export type CourseMessage =
  | { type: 'step'; epoch: number; step: number; steps: number }
  /** The epoch is over, its scores are in memory if `scored`; the workers wait. `tensors` are alive in the worker. */
  | { type: 'epoch'; epoch: number; step: number; scored: boolean; tensors: number }
  /** Left in the middle of an epoch, as asked. */
  | { type: 'stopped' };

/** Which worker this is, and where the run stands when it begins. */
export interface LoopTask {
  index: number;
  workers: number;
  /** Epochs and steps already done: 0, or those of a checkpoint. */
  epoch: number;
  step: number;
}

export interface LoopWords {
  order: Int32Array;
  control: Int32Array;
  plan: Float64Array;
}

export interface LoopSizes {
  batch: number;
  shards: number;
  /** Steps between two reports. */
  reportEvery: number;
}

/** A worker's own work. */
export interface Work {
  /** The first worker's: put the epoch's examples into `order`. @returns how many */
  writeOrder(epoch: number): number;
  /** Gradients of a shard: some of a batch of `batch` examples. @param now progress through the run, 0..1 */
  learn(shard: number, rows: Int32Array, batch: number, now: number, step: number): void;
  /** This worker's part of the parameters. @param step from 1 */
  update(step: number, now: number): void;
  /** When all have updated, with a shard of this worker. */
  forget?(shard: number): void;
  /** When an epoch's steps are done. */
  catchUp?(step: number): void;
  /**
   * This worker's part of the questions.
   * @param mayGoOn asked now and then; once it is false, the rest is left unasked
   * @returns whether all were asked
   */
  score(mayGoOn: () => boolean): boolean;
  tensors(): number;
}

/** Part `i` of `parts` of a range begins here. */
export function partOf(i: number, parts: number, from: number, to: number): number {
  return from + Math.floor(((to - from) * i) / parts);
}

export class WorkerLoop {
  #step: number;

  constructor(
    readonly task: LoopTask,
    readonly words: LoopWords,
    readonly sizes: LoopSizes,
    readonly work: Work,
    readonly tell: (message: CourseMessage) => void,
  ) {
    this.#step = task.step;
  }

  run(): void {
    const { words, work } = this;
    for (let { epoch } = this.task; this.#mayStart(epoch); epoch++) {
      if (this.#isFirst) words.control[CONTROL.taken] = this.#limited(work.writeOrder(epoch));
      this.#barrier();
      if (!this.#epoch(epoch)) return this.#report({ type: 'stopped' });
      const wanted = words.plan[LEG.scored] === 1;
      if (wanted && !work.score(() => Atomics.load(words.control, CONTROL.stop) === 0))
        Atomics.store(words.control, CONTROL.unscored, 1);
      this.#barrier();
      const scored = wanted && words.control[CONTROL.unscored] === 0;
      this.#report({ type: 'epoch', epoch: epoch + 1, step: this.#step, scored, tensors: work.tensors() });
    }
  }

  #limited(taken: number): number {
    const most = this.words.control[CONTROL.most]!;
    return most > 0 ? Math.min(taken, most) : taken;
  }

  get #isFirst(): boolean {
    return this.task.index === 0;
  }

  #barrier(): void {
    barrier(this.words.control, this.task.workers);
  }

  #report(message: CourseMessage): void {
    if (this.#isFirst) this.tell(message);
  }

  /** Wait for the main thread's leave; false when the run is over. */
  #mayStart(epoch: number): boolean {
    const { control } = this.words;
    for (;;) {
      const granted = Atomics.load(control, CONTROL.epochs);
      if (granted > epoch) return true;
      if (granted < 0) return false;
      Atomics.wait(control, CONTROL.epochs, granted);
    }
  }

  /** False when the main thread wants to stop. */
  #epoch(epoch: number): boolean {
    const { words, work } = this;
    const { batch, shards, reportEvery } = this.sizes;
    const { control, plan } = words;
    const order = words.order.subarray(0, control[CONTROL.taken]);
    const begin = plan[LEG.begin]!;
    const end = plan[LEG.end]!;
    const steps = Math.ceil(order.length / batch);
    for (let step = 0; step < steps; step++) {
      const now = begin + ((end - begin) * step) / steps;
      const from = partOf(step, steps, 0, order.length);
      const to = partOf(step + 1, steps, 0, order.length);
      for (const shard of this.#shards()) {
        const rows = order.subarray(partOf(shard, shards, from, to), partOf(shard + 1, shards, from, to));
        work.learn(shard, rows, to - from, now, this.#step);
      }
      if (this.#isFirst) control[CONTROL.stopAgreed] = Atomics.load(control, CONTROL.stop);
      this.#barrier();
      if (control[CONTROL.stopAgreed] === 1) return false;
      this.#step++;
      work.update(this.#step, now);
      this.#barrier();
      if (work.forget) for (const shard of this.#shards()) work.forget(shard);
      if (step % reportEvery === 0) this.#report({ type: 'step', epoch, step: step + 1, steps });
    }
    if (work.catchUp) {
      work.catchUp(this.#step);
      this.#barrier();
    }
    return true;
  }

  /** Those that this worker computes. */
  *#shards(): Generator<number> {
    for (let shard = this.task.index; shard < this.sizes.shards; shard += this.task.workers) yield shard;
  }
}
