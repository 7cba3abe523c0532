/**
 * TensorFlow.js, loaded only when training starts: the native `@tensorflow/tfjs-node` where it is installed and its
 * library loads, else the WASM backend, which ships inside its npm package and needs no network.
 */
import type * as Tf from '@tensorflow/tfjs-core';
import type { BackendChoice } from './backend-choice.js';

export type TensorFlow = typeof Tf;

export interface Backend {
  tf: TensorFlow;
  /** Name and version, such as `wasm 4.22.0`: runs repeat byte for byte on the same one. */
  name: string;
}

/** The backend asked for does not load; the message is the backend's own first line. */
export class BackendError extends Error {}

/** @throws BackendError if the one asked for does not load; with `auto` there is always one that does */
export async function loadBackend(choice: BackendChoice): Promise<Backend> {
  if (choice !== 'wasm') {
    const native = await loadNative(choice === 'auto');
    if (native) return native;
  }
  const { startWasm } = await import('./backend-wasm.js');
  const tf = await startWasm();
  return { tf, name: `wasm ${tf.version_core}` };
}

async function loadNative(mayFail: boolean): Promise<Backend | undefined> {
  // Not a literal, so that the compiler does not ask for an optional package that may be missing.
  const name: string = '@tensorflow/tfjs-node';
  try {
    const tf = ((await import(name)) as { default: TensorFlow }).default;
    tf.env().set('PROD', true);
    await tf.ready();
    return { tf, name: `tensorflow ${tf.version_core}` };
  } catch (error) {
    if (mayFail) return undefined;
    throw new BackendError((error as Error).message.split('\n', 1)[0]);
  }
}
