/**
 * The native backend, `@tensorflow/tfjs-node`, which is there if the user has installed it. That it loads says little:
 * on Node 23 and newer it loads, and its first product throws, because it calls functions that Node has removed. So it
 * is asked for a product whose result is known before anything depends on it.
 */
import { createRequire } from 'node:module';
import type { TensorFlow } from './backend.js';

export const NATIVE_PACKAGE = '@tensorflow/tfjs-node';
/** A first product may wait for a library of several hundred MB to be read from a slow disk. */
const PROBE_MS = 60_000;

/** The backend asked for cannot be used; the message says why. */
export class BackendError extends Error {
  constructor(
    message: string,
    /** The package is not installed. */
    readonly missing = false,
  ) {
    super(message);
  }
}

/** Loads a CommonJS package from where this program would find it. */
export type Load = Pick<NodeJS.Require, 'resolve'> & ((name: string) => unknown);

const HERE: Load = createRequire(import.meta.url);

/** Says nothing of whether it works. */
export function nativeIsInstalled(load: Load = HERE): boolean {
  try {
    return load.resolve(NATIVE_PACKAGE) !== '';
  } catch {
    return false;
  }
}

/** @throws BackendError if it is missing, does not load, or does not compute what it should */
export async function loadNative(load: Load = HERE, probeMs = PROBE_MS): Promise<TensorFlow> {
  if (!nativeIsInstalled(load)) throw new BackendError(`${NATIVE_PACKAGE} is not installed`, true);
  try {
    const tf = load(NATIVE_PACKAGE) as TensorFlow;
    // Without this TensorFlow.js greets on the console.
    tf.env().set('PROD', true);
    await within(probeMs, probe(tf));
    return tf;
  } catch (error) {
    throw new BackendError(reasonOf(error));
  }
}

/** Two rows of three by three columns of two, small whole numbers: exact in any arithmetic. */
async function probe(tf: TensorFlow): Promise<void> {
  await tf.ready();
  const [a, b] = [tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, 0, -1, 2, 0.5, -2], [3, 2])];
  const product = tf.matMul(a, b);
  const values = [...(await product.data())];
  for (const tensor of [a, b, product]) tensor.dispose();
  const expected = [0.5, -2, 2, -2];
  if (values.join() !== expected.join())
    throw new Error(`it multiplies wrongly: ${values.join(', ')} instead of ${expected.join(', ')}`);
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to a small product within ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.trim();
  // util.isNullOrUndefined and its kin: deprecated for years, gone since Node 23.
  if (/\bis[A-Z]\w+\)? is not a function/.test(line) && Number(process.versions.node.split('.')[0]) >= 23)
    return `it needs Node 22 or older, and this is Node ${process.versions.node}: ${line}`;
  return line === '' ? 'it fails without a word' : line;
}
