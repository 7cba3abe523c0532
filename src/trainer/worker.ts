/** One of the workers of a run that trains a free model: what it does in the loop of worker-loop.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadBackend } from './backend.js';
import type { Examples } from './examples.js';
import { BackendError } from './native-backend.js';
import { STREAM, barrier, type Memory } from './memory.js';
import { toNetwork } from './to-network.js';
import { updateParameters } from './optimiser.js';
import { Passes } from './passes.js';
import { integerShare, learningRate, type Recipe } from './recipe.js';
import { Rng } from './rng.js';
import { Scorer } from './scorer.js';
import { WorkerLoop, partOf, type CourseMessage, type LoopTask, type Work } from './worker-loop.js';

/** What the main thread gives a worker. */
export interface WorkerTask extends LoopTask {
  /** Not `auto`: all threads of a run compute with the same one. */
  backend: 'wasm' | 'tensorflow';
  seed: number;
  recipe: Recipe;
  memory: Memory;
  examples: Examples;
  heldOut: Examples | undefined;
}

/**
 * What workers tell the main thread; `ready` and `unavailable` come from each, the others from the first. A worker that is
 * ready waits for a message, whatever it is (workers.ts, `go`).
 */
export type WorkerMessage =
  | { type: 'ready'; backend: string }
  /** The backend asked for cannot be used. */
  | { type: 'unavailable'; reason: string; missing: boolean }
  | CourseMessage;

/** Characters that a worker asks for between two looks at whether it should stop: some milliseconds. */
const ASKED_AT_ONCE = 512;

/** Steps between two reports. */
const REPORT_EVERY = 8;

class Trainer implements Work {
  constructor(
    readonly task: WorkerTask,
    readonly tensors: () => number,
    readonly passes: Passes,
  ) {}

  /** All examples that are not easy, and by lot some that are. */
  writeOrder(epoch: number): number {
    const { memory, recipe, seed } = this.task;
    const rng = new Rng(seed, STREAM.order, epoch);
    let taken = 0;
    for (let e = 0; e < memory.order.length; e++)
      if (memory.easy[e] === 0 || rng.below(recipe.easyEvery) === 0) memory.order[taken++] = e;
    rng.shuffle(memory.order, taken);
    return taken;
  }

  learn(shard: number, rows: Int32Array, batch: number, now: number, step: number): void {
    this.passes.run(shard, rows, batch, integerShare(this.task.recipe, now), step);
  }

  update(step: number, now: number): void {
    this.quantise(step, learningRate(this.task.recipe, now));
  }

  /** Step 0 at rate 0 quantises the parameters that the run begins with. */
  quantise(step: number, rate: number): void {
    const { memory, recipe, index, workers } = this.task;
    const size = memory.latent.length;
    updateParameters(memory, recipe, partOf(index, workers, 0, size), partOf(index + 1, workers, 0, size), step, rate);
  }

  score(mayGoOn: () => boolean): boolean {
    const { memory, examples, heldOut, index, workers } = this.task;
    const scorer = new Scorer(toNetwork(memory, examples.charset));
    const share = (of: Examples, predicted: Int16Array): boolean => {
      const { length } = of.query;
      const to = partOf(index + 1, workers, 0, length);
      for (let from = partOf(index, workers, 0, length); from < to; from += ASKED_AT_ONCE) {
        if (!mayGoOn()) return false;
        scorer.predict(of, from, Math.min(to, from + ASKED_AT_ONCE), predicted);
      }
      return true;
    };
    return share(examples, memory.predicted) && (!heldOut || share(heldOut, memory.heldOutPredicted));
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
    const trainer = new Trainer(task, () => tf.memory().numTensors, passes);
    const { memory, recipe, workers, step } = task;
    trainer.quantise(step, 0);
    barrier(memory.control, workers);
    new WorkerLoop(task, memory, { ...recipe, reportEvery: REPORT_EVERY }, trainer, tell).run();
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    tell({ type: 'unavailable', reason: error.message, missing: error.missing });
  }
}
