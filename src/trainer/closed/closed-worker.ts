/**
 * One of the workers of a run that trains a closed model. All run this same loop, each on its part:
 *
 *     epoch   worker 1 writes the order of the examples                    | barrier
 *     step    each: gradients of its shards                                | barrier
 *             each: Adam and quantisation of its part of the parameters    | barrier
 *     end     each: columns that were not used catch up                    | barrier
 *             each: answers to its part of the questions                   | barrier
 *             worker 1 reports; all wait until the main thread gives leave for the next epoch
 *
 * What a shard or a parameter comes to does not depend on who computes it, so neither does the model on how many workers
 * there are.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ClosedSet } from '../../model/closed-set.js';
import { STREAM, barrier } from '../memory.js';
import { Rng } from '../rng.js';
import { Asker } from './asker.js';
import { Distorter, Pieces } from './distortion.js';
import type { Choosing, ClosedExamples, Texts } from './examples.js';
import { PLAN, STATS, STATS_COLUMNS, STOPPED, type ClosedMemory } from './memory.js';
import { ClosedOptimiser } from './optimiser.js';
import { ClosedPasses, type Tally } from './passes.js';
import { SHARDS, closedRate, type ClosedRecipe } from './recipe.js';

export interface ClosedTask {
  index: number;
  workers: number;
  seed: number;
  recipe: ClosedRecipe;
  closed: ClosedSet;
  memory: ClosedMemory;
  examples: ClosedExamples;
  heldOut: ClosedExamples | undefined;
  /** Questions about something else, how many of them come up in an epoch, and the choices on the fallback's way. */
  foreign: Texts;
  madeUp: number;
  fallback: Choosing[];
  /** Epochs and steps already done: 0, or those of a checkpoint. */
  epoch: number;
  step: number;
}

/** What the first worker tells the main thread. */
export type ClosedMessage =
  | { type: 'step'; epoch: number; step: number; steps: number }
  /** The epoch is over; what is said to every question is in memory if `scored`; the workers wait. */
  | { type: 'epoch'; epoch: number; step: number; scored: boolean }
  /** Left in the middle of an epoch, as asked. */
  | { type: 'stopped' };

/** Steps between two reports. */
const REPORT_EVERY = 16;
/** Examples of a shard that go through the float weights, too. */
const WATCHED = 2;
const SUMMED = ['loss', 'right', 'watched', 'floatRight', 'wrapped', 'sums'] as const;

class Trainer {
  readonly #passes: ClosedPasses;
  readonly #optimiser: ClosedOptimiser;
  readonly #distorter: Distorter;
  readonly #asker: Asker;
  readonly #pieces: Pieces;
  #step: number;

  constructor(
    readonly task: ClosedTask,
    readonly port: MessagePort,
  ) {
    const { memory, recipe, closed, index, workers, examples, foreign, fallback } = task;
    this.#passes = new ClosedPasses(memory, closed, index);
    this.#optimiser = new ClosedOptimiser(memory, this.#passes.kernels, recipe, index, workers);
    this.#distorter = new Distorter(examples, foreign, recipe, fallback);
    this.#asker = new Asker(this.#passes, closed);
    this.#pieces = new Pieces(closed.buckets);
    this.#step = task.step;
  }

  run(): void {
    const { memory, index, epoch: first } = this.task;
    for (let epoch = first; this.#mayStart(epoch); epoch++) {
      if (index === 0) this.#writeOrder(epoch);
      this.#barrier();
      if (!this.#epoch(epoch)) return this.#tell({ type: 'stopped' });
      const scored = memory.plan[PLAN.scored] === 1;
      if (scored) this.#score();
      this.#barrier();
      this.#tell({ type: 'epoch', epoch: epoch + 1, step: this.#step, scored });
    }
  }

  #tell(message: ClosedMessage): void {
    if (this.task.index === 0) this.port.postMessage(message);
  }

  #barrier(): void {
    barrier(this.task.memory.control, this.task.workers);
  }

  /** Wait for the main thread's leave; false when the run is over. */
  #mayStart(epoch: number): boolean {
    const { control } = this.task.memory;
    for (;;) {
      const granted = Atomics.load(control, STOPPED.epochs);
      if (granted > epoch) return true;
      if (granted < 0) return false;
      Atomics.wait(control, STOPPED.epochs, granted);
    }
  }

  #writeOrder(epoch: number): void {
    const { memory, examples, madeUp, seed } = this.task;
    const { order } = memory;
    for (let e = 0; e < order.length; e++) order[e] = e < examples.pair.length ? e : -1;
    const taken = examples.pair.length + madeUp;
    new Rng(seed, STREAM.order, epoch).shuffle(order, taken);
    memory.control[STOPPED.taken] = taken;
  }

  /** False when the main thread wants to stop. */
  #epoch(epoch: number): boolean {
    const { memory, recipe, index, workers } = this.task;
    const { control, plan } = memory;
    const order = memory.order.subarray(0, control[STOPPED.taken]);
    const begin = plan[PLAN.begin]!;
    const end = plan[PLAN.end]!;
    const shrink = plan[PLAN.shrink]!;
    const steps = Math.ceil(order.length / recipe.batch);
    const part = (i: number, parts: number, from: number, to: number): number =>
      from + Math.floor(((to - from) * i) / parts);
    let rate = 0;
    for (let step = 0; step < steps; step++) {
      const from = part(step, steps, 0, order.length);
      const to = part(step + 1, steps, 0, order.length);
      for (let shard = index; shard < SHARDS; shard += workers)
        this.#learn(shard, order.subarray(part(shard, SHARDS, from, to), part(shard + 1, SHARDS, from, to)));
      if (index === 0) control[STOPPED.agreed] = Atomics.load(control, STOPPED.stop);
      this.#barrier();
      if (control[STOPPED.agreed] === 1) return false;
      this.#step++;
      rate = closedRate(recipe, begin + ((end - begin) * step) / steps);
      this.#optimiser.update(this.#step, rate, shrink);
      this.#barrier();
      for (let shard = index; shard < SHARDS; shard += workers) this.#optimiser.forget(shard);
      if (step % REPORT_EVERY === 0) this.#tell({ type: 'step', epoch, step: step + 1, steps });
    }
    this.#optimiser.catchUp(this.#step, rate * shrink);
    this.#barrier();
    return true;
  }

  #learn(shard: number, rows: Int32Array): void {
    const { memory, recipe, seed } = this.task;
    const rng = new Rng(seed, STREAM.mix, this.#step * SHARDS + shard);
    const tally: Tally = { loss: 0, right: 0, watched: 0, floatRight: 0, peak: 0, wrapped: 0, sums: 0 };
    const used = { marks: memory.used[shard]!, list: memory.uses[shard]!, length: 0 };
    this.#passes.own(shard);
    rows.forEach((example, i) => {
      const target = this.#distorter.draw(example, this.#pieces, rng);
      if (i < WATCHED) this.#passes.watch(this.#pieces, target, tally);
      this.#passes.learn(this.#pieces, target, recipe, tally, used);
    });
    memory.useCount[shard] = used.length;
    const stats = memory.stats.subarray(shard * STATS_COLUMNS, (shard + 1) * STATS_COLUMNS);
    stats[STATS.examples]! += rows.length;
    for (const name of SUMMED) stats[STATS[name]]! += tally[name];
    stats[STATS.peak] = Math.max(stats[STATS.peak]!, tally.peak);
  }

  #score(): void {
    const { memory, examples, heldOut, index, workers } = this.task;
    this.#passes.own(index);
    const share = ({ text, textStart, answer }: ClosedExamples, said: Int16Array): void => {
      const { length } = answer;
      const to = Math.floor((length * (index + 1)) / workers);
      for (let p = Math.floor((length * index) / workers); p < to; p++) {
        const question = text.subarray(textStart[p], textStart[p + 1]);
        said[p] = this.#asker.ask(question, question.length).answer;
      }
    };
    share(examples, memory.said);
    if (heldOut) share(heldOut, memory.heldOutSaid);
  }
}

if (parentPort) new Trainer(workerData as ClosedTask, parentPort).run();
