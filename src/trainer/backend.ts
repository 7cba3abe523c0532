/**
 * TensorFlow.js, loaded only when training starts: the native `@tensorflow/tfjs-node` if it is installed and
 * computes (native-backend.ts), otherwise the WASM backend, which ships inside its npm package and needs no network.
 */
import type * as Tf from '@tensorflow/tfjs-core';
import type { BackendChoice } from './backend-choice.js';
import { BackendError, loadNative, nativeIsInstalled, type Load } from './native-backend.js';

export type TensorFlow = typeof Tf;

export interface Backend {
  tf: TensorFlow;
  /** Name and version, such as `wasm 4.22.0`: runs repeat byte for byte on the same one. */
  name: string;
  /** Why the native backend, which is installed, is not the one. */
  fallback?: string | undefined;
}

/**
 * For one thread; the threads of a run agree on one by asking for it by name (train.ts).
 * @throws BackendError if the one asked for cannot be used; with `auto` there is always one that can
 */
export async function loadBackend(choice: BackendChoice, load?: Load): Promise<Backend> {
  let fallback: string | undefined;
  if (choice === 'tensorflow' || (choice === 'auto' && nativeIsInstalled(load))) {
    try {
      const tf = await loadNative(load);
      return { tf, name: `tensorflow ${versionOf(tf)}` };
    } catch (error) {
      if (choice !== 'auto' || !(error instanceof BackendError)) throw error;
      fallback = error.message;
    }
  }
  const { startWasm } = await import('./backend-wasm.js');
  const tf = await startWasm();
  return { tf, name: `wasm ${tf.version_core}`, fallback };
}

/** The native package has a table of versions in place of tfjs-core's own. */
function versionOf(tf: TensorFlow): string {
  const { version } = tf as unknown as { version?: Record<string, string> };
  return version?.['tfjs-core'] ?? tf.version_core;
}
