/**
 * One of the workers of a training run. All run this same loop, each on its part, over shared memory:
 *
 *     epoch   worker 1 writes the order of the examples                    | barrier
 *     step    each: gradients of its shards                                | barrier
 *             each: Adam and quantisation of its range of parameters       | barrier
 *     end     each: next characters of its range of the examples           | barrier
 *             worker 1 reports; all wait until the main thread gives leave for the next epoch
 *
 * What a shard or a parameter comes to does not depend on who computes it, so neither does the model on how many
 * workers there are.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { loadBackend } from './backend.js';
import type { Examples } from './examples.js';
import { BackendError } from './native-backend.js';
import { CONTROL, PLAN, STREAM, barrier, type Memory } from './memory.js';
import { toNetwork } from './to-network.js';
import { updateParameters } from './optimiser.js';
import { Passes } from './passes.js';
import { integerShare, learningRate, type Recipe } from './recipe.js';
import { Rng } from './rng.js';
import { Scorer } from './scorer.js';

/** What the main thread gives a worker. */
export interface WorkerTask {
  index: number;
  workers: number;
  /** Not `auto`: all threads of a run compute with the same one. */
  backend: 'wasm' | 'tensorflow';
  seed: number;
  recipe: Recipe;
  memory: Memory;
  examples: Examples;
  heldOut: Examples | undefined;
  /** Epochs and steps already done: 0, or those of a checkpoint. */
  epoch: number;
  step: number;
}

/**
 * What workers tell the main thread; `ready` and `unavailable` come from each, the others from the first. A worker that is
 * ready waits for a message, whatever it is (workers.ts, `go`).
 */
export type WorkerMessage =
  | { type: 'ready'; backend: string }
  /** The backend asked for cannot be used. */
  | { type: 'unavailable'; reason: string; missing: boolean }
  | { type: 'step'; epoch: number; step: number; steps: number }
  /** The epoch is over, its scores are in memory.predicted if `scored`; the workers wait. */
  | { type: 'epoch'; epoch: number; step: number; scored: boolean; tensors: number }
  /** Left in the middle of an epoch, as asked. */
  | { type: 'stopped' };

/** Steps between two reports. */
const REPORT_EVERY = 8;

class Trainer {
  readonly #passes: Passes;
  #step: number;

  constructor(
    readonly task: WorkerTask,
    readonly port: MessagePort,
    readonly tensors: () => number,
    passes: Passes,
  ) {
    this.#passes = passes;
    this.#step = task.step;
  }

  get #isFirst(): boolean {
    return this.task.index === 0;
  }

  #barrier(): void {
    barrier(this.task.memory.control, this.task.workers);
  }

  #tell(message: WorkerMessage): void {
    if (this.#isFirst) this.port.postMessage(message);
  }

  run(): void {
    const { memory } = this.task;
    this.#update(0);
    for (let epoch = this.task.epoch; this.#mayStart(epoch); epoch++) {
      if (this.#isFirst) this.#writeOrder(epoch);
      this.#barrier();
      if (!this.#epoch(epoch)) return this.#tell({ type: 'stopped' });
      const scored = memory.plan[PLAN.scored] === 1;
      if (scored) this.#score();
      this.#barrier();
      this.#tell({ type: 'epoch', epoch: epoch + 1, step: this.#step, scored, tensors: this.tensors() });
    }
  }

  /** Wait for the main thread's leave; false when the run is over. */
  #mayStart(epoch: number): boolean {
    const { control } = this.task.memory;
    for (;;) {
      const granted = Atomics.load(control, CONTROL.epochs);
      if (granted > epoch) return true;
      if (granted < 0) return false;
      Atomics.wait(control, CONTROL.epochs, granted);
    }
  }

  /** All examples that are not easy, and by lot some that are. */
  #writeOrder(epoch: number): void {
    const { memory, recipe, seed } = this.task;
    const rng = new Rng(seed, STREAM.order, epoch);
    let taken = 0;
    for (let e = 0; e < memory.order.length; e++)
      if (memory.easy[e] === 0 || rng.below(recipe.easyEvery) === 0) memory.order[taken++] = e;
    rng.shuffle(memory.order, taken);
    memory.control[CONTROL.taken] = taken;
  }

  /** False when the main thread wants to stop. */
  #epoch(epoch: number): boolean {
    const { memory, recipe, index, workers } = this.task;
    const { control, plan } = memory;
    const order = memory.order.subarray(0, control[CONTROL.taken]);
    const begin = plan[PLAN.begin]!;
    const end = plan[PLAN.end]!;
    const steps = Math.ceil(order.length / recipe.batch);
    const part = (i: number, parts: number, from: number, to: number): number =>
      from + Math.floor(((to - from) * i) / parts);
    for (let step = 0; step < steps; step++) {
      const now = begin + ((end - begin) * step) / steps;
      const from = part(step, steps, 0, order.length);
      const to = part(step + 1, steps, 0, order.length);
      for (let shard = index; shard < recipe.shards; shard += workers) {
        const rows = order.subarray(part(shard, recipe.shards, from, to), part(shard + 1, recipe.shards, from, to));
        this.#passes.run(shard, rows, to - from, integerShare(recipe, now), this.#step);
      }
      if (this.#isFirst) control[CONTROL.stopAgreed] = Atomics.load(control, CONTROL.stop);
      this.#barrier();
      if (control[CONTROL.stopAgreed] === 1) return false;
      this.#step++;
      this.#update(learningRate(recipe, now));
      if (step % REPORT_EVERY === 0) this.#tell({ type: 'step', epoch, step: step + 1, steps });
    }
    return true;
  }

  #update(rate: number): void {
    const { memory, recipe, index, workers } = this.task;
    const size = memory.latent.length;
    const from = Math.floor((size * index) / workers);
    const to = Math.floor((size * (index + 1)) / workers);
    updateParameters(memory, recipe, from, to, this.#step, rate);
    this.#barrier();
  }

  #score(): void {
    const { memory, examples, heldOut, index, workers } = this.task;
    const scorer = new Scorer(toNetwork(memory, examples.charset));
    const share = (of: Examples, predicted: Int16Array): void => {
      const length = of.query.length;
      scorer.predict(
        of,
        Math.floor((length * index) / workers),
        Math.floor((length * (index + 1)) / workers),
        predicted,
      );
    };
    share(examples, memory.predicted);
    if (heldOut) share(heldOut, memory.heldOutPredicted);
  }
}

if (parentPort) {
  const port = parentPort;
  const tell = (message: WorkerMessage): void => port.postMessage(message);
  const task = workerData as WorkerTask;
  try {
    const { tf, name } = await loadBackend(task.backend);
    const go = new Promise((resolve) => port.once('message', resolve));
    tell({ type: 'ready', backend: name });
    // Until then a worker may be sent away and another backend tried: nothing of what they share has been touched.
    await go;
    const passes = new Passes(tf, task.memory, task.examples, task.recipe, task.seed);
    new Trainer(task, port, () => tf.memory().numTensors, passes).run();
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    tell({ type: 'unavailable', reason: error.message, missing: error.missing });
  }
}
