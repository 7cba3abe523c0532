/**
 * The trainer: why it is arranged as it is, and how fast it is.
 *
 * 1. Parts of a step, each beside the plain way to do it in TensorFlow.js.
 * 2. Training the small-talk data with 1 and 2 workers: examples a second, and seconds to 80, 90 and 95 % of the
 *    characters right in the integer model.
 * 3. The same of closed models, with kernels of our own (train-closed.ts).
 */
import { readFileSync } from 'node:fs';
import { nodeClock } from '../src/host/node-clock.js';
import { loadBackend, type TensorFlow } from '../src/trainer/backend.js';
import { buildExamples, charsetOf } from '../src/trainer/examples.js';
import { createMemory } from '../src/trainer/memory.js';
import { updateParameters } from '../src/trainer/optimiser.js';
import { readPairs, type Pair } from '../src/trainer/pairs.js';
import { Passes } from '../src/trainer/passes.js';
import { DEFAULT_HIDDEN, RECIPE } from '../src/trainer/recipe.js';
import { train } from '../src/trainer/train.js';
import { closedModels } from './train-closed.js';

const DATA = new URL('../datasets/small-talk.txt', import.meta.url);
/** Of the schedule; 95 % of the characters come before its end. */
const EPOCHS = 8;
/** Seconds of work behind each figure of the first part. */
const SECONDS = 0.5;

export async function run(): Promise<void> {
  const { pairs } = readPairs(readFileSync(DATA), 'small-talk.txt');
  const { tf, name: backend } = await loadBackend('wasm');
  console.log(`backend ${backend}, batch ${RECIPE.batch}, hidden ${DEFAULT_HIDDEN.join(',')}\n`);
  products(tf);
  parameters(tf, pairs);
  wholeSteps(tf, pairs);
  for (const workers of [1, 2]) await training(pairs, workers);
  await closedModels(tf, pairs);
}

/** Mean milliseconds of processor time, so that other work on the machine shows less. */
export function time(work: () => void): number {
  for (let i = 0; i < 3; i++) work();
  const begin = process.cpuUsage();
  let count = 0;
  for (;;) {
    work();
    count++;
    const { user, system } = process.cpuUsage(begin);
    const ms = (user + system) / 1000;
    if (ms > SECONDS * 1000) return ms / count;
  }
}

export function row(what: string, ms: number, macs?: number): void {
  const rate = macs === undefined ? '' : `${(macs / ms / 1e6).toFixed(1).padStart(7)} G multiply-adds/s`;
  console.log(`  ${what.padEnd(52)} ${ms.toFixed(2).padStart(7)} ms ${rate}`);
}

/** The three products of a 256 x 256 layer and a shard of 64. */
function products(tf: TensorFlow): void {
  const shard = RECIPE.batch / RECIPE.shards;
  const macs = 256 * 256 * shard;
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i));
  const [w, x] = [numbers(256 * 256), numbers(256 * shard)];
  const weights = (): ReturnType<typeof tf.tensor2d> => tf.tensor2d(w, [256, 256]);
  const columns = tf.tensor2d(x, [256, shard]);
  const rows = tf.tensor2d(x, [shard, 256]);
  console.log('one layer, new weights each time');
  const forward = (f: () => void): number => time(() => tf.tidy(f));
  row(
    'forward, an example a column (as here)',
    forward(() => void tf.matMul(weights(), columns)),
    macs,
  );
  row(
    'forward, an example a row',
    forward(() => void tf.matMul(rows, weights())),
    macs,
  );
  row(
    'weight gradient, transposed first (as here)',
    forward(() => void tf.matMul(columns, tf.transpose(columns))),
    macs,
  );
  row(
    'weight gradient, matMul with transposeB',
    forward(() => void tf.matMul(columns, columns, false, true)),
    macs,
  );
  row(
    'input gradient, transposed first (as here)',
    forward(() => void tf.matMul(tf.transpose(weights()), columns)),
    macs,
  );
  row(
    'input gradient, matMul with transposeA',
    forward(() => void tf.matMul(weights(), columns, true)),
    macs,
  );
  tf.dispose([columns, rows]);
}

/** Adam over all parameters: this project's sweep, which also quantises, and TensorFlow.js' own. */
function parameters(tf: TensorFlow, pairs: Pair[]): void {
  const memory = memoryOf(pairs);
  console.log('optimiser, all parameters');
  row(
    'Adam, shrinking and quantising in typed arrays',
    time(() => updateParameters(memory, RECIPE, 0, memory.latent.length, 1, 0.01)),
  );
  const optimiser = tf.train.adam(0.01);
  const variables = memory.layers.flatMap((l) => [
    tf.variable(tf.zeros([l.outputs, l.inputs])),
    tf.variable(tf.zeros([l.outputs, 1])),
  ]);
  const gradients = Object.fromEntries(variables.map((v) => [v.name, tf.onesLike(v)]));
  row(
    'Adam alone, tf.train.adam',
    time(() => tf.tidy(() => optimiser.applyGradients(gradients))),
  );
  tf.dispose([...variables, ...Object.values(gradients)]);
  optimiser.dispose();
}

function memoryOf(pairs: Pair[]): ReturnType<typeof createMemory> {
  return createMemory(RECIPE, DEFAULT_HIDDEN, 1, buildExamples(pairs, charsetOf(pairs)), undefined);
}

function wholeSteps(tf: TensorFlow, pairs: Pair[]): void {
  const examples = buildExamples(pairs, charsetOf(pairs));
  const memory = createMemory(RECIPE, DEFAULT_HIDDEN, 1, examples, undefined);
  updateParameters(memory, RECIPE, 0, memory.latent.length, 0, 0);
  const passes = new Passes(tf, memory, examples, RECIPE, 1);
  const rows = Int32Array.from({ length: RECIPE.batch / RECIPE.shards }, (_, i) => i * 7);
  console.log('one shard, forwards and backwards');
  row(
    'integer pass, float pass watching',
    time(() => passes.run(0, rows, RECIPE.batch, 1, 0)),
  );
  row(
    'integer pass, float pass learning',
    time(() => passes.run(0, rows, RECIPE.batch, 0.5, 0)),
  );
}

/**
 * Train until 95 % of the characters are right. Besides the time on the clock, that of the processor, which shows how
 * much of the former went to other work on the machine.
 */
async function training(pairs: Pair[], workers: number): Promise<void> {
  const marks = [0.8, 0.9, 0.95];
  const reached: string[] = [];
  let examples = 0;
  let begin = 0;
  let cpu = process.cpuUsage();
  const recipe = { evaluations: EPOCHS };
  for await (const event of train({
    pairs,
    kind: 'free',
    epochs: EPOCHS,
    workers,
    recipe,
    backend: 'wasm',
    clock: nodeClock,
  })) {
    if (event.type === 'start') {
      examples = event.examples;
      begin = performance.now();
      cpu = process.cpuUsage();
    }
    if (event.type !== 'epoch' || !event.scored) continue;
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const { answers, characters, answerCeiling } = event.scored.training;
    while (marks.length > 0 && characters >= marks[0]!)
      reached.push(`${(marks.shift()! * 100).toFixed(0)} % after ${seconds.toFixed(1)} s`);
    if (marks.length > 0 && event.epoch < EPOCHS) continue;
    console.log(
      `${workers} worker${workers > 1 ? 's' : ''}: ${((examples * event.epoch) / seconds).toFixed(0)} examples/s ` +
        `(${examples} x ${event.epoch} in ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor); ` +
        `characters ${reached.join(', ') || 'below 80 %'}; then ${(characters * 100).toFixed(1)} % of characters, ` +
        `${(answers * 100).toFixed(1)} % of answers (at most ${(answerCeiling * 100).toFixed(1)} %)`,
    );
    return;
  }
}
