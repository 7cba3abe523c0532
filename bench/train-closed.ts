/** Training of closed models: a shard by our kernels beside the products it would be in TensorFlow.js, and whole runs. */
import { nodeClock } from '../src/host/node-clock.js';
import type { TensorFlow } from '../src/trainer/backend.js';
import { Distorter, Pieces } from '../src/trainer/closed/distortion.js';
import { buildClosedExamples, foreignTexts } from '../src/trainer/closed/examples.js';
import { createClosedMemory, drawWeights, Parameters } from '../src/trainer/closed/memory.js';
import { ClosedOptimiser, requantise } from '../src/trainer/closed/optimiser.js';
import { ClosedPasses, type Tally } from '../src/trainer/closed/passes.js';
import { SHARDS } from '../src/trainer/closed/recipe.js';
import { closedSettings } from '../src/trainer/closed/settings.js';
import type { Pair } from '../src/trainer/pairs.js';
import { Rng } from '../src/trainer/rng.js';
import { train } from '../src/trainer/train.js';
import { row, time } from './train.js';

export async function closedModels(tf: TensorFlow, pairs: Pair[]): Promise<void> {
  ourStep(pairs);
  theirStep(tf, pairs);
  for (const workers of [1, 2]) await run(pairs, workers);
}

function ourStep(pairs: Pair[]): void {
  const settings = closedSettings({ pairs, clock: nodeClock });
  const { closed, recipe, hidden, inputs, outputs } = settings;
  const examples = buildClosedExamples(pairs, closed);
  const needs = { examples: pairs.length, pairs: pairs.length, heldOut: 0 };
  const memory = createClosedMemory({ inputs, widths: [...hidden, outputs], ...needs });
  const parameters = new Parameters(memory);
  drawWeights(parameters, recipe, 1);
  requantise(parameters);
  const passes = new ClosedPasses(memory, closed, 0);
  const distorter = new Distorter(examples, foreignTexts(examples, 0, 1), recipe, []);
  const pieces = new Pieces(closed.buckets);
  const rng = new Rng(1);
  const tally: Tally = { loss: 0, right: 0, watched: 0, floatRight: 0, peak: 0, wrapped: 0, sums: 0 };
  const optimiser = new ClosedOptimiser(memory, passes.kernels, recipe, 0, 1);
  console.log(`closed model, ${inputs}-${hidden.join('-')}-${outputs}, a shard of ${recipe.batch / SHARDS}`);
  let step = 0;
  row(
    'distort and encode the questions',
    time(() => {
      for (let i = 0; i < recipe.batch / SHARDS; i++) distorter.draw(rng.below(examples.pair.length), pieces, rng);
    }),
  );
  const learn = (): void => {
    const used = { marks: memory.used[0]!, list: memory.uses[0]!, length: 0 };
    for (let i = 0; i < recipe.batch / SHARDS; i++) {
      const target = distorter.draw(rng.below(examples.pair.length), pieces, rng);
      passes.learn(pieces, target, recipe, tally, used);
    }
    memory.useCount[0] = used.length;
    optimiser.forget(0);
  };
  row('the same, forwards and backwards, own kernels', time(learn));
  row(
    'the same, and Adam',
    time(() => {
      const used = { marks: memory.used[0]!, list: memory.uses[0]!, length: 0 };
      for (let i = 0; i < recipe.batch / SHARDS; i++) {
        const target = distorter.draw(rng.below(examples.pair.length), pieces, rng);
        passes.learn(pieces, target, recipe, tally, used);
      }
      memory.useCount[0] = used.length;
      optimiser.update(++step, 0.001, 0.01);
      optimiser.forget(0);
    }),
  );
}

/** The products alone, of which TensorFlow.js has to do all: it knows no columns that are not used. */
function theirStep(tf: TensorFlow, pairs: Pair[]): void {
  const { recipe, hidden, inputs, outputs } = closedSettings({ pairs, clock: nodeClock });
  const shard = recipe.batch / SHARDS;
  const [width = 1] = hidden;
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i));
  const [first, last, x] = [numbers(width * inputs), numbers(outputs * width), numbers(inputs * shard)];
  row(
    'the products alone, TensorFlow.js',
    time(() =>
      tf.tidy(() => {
        const questions = tf.tensor2d(x, [inputs, shard]);
        const [w1, w2] = [tf.tensor2d(first, [width, inputs]), tf.tensor2d(last, [outputs, width])];
        const sums = tf.relu(tf.matMul(w1, questions));
        const errors = tf.matMul(w2, sums);
        tf.matMul(errors, tf.transpose(sums));
        const deltas = tf.matMul(tf.transpose(w2), errors);
        tf.matMul(deltas, tf.transpose(questions));
      }),
    ),
  );
}

async function run(pairs: Pair[], workers: number): Promise<void> {
  const cpu = process.cpuUsage();
  for await (const event of train({ pairs, workers, clock: nodeClock })) {
    if (event.type !== 'done') continue;
    const { user, system } = process.cpuUsage(cpu);
    const seconds = event.elapsedMs / 1000;
    console.log(
      `${workers} worker${workers > 1 ? 's' : ''}: ${event.epochs} epochs in ${seconds.toFixed(1)} s, ` +
        `${((user + system) / 1e6).toFixed(1)} s of processor, ${((pairs.length * event.epochs) / seconds).toFixed(0)} ` +
        `questions/s; ${(event.training.answers * 100).toFixed(1)} % of answers right`,
    );
  }
}
