/** One of the workers of a run that trains a closed model: what it does in the loop of ../worker-loop.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ClosedSet } from '../../model/closed-set.js';
import { STATS, STATS_COLUMNS, STREAM } from '../memory.js';
import { Rng } from '../rng.js';
import { ASKED_AT_ONCE, WorkerLoop, partOf, type LoopTask, type Work } from '../worker-loop.js';
import { Asker } from './asker.js';
import { Contexts } from './contexts.js';
import { Distorter, Pieces } from './distortion.js';
import type { Choosing, ClosedExamples, Texts } from './examples.js';
import { PLAN, type ClosedMemory } from './memory.js';
import { ClosedOptimiser } from './optimiser.js';
import { ClosedPasses, type Tally } from './passes.js';
import { SHARDS, closedRate, type ClosedRecipe } from './recipe.js';

export interface ClosedTask extends LoopTask {
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
}

/** Steps between two reports. */
const REPORT_EVERY = 16;
/** Examples of a shard that go through the float weights, too. */
const WATCHED = 2;

class Trainer implements Work {
  readonly #passes: ClosedPasses;
  readonly #optimiser: ClosedOptimiser;
  readonly #distorter: Distorter;
  readonly #asker: Asker;
  readonly #pieces: Pieces;
  #rate = 0;

  constructor(readonly task: ClosedTask) {
    const { memory, recipe, closed, index, workers, examples, foreign, fallback } = task;
    const contexts = closed.memory && new Contexts(examples, closed);
    this.#passes = new ClosedPasses(memory, closed, index);
    this.#optimiser = new ClosedOptimiser(memory, this.#passes.kernels, recipe, index, workers);
    this.#distorter = new Distorter(examples, foreign, recipe, fallback, contexts);
    this.#asker = new Asker(this.#passes, closed);
    this.#pieces = new Pieces(closed.buckets);
  }

  writeOrder(epoch: number): number {
    const { memory, examples, madeUp, seed } = this.task;
    const { order } = memory;
    for (let e = 0; e < order.length; e++) order[e] = e < examples.pair.length ? e : -1;
    const taken = examples.pair.length + madeUp;
    new Rng(seed, STREAM.order, epoch).shuffle(order, taken);
    return taken;
  }

  learn(shard: number, rows: Int32Array, _batch: number, _now: number, step: number): void {
    const { memory, recipe, seed } = this.task;
    const rng = new Rng(seed, STREAM.mix, step * SHARDS + shard);
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
    stats[STATS.characters]! += rows.length;
    stats[STATS.loss]! += tally.loss;
    stats[STATS.integerRight]! += tally.right;
    stats[STATS.floatCharacters]! += tally.watched;
    stats[STATS.floatRight]! += tally.floatRight;
    stats[STATS.peak] = Math.max(stats[STATS.peak]!, tally.peak);
    stats[STATS.wrapped]! += tally.wrapped;
    stats[STATS.accumulators]! += tally.sums;
  }

  update(step: number, now: number): void {
    const { recipe, memory } = this.task;
    this.#rate = closedRate(recipe, now);
    this.#optimiser.update(step, this.#rate, memory.plan[PLAN.shrink]!);
  }

  forget(shard: number): void {
    this.#optimiser.forget(shard);
  }

  /** Columns that were not used. */
  catchUp(step: number): void {
    this.#optimiser.catchUp(step, this.#rate * this.task.memory.plan[PLAN.shrink]!);
  }

  score(mayGoOn: () => boolean): boolean {
    const { memory, examples, heldOut, index, workers } = this.task;
    this.#passes.own(index);
    const share = ({ text, textStart, answer, after }: ClosedExamples, said: Int16Array): boolean => {
      const { length } = answer;
      const to = partOf(index + 1, workers, 0, length);
      for (let p = partOf(index, workers, 0, length); p < to; p++) {
        if (p % ASKED_AT_ONCE === 0 && !mayGoOn()) return false;
        const question = text.subarray(textStart[p], textStart[p + 1]);
        said[p] = this.#asker.ask(question, question.length, after[p]).answer;
      }
      return true;
    };
    return share(examples, memory.said) && (!heldOut || share(heldOut, memory.heldOutSaid));
  }

  tensors(): number {
    return 0;
  }
}

if (parentPort) {
  const port = parentPort;
  const task = workerData as ClosedTask;
  const sizes = { batch: task.recipe.batch, shards: SHARDS, reportEvery: REPORT_EVERY };
  new WorkerLoop(task, task.memory, sizes, new Trainer(task), (message) => port.postMessage(message)).run();
}
