/**
 * The workers of a run, ready to begin, all with one backend: on two of them a model would be neither's. With `auto` it
 * is the native one if it is installed and computes in each of them; if it fails in one, all begin anew with WASM.
 */
import { UsageError } from '../seams/errors.js';
import type { BackendChoice } from './backend-choice.js';
import { NATIVE_PACKAGE, nativeIsInstalled } from './native-backend.js';
import type { WorkerTask } from './worker.js';
import { Workers } from './workers.js';

type Named = WorkerTask['backend'];

export interface Crew {
  workers: Workers;
  /** Name and version of the backend. */
  backend: string;
  /** Why it is not the native one, which is installed. */
  fallback?: string;
}

interface Refusal {
  reason: string;
  missing: boolean;
}

/** The backend that was asked for by name cannot be used. */
export class BackendRefusal extends UsageError {
  /** Its package is not installed. */
  readonly missing: boolean;

  constructor({ reason, missing }: Refusal) {
    super(`the TensorFlow.js backend does not load: ${reason}`, {
      hint: missing
        ? `install ${NATIVE_PACKAGE} where this program finds it, or omit --backend to take the one that comes with it`
        : 'omit --backend to take the one that comes with this program',
    });
    this.missing = missing;
  }
}

/** @throws BackendRefusal with `tensorflow` if that cannot be used; the signal's reason */
export async function readyCrew(
  choice: BackendChoice,
  tasks: (backend: Named) => WorkerTask[],
  signal?: AbortSignal,
): Promise<Crew> {
  if (choice === 'wasm' || (choice === 'auto' && !nativeIsInstalled())) return wasmCrew(tasks, signal);
  const crew = await startCrew(tasks('tensorflow'), signal);
  if ('workers' in crew) return crew;
  if (choice === 'tensorflow') throw new BackendRefusal(crew);
  return { ...(await wasmCrew(tasks, signal)), fallback: crew.reason };
}

async function wasmCrew(tasks: (backend: Named) => WorkerTask[], signal?: AbortSignal): Promise<Crew> {
  const crew = await startCrew(tasks('wasm'), signal);
  if ('workers' in crew) return crew;
  throw new Error(`the WASM backend cannot be used: ${crew.reason}`);
}

/** @returns why the backend cannot be used; then the workers are gone again */
async function startCrew(tasks: WorkerTask[], signal?: AbortSignal): Promise<Crew | Refusal> {
  const workers = new Workers(tasks);
  try {
    const names = new Set<string>();
    for (let ready = 0; ready < tasks.length;) {
      const message = await workers.next(signal);
      if (message.type === 'unavailable') {
        await workers.end();
        return message;
      }
      if (message.type !== 'ready') continue;
      names.add(message.backend);
      ready++;
    }
    const [backend = '', ...others] = names;
    if (others.length > 0) throw new Error(`the workers compute with ${[...names].join(' and ')}`);
    return { workers, backend };
  } catch (error) {
    await workers.end();
    throw error;
  }
}
