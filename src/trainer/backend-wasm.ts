/** TensorFlow.js with the WASM backend, which comes with z80lm and needs no network. Loaded with the first training. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { bundledPath, FROM_SOURCE } from '../package.js';

export async function startWasm(): Promise<typeof tf> {
  // Without this TensorFlow.js greets on the console.
  tf.env().set('PROD', true);
  setWasmPaths(FROM_SOURCE ? libraryFolder() : bundledPath('.'));
  if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend does not start');
  return tf;
}

/** Where the library keeps its .wasm files; the package has them beside its own (scripts/build.ts). */
function libraryFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + sep;
}
